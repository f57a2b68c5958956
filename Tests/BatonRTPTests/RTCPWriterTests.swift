import BatonBase
import BatonTestKit
import Testing

@testable import BatonRTP

@Suite("RTCP writer (RFC 3550 §6.4–6.6)")
struct RTCPWriterTests {
    /// What `body` writes into a buffer of `capacity` bytes, and whether it said so.
    func write(
        capacity: Int = 1500, _ body: (inout RTCPWriter, inout MutableRawSpan) -> Bool
    ) -> (bytes: [UInt8], done: Bool) {
        var buffer = [UInt8](repeating: 0xee, count: capacity)
        var typed = buffer.mutableSpan
        var span = typed.mutableBytes
        var writer = RTCPWriter()
        let done = body(&writer, &span)
        return (Array(span.bytes.copiedBytes().prefix(writer.byteCount)), done)
    }

    static let information = RTCPSenderInformation(
        ssrc: 0x1111_1111, ntpTimestamp: NTPTimestamp(bits: 0xb44d_b705_2000_0000),
        rtpTimestamp: 16_000, packetCount: 200, octetCount: 32_000)
    static let block = RTCPReportBlock(
        ssrc: 0x2222_2222, fractionLost: 64, cumulativeLost: -1,
        extendedSequenceNumber: 0x1fffe, jitter: 15, lastSenderReport: 0xb705_2000,
        delaySinceLastSenderReport: 0x54000)

    @Test("writes the golden sender report")
    func writesSenderReport() throws {
        let blocks = [Self.block]
        let (bytes, done) = write { writer, span in
            writer.appendSenderReport(Self.information, blocks: blocks.span, into: &span)
        }
        #expect(done)
        #expect(bytes == (try vectors.hex("rfc3550-6.4.1-sender-report")))
    }

    @Test("writes the golden goodbye behind an empty receiver report")
    func writesGoodbye() throws {
        let sources: [UInt32] = [0x3333_3333, 0x4444_4444]
        let reason = Array("bye".utf8)
        let (bytes, done) = write { writer, span in
            let none: [RTCPReportBlock] = []
            return writer.appendReceiverReport(
                ssrc: 0x3333_3333, blocks: none.span, into: &span)
                && writer.appendGoodbye(sources: sources.span, reason: reason.span, into: &span)
        }
        #expect(done)
        #expect(bytes == (try vectors.hex("rfc3550-6.6-goodbye")))
    }

    @Test("a canonical name of any length is read back", arguments: 0...255)
    func writesCanonicalName(length: Int) throws {
        let name = [UInt8](repeating: 0x61, count: length)
        let (bytes, done) = write { writer, span in
            writer.appendCanonicalName(name.span, ssrc: 5, into: &span)
        }
        #expect(done)
        let view = try RTCPPacketView(bytes.span.bytes)
        var items: [RTCPSourceDescriptionItem] = []
        view.forEachDescriptionItem { items.append($0) }
        #expect(items == [RTCPSourceDescriptionItem(ssrc: 5, type: 1, range: 10..<(10 + length))])
        let isWhole = view.bytes.byteCount == bytes.count
        #expect(isWhole)
    }

    @Test("a compound of report, name and goodbye is valid")
    func writesCompound() throws {
        let blocks = [Self.block, Self.block]
        let name = Array("user@192.0.2.1".utf8)
        let sources: [UInt32] = [0x1111_1111]
        let none: [UInt8] = []
        let (bytes, done) = write { writer, span in
            writer.appendSenderReport(Self.information, blocks: blocks.span, into: &span)
                && writer.appendCanonicalName(name.span, ssrc: 0x1111_1111, into: &span)
                && writer.appendGoodbye(sources: sources.span, reason: none.span, into: &span)
        }
        #expect(done)
        #expect(try packetTypes(bytes) == [.senderReport, .sourceDescription, .goodbye])
    }

    @Test("what does not fit or cannot be said is not written")
    func refuses() {
        let blocks = Array(repeating: Self.block, count: 32)
        let (bytes, done) = write { writer, span in
            writer.appendReceiverReport(ssrc: 1, blocks: blocks.span, into: &span)
        }
        #expect(!done && bytes.isEmpty)
        let name = [UInt8](repeating: 0x61, count: 256)
        #expect(!write { $0.appendCanonicalName(name.span, ssrc: 1, into: &$1) }.done)
        let short = write(capacity: 51) { writer, span in
            let one = [Self.block]
            return writer.appendSenderReport(Self.information, blocks: one.span, into: &span)
        }
        #expect(!short.done && short.bytes.isEmpty)
        let exact = write(capacity: 52) { writer, span in
            let one = [Self.block]
            return writer.appendSenderReport(Self.information, blocks: one.span, into: &span)
        }
        #expect(exact.done && exact.bytes.count == 52)
    }

    @Test("the cumulative loss is clamped to its 24 bits")
    func clampsLoss() throws {
        for (lost, expected) in [(Int32.min, -8_388_608), (Int32.max, 8_388_607), (-2, -2)] {
            var block = Self.block
            block.cumulativeLost = lost
            let blocks = [block]
            let (bytes, _) = write { writer, span in
                writer.appendReceiverReport(ssrc: 1, blocks: blocks.span, into: &span)
            }
            let read = try RTCPPacketView(bytes.span.bytes).reportBlock(at: 0)
            #expect(read.cumulativeLost == expected)
        }
    }
}
