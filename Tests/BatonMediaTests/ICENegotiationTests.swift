import BatonBase
import BatonICE
import BatonSDP
import Testing

@testable import BatonMedia

private func credentials(_ letter: String) -> [String] {
    ["a=ice-ufrag:\(letter)uf1", "a=ice-pwd:\(String(repeating: letter, count: 24))"]
}

private func candidate(
    _ address: String, _ port: Int = 4_000, component: Int = 1, transport: String = "UDP",
    suffix: String = ""
) -> String {
    "a=candidate:1 \(component) \(transport) 2113937151 \(address) \(port) typ host\(suffix)"
}

private let usual = credentials("a") + [candidate("198.51.100.7")]

private func caller(
    _ lines: [String] = usual, session: [String] = [], version: Int = 1
) -> String {
    Phone.audio(extra: lines, session: session, version: version)
}

private func callee(_ lines: [String] = [], session: [String] = []) -> String {
    Phone.audio("198.51.100.9", 5_000, extra: lines, session: session)
}

extension SessionDescription {
    fileprivate var ownCandidates: [SDPCandidate] { media[0].candidates }
    fileprivate var hasICE: Bool {
        all.contains { $0.hasPrefix("a=ice-") || $0.contains("candid") }
    }
}

extension Call {
    fileprivate func remote(_ tag: String) throws -> ICERemoteParameters? {
        try rtp(tag).ice?.remote
    }
}

@Suite("ICE in offer and answer (N19, RFC 8839, RFC 8840)")
struct ICENegotiationTests {
    @Test("ICE=force, default and remove decide about the receiver alone, with ICE or without")
    func choices() throws {
        let cases: [(ICEChoice, Bool, Bool)] = [
            (.unstated, true, true), (.unstated, false, false), (.force, true, true),
            (.force, false, true), (.remove, true, false), (.remove, false, false),
        ]
        for (choice, isOffered, isShown) in cases {
            var call = Call()
            let sent = try call.offer(isOffered ? caller() : caller([]), "a", "b") {
                $0.security.ice = choice
            }
            #expect(sent.hasICE == isShown, "\(choice), \(isOffered)")
            #expect(!sent.all.contains { $0.contains("198.51.100.7 4000") })
            let lines = credentials("b") + [candidate("198.51.100.9", 5_000)]
            let back = try call.answer(callee(isShown ? lines : []))
            #expect(back.hasICE == isOffered, "the offerer's ICE is answered in any case")
            #expect((try call.rtp("a").ice != nil) == isOffered)
            #expect((try call.rtp("b").ice != nil) == isShown)
        }
    }

    @Test("ICE=remove in an answer and ICE-reject in an offer decline the offerer's ICE")
    func declined() throws {
        var call = Call()
        try call.offer(caller())
        let back = try call.answer(callee()) { $0.security.ice = .remove }
        #expect(!back.hasICE)
        #expect(try call.rtp("a").ice == nil)
        call = Call()
        let sent = try call.offer(caller()) { $0.security.rejectsICE = true }
        #expect(sent.hasICE)
        #expect(!(try call.answer(callee(credentials("b"))).hasICE))
        #expect(try call.rtp("a").ice == nil)
        #expect(try call.rtp("b").ice != nil)
    }

    @Test("an answer without ICE does without; another branch's may have it")
    func answersWithout() throws {
        var call = Call()
        try call.offer(caller([]), "a", "b") { $0.security.ice = .force }
        try call.answer(callee())
        #expect(try call.rtp("b").ice == nil)
        try call.answer(callee(credentials("c")), "a", "c")
        #expect(try call.remote("c")?.credentials.usernameFragment == Array("cuf1".utf8))
    }

