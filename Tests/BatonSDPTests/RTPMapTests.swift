import Testing

@testable import BatonSDP

@Suite("Payload types (RFC 8866 §6.6, RFC 3551 §6)")
struct RTPMapTests {
    private func map(_ text: String) -> RTPMap? { RTPMap(ArraySlice(text.utf8)) }

    @Test("the parts of a mapping are read")
    func parts() {
        #expect(
            map("96 opus/48000/2")
                == RTPMap(payloadType: 96, encoding: "opus", clockRateHz: 48_000, channels: 2))
        #expect(map("0  PCMU/8000 ")?.channels == 1)
        #expect(map("101 telephone-event/8000/")?.channels == 1)
        #expect(map("96 opus/48000/2")?.attribute.text == "rtpmap:96 opus/48000/2")
        #expect(map("8 PCMA/8000/1")?.attribute.text == "rtpmap:8 PCMA/8000")
        #expect(map("8 pcma/8000")?.isEncoding("PCMA") == true)
        #expect(map("8 pcma/8000")?.isEncoding("PCMU") == false)
    }

    @Test(
        "what cannot be a mapping is none",
        arguments: [
            "", "96", "96 opus", "96 opus/", "128 x/8000", "x y/8000", "-1 x/8000", "96 x/-1",
        ])
    func unreadable(text: String) {
        #expect(map(text) == nil)
    }

    @Test("N24: the fixed table holds the clock rates of RFC 3551, each payload type once")
    func fixedTable() {
        #expect(RTPMap.fixed(payloadType: 0)?.encoding == "PCMU")
        #expect(RTPMap.fixed(payloadType: 9)?.clockRateHz == 8_000)
        #expect(RTPMap.fixed(payloadType: 10)?.channels == 2)
        #expect(RTPMap.fixed(payloadType: 34)?.clockRateHz == 90_000)
        #expect(RTPMap.fixed(payloadType: 2) == nil)
        #expect(RTPMap.fixed(payloadType: 96) == nil)
        let types = RTPMap.fixedMappings.map(\.payloadType)
        #expect(Set(types).count == types.count)
        #expect(types == types.sorted())
    }

    @Test("N24: a section's own mapping goes before the fixed one")
    func lookup() throws {
        let media = try describe(
            "v=0", "m=audio 4 RTP/AVP 0 8 96 97", "a=rtpmap:8 L8/16000", "a=rtpmap:96 opus/48000/2"
        ).media[0]
        #expect(media.rtpMaps.map(\.payloadType) == [8, 96])
        #expect(media.rtpMap(for: 8)?.clockRateHz == 16_000)
        #expect(media.rtpMap(for: 96)?.encoding == "opus")
        #expect(media.rtpMap(for: 0)?.encoding == "PCMU")
        #expect(media.rtpMap(for: 97) == nil)
    }

    @Test("parameters and feedback belong to their payload type")
    func parameters() throws {
        let media = try describe(
            "v=0", "m=audio 4 RTP/AVP 9 96", "a=fmtp:96 a=1; b", "a=fmtp:9 c", "a=rtcp-fb:* nack",
            "a=rtcp-fb:96 ccm fir", "a=rtcp-fb:9 x"
        ).media[0]
        #expect(media.formatParameters(for: 96) == "a=1; b")
        #expect(media.formatParameters(for: 9) == "c")
        #expect(media.formatParameters(for: 6) == nil)
        #expect(media.rtcpFeedback(for: 96) == ["nack", "ccm fir"])
        #expect(media.rtcpFeedback(for: 9) == ["nack", "x"])
    }

    @Test("a format goes with everything said about it, and nothing else does")
    func removingFormat() throws {
        var description = try describe(
            "v=0", "m=audio 4 RTP/AVP 9 96 6", "a=rtpmap:96 opus/48000/2", "a=fmtp:96 x",
            "a=fmtp:9 y",
            "a=rtcp-fb:96 nack", "a=rtcp-fb:* nack")
        description.media[0].removeFormat("96")
        #expect(
            written(description) == [
                "v=0", "m=audio 4 RTP/AVP 9 6", "a=fmtp:9 y", "a=rtcp-fb:* nack",
            ])
    }
}
