import BatonBase
import BatonRTP
import BatonTestKit
import Testing

@Suite("RTP packet writer (RFC 3550 §5.1)")
struct RTPPacketWriterTests {
    @Test("writes the header of the RFC's figure")
    func writesFigure() throws {
        let golden = try vectors.hex("rfc3550-5.1-fixed-header")
        let writer = RTPPacketWriter(ssrc: 0x1234_5678, sequenceNumber: 1, timestamp: 160)
        var bytes = [UInt8](repeating: 0xff, count: 16)
        var typed = bytes.mutableSpan
        var span = typed.mutableBytes
        let length = writer.writeHeader(into: &span)
        #expect(length == 12)
        #expect(bytes == golden)
        #expect(writer.packet(payload: [0xff, 0xff, 0xff, 0xff]) == golden)
    }

    @Test("writes nothing where the header does not fit")
    func refusesShortSpan() {
        let writer = RTPPacketWriter(ssrc: 1)
        var bytes = [UInt8](repeating: 0x55, count: 11)
        var typed = bytes.mutableSpan
        var span = typed.mutableBytes
        let length = writer.writeHeader(into: &span)
        #expect(length == nil)
        #expect(bytes == [UInt8](repeating: 0x55, count: 11))
    }

    @Test("goes on by one packet, with both numbers wrapping and the marker cleared")
    func advances() {
        var writer = RTPPacketWriter(
            ssrc: 1, sequenceNumber: .max, timestamp: .max, marker: true)
        writer.advance(ticks: 160)
        #expect(writer == RTPPacketWriter(ssrc: 1, sequenceNumber: 0, timestamp: 159))
    }
}
