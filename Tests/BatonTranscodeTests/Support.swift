import BatonBase
import BatonRTP
import BatonTranscode

/// A packet as it goes over the wire.
struct Packet: Hashable {
    var header: RTPHeader
    var payload: [UInt8]
}

/// Keeps what a transcoder sends.
struct Recorder: TranscodedOutput {
    var packets: [Packet] = []
    /// When they were sent, in the same order.
    var times: [Instant] = []
    var now = Instant(nanoseconds: 0)
    /// How many bytes a payload may have.
    var room = 1_400

    mutating func send(
        _ header: TranscodedHeader, _ writePayload: (inout MutableRawSpan) -> Int
    ) {
        var bytes = [UInt8](repeating: 0xee, count: room)
        var typed = bytes.mutableSpan
        var span = typed.mutableBytes
        let count = writePayload(&span)
        guard count > 0 else { return }
        packets.append(
            Packet(
                header: RTPHeader(
                    payloadType: header.payloadType, sequenceNumber: header.sequenceNumber,
                    timestamp: header.timestamp, ssrc: header.ssrc, marker: header.marker),
                payload: Array(bytes.prefix(count))))
        times.append(now)
    }
}

extension RTPHeader {
    /// A header without extras.
    init(
        payloadType: UInt8, sequenceNumber: UInt16, timestamp: UInt32, ssrc: UInt32 = 0x1234,
        marker: Bool = false
    ) {
        let writer = RTPPacketWriter(
            ssrc: ssrc, sequenceNumber: sequenceNumber, timestamp: timestamp,
            payloadType: payloadType, marker: marker)
        let bytes = writer.packet(payload: [])
        guard let header = try? RTPHeader(validating: bytes.span.bytes) else {
            preconditionFailure("what the writer writes is valid")
        }
        self = header
    }
}

/// A transcoder, its clock and what it sent. A class, so that closures and loops may share it.
final class Bench {
    var transcoder: AudioTranscoder
    var recorder = Recorder()
    var now = Instant(nanoseconds: 1_000_000_000)

    init(
        _ input: [AudioFormat], _ output: TranscodedFormats, ssrc: UInt32? = 0xbeef,
        first: UInt16 = 100, isContinuous: Bool = false,
        _ change: (inout TranscoderSettings) -> Void = { _ in }
    ) throws {
        var settings = TranscoderSettings()
        change(&settings)
        transcoder = try AudioTranscoder(
            input: input, output: output,
            identity: TranscodedIdentity(
                ssrc: ssrc, sequenceNumber: first, isContinuous: isContinuous),
            settings: settings)
    }

    convenience init(
        from input: AudioFormat, to output: AudioFormat,
        _ change: (inout TranscoderSettings) -> Void = { _ in }
    ) throws {
        try self.init([input], TranscodedFormats(audio: output), change)
    }

    var sent: [Packet] { recorder.packets }

    /// Lets `milliseconds` go by, with a tick at every deadline.
    func wait(_ milliseconds: Double) {
        let end = now + .nanoseconds(Int64(milliseconds * 1_000_000))
        while let deadline = transcoder.nextDeadline, deadline <= end {
            now = max(deadline, now)
            recorder.now = now
            transcoder.tick(at: now, into: &recorder)
            if let next = transcoder.nextDeadline, next <= now { break }
        }
        now = end
        recorder.now = now
    }

    func receive(_ packet: Packet) {
        recorder.now = now
        transcoder.receive(
            packet.header, payload: packet.payload.span.bytes, at: now, into: &recorder)
    }

    func finish() {
        transcoder.finish(at: now, into: &recorder)
    }
}

/// Makes packets of one format from samples.
struct Talker: ~Copyable {
    let format: AudioFormat
    var encoder: AudioEncoder
    var sequenceNumber: UInt16
    var timestamp: UInt32
    var ssrc: UInt32

    init(
        _ format: AudioFormat, sourceRateHz: Int? = nil, channels: Int = 1, first: UInt16 = 0,
        timestamp: UInt32 = 0, ssrc: UInt32 = 0x1234,
        settings: TranscoderSettings = TranscoderSettings()
    ) throws {
        self.format = format
        encoder = try AudioEncoder(
            format, sourceRateHz: sourceRateHz ?? format.codec.sampleRateHz, channels: channels,
            settings: settings)
        sequenceNumber = first
        self.timestamp = timestamp
        self.ssrc = ssrc
    }

    /// The next packet, of `samples`.
    mutating func packet(_ samples: [Int16], marker: Bool = false) -> Packet {
        var bytes = [UInt8](repeating: 0, count: 4_000)
        var typed = bytes.mutableSpan
        var span = typed.mutableBytes
        let count = encoder.encode(samples.span, into: &span) ?? 0
        let header = RTPHeader(
            payloadType: format.payloadType, sequenceNumber: sequenceNumber, timestamp: timestamp,
            ssrc: ssrc, marker: marker)
        sequenceNumber &+= 1
        timestamp &+= UInt32(
            samples.count / encoder.channels * format.codec.clockRateHz / encoder.sampleRateHz)
        return Packet(header: header, payload: Array(bytes.prefix(count)))
    }
}

/// Decodes packets and lays them on a line of time by their timestamps.
struct Listener {
    /// Mono samples at `sampleRateHz`; what no packet covers is zero.
    var samples: [Int16] = []
    let sampleRateHz: Int

    init(_ format: AudioFormat, sampleRateHz: Int, _ packets: [Packet]) throws {
        var decoder = try AudioDecoder(format.codec, sampleRateHz: sampleRateHz, channels: 1)
        self.sampleRateHz = decoder.sampleRateHz
        guard let first = packets.first?.header.timestamp else { return }
        for packet in packets where packet.header.payloadType == format.payloadType {
            var room = [Int16](repeating: 0, count: decoder.samplesMax)
            var span = room.mutableSpan
            let count = try decoder.decode(packet.payload.span.bytes, into: &span)
            let ticks = Int(packet.header.timestamp &- first)
            let start = ticks * self.sampleRateHz / format.codec.clockRateHz
            if samples.count < start + count {
                samples += Array(repeating: 0, count: start + count - samples.count)
            }
            samples.replaceSubrange(start..<start + count, with: room.prefix(count))
        }
    }
}
