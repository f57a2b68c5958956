import BatonBase
import BatonRTP
import BatonTestKit
import Testing

/// What a view says of a packet, as values that may leave its scope.
struct PacketContents: Equatable {
    var header: RTPHeader
    var sources: [UInt32] = []
    var profile: UInt16?
    var extensionData: [UInt8] = []
    var payload: [UInt8]
    var paddingLength: Int

    init(_ bytes: [UInt8]) throws(RTPParseError) {
        let view = try RTPPacketView(bytes.span.bytes)
        header = view.header
        for index in 0..<view.csrcCount { sources.append(view.csrc(at: index)) }
        if let (profile, range) = view.headerExtension {
            self.profile = profile
            extensionData = view.bytes.extracting(range).copiedBytes()
        }
        payload = view.payload.copiedBytes()
        paddingLength = view.paddingLength
    }
}

@Suite("RTP packet view (RFC 3550 §5)")
struct RTPPacketViewTests {
    @Test("gives contributing sources, extension and payload")
    func givesParts() throws {
        let mixed = try PacketContents(vectors.hex("rfc3550-5.1-contributing-sources"))
        #expect(mixed.sources == [1, 2])
        #expect(mixed.payload == [0xd5, 0xd5])
        let extended = try PacketContents(vectors.hex("rfc3550-5.3.1-header-extension"))
        #expect(extended.sources == [0xabcd])
        #expect(extended.profile == 0xbede)
        #expect(extended.extensionData == [0x10, 0xff, 0, 0])
        #expect(extended.payload == [1, 2, 3, 4, 5, 6])
    }

    @Test("leaves padding out of the payload")
    func leavesPaddingOut() throws {
        let padded = try PacketContents(vectors.hex("rfc3550-5.1-padding"))
        #expect(padded.payload.count == 10)
        #expect(padded.paddingLength == 2)
    }

    @Test("refuses a padding count of 0 or beyond the payload", arguments: [0, 13, 255] as [UInt8])
    func refusesPadding(count: UInt8) throws {
        var bytes = try vectors.hex("rfc3550-5.1-padding")
        bytes[bytes.count - 1] = count
        #expect(throws: RTPParseError.invalidPadding) { try PacketContents(bytes) }
        bytes[bytes.count - 1] = 12
        #expect(try PacketContents(bytes).payload.isEmpty)
    }

    @Test("reads back whatever the writer wrote", arguments: 1...200)
    func roundTrip(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let writer = RTPPacketWriter(
            ssrc: .random(in: 0 ... .max, using: &random),
            sequenceNumber: .random(in: 0 ... .max, using: &random),
            timestamp: .random(in: 0 ... .max, using: &random),
            payloadType: .random(in: 0...127, using: &random), marker: .random(using: &random))
        let payload = (0..<Int.random(in: 0...60, using: &random)).map { UInt8($0) }
        let sources = (0..<UInt32.random(in: 0...15, using: &random)).map { $0 &* 77 }
        let data = [UInt8](repeating: 9, count: 4 * Int.random(in: 0...5, using: &random))
        let hasExtension = Bool.random(using: &random)
        let padding = UInt8.random(in: 0...255, using: &random)
        let contents = try PacketContents(
            writer.packet(
                payload: payload, contributingSources: sources,
                headerExtension: hasExtension ? .init(profile: 7, data: data) : nil,
                paddingLength: padding))
        #expect(contents.header.ssrc == writer.ssrc)
        #expect(contents.header.sequenceNumber == writer.sequenceNumber)
        #expect(contents.header.timestamp == writer.timestamp)
        #expect(contents.header.payloadType == writer.payloadType)
        #expect(contents.header.marker == writer.marker)
        #expect(contents.sources == sources)
        #expect(contents.profile == (hasExtension ? 7 : nil))
        #expect(contents.extensionData == (hasExtension ? data : []))
        #expect(contents.payload == payload)
        #expect(contents.paddingLength == Int(padding))
    }
}
