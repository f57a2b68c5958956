import BatonBase
import Testing

@testable import BatonBench

@Suite("Bench packets")
struct MediaPacketCodecTests {
    private let stamp = MediaStamp(
        call: 41, direction: .calleeToCaller, sequence: 70_000,
        sentAt: Instant(nanoseconds: 123_456_789_012))

    private func packet(_ codec: MediaPacketCodec, _ stamp: MediaStamp) -> [UInt8] {
        var bytes = [UInt8](repeating: 0xaa, count: codec.packetBytes)
        var span = bytes.mutableSpan
        var rawBytes = span.mutableBytes
        codec.write(stamp, into: &rawBytes)
        return bytes
    }

    @Test("a packet of any length reads back as its stamp", arguments: 32...50)
    func roundTrip(payload: Int) {
        let codec = MediaPacketCodec(run: 7, payloadBytes: payload)
        let bytes = packet(codec, stamp)
        #expect(bytes.count == payload + 12)
        #expect(codec.read(bytes.span.bytes) == .intact(stamp))
    }

    @Test("it is RTP: version 2, PCMU, the stream's own SSRC, numbers that go up")
    func isRTP() {
        let codec = MediaPacketCodec(run: 7, payloadBytes: 160)
        let bytes = packet(codec, stamp)
        #expect(bytes[0] == 0x80 && bytes[1] == 0)
        #expect(bytes[2...3].elementsEqual([0x11, 0x70]))
        var other = stamp
        other.direction = .callerToCallee
        #expect(packet(codec, other)[8..<12] != bytes[8..<12])
        other = stamp
        other.sequence += 1
        #expect(packet(codec, other)[8..<12] == bytes[8..<12])
    }

    @Test("any changed bit of the payload is noticed")
    func noticesEveryBit() {
        let codec = MediaPacketCodec(run: 7, payloadBytes: 45)
        let bytes = packet(codec, stamp)
        for bit in (12 * 8)..<(bytes.count * 8) {
            var changed = bytes
            changed[bit / 8] ^= 1 << UInt8(bit % 8)
            let reading = codec.read(changed.span.bytes)
            let isOfThisRun = bit >= 20 * 8
            #expect(reading == (isOfThisRun ? .corrupt : .foreign), "bit \(bit)")
        }
    }

    @Test("a relay may change SSRC, number and timestamp, but not version and payload type")
    func headerRewriting() {
        let codec = MediaPacketCodec(run: 7, payloadBytes: 160)
        var bytes = packet(codec, stamp)
        for index in 2..<12 { bytes[index] ^= 0x5a }
        #expect(codec.read(bytes.span.bytes) == .intact(stamp))
        bytes[1] = 8
        #expect(codec.read(bytes.span.bytes) == .corrupt)
    }

    @Test("cut, lengthened, empty and strange datagrams are no packets of ours")
    func otherDatagrams() {
        let codec = MediaPacketCodec(run: 7, payloadBytes: 160)
        let bytes = packet(codec, stamp)
        #expect(codec.read([UInt8]().span.bytes) == .foreign)
        #expect(codec.read(Array(bytes[..<20]).span.bytes) == .foreign)
        #expect(codec.read(Array(bytes[..<171]).span.bytes) == .corrupt)
        #expect(codec.read((bytes + [0]).span.bytes) == .corrupt)
        let other = MediaPacketCodec(run: 8, payloadBytes: 160)
        #expect(other.read(bytes.span.bytes) == .foreign)
    }
}

@Suite("Bench streams")
struct StreamReceptionTests {
    @Test("packets in order, a gap, one from the gap, and copies are told apart")
    func tellsApart() {
        var stream = StreamReception()
        #expect(stream.receive(0) == .inOrder)
        #expect(stream.receive(0) == .duplicate)
        #expect(stream.receive(1) == .inOrder)
        #expect(stream.receive(5) == .inOrder)
        #expect(stream.receive(3) == .reordered)
        #expect(stream.receive(3) == .duplicate)
        #expect(stream.receive(5) == .duplicate)
        #expect(stream.receive(300) == .inOrder)
        #expect(stream.receive(5) == .reordered, "too old to be told from a copy")
        #expect(stream.receive(237) == .reordered)
        #expect(stream.receive(237) == .duplicate)
    }

    @Test("any order of distinct packets holds no copies", arguments: [1, 2, 3, 4])
    func shuffledIsDistinct(seed: UInt64) {
        var generator = SplitMix64(seed: seed)
        var stream = StreamReception()
        for block in 0..<50 {
            let numbers = (UInt32(block * 32)..<UInt32(block * 32 + 32)).shuffled(using: &generator)
            for number in numbers { #expect(stream.receive(number) != .duplicate, "seed \(seed)") }
            for number in numbers { #expect(stream.receive(number) == .duplicate, "seed \(seed)") }
        }
    }
}
