import BatonBase
import BatonTestKit
import Testing

@testable import BatonRTP

@Suite("RTCP packets (RFC 3550 §6.4–6.7, RFC 4585 §6, RFC 3611 §2)")
struct RTCPPacketViewTests {
    /// The bytes of the packet that begins at `offset` of a vector.
    func packet(_ name: String, at offset: Int = 8) throws -> [UInt8] {
        Array(try vectors.hex(name).dropFirst(offset))
    }

    @Test("a sender report gives its sender's values and its blocks")
    func readsSenderReport() throws {
        let bytes = try packet("rfc3550-6.4.1-sender-report", at: 0)
        let view = try RTCPPacketView(bytes.span.bytes)
        let information = view.senderInformation
        #expect(
            information
                == RTCPSenderInformation(
                    ssrc: 0x1111_1111, ntpTimestamp: NTPTimestamp(bits: 0xb44d_b705_2000_0000),
                    rtpTimestamp: 16_000, packetCount: 200, octetCount: 32_000))
        let count = view.reportBlockCount
        try #require(count == 1)
        let block = view.reportBlock(at: 0)
        #expect(
            block
                == RTCPReportBlock(
                    ssrc: 0x2222_2222, fractionLost: 64, cumulativeLost: -1,
                    extendedSequenceNumber: 0x1fffe, jitter: 15, lastSenderReport: 0xb705_2000,
                    delaySinceLastSenderReport: 0x54000))
    }

    @Test("a receiver report gives its blocks, padding or not")
    func readsReceiverReport() throws {
        let bytes = try packet("rfc3550-6.4.1-padding", at: 0)
        let view = try RTCPPacketView(bytes.span.bytes)
        let ssrc = view.ssrc
        let hasSenderInformation = view.senderInformation != nil
        let contentLength = view.contentLength
        let block = view.reportBlock(at: 0)
        #expect(ssrc == 0x3333_3333)
        #expect(!hasSenderInformation)
        #expect(contentLength == 32)
        #expect(block.extendedSequenceNumber == 65_535)
    }

    @Test("a source description gives every item of every chunk")
    func readsSourceDescription() throws {
        let bytes = try packet("rfc3550-6.5-source-description")
        let view = try RTCPPacketView(bytes.span.bytes)
        var items: [String] = []
        view.forEachDescriptionItem { item in
            let text = String(decoding: bytes[item.range], as: UTF8.self)
            items.append("\(item.ssrc) \(item.type) \(text)")
        }
        #expect(items == ["1145324612 1 a@b", "1145324612 7 hi", "1431655765 1 x"])
    }

    @Test("a list of items that ends on a word is followed by a word of zeros")
    func readsAlignedSourceDescription() throws {
        let bytes = try packet("rfc3550-6.5-source-description-aligned", at: 0)
        let view = try RTCPPacketView(bytes.span.bytes)
        var items: [RTCPSourceDescriptionItem] = []
        view.forEachDescriptionItem { items.append($0) }
        #expect(items.map(\.ssrc) == [0x4444_4444, 0x5555_5555])
        #expect(items.map(\.range) == [10..<12, 22..<23])
    }

    @Test("a goodbye gives its sources and its reason")
    func readsGoodbye() throws {
        let bytes = try packet("rfc3550-6.6-goodbye")
        let view = try RTCPPacketView(bytes.span.bytes)
        let sources = (view.goodbyeSource(at: 0), view.goodbyeSource(at: 1))
        let count = view.goodbyeSourceCount
        let reason = view.goodbyeReasonRange.map { Array(bytes[$0]) }
        #expect(sources == (0x3333_3333, 0x4444_4444))
        #expect(count == 2)
        #expect(reason == Array("bye".utf8))
    }

    @Test("an application packet gives subtype, name and data")
    func readsApplication() throws {
        let bytes = try packet("rfc3550-6.7-application")
        let application = try RTCPPacketView(bytes.span.bytes).application
        #expect(
            application
                == RTCPApplication(
                    subtype: 5, ssrc: 0x3333_3333, name: 0x5445_5354, dataRange: 12..<16))
    }

    @Test("feedback gives its format, both SSRCs and its control information")
    func readsFeedback() throws {
        let bytes = try packet("rfc4585-6.2.1-negative-acknowledgement")
        let feedback = try RTCPPacketView(bytes.span.bytes).feedback
        #expect(feedback?.format == 1)
        #expect(feedback?.senderSSRC == 0x3333_3333)
        #expect(feedback?.mediaSSRC == 0x2222_2222)
        #expect(feedback?.controlRange == 12..<16)
    }

    @Test("an extended report gives its blocks")
    func readsExtendedReport() throws {
        let bytes = try packet("rfc3611-4-extended-report")
        let view = try RTCPPacketView(bytes.span.bytes)
        var blocks: [RTCPExtendedReportBlock] = []
        view.forEachExtendedReportBlock { blocks.append($0) }
        #expect(blocks.map(\.type) == [4, 5])
        #expect(blocks.map(\.range) == [12..<20, 24..<36])
    }

    @Test("accessors of other packet types give nothing")
    func givesNothing() throws {
        let bytes = try vectors.hex("rfc3550-6.4.2-empty-receiver-report")
        let view = try RTCPPacketView(bytes.span.bytes)
        var calls = 0
        view.forEachDescriptionItem { _ in calls += 1 }
        view.forEachExtendedReportBlock { _ in calls += 1 }
        let isEmpty =
            view.feedback == nil && view.application == nil && view.goodbyeReasonRange == nil
            && view.goodbyeSourceCount == 0 && view.senderInformation == nil
        #expect(calls == 0)
        #expect(isEmpty)
    }
}
