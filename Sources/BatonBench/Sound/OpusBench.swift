internal import BatonBase
internal import BatonIO
internal import BatonOpus

/// What bare libopus costs on this machine for the sound of ``TranscodeBench``: the part of a
/// transcoder's work that no relay can avoid.
public enum OpusBench {
    /// Encodes and decodes `packets` packets of 20 ms on the calling thread.
    ///
    /// - Parameter audio: the sound, at the encoding's sample rate; empty for a synthetic one.
    /// - Throws: `BenchError.usage` for numbers that libopus does not take.
    public static func run(
        _ encoding: SoundEncoding, packets: Int, audio: [Int16] = []
    ) throws(BenchError) -> BenchReport {
        guard (100...1_000_000).contains(packets) else {
            throw .usage("packets: 100 to 1000000.")
        }
        let speech =
            audio.isEmpty
            ? SpeechSource.speech(seconds: 4, rateHz: encoding.sampleRateHz) : audio
        let samples = SpeechSource.adding(
            SpeechSource.pilot(of: 0), to: speech, rateHz: encoding.sampleRateHz)
        let frame = encoding.sampleRateHz / 50
        guard samples.count >= frame else { throw .usage("audio: 20 ms at least.") }
        do throws(OpusFailure) {
            return try measure(encoding, packets, samples)
        } catch {
            throw .usage("libopus refuses these settings (\(error.code)).")
        }
    }

    private static func measure(
        _ encoding: SoundEncoding, _ packets: Int, _ samples: [Int16]
    ) throws(OpusFailure) -> BenchReport {
        let frame = encoding.sampleRateHz / 50
        let frames = samples.count / frame
        var encoder = try OpusEncoder(encoding.settings)
        var encoded: [[UInt8]] = []
        var buffer = [UInt8](repeating: 0, count: OpusEncoder.frameBytesMax)
        var encodeTime: UInt64 = 0
        var byteCount = 0
        for number in 0..<packets {
            let start = number % frames * frame
            let before = PreciseTimer.threadCPUNanoseconds()
            var span = buffer.mutableSpan
            var bytes = span.mutableBytes
            let length = try encoder.encode(
                samples.span.extracting(start..<start + frame), into: &bytes)
            encodeTime &+= PreciseTimer.threadCPUNanoseconds() &- before
            byteCount += length
            if encoded.count < 1_000 { encoded.append(Array(buffer[..<length])) }
        }
        let decodeTime = try decode(encoded, packets)
        var section = BenchSection(key: "opus", title: "bare libopus")
        section.add("bitrate", "asked for", .count(UInt64(encoding.bitrate)), "bit/s")
        let bits = Double(byteCount) * 8 * 50 / Double(packets) / 1000
        section.add("payload", "payload", .number(bits, digits: 1), "kbit/s")
        section.add("complexity", "complexity", .count(UInt64(encoding.complexity)))
        section.add("sampleRate", "samples", .count(UInt64(encoding.sampleRateHz)), "1/s")
        section.add("packets", "packets of 20 ms", .count(UInt64(packets)))
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
        _ encoded: [[UInt8]], _ packets: Int
    ) throws(OpusFailure) -> UInt64 {
        var decoder = try OpusDecoder(sampleRate: .hz8000, channels: .mono)
        var samples = [Int16](repeating: 0, count: 960)
        let before = PreciseTimer.threadCPUNanoseconds()
        for number in 0..<packets {
            var span = samples.mutableSpan
            let packet = encoded[number % encoded.count]
            _ = try decoder.decode(packet.span.bytes, into: &span)
        }
        return PreciseTimer.threadCPUNanoseconds() &- before
    }
}
