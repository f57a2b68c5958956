import BatonSDP
import Testing

@testable import BatonMedia

private func offer(_ sections: [[String]], group: String, version: Int = 1) -> String {
    Phone.text(
        "198.51.100.7", session: ["a=group:BUNDLE \(group)"], version: version, media: sections)
}

private let audio = ["m=audio 4000 RTP/AVP 8", "a=mid:0"]
private let video = ["m=video 4002 RTP/AVP 96", "a=rtpmap:96 VP8/90000", "a=mid:1"]
private let plainAudio = ["m=audio 5000 RTP/AVP 8"]
private let plainVideo = ["m=video 5002 RTP/AVP 96", "a=rtpmap:96 VP8/90000"]

private func answer(_ sections: [[String]]) -> String {
    Phone.text("198.51.100.9", media: sections)
}

@Suite("Bundles of one line (RFC 9143)")
struct BundleTests {
    @Test("a bundle of one line is answered as one, and kept in offers to who made it")
    func single() throws {
        var call = Call()
        let sent = try call.offer(offer([audio], group: "0"), "a", "b")
        #expect(sent.groups.isEmpty, "the receiver is offered none")
        let back = try call.answer(answer([plainAudio]))
        #expect(back.groups == [SDPGroup(semantics: "BUNDLE", mids: ["0"])])
        #expect(back.media[0].mid == "0")
        let again = try call.offer(answer([plainAudio]), "b", "a")
        #expect(again.groups == [SDPGroup(semantics: "BUNDLE", mids: ["0"])])
        #expect(again.media[0].mid == "0")
        try call.answer(offer([audio], group: "0", version: 2), "b", "a")
        let third = try call.offer(Phone.audio(version: 3), "a", "b")
        #expect(third.groups.isEmpty)
        #expect(try call.answer(answer([plainAudio])).groups.isEmpty, "the party has ended it")
    }

    @Test("a line that stands alone because the others were refused is answered as a bundle")
    func refusedOthers() throws {
        var call = Call()
        try call.offer(offer([audio, video], group: "0 1"), "a", "b")
        let refused = ["m=video 0 RTP/AVP 96"]
        let back = try call.answer(answer([plainAudio, refused]))
        #expect(back.groups == [SDPGroup(semantics: "BUNDLE", mids: ["0"])])
        #expect(back.port(1) == 0)
    }

    @Test("without rtcp-mux lines have ports of their own; bundle=reject answers without the group")
    func apart() throws {
        var call = Call()
        try call.offer(offer([audio, video], group: "0 1"), "a", "b")
        let back = try call.answer(answer([plainAudio, plainVideo]))
        #expect(back.groups.isEmpty)
        #expect(back.port(0) != back.port(1))
        var other = Call()
        try other.offer(offer([audio], group: "0"), "a", "b")
        let rejected = try other.answer(answer([plainAudio])) { $0.bundle = .reject }
        #expect(rejected.groups.isEmpty)
    }
}

@Suite("RTP header extensions in SDP (RFC 8285)")
struct HeaderExtensionTests {
    private static let level = "urn:ietf:params:rtp-hdrext:ssrc-audio-level"
    private static let mid = "urn:ietf:params:rtp-hdrext:sdes:mid"
    private static let lines = [
        "a=extmap:1 \(level)", "a=extmap:2/sendonly \(mid)", "a=extmap-allow-mixed",
        "a=ssrc:5 cname:x",
    ]

    private func sent(_ uris: Set<String>, session: [String] = []) throws -> SessionDescription {
        var call = Call()
        return try call.offer(Phone.audio(extra: Self.lines, session: session)) {
            $0.hiddenExtensions = HeaderExtensionFilter(uris: uris)
        }
    }

    @Test("they pass, and so does a=ssrc")
    func pass() throws {
        #expect(try sent([]).section(0).suffix(4) == Self.lines[...])
    }

    @Test("those named go, in the section and on the session level; all go with `all`")
    func hidden() throws {
        let one = try sent([Self.level], session: ["a=extmap:1 \(Self.level)"])
        #expect(one.media[0].extensionMaps.map(\.uri) == [Self.mid])
        #expect(one.extensionMaps.isEmpty)
        #expect(one.media[0].allowsMixedExtensionHeaders)
        let none = try sent(["all"])
        #expect(none.media[0].extensionMaps.isEmpty)
        #expect(!none.media[0].allowsMixedExtensionHeaders)
        #expect(none.section(0).contains("a=ssrc:5 cname:x"))
    }
}
