import BatonBase
import BatonConfig
import BatonMedia
import BatonNG
import Testing

@testable import BatonServer

@Suite("life of sessions (N8)")
struct SessionLifeTests {
    private func harness(delay: Duration = .seconds(30)) throws -> CoreHarness {
        let harness = CoreHarness { $0.timeouts.deleteDelay = delay }
        try harness.offer()
        try harness.answer()
        _ = harness.core.takeEvents()
        return harness
    }

    @Test("N8: a deleted call answers query and delete for the delay, then its ports return")
    func lingers() throws {
        let harness = try harness()
        let ports = Set(harness.books.opened.flatMap { [$0.rtp.slot, $0.rtcp.slot] })
        let reply = try harness.send("delete", ["call-id": "call", "from-tag": "a"])
        #expect(reply.text("result") == "ok")
        #expect(reply["totals"] != nil)
        #expect(harness.ends().map(\.reason) == [.deleted])
        harness.pass(.seconds(29))
        #expect(try harness.send("query", ["call-id": "call"]).text("result") == "ok")
        let again = try harness.send("delete", ["call-id": "call", "from-tag": "a"])
        #expect(again.text("warning") == nil)
        #expect(harness.books.closed.isEmpty)
        harness.pass(.seconds(1))
        #expect(Set(harness.books.closed) == ports)
        #expect(harness.books.closed.count == ports.count)
        #expect(
            try harness.send("query", ["call-id": "call"]).text("error-reason")
                == "Unknown call-id")
        #expect(harness.ends().isEmpty)
        #expect(harness.core.totals.lingeringSessions == 0)
    }

    @Test("N8: with delete-delay 0 the ports return at once")
    func atOnce() throws {
        let harness = try harness()
        try harness.send("delete", ["call-id": "call", "from-tag": "a", "delete-delay": 0])
        #expect(harness.books.closed.count == harness.books.opened.count * 2)
        #expect(harness.core.sessionCount == 0)
    }

    @Test("N8: a delete without from-tag ends the call")
    func withoutFromTag() throws {
        let harness = try harness(delay: .zero)
        let reply = try harness.send("delete", ["call-id": "call"])
        #expect(reply.text("warning") == nil)
        #expect(harness.core.sessionCount == 0)
    }

    @Test("N8: an unknown call is ok with a warning, and an error with the flag fatal")
    func unknown() throws {
        let harness = try harness()
        let mild = try harness.send("delete", ["call-id": "other", "from-tag": "a"])
        #expect(mild.text("result") == "ok")
        #expect(mild.text("warning") == "Call-ID not found or tags didn't match")
        let fatal = try harness.send(
            "delete", ["call-id": "other", "from-tag": "a", "flags": ["fatal"]])
        #expect(fatal.text("error-reason") == "Call-ID not found or tags didn't match")
        let tag = try harness.send("delete", ["call-id": "call", "from-tag": "stranger"])
        #expect(tag.text("warning") == "Call-ID not found or tags didn't match")
        #expect(harness.core.sessionCount == 1)
    }

    @Test("N8: the flag fast leaves the figures out")
    func fast() throws {
        let harness = try harness()
        let reply = try harness.send(
            "delete", ["call-id": "call", "from-tag": "a", "flags": ["fast"]])
        #expect(reply == ["result": "ok"])
    }

    @Test("N8: the to-tag counts only with its flag")
    func toTag() throws {
        let harness = try harness(delay: .zero)
        let honoured = try harness.send(
            "delete",
            ["call-id": "call", "from-tag": "a", "to-tag": "stranger", "flags": ["to-tag"]])
        #expect(honoured.text("warning") != nil)
        #expect(harness.core.sessionCount == 1)
        try harness.send("delete", ["call-id": "call", "from-tag": "a", "to-tag": "stranger"])
        #expect(harness.core.sessionCount == 0)
    }

    @Test("N8: a via-branch ends its branch only, and the ports of that branch return")
    func viaBranch() throws {
        let harness = CoreHarness { $0.timeouts.deleteDelay = .zero }
        try harness.offer("call", from: "a", ["via-branch": "z1"])
        try harness.offer("call", from: "a", ["via-branch": "z2"])
        let parties = { harness.core.table.record("call")?.session.parties.count }
        #expect(parties() == 3)
        try harness.send("delete", ["call-id": "call", "from-tag": "a", "via-branch": "z1"])
        #expect(parties() == 2)
        #expect(!harness.books.closed.isEmpty)
        #expect(harness.core.sessionCount == 1)
    }

    @Test("N8: a BYE with a via-branch of its own, or before the answer was seen, ends the call")
    func unknownBranch() throws {
        let harness = CoreHarness { $0.timeouts.deleteDelay = .zero }
        try harness.offer("call", ["via-branch": "z1"])
        try harness.answer("call", ["via-branch": "z1"])
        let bye = try harness.send(
            "delete", ["call-id": "call", "from-tag": "b", "via-branch": "z2"])
        #expect(bye.text("warning") == nil)
        #expect(harness.core.sessionCount == 0)
        try harness.offer("early")
        let early = try harness.send(
            "delete",
            ["call-id": "early", "from-tag": "a", "to-tag": "unseen", "flags": ["to-tag"]])
        #expect(early.text("warning") == nil)
        #expect(harness.core.sessionCount == 0)
    }

    @Test("N8: an offer for a lingering call brings it back to life")
    func revival() throws {
        let harness = try harness()
        try harness.send("delete", ["call-id": "call", "from-tag": "a"])
        #expect(harness.core.totals.lingeringSessions == 1)
        #expect(try harness.offer().text("result") == "ok")
        #expect(harness.core.totals.lingeringSessions == 0)
        harness.pass(.seconds(31))
        #expect(harness.core.sessionCount == 1)
        #expect(harness.books.closed.isEmpty)
    }

    @Test("N8: a session that the API ends is gone at once and says so")
    func endedByAPI() throws {
        let harness = try harness()
        #expect(harness.core.endSession("call", at: harness.now)?.reason == .endedByAPI)
        #expect(harness.core.endSession("call", at: harness.now) == nil)
        #expect(harness.ends().map(\.reason) == [.endedByAPI])
        #expect(harness.core.sessionCount == 0)
    }

    @Test("N27: a thousand re-offers leave one session, its ports and its memory as they were")
    func reoffers() throws {
        let harness = try harness()
        for round in 0..<1_000 {
            try harness.offer(sdp: CoreHarness.sdp(port: UInt16(40_000 + round)))
            try harness.answer()
        }
        #expect(harness.core.sessionCount == 1)
        #expect(harness.books.opened.count * 2 - harness.books.closed.count == 4)
    }

    @Test("N27: parties of one call are bounded")
    func branches() throws {
        let harness = CoreHarness { $0.limits.partiesPerSession = 4 }
        var refused = 0
        for number in 0..<100 {
            let reply = try harness.offer("call", from: "a", ["via-branch": .text("z\(number)")])
            if reply.text("result") == "error" {
                refused += 1
                #expect(reply.text("detail")?.contains("4") == true)
            }
        }
        #expect(refused == 97)
        #expect(harness.core.table.record("call")?.session.parties.count == 4)
    }

    @Test("N27: sources with a quality record are bounded")
    func sources() throws {
        let harness = CoreHarness {
            $0.sourcesPerSession = 3
            $0.sampleInterval = .seconds(1)
        }
        try harness.offer()
        try harness.answer()
        let port = try harness.rtpPort("a")
        for ssrc in 1...50 {
            harness.arrive(50, at: port, ssrc: UInt32(ssrc))
            harness.pass(.seconds(1))
        }
        #expect(harness.core.table.record("call")?.sources.count == 3)
    }

    @Test("N21: TOS of a later message is set on the ports that are open")
    func typeOfService() throws {
        let harness = try harness()
        try harness.offer("call", ["TOS": 184])
        #expect(harness.books.contexts.last?.typeOfService == 184)
        #expect(harness.books.services.count == 4)
        #expect(Set(harness.books.services.values) == [184])
    }
}
