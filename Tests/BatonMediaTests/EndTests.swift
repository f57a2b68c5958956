import BatonBase
import BatonMedia
import Testing

@Suite("Ending a call or one branch of it (N8, N14)")
struct EndTests {
    private func forked() throws -> Call {
        var call = Call()
        try call.offer(Phone.audio()) { $0.viaBranch = "z1" }
        try call.offer(Phone.audio()) { $0.viaBranch = "z2" }
        try call.answer(Phone.audio("198.51.100.8", 5_000), "a", "b1") { $0.viaBranch = "z1" }
        try call.answer(Phone.audio("198.51.100.9", 6_000), "a", "b2") { $0.viaBranch = "z2" }
        return call
    }

    @Test("N8: without from-tag the whole call ends")
    func whole() throws {
        var call = try forked()
        let ended1 = call.end()
        #expect(ended1)
        #expect(call.session.parties.isEmpty && call.ports.open.isEmpty)
    }

    @Test("N8: in a plain call either tag ends it", arguments: ["a", "b"])
    func plain(_ tag: String) throws {
        var call = Call()
        try call.offer(Phone.audio())
        try call.answer(Phone.audio("198.51.100.8", 5_000))
        let ended2 = call.end(tag)
        #expect(ended2)
        #expect(call.ports.open.isEmpty)
    }

    @Test("N8: an unanswered call ends by the offerer's tag")
    func unanswered() throws {
        var call = Call()
        try call.offer(Phone.audio())
        let ended3 = call.end("a")
        #expect(ended3)
        #expect(call.ports.open.isEmpty)
    }

    @Test("N8: a branch that nobody knows counts as none: the tags decide", arguments: ["a", "b2"])
    func unknownBranch(_ tag: String) throws {
        var call = try forked()
        let isKnown = call.end(tag, branch: "z9")
        #expect(isKnown)
        #expect(call.session.parties.isEmpty && call.ports.open.isEmpty)
    }

    @Test("N8: two tags count before the branch")
    func tagsBeforeBranch() throws {
        var call = try forked()
        let isKnown = call.end("a", "b1", branch: "z2")
        #expect(isKnown)
        #expect(call.session.parties.map(\.tag) == ["a", "b2"])
    }

    @Test(
        "N8: an unknown tag stands for the leg whose answer was never seen",
        arguments: [("a", "x"), ("x", "a")])
    func untaggedLeg(_ from: String, _ to: String) throws {
        var call = Call()
        try call.offer(Phone.audio())
        let isKnown = call.end(from, to)
        #expect(isKnown)
        #expect(call.ports.open.isEmpty)
    }

    @Test("N8: … that leg alone beside one that talks, all of them when none does")
    func untaggedLegs() throws {
        var call = Call()
        for branch in ["z1", "z2"] { try call.offer(Phone.audio()) { $0.viaBranch = branch } }
        var silent = call
        let all = silent.end("a", "x")
        #expect(all && silent.ports.open.isEmpty)
        try call.answer(Phone.audio("198.51.100.8", 5_000), "a", "b1") { $0.viaBranch = "z1" }
        try call.offer(Phone.audio()) { $0.viaBranch = "z3" }
        let unclear = call.end("a", "x")
        #expect(!unclear, "there are two")
        let third = call.end("a", branch: "z3")
        let second = call.end("a", "x")
        #expect(third && second)
        #expect(call.session.parties.map(\.tag) == ["a", "b1"])
    }

    @Test("N8: tags that fit nothing end nothing")
    func unknown() throws {
        var call = try forked()
        let ended4 = call.end("x")
        #expect(!ended4)
        let ended5 = call.end("a", "x")
        #expect(!ended5)
        let ended6 = call.end("a", "a")
        #expect(!ended6)
        let ended7 = call.end("b1", "b2")
        #expect(!ended7)
        let ended8 = call.end("x", branch: "z9")
        #expect(!ended8)
        #expect(call.session.parties.count == 3)
    }

    @Test("N8: via-branch ends that branch alone while others live")
    func branch() throws {
        var call = try forked()
        let ended9 = call.end("a", branch: "z1")
        #expect(ended9)
        #expect(call.session.parties.map(\.tag) == ["a", "b2"])
        #expect(try call.rtp("a").rtpSink == (try call.stream("b2").ports?.rtp.slot))
        let ended10 = call.end("a", branch: "z2")
        #expect(ended10, "the last branch ends the call")
        #expect(call.session.parties.isEmpty)
    }

    @Test("N8: when the branch that is heard ends, the one that answered before is heard again")
    func heardBranch() throws {
        var call = try forked()
        let ended11 = call.end("a", "b2")
        #expect(ended11)
        #expect(try call.rtp("a").rtpSink == (try call.stream("b1").ports?.rtp.slot))
        #expect(try call.rtp("b1").rtpSink == (try call.stream("a").ports?.rtp.slot))
    }

    @Test("N8: two tags end their branch alone, in either order")
    func twoTags() throws {
        for (from, to) in [("a", "b1"), ("b1", "a")] {
            var call = try forked()
            let ended12 = call.end(from, to)
            #expect(ended12)
            #expect(call.session.parties.map(\.tag) == ["a", "b2"])
        }
    }

    @Test("N8: a branch's own tag ends that branch alone when another one is heard")
    func silentBranch() throws {
        var call = try forked()
        let ended13 = call.end("b1")
        #expect(ended13)
        #expect(call.session.parties.map(\.tag) == ["a", "b2"])
    }

    @Test("N8: a BYE by the branch that is heard ends the call, the other branches included")
    func byeByCallee() throws {
        var call = try forked()
        let ended14 = call.end("b2")
        #expect(ended14)
        #expect(call.session.parties.isEmpty)
    }

    @Test("N8: the offerer's tag ends all of its branches")
    func byOfferer() throws {
        var call = try forked()
        let ended15 = call.end("a")
        #expect(ended15)
        #expect(call.ports.open.isEmpty)
    }

    @Test("N8: a dialog of other parties in the same call goes on")
    func otherDialog() throws {
        var call = Call()
        try call.offer(Phone.audio())
        try call.answer(Phone.audio("198.51.100.8", 5_000))
        try call.offer(Phone.audio("198.51.100.9", 6_000), "c", "d")
        try call.answer(Phone.audio("198.51.100.10", 7_000), "c", "d")
        let ended16 = call.end("a")
        #expect(ended16)
        #expect(call.session.parties.map(\.tag) == ["c", "d"])
        #expect(try call.rtp("c").rtpSink == (try call.stream("d").ports?.rtp.slot))
    }

    @Test("N8: of several branches that are left, the last that answered is heard")
    func severalLeft() throws {
        var call = Call()
        for number in 1...4 { try call.offer(Phone.audio()) { $0.viaBranch = "z\(number)" } }
        for number in [2, 3, 1, 4] {
            try call.answer(Phone.audio("198.51.100.8", 5_000), "a", "b\(number)") {
                $0.viaBranch = "z\(number)"
            }
        }
        let isKnown = call.end("a", "b4")
        #expect(isKnown)
        #expect(try call.rtp("a").rtpSink == (try call.stream("b1").ports?.rtp.slot))
    }
}
