import BatonBase
import BatonMediaFile

/// The audio of a recording: a timeline of all lines, and the files.
///
/// It begins with the recording's first packet and is written half a second behind the present, so
/// that what comes late or out of order still finds its place.
final class AudioTrack {
    /// Samples a second.
    let sampleRateHz: Int
    /// When the audio begins.
    let origin: Instant
    private var timeline: AudioTimeline
    private let outputs: [any AudioOutput]
    private var frames: [[Int16]]
    private let isStereo: Bool
    /// Where the call's audio was when the recording began.
    private let start: Int
    /// The last pause, in the call's audio; it ends at `Int.max` while it goes on.
    private var pause: Range<Int>
    /// Samples of all pauses before the last one: that time is not in the audio.
    private var paused = 0

    /// How far behind the present it is written.
    static let lagMilliseconds = 500

    init(
        _ plan: RecordingPlan, _ files: [RecordingFormat: RecordingFile], _ audio: CallAudio,
        origin: Instant
    ) {
        sampleRateHz = audio.sampleRateHz
        self.origin = origin
        start = audio.position(origin)
        pause = start..<start
        isStereo = plan.isStereo
        let channels = plan.isStereo ? 2 : 1
        timeline = AudioTimeline(channelCount: channels, limit: audio.sampleRateHz * 4)
        frames = Array(repeating: [], count: channels)
        outputs = plan.formats.compactMap { format in
            guard let file = files[format] else { return nil }
            switch format {
            case .pcap: return nil
            case .wav:
                return WAVOutput(
                    file, sampleRateHz: audio.sampleRateHz, channelCount: channels)
            case .ogg:
                return OggOutput(
                    file, sampleRateHz: audio.sampleRateHz, channelCount: channels,
                    serialNumber: plan.number)
            }
        }
    }

    /// Seconds of audio so far.
    var seconds: Double { Double(timeline.start) / Double(sampleRateHz) }

    /// Takes samples that begin at `position` of the call's audio, unless that lies in a pause.
    func add(_ samples: [Int16], count: Int, at position: Int, channel: Int) {
        guard !pause.contains(position) else { return }
        timeline.add(
            samples, count: count, at: place(position), channel: isStereo ? channel : 0)
    }

    /// Leaves out what comes from `position` of the call's audio on.
    func pause(from position: Int) {
        paused += pause.count
        pause = max(position, start)..<Int.max
    }

    /// Goes on at `position` of the call's audio.
    func resume(at position: Int) {
        pause = pause.lowerBound..<max(pause.lowerBound, position)
    }

    /// Writes what is half a second old when the call's audio has come to `position`.
    func advance(to position: Int) {
        write(until: place(position) - sampleRateHz * Self.lagMilliseconds / 1_000)
    }

    /// Has files that say at their beginning how long they are say it anew.
    func refresh() {
        for output in outputs {
            output.file.flush(always: true)
            output.refresh()
        }
    }

    /// Writes all that is left, up to `position` of the call's audio.
    func finish(at position: Int) {
        write(until: place(position))
        for output in outputs { output.finish() }
    }

    /// Where a place of the call's audio is in this one.
    private func place(_ position: Int) -> Int {
        let isBehind = position >= pause.lowerBound
        let end = min(position, pause.upperBound)
        return position - start - paused - (isBehind ? end - pause.lowerBound : 0)
    }

    private func write(until end: Int) {
        let frame = sampleRateHz / 50
        var count = end / frame * frame - timeline.start
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
