import BatonBase
import BatonRTP
import BatonTranscode
import Foundation

/// Audio encoded as the first codec of a chain, transcoded to each of the others, and decoded.
struct Conversion {
    private let formats: [AudioFormat]
    private let rateHz: Int
    private let lossPercent: Double
    private let seed: UInt64
    private let settings: TranscoderSettings
    /// An effort that takes turns with the other one each 200 ms.
    private let otherComplexity: Int?

    struct WrongOption: Error {
        var name: String
    }

    /// - Parameter options: `chain`, `rate`; `loss` in percent on the way to the first transcoder,
    ///   `seed`; `bitrate`, `complexity`, `toggle` (another complexity, by turns each 200 ms),
    ///   `fec` (1), `conceal` (0: gaps stay silent), `playback`.
    init(_ options: [String: String]) throws {
        var opus = OpusParameters()
        opus.usesInbandFEC = options["fec"] == "1"
        opus.maxPlaybackRateHz = options["playback"].flatMap { Int($0) }
        let names = (options["chain"] ?? "pcmu,opus,pcmu").split(separator: ",")
        formats = try names.map { name in
            guard let format = format(String(name), opus) else {
                throw WrongOption(name: String(name))
            }
            return format
        }
        rateHz = options["rate"].flatMap { Int($0) } ?? 8_000
        lossPercent = options["loss"].flatMap { Double($0) } ?? 0
        seed = options["seed"].flatMap { UInt64($0) } ?? 1
        var settings = TranscoderSettings()
        if let bitrate = options["bitrate"].flatMap({ Int($0) }) {
            settings.narrowbandBitrate = bitrate
            settings.widebandBitrate = bitrate
            settings.fullbandBitrate = bitrate
        }
        if let complexity = options["complexity"].flatMap({ Int($0) }) {
            settings.opusComplexity = complexity
            settings.narrowbandComplexity = complexity
        }
        otherComplexity = options["toggle"].flatMap { Int($0) }
        settings.repeatsBeforeLoss = opus.usesInbandFEC
        if options["conceal"] == "0" { settings.concealmentMax = .zero }
        self.settings = settings
    }

    /// What `samples` become.
    func run(_ samples: [Int16]) throws -> [Int16] {
        var packets = lose(try encode(samples))
        for (input, output) in zip(formats, formats.dropFirst()) {
            packets = try transcode(packets, from: input, to: output)
        }
        return try decode(packets)
    }

    private func encode(_ samples: [Int16]) throws -> [Packet] {
        var encoder = try AudioEncoder(
            formats[0], sourceRateHz: rateHz, channels: 1, settings: settings)
        precondition(encoder.sampleRateHz == rateHz, "the first codec has the file's rate")
        let frame = rateHz / 50
        let ticks = formats[0].codec.clockRateHz / 50
        return (0..<samples.count / frame).map { index in
            var bytes = [UInt8](repeating: 0, count: 1_500)
            var typed = bytes.mutableSpan
            var span = typed.mutableBytes
            let block = Array(samples[index * frame..<(index + 1) * frame])
            let count = encoder.encode(block.span, into: &span) ?? 0
            return Packet(
                sequenceNumber: UInt16(truncatingIfNeeded: index),
                timestamp: UInt32(index * ticks), payload: Array(bytes.prefix(count)))
        }
    }

    private func lose(_ packets: [Packet]) -> [Packet] {
        var random = SplitMix64(seed: seed)
        return packets.filter { _ in Double.random(in: 0..<100, using: &random) >= lossPercent }
    }

    private func transcode(
        _ packets: [Packet], from input: AudioFormat, to output: AudioFormat
    ) throws -> [Packet] {
        var transcoder = try AudioTranscoder(
            input: [input], output: TranscodedFormats(audio: output),
            identity: TranscodedIdentity(ssrc: 1, sequenceNumber: 0, isContinuous: false),
            settings: settings)
        var sink = PacketSink()
        var now = Instant(nanoseconds: 0)
        defer { report(sink.packets, output) }
        for packet in packets {
            let seconds = Double(packet.timestamp) / Double(input.codec.clockRateHz)
            now = Instant(nanoseconds: UInt64(seconds * 1e9))
            while let deadline = transcoder.nextDeadline, deadline <= now {
                transcoder.tick(at: deadline, into: &sink)
            }
            if let otherComplexity, packet.sequenceNumber % 10 == 0 {
                let isOther = packet.sequenceNumber / 10 % 2 == 1
                transcoder.setComplexityLimit(isOther ? otherComplexity : 10)
            }
            let header = packet.header(payloadType: input.payloadType)
            transcoder.receive(header, payload: packet.payload.span.bytes, at: now, into: &sink)
        }
        transcoder.finish(at: now, into: &sink)
        return sink.packets
    }

    /// Says on standard error what Opus took, for a comparison at the same rate.
    private func report(_ packets: [Packet], _ format: AudioFormat) {
        guard format.codec == .opus, !packets.isEmpty else { return }
        let bytes = packets.reduce(0) { $0 + $1.payload.count }
        let line = "bitrate=\(bytes * 8 * 50 / packets.count)\n"
        FileHandle.standardError.write(Data(line.utf8))
    }

    private func decode(_ packets: [Packet]) throws -> [Int16] {
        let format = formats[formats.count - 1]
        var decoder = try AudioDecoder(format.codec, sampleRateHz: rateHz, channels: 1)
        precondition(decoder.sampleRateHz == rateHz, "the last codec has the file's rate")
        let first = packets.first?.timestamp ?? 0
        var samples: [Int16] = []
        for packet in packets {
            var room = [Int16](repeating: 0, count: decoder.samplesMax)
            var span = room.mutableSpan
            let count = try decoder.decode(packet.payload.span.bytes, into: &span)
            let start = Int(packet.timestamp &- first) * rateHz / format.codec.clockRateHz
            if samples.count < start + count {
                samples += Array(repeating: 0, count: start + count - samples.count)
            }
            samples.replaceSubrange(start..<start + count, with: room.prefix(count))
        }
        return samples
    }
}

/// A packet of one stream.
struct Packet {
    var sequenceNumber: UInt16
    var timestamp: UInt32
    var payload: [UInt8]

    func header(payloadType: UInt8) -> RTPHeader {
        let writer = RTPPacketWriter(
            ssrc: 1, sequenceNumber: sequenceNumber, timestamp: timestamp,
            payloadType: payloadType)
        guard let header = try? RTPHeader(validating: writer.packet(payload: []).span.bytes) else {
            preconditionFailure("what is written is valid")
        }
        return header
    }
}

/// Keeps what a transcoder sends.
struct PacketSink: TranscodedOutput {
    var packets: [Packet] = []
    /// Whether packets are kept.
    var keeps = true
    var buffer = [UInt8](repeating: 0, count: 1_400)

    mutating func send(
        _ header: TranscodedHeader, _ writePayload: (inout MutableRawSpan) -> Int
    ) {
        var typed = buffer.mutableSpan
        var span = typed.mutableBytes
        let count = writePayload(&span)
        guard count > 0, keeps else { return }
        packets.append(
            Packet(
                sequenceNumber: header.sequenceNumber, timestamp: header.timestamp,
                payload: Array(buffer.prefix(count))))
    }
}
