public import BatonAPI

/// One reader of the daemon's events. When the last reference to it goes, the reader is gone and
/// its place at the hub is free.
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
    let inbox: EventInbox
    private let onEnd: @Sendable () -> Void

    /// A queue with room for `capacity` items; `onEnd` is called when the reader is gone.
    init(capacity: Int, onEnd: @escaping @Sendable () -> Void) {
        let (items, continuation) = AsyncStream<Item>.makeStream(
            bufferingPolicy: .bufferingOldest(max(capacity, 1)))
        self.items = items
        inbox = EventInbox(continuation)
        self.onEnd = onEnd
    }

    deinit {
        inbox.finish()
        onEnd()
    }

    /// How many events were lost for want of room since the last call.
    public func takeLost() -> UInt64 { inbox.takeLost() }

    /// No more items; the reader ends after those in the queue.
    public func finish() { inbox.finish() }
}
