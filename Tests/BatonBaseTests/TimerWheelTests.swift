import BatonBase
import Testing

@Suite("Timer wheel")
struct TimerWheelTests {
    let start = Instant(nanoseconds: 42_000_000)

    func fired(_ wheel: inout TimerWheel, at now: Instant) -> [Int] {
        var timers: [Int] = []
        while let timer = wheel.expire(at: now) { timers.append(timer) }
        return timers
    }

    @Test("fires at its deadline and not before")
    func firesOnTime() {
        var wheel = TimerWheel(capacity: 4, start: start)
        wheel.arm(2, at: start + .milliseconds(100))
        #expect(fired(&wheel, at: start + .milliseconds(99)).isEmpty)
        #expect(fired(&wheel, at: start + .milliseconds(100)) == [2])
        #expect(!wheel.isArmed(2))
        #expect(wheel.nextDeadline() == nil)
    }

    @Test("arming again replaces the deadline; disarming takes it away")
    func rearms() {
        var wheel = TimerWheel(capacity: 2, start: start)
        wheel.arm(0, at: start + .milliseconds(10))
        wheel.arm(0, at: start + .seconds(10))
        #expect(wheel.armedCount == 1)
        #expect(fired(&wheel, at: start + .seconds(9)).isEmpty)
        wheel.disarm(0)
        #expect(fired(&wheel, at: start + .seconds(20)).isEmpty)
    }

    @Test("a deadline in the past fires at once")
    func firesPastDeadlines() {
        var wheel = TimerWheel(capacity: 1, start: start)
        _ = wheel.expire(at: start + .seconds(5))
        wheel.arm(0, at: start)
        #expect(fired(&wheel, at: start + .seconds(5)) == [0])
    }

    @Test("agrees with a sorted list for any arming, disarming and advance", arguments: 1...40)
    func agreesWithModel(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        var wheel = TimerWheel(capacity: 50, start: start)
        var model: [Int: Instant] = [:]
        var now = start
        for _ in 0..<2_000 {
            let timer = Int.random(in: 0..<50, using: &random)
            switch Int.random(in: 0..<4, using: &random) {
            case 0, 1:
                let scale = [1, 70, 5_000, 300_000, 20_000_000].randomElement(using: &random) ?? 1
                let deadline = now + .milliseconds(Int.random(in: 0..<scale, using: &random))
                wheel.arm(timer, at: deadline)
                model[timer] = deadline
            case 2:
                wheel.disarm(timer)
                model[timer] = nil
            default:
                let step = [1, 50, 4_000, 200_000].randomElement(using: &random) ?? 1
                now = now + .milliseconds(Int.random(in: 0...step, using: &random))
                let due = model.filter { $0.value <= now }.keys.sorted()
                #expect(fired(&wheel, at: now).sorted() == due, "seed \(seed)")
                for timer in due { model[timer] = nil }
            }
            #expect(wheel.armedCount == model.count, "seed \(seed)")
            if let next = wheel.nextDeadline(), let earliest = model.values.min() {
                #expect(next <= earliest, "seed \(seed)")
            }
        }
    }

    @Test("sleeping until the next deadline reaches every timer in a bounded number of wake-ups")
    func convergesOnDeadline() {
        var wheel = TimerWheel(capacity: 1, start: start)
        wheel.arm(0, at: start + .seconds(86_400 * 30))
        var wakeups = 0
        while let next = wheel.nextDeadline() {
            wakeups += 1
            if wheel.expire(at: next) != nil { break }
            if wakeups > 10 { break }
        }
        #expect(wakeups <= 7)
        #expect(wheel.armedCount == 0)
    }
}
