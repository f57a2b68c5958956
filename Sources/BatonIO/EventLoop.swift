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

    /// How long the loop waits for more after the last event before it gives its queue back to
    /// Dispatch, in milliseconds.
    private static let lingerMilliseconds: Int32 = 5

    /// The queue that everything runs on.
    public let queue: SerialQueue
    private var state: State
    private var source: ReadSource?
    private let wakeup: WakeupDescriptor
    /// Jobs that wait for the queue.
    private let waitingJobs = Atomic<Int>(0)
    /// Whether the queue is, or is about to be, held in `epoll_wait`.
    private let isLingering = Atomic<Bool>(false)

    /// A loop whose queue is named `label`, running at once.
    public init(label: String) throws(SystemError) {
        queue = SerialQueue(label: label)
        wakeup = try WakeupDescriptor()
        state = State(poller: try Poller(), timer: try TimerDescriptor())
        try state.poller.add(state.timer.descriptor, token: Self.timerToken, for: .read)
        try state.poller.add(wakeup.descriptor, token: Self.wakeupToken, for: .read)
        source = ReadSource(descriptor: state.poller.descriptor, on: queue) { [weak self] in
            self?.turn()
        }
    }

    deinit { source?.cancel() }

    private static let timerToken = UInt64.max
    private static let wakeupToken = UInt64.max - 1

    /// Runs `work` on the loop, later. Any thread may call it.
    public func execute(_ work: @escaping @Sendable () -> Void) {
        waitingJobs.wrappingAdd(1, ordering: .sequentiallyConsistent)
        queue.execute { [self] in
            waitingJobs.wrappingSubtract(1, ordering: .relaxed)
            work()
        }
        if isLingering.load(ordering: .sequentiallyConsistent) { wakeup.signal() }
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

    /// One wake-up: rounds of events, and between them a short wait in the epoll instance itself,
    /// which is cheaper than going back and forth by way of Dispatch. A job for the queue ends it.
    private func turn() {
        repeat {
            let count = waitForEvents()
            for index in 0..<count { handle(index) }
            if count == 0 { return }
        } while waitingJobs.load(ordering: .relaxed) == 0
    }

    /// The number of events there are, after lingering for the first one unless jobs wait.
    private func waitForEvents() -> Int {
        // The order matters: a job that is not seen here sees that the loop lingers, and wakes it.
        isLingering.store(true, ordering: .sequentiallyConsistent)
        defer { isLingering.store(false, ordering: .relaxed) }
        let hasJobs = waitingJobs.load(ordering: .sequentiallyConsistent) > 0
        return state.poller.poll(waitingMilliseconds: hasJobs ? 0 : Self.lingerMilliseconds)
    }

    private func handle(_ index: Int) {
        let (token, readiness) = state.poller.event(index)
        switch token {
        case Self.timerToken:
            state.timer.clear()
            state.timerHandler?()
        case Self.wakeupToken:
            wakeup.clear()
        default:
            // A stale event: its descriptor was unwatched by an earlier handler of this round.
            guard let watch = state.watched[Int32(truncatingIfNeeded: token)],
                watch.generation == UInt32(truncatingIfNeeded: token >> 32)
            else { return }
            watch.handler(readiness)
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
        execute { unsafe job.runSynchronously(on: executor) }
    }

    /// Traps when the caller does not run on the loop.
    public func checkIsolated() {
        queue.requireIsCurrent()
    }
}
