public import BatonBase
public import BatonIO
public import BatonMediaFile
import Synchronization

/// Writes recordings, and sends audio to those who listen, on a thread of its own (N10).
///
/// Media workers put copies of packets into rings and never wait; the recorder looks into the rings
/// twenty times a second while anything is taken. A disk that is slow fills the rings, which the
/// workers count; one that is full is counted and told here. Connections are never waited for. Any
/// thread may call the functions.
public final class Recorder: Sendable {
    private let rings: [PacketRing]
    private let clock: @Sendable () -> Instant
    private let notify: @Sendable (RecorderEvent) -> Void
    private let queue: SerialQueue
    private let state: QueueConfined<RecorderState>
    private let shared = Mutex(Shared())

    /// What other threads may see.
    private struct Shared {
        var figures = RecorderFigures()
        var calls: [UInt32: CallRecordingFigures] = [:]
    }

    /// How often the rings are looked into.
    static let interval: Duration = .milliseconds(50)

    /// A recorder of what the workers put into `rings`; nobody else reads them.
    ///
    /// - Parameters:
    ///   - clock: the monotonic clock.
    ///   - notify: called on the recorder's thread; it must not block.
    public init(
        rings: [PacketRing], clock: @escaping @Sendable () -> Instant,
        notify: @escaping @Sendable (RecorderEvent) -> Void
    ) {
        self.rings = rings
        self.clock = clock
        self.notify = notify
        let queue = SerialQueue(label: "baton.recorder")
        self.queue = queue
        state = QueueConfined(RecorderState(), to: queue)
    }

    /// Counts so far.
    public var figures: RecorderFigures { shared.withLock { $0.figures } }

    /// Counts of the call whose packets are marked with `tap`, as of the last look into the rings.
    public func figures(ofCall tap: UInt32) -> CallRecordingFigures? {
        shared.withLock { $0.calls[tap] }
    }

    /// Makes the files of a recording, here and now, and begins it. Packets may come from the
    /// return on.
    /// - Returns: the names of its files, the metadata last.
    /// - Throws: `SystemError` when a file cannot be made; none is left then.
    public func begin(
        _ plan: RecordingPlan, lines: [RecordedLine]
    ) throws(SystemError) -> [String] {
        let outputs: RecordingOutputs
        do throws(SystemError) {
            outputs = try RecordingOutputs(plan)
        } catch {
            if !error.isAlreadyThere { change { $0.noteFailure(RecordingFailureCause(error)) } }
            throw error
        }
        change { $0.begin(Recording(plan, lines, outputs), lines) }
        return plan.formats.map { plan.path($0.rawValue) } + [plan.path("json")]
    }

    /// Begins to send the audio of those lines that say so to whoever listens, each by a TCP
    /// connection of its own, from its next packet on.
    public func forward(_ plan: ForwardingPlan, lines: [RecordedLine], at time: Instant) {
        change { $0.forward(plan, lines, at: time) }
    }

    /// The lines of the call `tap` that are new or have changed: what is recorded of them, and
    /// what is forwarded.
    public func update(_ tap: UInt32, lines: [RecordedLine], at time: Instant) {
        changeAfterTurn(at: time) { $0[tap]?.update(lines, at: time) }
    }

    /// What stands in the metadata of a recording from now on.
    public func update(_ number: UInt32, metadata: RecordingMetadata) {
        change { $0.recording(number)?.1.update(metadata) }
    }

    /// Leaves out what comes from `time` on.
    public func pause(_ number: UInt32, at time: Instant) {
        changeAfterTurn(at: time) {
            guard let (call, recording) = $0.recording(number) else { return }
            recording.pause(at: time, call.audio)
        }
    }

    /// Goes on after a pause.
    public func resume(_ number: UInt32, at time: Instant) {
        changeAfterTurn(at: time) {
            guard let (call, recording) = $0.recording(number) else { return }
            recording.resume(at: time, call.audio)
        }
    }

    /// Ends a recording; its files are complete a moment later, or gone when it `discards` them.
    public func end(_ number: UInt32, at time: Instant, discards: Bool = false) {
        change { $0.recording(number)?.1.end(at: time, discards: discards) }
    }

    /// Ends everything, and waits until all files are complete; what no listener takes at once is
    /// given up.
    public func finish() {
        queue.executeAndWait { [self] in
            tell(state.withValue { $0.finish(rings, at: clock()) })
        }
    }

    /// Waits until all that was asked for so far is done.
    func settle() { queue.executeAndWait {} }

    /// Changes something on the recorder's thread, which then works as long as there is work.
    private func change(_ body: @escaping @Sendable (inout RecorderState) -> Void) {
        queue.execute { [self] in
            state.withValue { body(&$0) }
            if !state.withValue({ $0.isTurning }) { turn() }
        }
    }

    /// Changes something for what comes after `time`: what is still in the rings came before.
    private func changeAfterTurn(
        at time: Instant, _ body: @escaping @Sendable (inout RecorderState) -> Void
    ) {
        queue.execute { [self] in
            tell(state.withValue { $0.turn(rings, at: time) })
            state.withValue { body(&$0) }
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

    private func tell(_ events: [RecorderEvent]) {
        let seen = state.withValue { Shared(figures: $0.figures, calls: $0.callFigures) }
        shared.withLock { $0 = seen }
        for event in events { notify(event) }
    }
}
