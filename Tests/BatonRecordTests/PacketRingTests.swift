import BatonBase
import Testing

@Suite("N10: copies of packets on their way to the recorder")
struct PacketRingTests {
    private func packet(_ number: UInt32) -> TappedPacket {
        TappedPacket(
            tap: TapNumber(recording: number, party: 1, stream: 2),
            arrival: Instant(nanoseconds: 3),
            remote: SocketAddress("192.0.2.1:4000"))
    }

    private func readAll(_ ring: PacketRing) -> [(UInt32, [UInt8])] {
        var list: [(UInt32, [UInt8])] = []
        ring.read { list.append(($0.tap.recording, $1.copiedBytes())) }
        return list
    }

    @Test("what was written is read in order, with all that is known of it")
    func order() {
        let ring = PacketRing(capacity: 4_096)
        let bytes: [UInt8] = [1, 2, 3]
        let isFirstIn = ring.write(packet(7), bytes.span.bytes)
        let none: [UInt8] = []
        let isSecondIn = ring.write(packet(8), none.span.bytes)
        #expect(isFirstIn && isSecondIn)
        var seen: [TappedPacket] = []
        ring.read { packet, _ in seen.append(packet) }
        #expect(seen == [packet(7), packet(8)])
        #expect(ring.isEmpty)
    }

    @Test("a full ring refuses, and takes again when something was read")
    func full() {
        let ring = PacketRing(capacity: 4_096)
        let bytes = [UInt8](repeating: 5, count: 200)
        var count: UInt32 = 0
        while ring.write(packet(count), bytes.span.bytes) { count += 1 }
        #expect(count > 10 && count < 21)
        #expect(readAll(ring).map(\.0) == Array(0..<count))
        let isIn = ring.write(packet(99), bytes.span.bytes)
        #expect(isIn)
        #expect(readAll(ring).map(\.0) == [99])
    }

    @Test("packets of all lengths come out as they went in, round after round")
    func lengths() {
        let ring = PacketRing(capacity: 8_192)
        var generator = SplitMix64(seed: 42)
        for round in 0..<2_000 {
            var expected: [[UInt8]] = []
            for _ in 0..<Int.random(in: 0...6, using: &generator) {
                let count = Int.random(in: 0...1_500, using: &generator)
                let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ round) }
                if ring.write(packet(UInt32(round)), bytes.span.bytes) { expected.append(bytes) }
            }
            #expect(readAll(ring).map(\.1) == expected, "seed 42, round \(round)")
        }
    }

    @Test("a thread that writes and one that reads lose nothing and mix nothing up")
    func threads() async {
        let ring = PacketRing(capacity: 16_384)
        let total: UInt32 = 20_000
        let writer = Task.detached {
            var number: UInt32 = 0
            while number < total {
                let bytes = [UInt8](
                    repeating: UInt8(truncatingIfNeeded: number), count: Int(number % 300))
                let packet = TappedPacket(
                    tap: TapNumber(recording: number, party: 0, stream: 0),
                    arrival: Instant(nanoseconds: UInt64(number)), remote: nil)
                if ring.write(packet, bytes.span.bytes) { number += 1 } else { await Task.yield() }
            }
        }
        var next: UInt32 = 0
        var mixed = 0
        while next < total {
            ring.read { packet, bytes in
                let isRight =
                    packet.tap.recording == next && bytes.byteCount == Int(next % 300)
                    && (bytes.byteCount == 0
                        || bytes.uint8(at: bytes.byteCount - 1) == UInt8(truncatingIfNeeded: next))
                if !isRight { mixed += 1 }
                next += 1
            }
            await Task.yield()
        }
        await writer.value
        #expect(mixed == 0)
    }
}
