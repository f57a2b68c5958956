import BatonBase
import BatonTranscode

/// The audio of a call's lines: each is decoded once, at one rate and on one axis of time, whoever
/// takes it.
///
/// It begins with the first packet that somebody takes; only then the rate is known.
final class CallAudio {
    /// Samples a second.
    let sampleRateHz: Int
    /// When the audio begins.
    let origin: Instant
    private var sources: [TapNumber: AudioSource] = [:]

    init(sampleRateHz: Int, origin: Instant) {
        self.sampleRateHz = sampleRateHz
        self.origin = origin
    }

    /// The audio of a call whose first packet is `packet` of `line`: 16 kHz when it, or what one of
    /// the lines prefers, has more than telephone quality.
    convenience init(
        _ packet: RawSpan, of line: RecordedLine, among lines: some Collection<RecordedLine>,
        at arrival: Instant
    ) {
        let type = packet.byteCount > 1 ? packet.uint8(at: 1) & 0x7f : 0
        let isWide =
            (line.codecs[type]?.sampleRateHz ?? 0) > 8_000
            || lines.contains { $0.isAudio && $0.prefersWideband }
        self.init(sampleRateHz: isWide ? 16_000 : 8_000, origin: arrival)
    }

    /// Where `time` lies, in samples.
    func position(_ time: Instant) -> Int {
        let (seconds, rest) = time.nanosecondsSince(origin)
            .quotientAndRemainder(dividingBy: 1_000_000_000)
        return Int(clamping: min(seconds, 1 << 32)) * sampleRateHz
            + Int(rest) * sampleRateHz / 1_000_000_000
    }

    /// Takes a packet of `line`.
    func receive(
        _ packet: RawSpan, of line: RecordedLine, at arrival: Instant,
        into sinks: [any DecodedAudioSink]
    ) {
        let source = sources[line.number] ?? AudioSource(line, sampleRateHz: sampleRateHz)
        sources[line.number] = source
        source.receive(packet, at: arrival, position: position(arrival), into: sinks)
    }

    /// Gives up waiting for what should have come by now.
    func tick(at now: Instant, into sinks: [any DecodedAudioSink]) {
        for source in sources.values { source.tick(at: now, into: sinks) }
    }

    /// What a line's payload types stand for may have changed.
    func update(_ line: RecordedLine) {
        sources[line.number]?.update(line)
    }
}
