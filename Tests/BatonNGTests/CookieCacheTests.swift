import BatonBase
import BatonNG
import Testing

@Suite("ng cookie cache (N3)")
struct CookieCacheTests {
    private func second(_ number: UInt64) -> Instant {
        Instant(nanoseconds: number * 1_000_000_000)
    }

    private func cache(
        entries: Int = 100, bytes: Int = 10_000, waiters: Int = 2
    ) -> CookieCache<String> {
        var limits = CookieCacheLimits()
        limits.entries = entries
        limits.bytes = bytes
        limits.waiters = waiters
        return CookieCache(limits: limits)
    }

    @Test("N3: a repeated cookie gets the identical reply")
    func repeats() {
        var cache = cache()
        #expect(cache.begin("a", waiter: "one", at: second(0)) == .execute)
        #expect(cache.finish("a", reply: [1, 2, 3]).isEmpty)
        #expect(cache.begin("a", waiter: "two", at: second(1)) == .reply([1, 2, 3]))
        #expect(cache.begin("b", waiter: "one", at: second(1)) == .execute)
    }

    @Test("N3: copies that come while the first is worked on wait for its reply")
    func waits() {
        var cache = cache()
        #expect(cache.begin("a", waiter: "one", at: second(0)) == .execute)
        #expect(cache.begin("a", waiter: "two", at: second(0)) == .wait)
        #expect(cache.begin("a", waiter: "three", at: second(1)) == .wait)
        #expect(cache.begin("a", waiter: "four", at: second(1)) == .drop)
        #expect(cache.finish("a", reply: [9]) == ["two", "three"])
        #expect(cache.finish("a", reply: [8]).isEmpty)
        #expect(cache.begin("a", waiter: "two", at: second(2)) == .reply([9]))
    }

    @Test("N3: a request without reply is forgotten")
    func forgetsUnanswered() {
        var cache = cache()
        _ = cache.begin("a", waiter: "one", at: second(0))
        _ = cache.begin("a", waiter: "two", at: second(0))
        #expect(cache.finish("a", reply: nil) == ["two"])
        #expect(cache.begin("a", waiter: "one", at: second(0)) == .execute)
    }

    @Test("N3: a cookie is forgotten at the age limit, not before")
    func limitsAge() {
        var cache = cache()
        _ = cache.begin("a", waiter: "", at: second(10))
        _ = cache.finish("a", reply: [1])
        #expect(
            cache.begin("a", waiter: "", at: Instant(nanoseconds: 39_999_999_999)) == .reply([1]))
        #expect(cache.begin("a", waiter: "", at: second(40)) == .execute)
        #expect(cache.count == 1)
    }

    @Test("N3: the number of cookies is bounded, the oldest go first")
    func limitsNumber() {
        var cache = cache(entries: 3)
        for name in ["a", "b", "c", "d"] {
            _ = cache.begin(NGBytes(name), waiter: "", at: second(0))
            _ = cache.finish(NGBytes(name), reply: [1])
        }
        #expect(cache.count == 3)
        #expect(cache.begin("b", waiter: "", at: second(0)) == .reply([1]))
        #expect(cache.begin("a", waiter: "", at: second(0)) == .execute)
    }

    @Test("N3: the bytes of all replies are bounded")
    func limitsBytes() {
        var cache = cache(bytes: 100)
        for name in ["a", "b", "c"] {
            _ = cache.begin(NGBytes(name), waiter: "", at: second(0))
            _ = cache.finish(NGBytes(name), reply: Array(repeating: 0, count: 40))
        }
        #expect(cache.count == 2)
        #expect(cache.begin("a", waiter: "", at: second(0)) == .execute)
    }

    @Test("N3: a forgotten cookie that is used again does not lose its new entry to its old age")
    func keepsGenerationsApart() {
        var cache = cache()
        _ = cache.begin("a", waiter: "", at: second(0))
        _ = cache.finish("a", reply: nil)
        _ = cache.begin("a", waiter: "", at: second(20))
        _ = cache.finish("a", reply: [7])
        #expect(cache.begin("a", waiter: "", at: second(35)) == .reply([7]))
        #expect(cache.begin("a", waiter: "", at: second(50)) == .execute)
    }

    @Test("N3: unanswered requests do not make the cache grow", arguments: [1, 2] as [UInt64])
    func staysBounded(seed: UInt64) {
        var generator = SplitMix64(seed: seed)
        var cache = cache(entries: 50, bytes: 1_000)
        for step in 0..<20_000 as Range<UInt64> {
            let cookie = NGBytes("\(generator.next() % 200)")
            let outcome = cache.begin(cookie, waiter: "w", at: Instant(nanoseconds: step))
            if outcome == .execute, generator.next() % 4 > 0 {
                let reply: [UInt8]? =
                    generator.next() % 3 == 0 ? nil : [UInt8](repeating: 1, count: 30)
                _ = cache.finish(cookie, reply: reply)
            }
            #expect(cache.count <= 50, "seed \(seed)")
        }
    }
}
