import BatonBase
import BatonICE
import BatonMedia
import BatonSDP
import Testing

@testable import BatonMedia

private let password = String(repeating: "p", count: 24)
private let ours = ["a=ice-ufrag:user", "a=ice-pwd:\(password)", "a=ice-options:trickle"]

private func fragment(_ lines: String...) throws -> SDPFragment {
    try SDPFragment(parsing: lines.map { $0 + "\r\n" }.joined().utf8)
}

private func candidate(_ port: Int) -> String {
    "a=candidate:1 1 UDP 2113937151 198.51.100.7 \(port) typ host"
}

extension Call {
    fileprivate mutating func trickle(
        _ fragment: SDPFragment, from tag: String, to peer: String? = nil
    ) throws {
        let result = try session.addCandidates(fragment, from: tag, to: peer)
        carryOut(result.commands)
        warnings = result.warnings
    }

    fileprivate func ports(_ tag: String, _ index: Int = 0) throws -> [UInt16] {
        try rtp(tag, index).ice?.remote?.candidates.map(\.address.port) ?? []
    }

    /// A call between two agents that trickle.
    fileprivate static func trickling() throws -> Call {
        var call = Call()
        try call.offer(Phone.audio(extra: ours + ["a=mid:audio"]), "a", "b")
        try call.answer(Phone.audio("198.51.100.9", 5_000, extra: ours + ["a=mid:audio"]))
        return call
    }
}

@Suite("Candidates that come one by one (N19, RFC 8840)")
struct CandidateTests {
    @Test("a fragment adds candidates to the stream with its mid, and ends them")
    func byMid() throws {
        var call = try Call.trickling()
        try call.trickle(
            try fragment(
                "a=ice-ufrag:user", "a=ice-pwd:\(password)", "m=audio 9 RTP/AVP 0", "a=mid:audio",
                candidate(4_000)), from: "a")
        #expect(try call.ports("a") == [4_000])
        #expect(try call.rtp("a").ice?.remote?.isComplete == false)
        #expect(call.lastCommands.count == 1, "the port of the sender alone is told")
        try call.trickle(
            try fragment(
                "m=audio 9 RTP/AVP 0", "a=mid:audio", candidate(4_002), "a=end-of-candidates"),
            from: "a")
        #expect(try call.ports("a") == [4_000, 4_002])
        #expect(try call.rtp("a").ice?.remote?.isComplete == true)
        #expect(try call.ports("b").isEmpty)
        #expect(call.warnings.isEmpty)
        // Said again, it changes nothing.
        try call.trickle(
            try fragment("m=audio 9 RTP/AVP 0", "a=mid:audio", candidate(4_000)), from: "a")
        #expect(call.lastCommands.isEmpty)
    }

    @Test("a section without mid means the line in its place; the answerer trickles likewise")
    func byPlace() throws {
        var call = try Call.trickling()
        try call.trickle(try fragment("m=audio 9 RTP/AVP 0", candidate(5_000)), from: "b", to: "a")
        #expect(try call.ports("b") == [5_000])
        try call.trickle(try fragment("a=end-of-candidates"), from: "b")
        #expect(try call.rtp("b").ice?.remote?.isComplete == true)
    }

    @Test("the answer does not lose what came before")
    func beforeTheAnswer() throws {
        var call = Call()
        try call.offer(Phone.audio(extra: ours), "a", nil)
        try call.trickle(try fragment("m=audio 9 RTP/AVP 0", candidate(4_000)), from: "a")
        let early = try fragment(
            "a=ice-ufrag:user", "a=ice-pwd:\(password)", "m=audio 9 RTP/AVP 0", candidate(5_000))
        try call.trickle(early, from: "b", to: "a")
        try call.answer(Phone.audio("198.51.100.9", 5_000, extra: ours))
        #expect(try call.ports("a") == [4_000])
        #expect(try call.ports("b") == [5_000])
    }

    @Test("other credentials, unknown lines and lines without ICE are left out with a warning")
    func leftOut() throws {
        var call = try Call.trickling()
        try call.trickle(
            try fragment(
                "a=ice-ufrag:othr", "a=ice-pwd:\(password)", "m=audio 9 RTP/AVP 0", candidate(4_000)
            ),
            from: "a")
        #expect(call.warnings.first?.contains("other credentials") == true)
        try call.trickle(
            try fragment("m=video 9 RTP/AVP 0", "a=mid:v", candidate(4_000)), from: "a")
        #expect(call.warnings.first?.contains("no m= line") == true)
        #expect(try call.ports("a").isEmpty)
        var plain = Call()
        try plain.offer(Phone.audio())
        try plain.answer(Phone.audio("198.51.100.9", 5_000))
        try plain.trickle(try fragment("m=audio 9 RTP/AVP 0", candidate(4_000)), from: "a")
        #expect(plain.warnings.first?.contains("without ICE") == true)
        #expect(throws: NegotiationError.self) {
            try plain.trickle(try fragment("a=end-of-candidates"), from: "nobody")
        }
    }

    @Test("a party cannot make its candidates grow without end")
    func limit() throws {
        var call = try Call.trickling()
        for round in 0..<3 {
            let section = SDPFragment.Section(
                mid: "audio",
                candidates: (0..<40).compactMap {
                    SDPCandidate(
                        foundation: "1", component: 1, priority: 1,
                        address: SocketAddress(
                            ip: IPAddress(v4: 0xc633_6407), port: UInt16(1_000 + round * 40 + $0)),
                        type: .host)
                })
            try call.trickle(SDPFragment(sections: [section]), from: "a")
        }
        #expect(try call.ports("a").count == StreamICE.candidatesMax)
        #expect(call.warnings.first?.contains("more than 64") == true)
    }
}
