internal import Dispatch

/// A value that only one serial Dispatch queue touches.
///
/// This is how a worker's non-copyable state lives beside its queue without an actor: a plain
/// closure on the queue reaches it without a lock and without an allocation.
public final class QueueConfined<Value: ~Copyable>: @unchecked Sendable {
    // `@unchecked`: every access is checked to be on the queue, which is serial.
    private let queue: SerialQueue
    private var value: Value

    /// Confines `value` to `queue`.
    public init(_ value: consuming sending Value, to queue: SerialQueue) {
        self.queue = queue
        self.value = value
    }

    /// Runs `body` with the value. Traps when called from anywhere but the queue.
    public func withValue<Result: ~Copyable, Failure: Error>(
        _ body: (inout Value) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        queue.requireIsCurrent()
        return try body(&value)
    }
}

/// A serial Dispatch queue.
public final class SerialQueue: Sendable {
    let queue: DispatchQueue

    /// A queue that debuggers and crash reports name `label`.
    public init(label: String, isUserInteractive: Bool = false) {
        queue = DispatchQueue(label: label, qos: isUserInteractive ? .userInteractive : .default)
    }

    /// Runs `work` on the queue, later.
    public func execute(_ work: @escaping @Sendable () -> Void) {
        queue.async(execute: work)
    }

    /// Runs `work` on the queue when `delay` is over.
    public func execute(after delay: Duration, _ work: @escaping @Sendable () -> Void) {
        let (seconds, attoseconds) = delay.components
        let nanoseconds = Int(seconds) * 1_000_000_000 + Int(attoseconds / 1_000_000_000)
        queue.asyncAfter(deadline: .now() + .nanoseconds(nanoseconds), execute: work)
    }

    /// Runs `work` on the queue and waits for its end; not to be called on the queue.
    public func executeAndWait(_ work: @Sendable () -> Void) {
        queue.sync(execute: work)
    }

    /// Traps when the caller does not run on the queue.
    public func requireIsCurrent() {
        dispatchPrecondition(condition: .onQueue(queue))
    }
}

/// A Dispatch source that calls a closure on a queue whenever a descriptor can be read.
public final class ReadSource: @unchecked Sendable {
    // `@unchecked`: Dispatch's objects may be used from any thread; its overlay does not say so.
    private let source: any DispatchSourceRead

    /// Starts watching `descriptor`, which must outlive the source, and calls `handler` on `queue`.
    public init(
        descriptor: Int32, on queue: SerialQueue, handler: @escaping @Sendable () -> Void
    ) {
        let source = DispatchSource.makeReadSource(fileDescriptor: descriptor, queue: queue.queue)
        source.setEventHandler(handler: handler)
        source.activate()
        self.source = source
    }

    /// Stops calling the handler; `afterwards` runs on the queue when no call is under way.
    public func cancel(afterwards: (@Sendable () -> Void)? = nil) {
        source.setCancelHandler(handler: afterwards)
        source.cancel()
    }
}
