import BatonBase
import BatonMediaFile

/// The audio of a recording: the sources of all lines, their common timeline, and the files.
///
/// It begins with the first packet and is written half a second behind the present, so that what
/// comes late or out of order still finds its place.
final class AudioTrack {
    /// Samples a second.
    let sampleRateHz: Int
    /// When the audio begins.
    let origin: Instant
    private var sources: [TapNumber: AudioSource] = [:]
    private var timeline: AudioTimeline
    private let outputs: [any AudioOutput]
    private var frames: [[Int16]]
    private let isStereo: Bool
    /// How long recording has paused since the beginning: that time is not in the audio.
    private var pausedNanoseconds: UInt64 = 0

    /// How far behind the present it is written.
    static let lag: Duration = .milliseconds(500)

    init(
        _ plan: RecordingPlan, _ files: [RecordingFormat: RecordingFile], sampleRateHz: Int,
        origin: Instant
    ) {
        self.sampleRateHz = sampleRateHz
        self.origin = origin
        isStereo = plan.isStereo
        let channels = plan.isStereo ? 2 : 1
        timeline = AudioTimeline(channelCount: channels, limit: sampleRateHz * 4)
        frames = Array(repeating: [], count: channels)
        outputs = plan.formats.compactMap { format in
            guard let file = files[format] else { return nil }
            switch format {
            case .pcap: return nil
            case .wav:
                return WAVOutput(file, sampleRateHz: sampleRateHz, channelCount: channels)
            case .ogg:
                return OggOutput(
                    file, sampleRateHz: sampleRateHz, channelCount: channels,
                    serialNumber: plan.number)
            }
        }
    }

    /// Seconds of audio so far.
    var seconds: Double { Double(timeline.start) / Double(sampleRateHz) }

    /// Takes a packet of `line`.
    func receive(_ packet: RawSpan, of line: RecordedLine, at arrival: Instant) {
        write(until: arrival, lag: Self.lag)
        source(of: line).receive(
            packet, at: arrival, position: position(arrival), into: &timeline)
    }

    /// What a line's payload types stand for may have changed.
    func update(_ line: RecordedLine) {
        sources[line.number]?.update(line)
    }

    /// Leaves the time from `begin` to `end` out.
    func skip(from begin: Instant, to end: Instant) {
        pausedNanoseconds &+= end.nanosecondsSince(max(begin, origin))
    }

    /// Writes what is half a second old.
    func tick(at now: Instant) {
        for source in sources.values { source.tick(at: now, into: &timeline) }
        write(until: now, lag: Self.lag)
    }

    /// Has files that say at their beginning how long they are say it anew.
    func refresh() {
        for output in outputs {
            output.file.flush(always: true)
            output.refresh()
        }
    }

    /// Writes all that is left, up to `end`.
    func finish(at end: Instant) {
        for source in sources.values {
            source.tick(at: end + AudioSource.waitMax, into: &timeline)
        }
        write(until: end, lag: .zero)
        for output in outputs { output.finish() }
    }

    private func source(of line: RecordedLine) -> AudioSource {
        if let source = sources[line.number] { return source }
        var line = line
        if !isStereo { line.channel = 0 }
        let source = AudioSource(line, sampleRateHz: sampleRateHz)
        sources[line.number] = source
        return source
    }

    /// Where `time` lies, in samples.
    private func position(_ time: Instant) -> Int {
        let nanoseconds = time.nanosecondsSince(origin)
        guard nanoseconds > pausedNanoseconds else { return 0 }
        let (seconds, rest) = (nanoseconds - pausedNanoseconds)
            .quotientAndRemainder(dividingBy: 1_000_000_000)
        return Int(clamping: seconds) * sampleRateHz
            + Int(rest) * sampleRateHz / 1_000_000_000
    }

    private func write(until time: Instant, lag: Duration) {
        let behind = Int(lag.components.attoseconds / 1_000_000_000_000_000) * sampleRateHz / 1_000
        let frame = sampleRateHz / 50
        let whole = (position(time) - behind) / frame * frame
        var count = whole - timeline.start
        while count > 0 {
            // In pieces of a second: a long silence must not take much memory.
            let part = min(count, sampleRateHz)
            timeline.take(part, into: &frames)
            for output in outputs {
                output.append(frames)
                output.file.flush()
            }
            count -= part
        }
    }
}
