import Testing

@testable import BatonSDP

@Suite("Trickle ICE fragments (RFC 8840 §9, N19)")
struct SDPFragmentTests {
    private func fragment(_ lines: String...) throws -> SDPFragment {
        try SDPFragment(parsing: Array(lines.joined(separator: "\r\n").utf8))
    }

    private static let password = "ice-pwd:asd88fgpdd777uzjYhagZg"
    private static let host = "a=candidate:1 1 UDP 2130706431 192.0.2.1 5000 typ host"

    @Test("§9.2: credentials and candidates belong to the section with the mid")
    func sections() throws {
        let read = try fragment(
            "a=\(Self.password)", "a=ice-ufrag:8hhY", "a=ice-options:trickle",
            "m=audio 9 RTP/AVP 0", "a=mid:1", Self.host, "a=candidate:broken", Self.host,
            "m=video 9 RTP/AVP 0", "a=mid:2", "a=ice-ufrag:9iiZ", "a=\(Self.password)",
            "a=end-of-candidates")
        #expect(read.credentials?.usernameFragment == "8hhY")
        #expect(read.iceOptions == ["trickle"])
        #expect(!read.hasEndOfCandidates)
        #expect(read.sections.map(\.mid) == ["1", "2"])
        #expect(read.sections.map(\.kind) == [.audio, .video])
        #expect(read.sections.map(\.candidates.count) == [2, 0])
        #expect(read.sections.map(\.credentials?.usernameFragment) == [nil, "9iiZ"])
        #expect(read.sections.map(\.hasEndOfCandidates) == [false, true])
    }

    @Test("§8.2: the end of all candidates stands on the session level")
    func end() throws {
        let read = try fragment("a=ice-ufrag:8hhY", "a=\(Self.password)", "a=end-of-candidates")
        #expect(read.hasEndOfCandidates)
        #expect(read.sections.isEmpty)
        #expect(read.credentials != nil)
    }

    @Test("an a=mid: without an m-line, as old drafts had it, opens a section")
    func oldDraft() throws {
        let read = try fragment(
            "a=ice-ufrag:8hhY", "a=\(Self.password)", "a=mid:audio", Self.host, "a=mid:video",
            "a=end-of-candidates")
        #expect(read.sections.map(\.mid) == ["audio", "video"])
        #expect(read.sections.map(\.candidates.count) == [1, 0])
        #expect(read.sections.map(\.hasEndOfCandidates) == [false, true])
        let bare = try fragment("a=ice-ufrag:8hhY", "a=\(Self.password)", Self.host)
        #expect(bare.sections.map(\.mid) == [nil])
        #expect(bare.sections.map(\.candidates.count) == [1])
    }

    @Test("a fragment is written as §9.2 wants it")
    func written() throws {
        var read = try fragment("m=audio 4 X 7", "a=mid:1", Self.host, "a=end-of-candidates")
        read.credentials = SDPICECredentials(
            usernameFragment: "8hhY", password: "asd88fgpdd777uzjYhagZg")
        read.iceOptions = ["trickle"]
        let lines = [
            "a=ice-ufrag:8hhY", "a=\(Self.password)", "a=ice-options:trickle",
            "m=audio 9 RTP/AVP 0", "a=mid:1", Self.host, "a=end-of-candidates", "",
        ]
        let text = String(decoding: read.serialized(), as: UTF8.self)
        #expect(text == lines.joined(separator: "\r\n"))
        #expect(try SDPFragment(parsing: read.serialized()) == read)
    }

    @Test("what is no lines of an SDP is refused, with the line")
    func refused() {
        #expect(throws: SDPParseError.self) { try fragment("", " ") }
        #expect(throws: SDPParseError.self) { try fragment("a=mid:1", "candidate:1") }
        #expect(throws: SDPParseError.self) { try fragment("m=audio x RTP/AVP 0") }
        let limits = SDPLimits(bytesMax: 10)
        #expect(throws: SDPParseError(.tooManyBytes(limit: 10))) {
            try SDPFragment(parsing: Array("a=mid:12345".utf8), limits: limits)
        }
    }
}
