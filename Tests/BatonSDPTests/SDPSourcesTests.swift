import Testing

@testable import BatonSDP

@Suite("Extensions, feedback, sources, encodings, bundles (RFC 8285, 4585, 5576, 8830, 8851, 9143)")
struct SDPSourcesTests {
    private func bytes(_ text: String) -> ArraySlice<UInt8> { ArraySlice(text.utf8) }

    @Test(
        "RFC 8285 §8: extension maps are written as they came",
        arguments: [
            "1 http://example.com/082005/ext.htm#ttime",
            "2/sendrecv http://example.com/082005/ext.htm#xmeta short",
            "4096/inactive urn:ietf:params:rtp-hdrext:toffset", "255/recvonly a b c",
        ])
    func extensionMaps(text: String) throws {
        #expect(try #require(SDPExtensionMap(bytes(text))).attribute.value == text)
    }

    @Test(
        "what is no extension map is not read",
        arguments: ["", "1", "0 a", "256 a", "4095 a", "4352 a", "x a", "1/both a", "1/ a"])
    func noExtensionMap(text: String) {
        #expect(SDPExtensionMap(bytes(text)) == nil)
    }

    @Test("extension maps are found on both levels and taken away together")
    func strippingExtensions() throws {
        var description = try describe(
            "v=0", "a=extmap-allow-mixed", "m=audio 9 RTP/AVP 0", "a=extmap:1 urn:a", "a=x",
            "a=extmap:2/sendonly urn:b c", "a=extmap:bad")
        #expect(description.allowsMixedExtensionHeaders)
        #expect(description.media[0].extensionMaps.map(\.identifier) == [1, 2])
        #expect(description.media[0].extensionMaps[1].direction == .sendonly)
        description.removeAttributes(named: .headerExtensions)
        description.media[0].removeAttributes(named: .headerExtensions)
        #expect(written(description) == ["v=0", "m=audio 9 RTP/AVP 0", "a=x"])
    }

    @Test(
        "RFC 4585 §4.2: feedback is written as it came",
        arguments: ["* nack", "98 nack rpsi", "96 ack", "* trr-int 100", "97 ccm tmmbr smaxpr=120"])
    func feedback(text: String) throws {
        #expect(try #require(SDPRTCPFeedback(bytes(text))).attribute.value == text)
    }

    @Test(
        "what is no feedback is not read", arguments: ["", "96", "128 nack", "x nack", "** nack"])
    func noFeedback(text: String) {
        #expect(SDPRTCPFeedback(bytes(text)) == nil)
    }

    @Test("groups, streams, encodings and simulcast are read and written")
    func sources() throws {
        let lines = [
            "ssrc-group:FID 2231627014 632943048", "msid:stream track", "msid:-",
            "rid:1 send pt=97;max-width=1280", "rid:2 recv", "simulcast:send 1,~2;3 recv 6;~7,~8",
            "bundle-only",
        ]
        let section = try SessionDescription(
            parsing: (["v=0", "m=video 0 RTP/AVP 97"] + lines.map { "a=\($0)" })
                .joined(separator: "\n")
        ).media[0]
        #expect(
            section.sourceGroups == [.init(semantics: "FID", ssrcs: [2_231_627_014, 632_943_048])])
        #expect(section.mediaStreamIDs.map(\.track) == ["track", nil])
        #expect(section.restrictionIDs.map(\.isSent) == [true, false])
        #expect(section.simulcast?.send == [["1", "~2"], ["3"]])
        #expect(section.simulcast?.receive == [["6"], ["~7", "~8"]])
        #expect(section.isBundleOnly)
        let again: [SDPAttribute] =
            section.sourceGroups.map(\.attribute) + section.mediaStreamIDs.map(\.attribute)
            + section.restrictionIDs.map(\.attribute)
            + [section.simulcast].compactMap { $0?.attribute }
        #expect(again.map(\.text) == lines.dropLast())
    }

    @Test("what is no group, encoding or simulcast is not read")
    func noSources() {
        #expect(SDPSourceGroup(bytes("")) == nil)
        #expect(SDPSourceGroup(bytes("FID 1 x")) == nil)
        #expect(SDPMediaStreamID(bytes(" ")) == nil)
        #expect(SDPRestrictionID(bytes("1")) == nil)
        #expect(SDPRestrictionID(bytes("1 both")) == nil)
        for text in ["", "send", "send 1 send 2", "both 1", "send ;", "recv 1 x"] {
            #expect(SDPSimulcast(bytes(text)) == nil)
        }
    }

    @Test("RFC 9143: BUNDLE groups are found, replaced and removed, other groups stay")
    func bundles() throws {
        var description = try describe(
            "v=0", "a=group:LS 0 1", "a=group:BUNDLE 0 1", "a=x", "a=group:BUNDLE 2",
            "m=audio 9 RTP/AVP 0", "a=bundle-only")
        #expect(description.bundleGroups.map(\.mids) == [["0", "1"], ["2"]])
        description.setBundleGroups([SDPGroup(semantics: "BUNDLE", mids: ["0"])])
        #expect(description.lines.map(\.text) == ["0", "group:LS 0 1", "group:BUNDLE 0", "x"])
        description.setBundleGroups([])
        #expect(description.lines.map(\.text) == ["0", "group:LS 0 1", "x"])
        description.media[0].isBundleOnly = false
        #expect(description.media[0].lines.isEmpty)
        description.media[0].isBundleOnly = true
        #expect(description.media[0].lines.map(\.text) == ["bundle-only"])
    }
}
