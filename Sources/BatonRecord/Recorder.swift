public import BatonBase
public import BatonIO
public import BatonMediaFile
import Synchronization

/// Writes recordings on a thread of its own (N10).
///
/// Media workers put copies of packets into rings and never wait; the recorder looks into the rings
/// twenty times a second while anything is recorded. A disk that is slow fills the rings, which the
/// workers count; one that is full is counted and told here. Any thread may call the functions.
public final class Recorder: Sendable {
    private let rings: [PacketRing]
    private let clock: @Sendable () -> Instant
    private let notify: @Sendable (RecordingEvent) -> Void
    private let queue: SerialQueue
    private let state: QueueConfined<RecorderState>
    private let shared = Mutex(RecorderFigures())

    /// How often the rings are looked into.
    static let interval: Duration = .milliseconds(50)

    /// A recorder of what the workers put into `rings`; nobody else reads them.
    ///
    /// - Parameters:
    ///   - clock: the monotonic clock.
    ///   - notify: called on the recorder's thread; it must not block.
    public init(
        rings: [PacketRing], clock: @escaping @Sendable () -> Instant,
        notify: @escaping @Sendable (RecordingEvent) -> Void
    ) {
        self.rings = rings
        self.clock = clock
        self.notify = notify
        let queue = SerialQueue(label: "baton.recorder")
        self.queue = queue
        state = QueueConfined(RecorderState(), to: queue)
    }

    /// Counts so far.
    public var figures: RecorderFigures { shared.withLock { $0 } }

    /// Makes the files of a recording, here and now, and begins it. Packets may come from the
    /// return on.
    /// - Returns: the names of its files, the metadata last.
    /// - Throws: `SystemError` when a file cannot be made; none is left then.
    public func begin(
        _ plan: RecordingPlan, lines: [RecordedLine]
    ) throws(SystemError) -> [String] {
        let outputs = try RecordingOutputs(plan)
        queue.execute { [self] in
            state.withValue { $0.begin(Recording(plan, lines, outputs)) }
            if !state.withValue({ $0.isTurning }) { turn() }
        }
        return plan.formats.map { plan.path($0.rawValue) } + [plan.path("json")]
    }

    /// Lines that are new or have changed, and what stands in the metadata from now on.
    public func update(_ number: UInt32, lines: [RecordedLine], metadata: RecordingMetadata) {
        onRecording(number) {
            $0.update(lines)
            $0.update(metadata)
        }
    }

    /// Leaves out what comes from `time` on.
    public func pause(_ number: UInt32, at time: Instant) {
        onRecording(number) { $0.pause(at: time) }
    }

    /// Goes on after a pause.
    public func resume(_ number: UInt32, at time: Instant) {
        queue.execute { [self] in
            // What is still in the rings came before, or in the pause.
            tell(state.withValue { $0.turn(rings, at: time) })
            state.withValue { $0[number]?.resume(at: time) }
        }
    }

    /// Ends a recording; its files are complete a moment later, or gone when it `discards` them.
    public func end(_ number: UInt32, at time: Instant, discards: Bool = false) {
        onRecording(number) { $0.end(at: time, discards: discards) }
    }

    /// Ends all recordings and waits until their files are complete.
    public func finish() {
        queue.executeAndWait { [self] in
            tell(state.withValue { $0.finish(rings, at: clock()) })
        }
    }

    /// Waits until all that was asked for so far is done.
    func settle() { queue.executeAndWait {} }

    private func onRecording(_ number: UInt32, _ body: @escaping @Sendable (Recording) -> Void) {
        queue.execute { [state] in
            state.withValue { state in
                if let recording = state[number] { body(recording) }
            }
        }
    }

    /// Looks into the rings, and again and again until nothing is recorded any more.
    private func turn() {
        tell(state.withValue { $0.turn(rings, at: clock()) })
        let goesOn = state.withValue { state in
            state.isTurning = state.isBusy
            return state.isTurning
        }
        guard goesOn else { return }
        queue.execute(after: Self.interval) { [weak self] in self?.turn() }
    }

    private func tell(_ events: [RecordingEvent]) {
        let figures = state.withValue { $0.figures }
        shared.withLock { $0 = figures }
        for event in events { notify(event) }
    }
}
