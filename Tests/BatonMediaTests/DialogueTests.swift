import BatonBase
import BatonMedia
import BatonSDP
import Testing

@Suite("Tags, dialogs and branches (N14)")
struct DialogueTests {
    private let callee = Phone.audio("198.51.100.8", 5_000)

    private func established() throws -> Call {
        var call = Call()
        try call.offer(Phone.audio())
        try call.answer(callee)
        return call
    }

    @Test("N14: a re-INVITE by the caller keeps the ports of both sides")
    func reofferByCaller() throws {
        var call = try established()
        let before = call.session.portPairs
        let sent = try call.offer(Phone.audio("198.51.100.7", 4_400, version: 2), "a", "b")
        let back = try call.answer(callee)
        #expect(call.session.portPairs == before)
        #expect(sent.port() == before[1].rtp.address.port)
        #expect(back.port() == before[0].rtp.address.port)
        #expect(try call.rtp("a").remote == (try address("198.51.100.7:4400")))
    }

    @Test("N14: a re-INVITE by the callee comes with swapped tags and keeps the ports")
    func reofferByCallee() throws {
        var call = try established()
        let before = call.session.portPairs
        let sent = try call.offer(Phone.audio("198.51.100.8", 5_500), "b", "a")
        let back = try call.answer(Phone.audio(), "b", "a")
        #expect(call.session.portPairs == before)
        #expect(call.session.parties.count == 2)
        #expect(sent.port() == before[0].rtp.address.port, "the caller sees its own port")
        #expect(back.port() == before[1].rtp.address.port)
        #expect(try call.rtp("b").remote == (try address("198.51.100.8:5500")))
    }

    @Test("N14: a repeated offer, before or after the answer, gets the same SDP and ports")
    func repeatedOffer() throws {
        var call = Call()
        let first = try call.offer(Phone.audio())
        let second = try call.offer(Phone.audio())
        #expect(first == second)
        #expect(call.lastCommands.isEmpty)
        let answered = try call.answer(callee)
        #expect(try call.answer(callee) == answered)
        #expect(call.lastCommands.isEmpty)
        #expect(try call.offer(Phone.audio()) == first, "no to-tag: the leg that there is")
        #expect(call.ports.openedPairs == 2)
    }

    @Test("N14: early media and the final answer of one leg with the same SDP change nothing")
    func earlyMediaSame() throws {
        var call = Call()
        try call.offer(Phone.audio())
        try call.answer(callee)
        let generation = try call.stream("b").learningGeneration
        try call.answer(callee)
        #expect(try call.stream("b").learningGeneration == generation)
        #expect(call.lastCommands.isEmpty)
    }

    @Test("N14: a final answer with another SDP than the early one moves the callee's address")
    func earlyMediaDifferent() throws {
        var call = Call()
        try call.offer(Phone.audio())
        let early = try call.answer(Phone.audio("198.51.100.9", 6_000))
        let generation = try call.stream("b").learningGeneration
        let final = try call.answer(callee)
        #expect(early.port() == final.port())
        #expect(try call.rtp("b").remote == (try address("198.51.100.8:5000")))
        #expect(try call.stream("b").learningGeneration == generation + 1)
    }

    @Test("N14: a further answer with another to-tag uses the same ports; the latest is heard")
    func forkingDownstream() throws {
        var call = Call()
        try call.offer(Phone.audio())
        try call.answer(Phone.audio("198.51.100.9", 6_000), "a", "b1")
        try call.answer(callee, "a", "b2")
        #expect(call.session.parties.count == 2)
        #expect(call.session.parties[1].tag == "b2")
        #expect(call.session.parties[1].aliases == ["b1"])
        #expect(try call.rtp("b1").remote == (try address("198.51.100.8:5000")))
        try call.answer(Phone.audio("198.51.100.9", 6_000), "a", "b1")
        #expect(try call.rtp("b2").remote == (try address("198.51.100.9:6000")))
    }

    @Test("N14: branches get ports of their own; the last that answered hears and is heard")
    func viaBranches() throws {
        var call = Call()
        let one = try call.offer(Phone.audio()) { $0.viaBranch = "z1" }
        let two = try call.offer(Phone.audio()) { $0.viaBranch = "z2" }
        #expect(one.port() != two.port())
        #expect(call.session.parties.count == 3)
        #expect(call.ports.openedPairs == 3, "the offerer's ports are the same for both")
        let early = try call.answer(Phone.audio("198.51.100.9", 6_000), "a", "b2") {
            $0.viaBranch = "z2"
        }
        #expect(call.session.parties[2].tag == "b2")
        #expect(try call.rtp("a").rtpSink == (try call.stream("b2").ports?.rtp.slot))
        let final = try call.answer(callee, "a", "b1") { $0.viaBranch = "z1" }
        #expect(early.port() == final.port())
        #expect(call.session.parties[1].tag == "b1")
        #expect(try call.rtp("a").rtpSink == (try call.stream("b1").ports?.rtp.slot))
        #expect(try call.rtp("b1").rtpSink == (try call.stream("a").ports?.rtp.slot))
        #expect(try call.rtp("b2").rtpSink == nil, "the other branch is not heard")
        #expect(try call.rtcp("b2").rtcpSink == nil)
        #expect(try call.stream("b2").ports != nil, "and keeps its ports")
    }

