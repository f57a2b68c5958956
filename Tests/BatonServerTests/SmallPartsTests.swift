import BatonBase
import BatonConfig
import BatonIO
import BatonNG
import Testing

@testable import BatonServer

@Suite("reply limits (N5)")
struct ReplyLimitsTests {
    private let stranger = SocketAddress(ip: IPAddress(v4: 0xc000_0201), port: 5_060)

    @Test("N5: loopback carries the longest datagram; the configured limit counts for all")
    func limits() {
        var limits = ReplyLimits()
        let loopback = SocketAddress(ip: ServerFixture.loopback, port: 1)
        #expect(limits.limit(for: loopback, configured: nil) == 65_507)
        #expect(limits.limit(for: loopback, configured: 1_400) == 1_400)
        #expect(limits.limit(for: stranger, configured: 900) == 900)
    }

    @Test("N5: elsewhere a reply fits into one packet of the route")
    func route() {
        var limits = ReplyLimits()
        let limit = limits.limit(for: stranger, configured: nil)
        #expect((512...65_507).contains(limit))
        if let mtu = RoutePath.mtu(to: stranger) { #expect(limit == min(mtu - 28, 65_507)) }
    }

    @Test("N5: over UDP a long query shrinks to the configured limit")
    func overUDP() async throws {
        let fixture = try await ServerFixture { $0.ng.replyLimitBytes = 600 }
        _ = try await fixture.offer("call")
        let reply = try await fixture.send("query", ["call-id": "call"])
        #expect(reply["tags"] == nil)
        #expect(reply.text("warning")?.contains("600") == true)
        #expect(await fixture.server.status()?.totals.shortenedReplies == 1)
        await fixture.server.stop()
    }
}

@Suite("readers of events")
struct EventFanOutTests {
    @Test("the number of readers is bounded, and one that goes makes room")
    func bounded() async {
        let fanOut = EventFanOut(readersMax: 2)
        let first = fanOut.subscribe(capacity: 1) { _ in }
        let second = fanOut.subscribe(capacity: 1) { _ in }
        #expect(first != nil && second != nil)
        #expect(fanOut.subscribe(capacity: 1) { _ in } == nil)
        fanOut.remove(0)
        #expect(fanOut.subscribe(capacity: 1) { _ in } != nil)
        fanOut.finish()
        #expect(fanOut.count == 0)
    }
}

@Suite("service manager (N28)")
struct ServiceManagerTests {
    @Test("N28: passed sockets count only for this process, and never more than a bound")
    func environment() {
        let other = ServiceManager(environment: ["LISTEN_PID": "1", "LISTEN_FDS": "2"])
        #expect(other.passedCount == 0)
        let none = ServiceManager(environment: [:])
        #expect(none.passedCount == 0 && none.notifyPath == nil)
        none.report("READY=1")
    }
}

@Suite("session rate (N9)")
struct RateLimiterTests {
    @Test("N9: the bucket never holds more than a second's worth, and fills evenly")
    func bucket() {
        var limiter = RateLimiter()
        var now = Instant(nanoseconds: 1)
        var taken = 0
        for _ in 0..<100 where limiter.take(perSecond: 5, at: now) { taken += 1 }
        #expect(taken == 5)
        now = now + .seconds(100)
        taken = 0
        for _ in 0..<100 where limiter.take(perSecond: 5, at: now) { taken += 1 }
        #expect(taken == 5)
        taken = 0
        for _ in 0..<1_000 {
            now = now + .milliseconds(10)
            if limiter.take(perSecond: 5, at: now) { taken += 1 }
        }
        #expect((49...51).contains(taken))
    }
}