    @Test("credentials last over re-offers of either side and over hold")
    func credentialsLast() throws {
        var call = Call()
        let sent = try call.offer(caller())
        let back = try call.answer(callee(credentials("b")))
        let offered = try #require(sent.media[0].iceCredentials)
        let answered = try #require(back.media[0].iceCredentials)
        #expect(offered != answered)
        #expect(try call.rtp("a").ice?.role == .controlled)
        #expect(try call.rtp("b").ice?.role == .controlling)
        let held = try call.offer(caller(usual + ["a=sendonly"], version: 2), "a", "b")
        #expect(held.media[0].iceCredentials == offered)
        #expect(try call.answer(callee(credentials("b"))).media[0].iceCredentials == answered)
        let reversed = try call.offer(callee(credentials("b")), "b", "a")
        #expect(reversed.media[0].iceCredentials == answered)
        let last = try call.answer(caller(version: 3), "b", "a")
        #expect(last.media[0].iceCredentials == offered)
        #expect(try call.rtp("a").ice?.role == .controlled)
    }

    @Test("new credentials of an offerer restart ICE with it alone")
    func restart() throws {
        var call = Call()
        try call.offer(caller())
        try call.answer(callee(credentials("b")))
        let (first, other) = (try call.rtp("a").ice, try call.rtp("b").ice)
        try call.offer(caller(credentials("d"), version: 2), "a", "b")
        try call.answer(callee(credentials("b")))
        let second = try call.rtp("a").ice
        #expect(second?.localCredentials != first?.localCredentials)
        #expect(second?.remote?.credentials.usernameFragment == Array("duf1".utf8))
        #expect(second?.remote?.candidates.isEmpty == true, "old candidates are gone")
        #expect(try call.rtp("b").ice == other)
    }

    @Test("a restart by the answerer's re-offer, and by a change of our ports")
    func restartOfAnswerer() throws {
        var call = Call()
        try call.offer(caller())
        try call.answer(callee(credentials("b")))
        let (caller1, callee1) = (try call.rtp("a").ice, try call.rtp("b").ice)
        try call.offer(callee(credentials("e")), "b", "a")
        try call.answer(caller(version: 2), "b", "a")
        #expect(try call.rtp("a").ice == caller1)
        #expect(try call.rtp("b").ice?.localCredentials != callee1?.localCredentials)
        #expect(try call.rtp("b").ice?.role == .controlled)
        let sent = try call.offer(caller(version: 3), "a", "b") { $0.receiverInterface = "pub" }
        let shown = try #require(sent.media[0].iceCredentials)
        #expect(Array(shown.usernameFragment.utf8) != callee1?.localCredentials.usernameFragment)
        #expect(sent.ownCandidates.first?.address == "203.0.113.1")
        #expect(try call.rtp("b").ice?.role == .controlling)
    }

