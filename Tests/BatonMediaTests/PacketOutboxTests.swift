import BatonBase
import BatonRTP
import BatonTranscode
import Testing

@testable import BatonMedia

@Suite("The core's own datagrams (N24)")
struct PacketOutboxTests {
    private func transmit(_ sink: Int32) -> Transmit {
        Transmit(
            sink: PortSlot(sink), destination: endpoint("192.0.2.1:4000"), length: 0,
            kind: .control)
    }

    @Test("what is written is what is read, entry by entry")
    func keeps() {
        var outbox = PacketOutbox(capacity: 4)
        for number in 0..<3 {
            outbox.append(transmit(Int32(number))) { room in
                for offset in 0...number { room.store(UInt8(number + 7), at: offset) }
                return number + 1
            }
        }
        outbox.append(transmit(3)) { _ in 0 }
        #expect(outbox.entries.map(\.sink) == [PortSlot(0), PortSlot(1), PortSlot(2)])
        for number in 0..<3 {
            let bytes = outbox.bytes(of: number).copiedBytes()
            #expect(bytes == Array(repeating: UInt8(number + 7), count: number + 1))
        }
    }

    @Test("beyond its room nothing is written, and each datagram counts once")
    func overflows() {
        var outbox = PacketOutbox(capacity: 2)
        var calls = 0
        for _ in 0..<5 {
            outbox.append(transmit(0)) { _ in
                calls += 1
                return 1
            }
        }
        #expect(calls == 2 && outbox.isFull)
        #expect(outbox.takeDropped() == 3 && outbox.takeDropped() == 0)
        outbox.removeAll()
        #expect(outbox.entries.isEmpty && !outbox.isFull)
    }

    @Test("a length beyond the room is no datagram")
    func refusesLies() {
        var outbox = PacketOutbox(capacity: 2)
        outbox.append(transmit(0)) { room in room.byteCount + 1 }
        outbox.append(transmit(0)) { _ in -1 }
        #expect(outbox.entries.isEmpty)
    }

    @Test("an entry grows in place, and one that comes to nothing is not sent")
    func changes() {
        var outbox = PacketOutbox(capacity: 2)
        for _ in 0..<2 {
            outbox.append(transmit(0)) { room in
                room.store(UInt8(1), at: 0)
                return 1
            }
        }
        let grew = outbox.change(0) { room, length in
            room.store(UInt8(2), at: length)
            return length + 1
        }
        #expect(grew && outbox.bytes(of: 0).copiedBytes() == [1, 2])
        let vanished = outbox.change(1) { _, _ in 0 }
        #expect(!vanished && outbox.entries[1].length == 0)
    }

    @Test("a transcoder's packet is RTP for the target, with room for its protection behind it")
    func writesRTP() throws {
        var outbox = PacketOutbox(capacity: 1)
        outbox.target = transmit(5)
        let header = TranscodedHeader(
            ssrc: 7, timestamp: 8, sequenceNumber: 9, payloadType: 111, marker: true)
        var room = 0
        outbox.send(header) { payload in
            room = payload.byteCount
            payload.store(UInt8(42), at: 0)
            return 1
        }
        #expect(room >= 1_400)
        #expect(
            room + RTPHeader.fixedLength + PacketOutbox.tailBytes == PacketOutbox.slotBytes)
        let bytes = outbox.bytes(of: 0).copiedBytes()
        let read = try RTPHeader(validating: bytes.span.bytes)
        #expect(read.ssrc == 7 && read.timestamp == 8 && read.sequenceNumber == 9)
        #expect(read.payloadType == 111 && read.marker && bytes.last == 42)
        #expect(outbox.entries[0].sink == PortSlot(5))
    }
}
