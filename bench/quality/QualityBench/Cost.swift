import BatonBase
import BatonRTP
import BatonTranscode
import Foundation

/// What a packet of 20 ms costs, between pairs of codecs and at several efforts of Opus.
struct Cost {
    private let speech: [Int16]
    private let seconds: Int

    /// - Parameter path: Speech at 8,000 Hz; noise that swells and fades without it.
    init(seconds: Int, _ path: String?) throws {
        self.seconds = seconds
        if let path {
            speech = try readSamples(path)
            return
        }
        var random = SplitMix64(seed: 1)
        var last = 0.0
        speech = (0..<8_000 * 20).map { index in
            last = 0.9 * last + Double.random(in: -1_000...1_000, using: &random)
            return Int16(last * (1 + sin(Double(index) / 2_000)))
        }
    }

    func run() throws {
        print("µs of CPU a packet of 20 ms")
        for (input, output, effort, dtx) in [
            ("pcmu", "pcma", 5, false), ("pcmu", "g722", 5, false), ("g722", "pcmu", 5, false),
            ("pcmu", "opus", 0, false), ("pcmu", "opus", 1, false), ("pcmu", "opus", 2, false),
            ("pcmu", "opus", 3, false), ("pcmu", "opus", 5, false), ("pcmu", "opus", 10, false),
            ("g722", "opus", 0, false), ("g722", "opus", 1, false), ("g722", "opus", 2, false),
            ("g722", "opus", 3, false), ("g722", "opus", 5, false), ("opus", "pcmu", 5, false),
            ("opus", "g722", 5, false),
            ("opus", "opus", 5, false),
        ] {
            let cost = try measure(input, output, effort, dtx, speech)
            print("\(input) → \(output), complexity \(effort): \(cost)")
        }
        let silence = [Int16](repeating: 0, count: 160_000)
        print("silence, pcmu → opus: \(try measure("pcmu", "opus", 5, false, silence))")
        print("silence, pcmu → opus with DTX: \(try measure("pcmu", "opus", 5, true, silence))")
        print("silence, pcmu → pcma: \(try measure("pcmu", "pcma", 5, false, silence))")
    }

    private func measure(
        _ input: String, _ output: String, _ effort: Int, _ dtx: Bool, _ samples: [Int16]
    ) throws -> String {
        var parameters = OpusParameters()
        parameters.usesDTX = dtx
        var settings = TranscoderSettings()
        settings.opusComplexity = effort
        settings.narrowbandComplexity = effort
        guard let from = format(input, OpusParameters()), let to = format(output, parameters)
        else { throw Conversion.WrongOption(name: input) }
        let packets = try encode(samples, from)
        var transcoder = try AudioTranscoder(
            input: [from], output: TranscodedFormats(audio: to),
            identity: TranscodedIdentity(ssrc: 1, sequenceNumber: 0, isContinuous: false),
            settings: settings)
        var sink = PacketSink()
        sink.keeps = false
        let start = clock()
        let count = seconds * 50
        let ticks = UInt32(from.codec.clockRateHz / 50)
        var header = packets[0].header(payloadType: from.payloadType)
        for index in 0..<count {
            header.sequenceNumber = UInt16(truncatingIfNeeded: index)
            header.timestamp = UInt32(index) &* ticks
            let payload = packets[index % packets.count].payload
            transcoder.receive(
                header, payload: payload.span.bytes,
                at: Instant(nanoseconds: UInt64(index) * 20_000_000), into: &sink)
        }
        let used = Double(clock() - start) / Double(CLOCKS_PER_SEC)
        return String(format: "%.2f", used * 1e6 / Double(count))
    }

    private func encode(_ samples: [Int16], _ format: AudioFormat) throws -> [Packet] {
        var encoder = try AudioEncoder(
            format, sourceRateHz: 8_000, channels: 1, settings: TranscoderSettings())
        let frame = encoder.sampleRateHz / 50
        return (0..<samples.count / frame).map { index in
            var bytes = [UInt8](repeating: 0, count: 1_500)
            var typed = bytes.mutableSpan
            var span = typed.mutableBytes
            let block = Array(samples[index * frame..<(index + 1) * frame])
            let count = encoder.encode(block.span, into: &span) ?? 0
            return Packet(sequenceNumber: 0, timestamp: 0, payload: Array(bytes.prefix(count)))
        }
    }
}