    @Test("a re-offer with the same credentials adds candidates; complete once it says so")
    func trickled() throws {
        var call = Call()
        let trickle = credentials("a") + ["a=ice-options:trickle"]
        try call.offer(caller(trickle))
        try call.answer(callee())
        #expect(try call.remote("a")?.isComplete == false)
        #expect(try call.remote("a")?.candidates.isEmpty == true)
        try call.offer(caller(trickle + [candidate("198.51.100.7")], version: 2), "a", "b")
        try call.answer(callee())
        try call.offer(
            caller(trickle + [candidate("203.0.113.7"), "a=end-of-candidates"], version: 3), "a",
            "b")
        let remote = try #require(try call.remote("a"))
        #expect(remote.isComplete)
        #expect(
            Set(remote.candidates.map { "\($0.address.ip)" }) == ["198.51.100.7", "203.0.113.7"])
        call = Call()
        try call.offer(caller())
        try call.answer(callee())
        #expect(try call.remote("a")?.isComplete == true, "who does not trickle has said all")
    }

    @Test("candidates that no datagram of ours reaches are left out")
    func unreachable() throws {
        var call = Call()
        let lines =
            credentials("a") + [
                candidate("b1946ac9-2492-4d23.local"),
                candidate(
                    "198.51.100.7", 9, transport: "TCP",
                    suffix: " tcptype active"),
                candidate("2001:db8::7"), candidate("224.0.0.1"), candidate("0.0.0.0"),
                candidate("198.51.100.8", 0), candidate("198.51.100.7", component: 3),
                candidate("198.51.100.7", 4_002),
            ]
        try call.offer(caller(lines))
        try call.answer(callee())
        #expect(try call.remote("a")?.candidates.map(\.address) == [address("198.51.100.7:4002")])
    }

    @Test("a component is offered for RTCP unless it shares the port")
    func components() throws {
        var call = Call()
        let lines = usual + ["a=rtcp-mux", candidate("198.51.100.7", 4_001, component: 2)]
        let sent = try call.offer(caller(lines))
        #expect(sent.ownCandidates.map(\.component) == [1, 2], "the receiver may not multiplex")
        let back = try call.answer(callee(credentials("b") + ["a=rtcp-mux"]))
        #expect(back.ownCandidates.map(\.component) == [1])
        #expect(try call.rtp("b").ice?.localCandidates.count == 1)
        call = Call()
        let required = try call.offer(caller(lines)) { $0.rtcpMux = .require }
        #expect(required.ownCandidates.map(\.component) == [1])
        call = Call()
        try call.offer(caller(usual + [candidate("198.51.100.7", 4_001, component: 2)]))
        let apart = try call.answer(callee(credentials("b")))
        #expect(apart.ownCandidates.map(\.component) == [1, 2])
        #expect(try call.remote("a")?.candidates.map(\.component) == [1, 2])
        let pair = try #require(try call.stream("a").ports)
        #expect(
            try call.rtp("a").ice?.localCandidates.map(\.base)
                == [Int(pair.rtp.slot.index), Int(pair.rtcp.slot.index)])
    }

    @Test("ICE-lite says towards whom we only answer checks; a lite offerer gets a full agent")
    func lite() throws {
        let modes: [(Bool?, Bool?, Bool, Bool)] = [
            (nil, nil, true, true), (true, false, true, false), (false, true, false, true),
            (true, true, true, true), (false, false, false, false),
        ]
        for (forward, backward, receiver, sender) in modes {
            var call = Call()
            let sent = try call.offer(caller()) {
                $0.security.isLiteTowardsReceiver = forward
                $0.security.isLiteTowardsSender = backward
            }
            let back = try call.answer(callee(credentials("b")))
            #expect(sent.hasICELite == receiver && back.hasICELite == sender)
            #expect(try call.rtp("a").ice?.isLite == sender)
            #expect(try call.rtp("b").ice?.isLite == receiver)
        }
        var call = Call()
        try call.offer(caller(session: ["a=ice-lite"]))
        let back = try call.answer(callee(credentials("b")))
        #expect(!back.hasICELite)
        #expect(try call.rtp("a").ice?.isLite == false)
        #expect(try call.remote("a")?.isLite == true)
    }

    @Test("session-level credentials hold for lines without their own, and do not pass")
    func sessionLevel() throws {
        var call = Call()
        let sent = try call.offer(
            caller([candidate("198.51.100.7")], session: credentials("a")), "a", "b")
        let left = sent.lines.filter { AttributeRole($0) == .ice }
        #expect(left.map { String(decoding: $0.bytes, as: UTF8.self) } == ["a=ice-lite"])
        try call.answer(callee(credentials("b")))
        #expect(try call.remote("a")?.credentials.usernameFragment == Array("auf1".utf8))
    }

    @Test("a refused line says nothing of ICE, and used again has new credentials")
    func refusedLine() throws {
        var call = Call()
        let first = try call.offer(caller()).media[0].iceCredentials
        let refusal = Phone.text(
            "198.51.100.9", media: [["m=audio 0 RTP/AVP 8"] + credentials("b")])
        let back = try call.answer(refusal)
        #expect(!back.media[0].lines.contains { AttributeRole($0) == .ice })
        let second = try call.offer(caller(version: 2), "a", "b").media[0].iceCredentials
        #expect(first != nil && second != nil && first != second)
    }

    @Test("trickle-ICE tells the receiver that candidates may follow")
    func announcement() throws {
        var call = Call()
        let sent = try call.offer(caller()) { $0.security.announcesTrickle = true }
        #expect(sent.iceOptions(of: 0) == ["trickle"])
        #expect(sent.media[0].hasEndOfCandidates, "ours are all there")
        var other = Call()
        #expect(try other.offer(caller()).iceOptions(of: 0).isEmpty)
    }
}
