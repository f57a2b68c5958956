internal import BatonBase
internal import BatonIO
internal import BatonOpus

/// What bare libopus costs on this machine for the sound of ``TranscodeBench``: the part of a
/// transcoder's work that no relay can avoid.
public enum OpusBench {
    /// Encodes and decodes `packets` packets of 20 ms on the calling thread.
    ///
    /// - Parameters:
    ///   - pacing: when the packets are handled.
    ///   - audio: the sound, at the encoding's sample rate; empty for a synthetic one.
    /// - Throws: `BenchError.usage` for numbers that libopus does not take.
    public static func run(
        _ encoding: SoundEncoding, packets: Int, pacing: Pacing = Pacing(), audio: [Int16] = []
    ) throws(BenchError) -> BenchReport {
        guard (100...1_000_000).contains(packets) else {
            throw .usage("packets: 100 to 1000000.")
        }
        guard (1...10_000).contains(pacing.streams) else { throw .usage("streams: 1 to 10000.") }
        let speech =
            audio.isEmpty
            ? SpeechSource.speech(seconds: 4, rateHz: encoding.sampleRateHz) : audio
        let samples = SpeechSource.adding(
            SpeechSource.pilot(of: 0), to: speech, rateHz: encoding.sampleRateHz)
        let frame = encoding.sampleRateHz / 50
        guard samples.count >= frame else { throw .usage("audio: 20 ms at least.") }
        do throws(OpusFailure) {
            return try measure(encoding, packets, pacing, samples)
        } catch {
            throw .usage("libopus refuses these settings (\(error.code)).")
        }
    }

    /// How many streams take turns, packet by packet, and how much time is between the packets.
    ///
    /// One stream in a tight loop finds all that it needs in the processor's caches. A relay's
    /// calls do not: between two packets of one there are the others', the kernel and rest.
    public struct Pacing: Hashable, Sendable {
        /// The number of streams.
        public var streams = 1
        /// Whether packets come as the calls of a relay have them: 50 a second of each stream,
        /// those of one millisecond together.
        public var isRealTime = false

        /// One stream in a tight loop.
        public init() {}
    }

    private static func measure(
        _ encoding: SoundEncoding, _ packets: Int, _ pacing: Pacing, _ samples: [Int16]
    ) throws(OpusFailure) -> BenchReport {
        let frame = encoding.sampleRateHz / 50
        let frames = samples.count / frame
        var encoders = ResourceTable<OpusEncoder>(capacity: pacing.streams)
        for _ in 0..<pacing.streams { _ = encoders.insert(try OpusEncoder(encoding.settings)) }
        var encoded: [[UInt8]] = []
        var buffer = [UInt8](repeating: 0, count: OpusEncoder.frameBytesMax)
        var encodeTime: UInt64 = 0
        var byteCount = 0
        let begin = MonotonicClock.now()
        for number in 0..<packets {
            pacing.wait(for: number, since: begin)
            // All streams carry the same sound, so that each takes the frame of its own turn.
            let start = number / pacing.streams % frames * frame
            let before = PreciseTimer.threadCPUNanoseconds()
            var span = buffer.mutableSpan
            var bytes = span.mutableBytes
            let length = try encoders[Int32(number % pacing.streams)].encode(
                samples.span.extracting(start..<start + frame), into: &bytes)
            encodeTime &+= PreciseTimer.threadCPUNanoseconds() &- before
            byteCount += length
            if number % pacing.streams == 0, encoded.count < 1_000 {
                encoded.append(Array(buffer[..<length]))
            }
        }
        let decodeTime = try decode(encoded, packets, pacing)
        var section = BenchSection(key: "opus", title: "bare libopus")
        section.add("bitrate", "asked for", .count(UInt64(encoding.bitrate)), "bit/s")
        let bits = Double(byteCount) * 8 * 50 / Double(packets) / 1000
        section.add("payload", "payload", .number(bits, digits: 1), "kbit/s")
        section.add("complexity", "complexity", .count(UInt64(encoding.complexity)))
        section.add("sampleRate", "samples", .count(UInt64(encoding.sampleRateHz)), "1/s")
        section.add("packets", "packets of 20 ms", .count(UInt64(packets)))
        section.add("streams", "streams that take turns", .count(UInt64(pacing.streams)))
        section.add(
            "pacing", "packets",
            .text(pacing.isRealTime ? "50 a second of each stream" : "in a tight loop"))
        section.add(
            "encode", "CPU to encode a packet", nanoseconds: encodeTime / UInt64(packets))
        section.add(
            "decode", "CPU to decode a packet, to 8,000 samples a second",
            nanoseconds: decodeTime / UInt64(packets))
        var report = BenchReport(bench: "opus", target: "libopus in this process")
        report.sections = [section]
        return report
    }

    private static func decode(
        _ encoded: [[UInt8]], _ packets: Int, _ pacing: Pacing
    ) throws(OpusFailure) -> UInt64 {
        var decoders = ResourceTable<OpusDecoder>(capacity: pacing.streams)
        for _ in 0..<pacing.streams {
            _ = decoders.insert(try OpusDecoder(sampleRate: .hz8000, channels: .mono))
        }
        var samples = [Int16](repeating: 0, count: 960)
        var decodeTime: UInt64 = 0
        let begin = MonotonicClock.now()
        for number in 0..<packets {
            pacing.wait(for: number, since: begin)
            let before = PreciseTimer.threadCPUNanoseconds()
            var span = samples.mutableSpan
            let packet = encoded[number / pacing.streams % encoded.count]
            _ = try decoders[Int32(number % pacing.streams)].decode(packet.span.bytes, into: &span)
            decodeTime &+= PreciseTimer.threadCPUNanoseconds() &- before
        }
        return decodeTime
    }
}

extension OpusBench.Pacing {
    /// Waits until packet `number` is due.
    fileprivate func wait(for number: Int, since begin: Instant) {
        guard isRealTime else { return }
        // 50 packets a second of each stream, rounded up to the next millisecond.
        let microseconds = number * 20_000 / streams
        let due = begin + .milliseconds((microseconds + 999) / 1_000)
        if MonotonicClock.now() < due { PreciseTimer.sleep(until: due) }
    }
}
