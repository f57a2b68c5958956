public import BatonAPI
import Synchronization

/// One reader's bounded queue of events.
public final class EventSubscription: Sendable {
    /// What a reader gets.
    public enum Item: Hashable, Sendable {
        /// An event with its number, which counts up over the daemon's life.
        case event(id: UInt64, ControlEvent)
        /// Nothing happened for a while.
        case heartbeat
    }

    /// The items, in order. Only one task may iterate.
    public let items: AsyncStream<Item>
    private let continuation: AsyncStream<Item>.Continuation
    private let lost = Atomic<UInt64>(0)
    private let onEnd: @Sendable () -> Void

    /// A queue with room for `capacity` items; `onEnd` is called once when the reader is gone.
    public init(capacity: Int, onEnd: @escaping @Sendable () -> Void) {
        (items, continuation) = AsyncStream.makeStream(
            bufferingPolicy: .bufferingOldest(max(capacity, 1)))
        self.onEnd = onEnd
    }

    /// Adds an item if there is room. An event without room is counted as lost, a heartbeat is not.
    public func offer(_ item: Item) {
        guard case .dropped(.event) = continuation.yield(item) else { return }
        lost.wrappingAdd(1, ordering: .relaxed)
    }

    /// How many events were lost since the last call.
    public func takeLost() -> UInt64 {
        lost.exchange(0, ordering: .relaxed)
    }

    /// No more items; the reader ends after those in the queue.
    public func finish() {
        continuation.finish()
    }

    /// The reader is gone.
    public func end() {
        continuation.finish()
        onEnd()
    }
}
