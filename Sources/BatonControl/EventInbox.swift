import Synchronization

/// A reader's bounded queue, as the hub sees it.
final class EventInbox: Sendable {
    private let continuation: AsyncStream<EventSubscription.Item>.Continuation
    private let lost = Atomic<UInt64>(0)

    init(_ continuation: AsyncStream<EventSubscription.Item>.Continuation) {
        self.continuation = continuation
    }

    /// Adds an item if there is room. An event without room is counted as lost, a heartbeat is not.
    func offer(_ item: EventSubscription.Item) {
        guard case .dropped(.event) = continuation.yield(item) else { return }
        lost.wrappingAdd(1, ordering: .relaxed)
    }

    /// How many events were lost since the last call.
    func takeLost() -> UInt64 {
        lost.exchange(0, ordering: .relaxed)
    }

    func finish() {
        continuation.finish()
    }
}
