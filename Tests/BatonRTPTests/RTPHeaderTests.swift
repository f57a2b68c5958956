import BatonBase
import BatonRTP
import BatonTestKit
import Testing

/// The header of `bytes`, or why they have none.
func header(_ bytes: [UInt8]) -> Result<RTPHeader, RTPParseError> {
    do throws(RTPParseError) {
        return .success(try RTPHeader(validating: bytes.span.bytes))
    } catch {
        return .failure(error)
    }
}

@Suite("RTP header (RFC 3550 §5.1)")
struct RTPHeaderTests {
    @Test("reads every field of the fixed header")
    func readsFixedHeader() throws {
        let header = try header(vectors.hex("rfc3550-5.1-fixed-header")).get()
        #expect(header.ssrc == 0x1234_5678)
        #expect(header.timestamp == 160)
        #expect(header.sequenceNumber == 1)
        #expect(header.payloadType == 0)
        #expect(!header.marker && !header.hasPadding && !header.hasExtension)
        #expect(header.csrcCount == 0)
        #expect(header.headerLength == 12)
    }

    @Test("counts contributing sources and the extension into the header's length")
    func readsVariableLength() throws {
        let sources = try header(vectors.hex("rfc3550-5.1-contributing-sources")).get()
        #expect(sources.headerLength == 20)
        #expect(sources.marker && sources.payloadType == 8 && sources.csrcCount == 2)
        #expect(sources.sequenceNumber == 65_535 && sources.timestamp == .max)
        let extended = try header(vectors.hex("rfc3550-5.3.1-header-extension")).get()
        #expect(extended.headerLength == 24)
        #expect(extended.hasExtension && extended.payloadType == 96)
    }

    @Test("refuses fewer than 12 bytes", arguments: 0..<12)
    func refusesShort(count: Int) throws {
        let bytes = try vectors.hex("rfc3550-5.1-fixed-header")
        #expect(header(Array(bytes.prefix(count))) == .failure(.tooShort))
    }

    @Test("refuses every version but 2", arguments: [0x00, 0x40, 0xc0] as [UInt8])
    func refusesOtherVersions(first: UInt8) throws {
        var bytes = try vectors.hex("rfc3550-5.1-fixed-header")
        bytes[0] = first
        #expect(header(bytes) == .failure(.wrongVersion))
    }

    @Test("refuses a header that is cut anywhere behind its fixed part", arguments: 12..<24)
    func refusesCutHeader(count: Int) throws {
        let bytes = try vectors.hex("rfc3550-5.3.1-header-extension")
        #expect(header(Array(bytes.prefix(count))) == .failure(.headerTruncated))
        #expect((try? header(Array(bytes.prefix(24))).get()) != nil)
    }

    @Test("does not look at the padding count, which SRTP encrypts")
    func leavesPaddingAlone() throws {
        var bytes = try vectors.hex("rfc3550-5.1-padding")
        bytes[bytes.count - 1] = 255
        #expect(try header(bytes).get().hasPadding)
    }

    @Test("N24: rewriting in place changes sequence, timestamp and SSRC and nothing else")
    func rewritesInPlace() throws {
        let original = try vectors.hex("rfc3550-5.3.1-header-extension")
        var bytes = original
        var typed = bytes.mutableSpan
        var span = typed.mutableBytes
        RTPHeader.rewrite(
            sequenceNumber: 0xa1b2, timestamp: 0xc3d4_e5f6, ssrc: 0x0718_293a, in: &span)
        let rewritten = Array(
            original[..<2] + [0xa1, 0xb2, 0xc3, 0xd4, 0xe5, 0xf6, 0x07, 0x18, 0x29, 0x3a]
                + original[12...])
        #expect(bytes == rewritten)
    }

    @Test("marker and payload type are replaced without touching each other")
    func rewritesSecondByte() throws {
        var bytes = try vectors.hex("rfc3550-5.1-fixed-header")
        var typed = bytes.mutableSpan
        var span = typed.mutableBytes
        RTPHeader.rewrite(payloadType: 0xff, in: &span)
        #expect(span.bytes.uint8(at: 1) == 0x7f)
        RTPHeader.rewrite(marker: true, in: &span)
        RTPHeader.rewrite(payloadType: 8, in: &span)
        #expect(span.bytes.uint8(at: 1) == 0x88)
        RTPHeader.rewrite(marker: false, in: &span)
        #expect(span.bytes.uint8(at: 1) == 0x08)
    }
}
