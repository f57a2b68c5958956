public import BatonBase
internal import CLinux
internal import Dispatch
internal import Synchronization

/// A serial Dispatch queue that waits for descriptors and timers: one Dispatch read source on a
/// private epoll instance, as a media worker has it.
///
/// It is the executor of the actors of the control plane. Everything but ``execute(_:)`` and
/// ``enqueue(_:)`` may only be called on the loop itself.
public final class EventLoop: SerialExecutor, @unchecked Sendable {
    // `@unchecked`: `state` is confined to the queue, which every call checks.

    /// Called with what a descriptor is ready for.
    public typealias Handler = (Readiness) -> Void

    private struct State: ~Copyable {
        var poller: Poller
        var timer: TimerDescriptor
        var watched: [Int32: Watch] = [:]
        var generation: UInt32 = 0
        var timerHandler: (() -> Void)?
    }

    /// A descriptor's handler. The generation tells a closed descriptor's late event from one for
    /// a new descriptor with the same number.
    private struct Watch {
        var generation: UInt32
        var handler: Handler
    }

    /// The queue that everything runs on.
    public let queue: SerialQueue
    private var state: State
    private var source: ReadSource?

    /// A loop whose queue is named `label`, running at once.
    public init(label: String) throws(SystemError) {
        queue = SerialQueue(label: label)
        state = State(poller: try Poller(), timer: try TimerDescriptor())
        try state.poller.add(state.timer.descriptor, token: Self.timerToken, for: .read)
        source = ReadSource(descriptor: state.poller.descriptor, on: queue) { [weak self] in
            self?.turn()
        }
    }

    deinit { source?.cancel() }

    private static let timerToken = UInt64.max

    /// Runs `work` on the loop, later. Any thread may call it.
    public func execute(_ work: @escaping @Sendable () -> Void) {
        queue.execute(work)
    }

    /// Calls `handler` on the loop whenever `descriptor` is ready for what `interest` names, until
    /// ``unwatch(_:)``. The caller keeps the descriptor open for that long.
    public func watch(
        _ descriptor: Int32, for interest: Readiness, _ handler: @escaping Handler
    ) throws(SystemError) {
        queue.requireIsCurrent()
        state.generation &+= 1
        try state.poller.add(
            descriptor, token: Self.token(descriptor, state.generation), for: interest)
        state.watched[descriptor] = Watch(generation: state.generation, handler: handler)
    }

    /// Changes what is waited for at a watched descriptor.
    public func modify(_ descriptor: Int32, for interest: Readiness) throws(SystemError) {
        queue.requireIsCurrent()
        guard let watch = state.watched[descriptor] else { return }
        try state.poller.modify(
            descriptor, token: Self.token(descriptor, watch.generation), for: interest)
    }

    /// Stops watching `descriptor`; its handler is not called again.
    public func unwatch(_ descriptor: Int32) {
        queue.requireIsCurrent()
        guard state.watched.removeValue(forKey: descriptor) != nil else { return }
        state.poller.remove(descriptor)
    }

    /// What to call when the loop's timer fires.
    public func setTimerHandler(_ handler: @escaping () -> Void) {
        queue.requireIsCurrent()
        state.timerHandler = handler
    }

    /// Sets the loop's one timer, or with `nil` stops it. A wheel behind the handler makes many.
    public func setTimer(at deadline: Instant?) {
        queue.requireIsCurrent()
        state.timer.arm(at: deadline)
    }

    /// Forgets every handler, so that what they hold can go. Called once, when the loop's work
    /// ends.
    public func removeAllHandlers() {
        queue.requireIsCurrent()
        for descriptor in state.watched.keys { state.poller.remove(descriptor) }
        state.watched.removeAll()
        state.timerHandler = nil
        state.timer.arm(at: nil)
    }

    /// One wake-up: a round of events; what is left makes the descriptor readable again.
    private func turn() {
        let count = state.poller.poll()
        for index in 0..<count {
            let (token, readiness) = state.poller.event(index)
            if token == Self.timerToken {
                state.timer.clear()
                state.timerHandler?()
            } else if let watch = state.watched[Int32(truncatingIfNeeded: token)],
                watch.generation == UInt32(truncatingIfNeeded: token >> 32)
            {
                watch.handler(readiness)
            }
        }
    }

    private static func token(_ descriptor: Int32, _ generation: UInt32) -> UInt64 {
        UInt64(generation) << 32 | UInt64(UInt32(bitPattern: descriptor))
    }
}

extension EventLoop {
    /// Runs an actor's job on the loop.
    public func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        let executor = unsafe asUnownedSerialExecutor()
        queue.execute { unsafe job.runSynchronously(on: executor) }
    }

    /// Traps when the caller does not run on the loop.
    public func checkIsolated() {
        queue.requireIsCurrent()
    }
}
