import BatonBase
import BatonConfig
import BatonNG
import Testing

@testable import BatonServer

@Suite("limits on new sessions (N9)")
struct SessionLimitTests {
    private let supports: NGDictionary = ["supports": ["load limit"]]

    @Test("N9: parallel sessions: load limit for who supports it, else the literal error")
    func parallel() throws {
        let harness = CoreHarness { $0.limits.sessions = 2 }
        try harness.offer("one")
        try harness.offer("two")
        let modern = try harness.offer("three", supports)
        #expect(modern.text("result") == "load limit")
        #expect(modern.text("message") == "Parallel session limit reached")
        let old = try harness.offer("three")
        #expect(old.text("result") == "error")
        #expect(old.text("error-reason") == "Parallel session limit reached")
        #expect(old.text("detail")?.contains("2") == true)
        #expect(harness.core.totals.refused == 2)
        #expect(try harness.offer("two").text("result") == "ok")
        try harness.send("delete", ["call-id": "one"])
        #expect(try harness.offer("three").text("result") == "ok")
    }

    @Test("N9: sessions a second")
    func rate() throws {
        let harness = CoreHarness { $0.limits.sessionsPerSecond = 10 }
        let results = try (0..<20).map { try harness.offer("call\($0)", supports) }
        #expect(results.prefix(10).allSatisfy { $0.text("result") == "ok" })
        #expect(results.dropFirst(10).allSatisfy { $0.text("message") == "Load limit exceeded" })
        harness.now = harness.now + .milliseconds(500)
        let later = try (20..<30).map { try harness.offer("call\($0)", supports) }
        #expect(later.filter { $0.text("result") == "ok" }.count == 5)
    }

    @Test("N9: CPU and bandwidth")
    func load() throws {
        let harness = CoreHarness {
            $0.limits.cpuPercent = 80
            $0.limits.bandwidthBitsPerSecond = 1_000_000
        }
        harness.core.load.cpuPercent = 81
        #expect(
            try harness.offer("one", supports).text("message") == "CPU usage limit exceeded")
        let old = try harness.offer("one")
        #expect(old.text("error-reason") == "Parallel session limit reached")
        #expect(old.text("detail")?.contains("CPU usage limit exceeded") == true)
        harness.core.load.cpuPercent = 10
        harness.core.load.bitsPerSecond = 1_000_001
        #expect(
            try harness.offer("one", supports).text("message") == "Bandwidth limit exceeded")
        harness.core.load.bitsPerSecond = 10
        #expect(try harness.offer("one", supports).text("result") == "ok")
    }

    @Test("N28: while draining new sessions are refused, running ones are served")
    func draining() throws {
        let harness = CoreHarness()
        try harness.offer("one")
        harness.core.isDraining = true
        let reply = try harness.offer("two", supports)
        #expect(reply.text("result") == "load limit")
        #expect(reply.text("detail")?.contains("draining") == true)
        #expect(try harness.answer("one").text("result") == "ok")
    }

    @Test("N9, N28: what is refused to a new call is refused to one that lingers after its end")
    func lingering() throws {
        let harness = CoreHarness { $0.limits.sessions = 1 }
        try harness.offer("one")
        try harness.answer("one")
        try harness.send("delete", ["call-id": "one"])
        try harness.offer("two")
        for reply in [try harness.offer("one", supports), try harness.answer("one", supports)] {
            #expect(reply.text("result") == "load limit")
        }
        #expect(harness.core.totals.lingeringSessions == 1)
        try harness.send("delete", ["call-id": "two"])
        #expect(try harness.offer("one").text("result") == "ok", "there is room again")
        harness.core.isDraining = true
        #expect(try harness.offer("one").text("result") == "ok", "it lives")
        #expect(try harness.offer("two", supports).text("result") == "load limit")
        #expect(harness.core.totals.lingeringSessions == 1)
    }

    @Test("N28: a drain waits for calls with media or a signal within its period only")
    func talking() throws {
        let harness = CoreHarness()
        try harness.offer()
        try harness.answer()
        let talking = {
            harness.core.talkingSessionCount(within: .seconds(2), at: harness.now)
        }
        #expect(talking() == 1)
        harness.pass(.seconds(3))
        #expect(talking() == 0)
        harness.arrive(1, at: try harness.rtpPort("b"))
        #expect(talking() == 1)
        try harness.send("delete", ["call-id": "call"])
        #expect(talking() == 0)
    }
}
