import BatonAudio
import BatonBase

/// The audio of one line on its way to whoever listens: from the line's first packet on, without a
/// gap, 300 ms behind the present.
final class ForwardedStream {
    /// The line as it was told last.
    var line: RecordedLine
    private let plan: ForwardingPlan
    private let connection: ForwardConnection
    private var timeline: AudioTimeline
    private var frames: [[Int16]] = [[]]
    private var resampler: AudioResampler?
    private var resampled: [Int16] = []
    private let frameCount: Int
    /// Where the call's audio was when this one began.
    private let start: Int
    private var end: (time: Instant, isWritten: Bool)?

    /// How far behind the present it is sent: what comes out of order is waited for.
    static let lagMilliseconds = 300
    /// For how long after the end the rest may wait to be taken.
    static let flushMax: Duration = .seconds(5)

    init(_ line: RecordedLine, _ plan: ForwardingPlan, _ audio: CallAudio, at time: Instant) {
        self.line = line
        self.plan = plan
        connection = ForwardConnection(to: plan.address, sampleRateHz: plan.sampleRateHz)
        start = audio.position(time)
        frameCount = audio.sampleRateHz / 50
        timeline = AudioTimeline(channelCount: 1, limit: audio.sampleRateHz * 4)
        guard audio.sampleRateHz != plan.sampleRateHz else { return }
        resampler = try? AudioResampler(
            inputRateHz: audio.sampleRateHz, outputRateHz: plan.sampleRateHz)
        resampled = Array(repeating: 0, count: resampler?.outputCapacity(for: frameCount) ?? 0)
    }

    /// Counts so far.
    var figures: ForwardedStreamFigures {
        ForwardedStreamFigures(
            tag: line.tag, isConnected: connection.isConnected, sentBytes: connection.sentBytes,
            droppedFrames: connection.droppedFrames)
    }

    /// Takes samples that begin at `position` of the call's audio.
    func add(_ samples: [Int16], count: Int, at position: Int) {
        timeline.add(samples, count: count, at: position - start, channel: 0)
    }

    /// Has what is old enough sent when the call's audio has come to `time`.
    func advance(to time: Instant, of audio: CallAudio) {
        guard end == nil else { return }
        let lag = audio.sampleRateHz * Self.lagMilliseconds / 1_000
        write(until: audio.position(time) - start - lag)
    }

    /// Ends it with what came until `time`.
    func end(at time: Instant) {
        if end == nil { end = (time, false) }
    }

    /// Sends what can be sent.
    /// - Returns: whether it is over.
    func turn(at now: Instant, of audio: CallAudio, isLast: Bool) -> Bool {
        if let end, !end.isWritten, isLast || now >= end.time + Recording.grace {
            write(until: audio.position(end.time) - start)
            self.end?.isWritten = true
        }
        connection.turn(at: now, header: plan.headerBytes(for: line))
        guard let end, end.isWritten else { return false }
        guard isLast || connection.isEmpty || now >= end.time + Self.flushMax else { return false }
        connection.close()
        return true
    }

    /// What has become known since the last call.
    func takeEvents() -> [ForwardingEvent] {
        connection.takeFailures().map { event(.failed($0.cause, $0.sentence)) }
    }

    /// The event of `kind`.
    func event(_ kind: ForwardingEvent.Kind) -> ForwardingEvent {
        ForwardingEvent(callID: plan.callID, tag: line.tag, kind: kind, figures: figures)
    }

    private func write(until end: Int) {
        while timeline.start + frameCount <= end {
            timeline.take(frameCount, into: &frames)
            guard resampler != nil else {
                connection.append(frames[0])
                continue
            }
            let count = Self.resample(frames[0], by: &resampler, into: &resampled)
            connection.append(resampled[..<count])
        }
    }

    private static func resample(
        _ samples: [Int16], by resampler: inout AudioResampler?, into output: inout [Int16]
    ) -> Int {
        var span = output.mutableSpan
        return resampler?.resample(samples.span, into: &span) ?? 0
    }
}