    @Test("N14: an offer repeated for a branch goes to the same leg")
    func repeatedBranch() throws {
        var call = Call()
        let first = try call.offer(Phone.audio()) { $0.viaBranch = "z1" }
        try call.offer(Phone.audio()) { $0.viaBranch = "z2" }
        let again = try call.offer(Phone.audio()) { $0.viaBranch = "z1" }
        #expect(first == again)
        #expect(call.session.parties.count == 3)
    }

    @Test("N14: a new tag without a branch is that of a leg that has not answered")
    func newTagWithoutBranch() throws {
        var call = Call()
        try call.offer(Phone.audio()) { $0.viaBranch = "z1" }
        try call.offer(Phone.audio()) { $0.viaBranch = "z2" }
        try call.answer(callee, "a", "b2") { $0.viaBranch = "z2" }
        try call.answer(callee, "a", "b1")
        #expect(call.session.parties.map(\.tag) == ["a", "b1", "b2"])
        try call.answer(callee, "a", "b3")
        #expect(call.session.parties.map(\.tag) == ["a", "b3", "b2"], "then of the one heard")
    }

    @Test("N14: an empty to-tag, branch or interface is none")
    func emptyWords() throws {
        var call = Call()
        let first = try call.offer(Phone.audio())
        let again = try call.offer(Phone.audio(), "a", "") {
            $0.viaBranch = ""
            $0.senderInterface = ""
            $0.receiverInterface = ""
        }
        #expect(first == again)
        #expect(call.session.parties.map(\.tag) == ["a", nil])
        #expect(call.warnings.isEmpty)
    }

    @Test("N14: an unnamed leg that has not answered is used for the first branch")
    func branchTakesUnnamedLeg() throws {
        var call = Call()
        let first = try call.offer(Phone.audio())
        let named = try call.offer(Phone.audio()) { $0.viaBranch = "z1" }
        #expect(first.port() == named.port())
        #expect(call.session.parties.count == 2)
    }

    @Test("N14: the flag 'new branch' opens a further leg")
    func newBranch() throws {
        var call = Call()
        let first = try call.offer(Phone.audio())
        let second = try call.offer(Phone.audio()) { $0.flags = .newBranch }
        #expect(first.port() != second.port())
    }

    @Test("N14: an in-dialog offer to a tag that was never seen means the leg there is")
    func toTagChange() throws {
        var call = try established()
        let before = call.session.portPairs
        try call.offer(Phone.audio(version: 2), "a", "b-new")
        try call.answer(callee, "a", "b-new")
        #expect(call.session.portPairs == before)
        #expect(call.session.parties[1].tag == "b-new")
        #expect(call.session.parties[1].isTagged("b"))
    }

    @Test("N14: an offer from the callee before any answer finds the untagged leg")
    func offerFromUntaggedLeg() throws {
        var call = Call()
        try call.offer(Phone.audio())
        let before = call.session.portPairs
        let sent = try call.offer(callee, "b", "a")
        #expect(call.session.portPairs == before)
        #expect(call.session.parties[1].tag == "b")
        #expect(sent.port() == before[0].rtp.address.port)
    }

    @Test("N14: the 200 to the first INVITE still counts after an UPDATE by the callee")
    func answerAfterUpdate() throws {
        var call = Call()
        try call.offer(Phone.audio())
        try call.answer(callee)
        try call.offer(callee, "b", "a")
        try call.answer(Phone.audio(), "b", "a")
        try call.answer(callee)
        #expect(call.session.parties.count == 2)
        #expect(try call.rtp("b").remote == (try address("198.51.100.8:5000")))
    }

    @Test("N14: an in-dialog offer for an unknown call makes both parties")
    func offerInUnknownDialog() throws {
        var call = Call()
        try call.offer(Phone.audio(), "a", "b")
        #expect(call.session.parties.map(\.tag) == ["a", "b"])
        try call.answer(callee)
        #expect(call.session.parties.count == 2)
    }

    @Test("N14: an offer within one party is refused")
    func offerToSelf() throws {
        var call = try established()
        let failure = #expect(throws: NegotiationError.self) {
            try call.offer(Phone.audio(), "a", "a")
        }
        #expect(failure?.reason == .invalidDialogue)
    }

    @Test("N27: parties, tags, branches and names of one call are bounded")
    func bounded() throws {
        var call = Call()
        var failure: NegotiationError?
        for number in 0..<200 {
            do { try call.offer(Phone.audio()) { $0.viaBranch = "z\(number)" } } catch {
                failure = error as? NegotiationError
            }
        }
        #expect(failure?.reason == .limit)
        #expect(call.session.parties.count == call.session.limits.parties)
        for number in 0..<200 {
            try call.answer(callee, "a", "b\(number)") { $0.viaBranch = "z0" }
        }
        #expect(call.session.parties[1].aliases.count == call.session.limits.aliases)
        var other = try established()
        for number in 0..<200 {
            try other.offer(Phone.audio(), "a", "b") { $0.viaBranch = "z\(number)" }
        }
        #expect(other.session.parties[1].viaBranches.count == other.session.limits.viaBranches)
        let long = String(repeating: "t", count: 300)
        #expect(throws: NegotiationError.self) { try call.offer(Phone.audio(), long) }
    }

    @Test("N27: more m= lines than the limit are refused")
    func tooManyLines() throws {
        var call = Call()
        let media = (0..<17).map { ["m=audio \(4_000 + 2 * $0) RTP/AVP 0"] }
        let failure = #expect(throws: NegotiationError.self) {
            try call.offer(Phone.text("198.51.100.7", media: media))
        }
        #expect(failure?.reason == .cannotRewrite)
        #expect(failure?.detail.contains("17") == true)
    }
}
