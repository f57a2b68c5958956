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

    /// The ways of learning of a call's streams that their parties have described.
    private func learning(_ harness: CoreHarness, _ call: String) throws -> [EndpointLearning] {
        try #require(harness.core.table.record(call)).session.parties
            .flatMap(\.streams).filter(\.isDescribed).map(\.sourcePolicy.learning)
    }

    @Test("N22: the configured way of learning holds for every stream that says nothing itself")
    func learningDefault() throws {
        let harness = CoreHarness { $0.endpointLearning = .off }
        try harness.offer("plain", ["via-branch": "z1"])
        #expect(try learning(harness, "plain") == [.off])
        try harness.answer("plain", ["via-branch": "z1"])
        #expect(try learning(harness, "plain") == [.off, .off])
        try harness.offer("plain", ["via-branch": "z2"])
        try harness.answer("plain", to: "c", ["via-branch": "z2"])
        #expect(try learning(harness, "plain") == [.off, .off, .off])
        let two = CoreHarness.sdpA + "m=video 40002 RTP/AVP 96\r\n"
        try harness.offer("plain", sdp: two, ["to-tag": "c"])
        try harness.answer("plain", to: "c", sdp: two)
        #expect(try learning(harness, "plain") == [.off, .off, .off, .off, .off])
    }

    @Test("N22: the way of learning that a stream was told stays; another stream's does not change")
    func learningStated() throws {
        let harness = CoreHarness { $0.endpointLearning = .off }
        try harness.offer("asked", ["endpoint-learning": "immediate"])
        try harness.answer("asked")
        #expect(try learning(harness, "asked") == [.immediate, .off])
        var settings = harness.core.settings
        settings.endpointLearning = .delayed
        harness.core.apply(settings, at: harness.now)
        try harness.offer("asked")
        try harness.answer("asked")
        #expect(try learning(harness, "asked") == [.immediate, .delayed])
    }

    @Test("N23: any IP is learned from only by the flag or the setting, and by the flag's sender")
    func learnsFromAnyAddress() throws {
        let permits = { (harness: CoreHarness) in
            try #require(harness.core.table.record("call")).session.parties
                .map { $0.streams.map(\.sourcePolicy.permitsAnyAddress) }
        }
        let plain = CoreHarness()
        try plain.offer()
        try plain.answer("call", ["flags": ["learn-from-any-address"]])
        #expect(try permits(plain) == [[false], [true]])
        let open = CoreHarness { $0.learnsFromAnyAddress = true }
        try open.offer()
        try open.answer()
        #expect(try permits(open) == [[true], [true]])
    }
}
