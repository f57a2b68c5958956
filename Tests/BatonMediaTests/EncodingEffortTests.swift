import BatonBase
import Testing

@testable import BatonMedia

@Suite("Effort of encoders under load (N20)")
struct EncodingEffortTests {
    /// A worker that is busy for `percent` of the time, in rounds of 10 ms; the limits that it set.
    private struct Worker {
        var now = Instant(nanoseconds: 5_000_000_000)
        var effort: EncodingEffort
        var changes: [Int] = []

        init() { effort = EncodingEffort(at: now) }

        mutating func work(busy percent: UInt64, for duration: Duration) {
            let end = now + duration
            while now < end {
                now = now + .milliseconds(10)
                if effort.note(busyNanoseconds: percent * 100_000, endingAt: now) != nil {
                    changes.append(effort.complexityLimit)
                }
            }
        }
    }

    @Test("N20: a busy worker limits the effort step by step, and no further than to 0")
    func falls() {
        var worker = Worker()
        worker.work(busy: 95, for: .milliseconds(390))
        #expect(worker.changes == [])
        worker.work(busy: 95, for: .milliseconds(20))
        #expect(worker.changes == [3])
        worker.work(busy: 95, for: .seconds(10))
        #expect(worker.changes == [3, 1, 0])
        #expect(worker.effort.complexityLimit == 0)
    }

    @Test("N20: a short burst of work changes nothing")
    func burst() {
        var worker = Worker()
        for _ in 0..<50 {
            worker.work(busy: 100, for: .milliseconds(200))
            worker.work(busy: 70, for: .milliseconds(200))
        }
        #expect(worker.changes == [])
    }

    @Test("N20: the effort rises again step by step after 5 s of calm each")
    func rises() {
        var worker = Worker()
        worker.work(busy: 95, for: .seconds(2))
        worker.changes = []
        worker.work(busy: 40, for: .milliseconds(4_900))
        #expect(worker.changes == [])
        worker.work(busy: 40, for: .milliseconds(200))
        #expect(worker.changes == [1])
        worker.work(busy: 40, for: .seconds(20))
        #expect(worker.changes == [1, 3, 10])
    }

    @Test("N20: between calm and busy it stays where it is")
    func stays() {
        var worker = Worker()
        worker.work(busy: 95, for: .milliseconds(500))
        #expect(worker.changes == [3])
        worker.work(busy: 70, for: .seconds(60))
        #expect(worker.changes == [3])
    }

    @Test("N20: time without any work counts as calm")
    func idle() {
        var worker = Worker()
        worker.work(busy: 95, for: .milliseconds(500))
        worker.now = worker.now + .seconds(30)
        worker.work(busy: 5, for: .milliseconds(10))
        #expect(worker.changes == [3, 10])
    }

    @Test("N20: it says how busy the worker was")
    func percent() {
        var effort = EncodingEffort(at: Instant(nanoseconds: 0))
        let first = effort.note(
            busyNanoseconds: 180_000_000, endingAt: Instant(nanoseconds: 200_000_000))
        #expect(first == nil)
        let second = effort.note(
            busyNanoseconds: 180_000_000, endingAt: Instant(nanoseconds: 400_000_000))
        #expect(second == 90)
    }
}
