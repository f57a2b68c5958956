public import BatonAPI
import Synchronization

/// Hands the daemon's events to any number of readers without ever waiting for one.
///
/// Publishing is cheap and safe from any thread. Each reader has a queue of its own; when it is
/// full the newest events are lost to that reader, and it is told how many.
public final class EventHub: Sendable {
    private struct State {
        var readers: [UInt64: EventInbox] = [:]
        var nextReader: UInt64 = 0
        var nextEvent: UInt64 = 1
        var isFinished = false
    }

    /// How many readers there may be.
    public let readerLimit: Int
    private let state = Mutex(State())

    /// A hub without readers.
    public init(readerLimit: Int = 64) {
        self.readerLimit = readerLimit
    }

    /// How many readers there are.
    public var readerCount: Int { state.withLock { $0.readers.count } }

    /// Gives the event to every reader that has room for it.
    public func publish(_ event: ControlEvent) {
        state.withLock { state in
            let id = state.nextEvent
            state.nextEvent &+= 1
            for reader in state.readers.values { reader.offer(.event(id: id, event)) }
        }
    }

    /// A new reader with room for `capacity` events, `nil` when there are too many already or the
    /// hub is finished.
    public func subscribe(capacity: Int) -> EventSubscription? {
        state.withLock { state in
            guard !state.isFinished, state.readers.count < readerLimit else { return nil }
            let number = state.nextReader
            state.nextReader &+= 1
            let reader = EventSubscription(capacity: capacity) { [weak self] in
                self?.remove(number)
            }
            state.readers[number] = reader.inbox
            return reader
        }
    }

    /// Ends all readers, after what they still have in their queues. No new ones are accepted.
    public func finish() {
        let readers = state.withLock { state in
            state.isFinished = true
            defer { state.readers = [:] }
            return Array(state.readers.values)
        }
        for reader in readers { reader.finish() }
    }

    private func remove(_ number: UInt64) {
        state.withLock { _ = $0.readers.removeValue(forKey: number) }
    }
}
