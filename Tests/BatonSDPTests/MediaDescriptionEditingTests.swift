import Testing

@testable import BatonSDP

@Suite("Changing the formats of a section (RFC 8866 §5.14, RFC 3264 §5.1, N20)")
struct MediaDescriptionEditingTests {
    private func offer() throws -> SessionDescription {
        try describe(
            "v=0", "m=audio 9 RTP/AVP 111 0 8 101", "c=IN IP4 192.0.2.1", "X=kept",
            "a=rtpmap:111 opus/48000/2", "a=fmtp:111 useinbandfec=1", "a=rtcp-fb:111 transport-cc",
            "a=own:thing", "a=rtpmap:101 telephone-event/8000", "a=fmtp:101 0-15",
            "a=rtcp-fb:* nack",
            "a=sendrecv")
    }

    @Test("a payload type goes with its lines; the rest stays in place")
    func removing() throws {
        var offer = try offer()
        offer.media[0].removePayloadType(111)
        #expect(
            written(offer) == [
                "v=0", "m=audio 9 RTP/AVP 0 8 101", "c=IN IP4 192.0.2.1", "X=kept", "a=own:thing",
                "a=rtpmap:101 telephone-event/8000", "a=fmtp:101 0-15", "a=rtcp-fb:* nack",
                "a=sendrecv",
            ])
        let before = offer
        offer.media[0].removePayloadType(111)
        #expect(offer == before)
    }

    @Test("RFC 4588: a retransmission format goes with what it retransmits")
    func retransmission() throws {
        var offer = try describe(
            "v=0", "m=video 9 RTP/AVP 96 97 98", "a=rtpmap:96 VP8/90000", "a=rtpmap:97 rtx/90000",
            "a=fmtp:97 apt=96", "a=rtpmap:98 rtx/90000", "a=fmtp:98 apt=31")
        offer.media[0].removePayloadType(96)
        #expect(
            written(offer).dropFirst() == [
                "m=video 9 RTP/AVP 98", "a=rtpmap:98 rtx/90000", "a=fmtp:98 apt=31",
            ])
    }

    @Test("a payload type is added behind the lines of the others")
    func adding() throws {
        var offer = try offer()
        offer.media[0].addPayloadType(
            RTPMap(payloadType: 96, encoding: "AMR", clockRateHz: 8_000),
            parameters: SDPFormatParameters("octet-align=1"),
            feedback: [SDPRTCPFeedback(payloadType: 96, kind: "nack")], at: 1)
        #expect(offer.media[0].payloadTypes == [111, 96, 0, 8, 101])
        #expect(
            offer.media[0].lines.suffix(5).map(\.text) == [
                "rtcp-fb:* nack", "rtpmap:96 AMR/8000", "fmtp:96 octet-align=1", "rtcp-fb:96 nack",
                "sendrecv",
            ])
    }

    @Test("adding what is there replaces it; a position outside is an end")
    func replacing() throws {
        var offer = try offer()
        let map = RTPMap(payloadType: 111, encoding: "opus", clockRateHz: 48_000, channels: 2)
        offer.media[0].addPayloadType(map, at: 99)
        #expect(offer.media[0].payloadTypes == [0, 8, 101, 111])
        #expect(offer.media[0].formatParameters(for: 111) == nil)
        offer.media[0].addPayloadType(map, at: -5)
        #expect(offer.media[0].payloadTypes == [111, 0, 8, 101])
        #expect(offer.media[0].rtpMaps.filter { $0.payloadType == 111 }.count == 1)
    }

    @Test("in a section without such lines they come before all attributes")
    func addingFirst() throws {
        var offer = try describe("v=0", "m=audio 9 RTP/AVP", "c=IN IP4 192.0.2.1", "a=sendrecv")
        offer.media[0].addPayloadType(RTPMap(payloadType: 0, encoding: "PCMU", clockRateHz: 8_000))
        #expect(
            written(offer).suffix(4) == [
                "m=audio 9 RTP/AVP 0", "c=IN IP4 192.0.2.1", "a=rtpmap:0 PCMU/8000", "a=sendrecv",
            ])
    }

    @Test("an order of payload types replaces the list and drops the lines of the others")
    func ordering() throws {
        var offer = try offer()
        offer.media[0].setPayloadTypes([8, 101, 0])
        #expect(offer.media[0].formats == ["8", "101", "0"])
        #expect(offer.media[0].rtpMaps.map(\.payloadType) == [101])
        #expect(offer.media[0].rtcpFeedback(for: 8) == ["nack"])
        #expect(offer.media[0].lines.contains { $0.text == "own:thing" })
    }

    @Test("parameters are replaced in place, added behind the rtpmap, and removed")
    func parameters() throws {
        var section = try offer().media[0]
        #expect(section.parameters(for: 111).isSet("useinbandfec"))
        var parameters = section.parameters(for: 111)
        parameters["stereo"] = "1"
        section.setParameters(parameters, for: 111)
        #expect(section.formatParameters(for: 111) == "useinbandfec=1;stereo=1")
        #expect(section.lines[3].text == "fmtp:111 useinbandfec=1;stereo=1")
        section.setParameters(SDPFormatParameters(), for: 101)
        #expect(section.formatParameters(for: 101) == nil)
        section.setParameters(SDPFormatParameters("0-11"), for: 101)
        let map = try #require(section.lines.firstIndex { $0.text.hasPrefix("rtpmap:101") })
        #expect(section.lines[map + 1].text == "fmtp:101 0-11")
        #expect(section.parameters(for: 9).isEmpty)
    }

    @Test("a free payload type is dynamic, below 64 only when all above 95 are used")
    func unused() throws {
        let section = try offer().media[0]
        #expect(section.unusedPayloadType() == 96)
        #expect(section.unusedPayloadType(besides: [96, 97]) == 98)
        #expect(section.unusedPayloadType(besides: Set(96...127)) == 35)
        #expect(section.unusedPayloadType(besides: Set(0...127)) == nil)
        let mapped = try describe("v=0", "m=audio 9 RTP/AVP 97", "a=rtpmap:96 x/8000").media[0]
        #expect(mapped.unusedPayloadType() == 98)
    }
}
