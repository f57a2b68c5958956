import BatonMedia
import BatonNG
import Testing

@testable import BatonServer

@Suite("SDP that comes back, and defaults of new sessions (N21, N22)")
struct LoopProtectTests {
    private static let protects: NGDictionary = ["flags": ["loop-protect"]]

    @Test("N21: an SDP that this process has marked passes untouched and makes no session")
    func knowsItsOwn() throws {
        let harness = CoreHarness { $0.instanceName = "one" }
        let marked = try #require(try harness.offer("first", Self.protects).text("sdp"))
        let again = try harness.offer("second", from: "x", sdp: marked, Self.protects)
        #expect(again.text("sdp") == marked)
        #expect(harness.core.sessionCount == 1)
        #expect(try harness.send("query", ["call-id": "second"]).text("result") == "error")
    }

    @Test("N21: another process's mark is no loop")
    func knowsOthers() throws {
        let one = CoreHarness { $0.instanceName = "one" }
        let two = CoreHarness { $0.instanceName = "two" }
        let marked = try #require(try one.offer("call", Self.protects).text("sdp"))
        try two.offer("call", sdp: marked, Self.protects)
        #expect(two.core.sessionCount == 1)
    }

    @Test("N22: the configured way of learning holds where the request does not say")
    func learningDefault() throws {
        let harness = CoreHarness { $0.endpointLearning = .off }
        try harness.offer("plain")
        try harness.offer("asked", ["endpoint-learning": "immediate"])
        let learning = { (call: String) in
            try #require(harness.core.table.record(call)).session.parties.first?.streams.first?
                .sourcePolicy.learning
        }
        #expect(try learning("plain") == .off)
        #expect(try learning("asked") == .immediate)
    }
}
