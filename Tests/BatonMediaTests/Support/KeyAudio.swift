import BatonAudio
import BatonBase
import BatonRTP
import BatonTranscode
import Testing

@testable import BatonMedia

/// PCMU at 20 ms a packet with tones of keys in it.
struct KeyAudio: ~Copyable {
    var sequence: Int
    var timestamp: UInt32
    let payloadType: UInt8
    private var encoder: AudioEncoder

    init(first: Int = 0, payloadType: UInt8 = 0, codec: AudioCodec = .pcmu) throws {
        sequence = first
        timestamp = UInt32(first * 160)
        self.payloadType = payloadType
        encoder = try AudioEncoder(
            AudioFormat(codec, payloadType: payloadType), sourceRateHz: codec.sampleRateHz,
            channels: 1, settings: TranscoderSettings())
    }

    /// Packets of silence, or of a key.
    mutating func packets(_ count: Int, _ digit: DTMFDigit? = nil) throws -> [[UInt8]] {
        var generator = try DTMFGenerator(sampleRateHz: encoder.sampleRateHz, levelDBm0: -8)
        if let digit { generator.begin(digit, durationMilliseconds: nil, pauseMilliseconds: 0) }
        return (0..<count).map { _ in
            var samples = [Int16](repeating: 0, count: encoder.sampleRateHz / 50)
            var span = samples.mutableSpan
            if digit != nil { generator.generate(into: &span) }
            var payload = [UInt8](repeating: 0, count: 640)
            var bytes = payload.mutableSpan
            var room = bytes.mutableBytes
            let length = encoder.encode(samples.span, into: &room) ?? 0
            let writer = RTPPacketWriter(
                ssrc: 0x1234_5678, sequenceNumber: UInt16(truncatingIfNeeded: sequence),
                timestamp: timestamp, payloadType: payloadType, marker: false)
            sequence += 1
            timestamp &+= 160
            return writer.packet(payload: Array(payload.prefix(length)))
        }
    }

    /// The reports of a key of `milliseconds`, one in 20 ms, and three that it has ended.
    mutating func event(
        _ code: UInt8, milliseconds: Int = 100, payloadType: UInt8 = 101
    ) -> [[UInt8]] {
        let start = timestamp
        let count = milliseconds / 20
        let reports =
            (1..<count).map { ($0 * 160, false) }
            + [(Int, Bool)](repeating: (milliseconds * 8, true), count: 3)
        timestamp &+= UInt32(milliseconds * 8)
        return reports.map { duration, isEnd in
            let writer = RTPPacketWriter(
                ssrc: 0x1234_5678, sequenceNumber: UInt16(truncatingIfNeeded: sequence),
                timestamp: start, payloadType: payloadType, marker: duration == 160)
            sequence += 1
            return writer.packet(payload: [
                code, (isEnd ? 0x80 : 0) | 10, UInt8(duration >> 8 & 255), UInt8(duration & 255),
            ])
        }
    }
}

/// A packet that the other party got.
struct Heard {
    var header: RTPHeader
    var payload: [UInt8]

    init(_ bytes: [UInt8]) throws {
        header = try RTPHeader(validating: bytes.span.bytes)
        payload = Array(bytes[header.headerLength...])
    }
}

extension RelayFixture {
    /// Gives the core party A's packets, one in 20 ms, and collects what B gets.
    mutating func hear(_ packets: [[UInt8]]) throws -> [Heard] {
        var heard: [Heard] = []
        for packet in packets {
            let sent = receive(packet, from: Self.partyA, on: 0) + pass(.milliseconds(20))
            heard += try sent.filter { $0.0.sink == PortSlot(1) }.map { try Heard($0.1) }
        }
        return heard
    }

    /// What B gets while A is silent.
    mutating func hear(_ duration: Duration) throws -> [Heard] {
        try pass(duration).filter { $0.0.sink == PortSlot(1) }.map { try Heard($0.1) }
    }

    /// The keys that signalling has been told of.
    mutating func pressed() -> [PressedDigit] {
        events().compactMap { if case .digit(_, let digit) = $0 { digit } else { nil } }
    }
}

extension [Heard] {
    /// The keys whose tones are in the audio of a payload type.
    func tones(_ codec: AudioCodec = .pcmu, payloadType: UInt8 = 0) throws -> [UInt8] {
        var receiver = try ToneReceiver(codec)
        var codes: [UInt8] = []
        for packet in self where packet.header.payloadType == payloadType {
            receiver.receive(packet.payload.span.bytes) { codes.append($0.code) }
        }
        return codes
    }

    /// The keys of the events of a payload type, each once, and how long they were in ticks.
    func keys(payloadType: UInt8 = 101) -> [(code: UInt8, ticks: UInt32)] {
        var receiver = DTMFEventReceiver()
        var keys: [(UInt8, UInt32)] = []
        for packet in self where packet.header.payloadType == payloadType {
            guard let event = TelephoneEvent(packet.payload.span.bytes) else { continue }
            receiver.receive(
                event, timestamp: packet.header.timestamp, at: Instant(nanoseconds: 1)
            ) {
                if case .ended(let code, _, let ticks, _) = $0 { keys.append((code, ticks)) }
            }
        }
        return keys
    }

    /// Whether all are one stream whose numbers have no gap.
    var isOneLine: Bool {
        let numbers = map(\.header.sequenceNumber)
        return Set(map(\.header.ssrc)).count == 1
            && zip(numbers, numbers.dropFirst()).allSatisfy { $1 == $0 &+ 1 }
    }
}
