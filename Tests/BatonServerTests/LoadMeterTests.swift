import BatonBase
import BatonIO
import Testing

@testable import BatonServer

@Suite("measured load (N9)")
struct LoadMeterTests {
    private let start = Instant(nanoseconds: 1_000_000_000)

    private func add(_ amount: UInt64, _ counter: WorkerCounter, to worker: MediaWorker) {
        worker.counters.add(amount, row: 0, column: counter.rawValue)
    }

    @Test("N9: bits both ways and packets in, a second, of all workers, since the last look")
    func traffic() throws {
        // Idle workers do not write their counters, so the test may.
        let workers = try (0..<2).map { try MediaWorker(index: $0, notify: {}) }
        add(1_000_000, .bytesIn, to: workers[0])
        var meter = LoadMeter()
        #expect(meter.measure(workers, at: start) == SystemLoad())
        add(40_000, .bytesIn, to: workers[0])
        add(10_000, .bytesOut, to: workers[1])
        add(300, .packetsIn, to: workers[0])
        add(100, .packetsIn, to: workers[1])
        add(999, .packetsOut, to: workers[1])
        let load = meter.measure(workers, at: start + .seconds(2))
        #expect(load.bitsPerSecond == 200_000)
        #expect(load.packetsPerSecond == 200)
        let quiet = meter.measure(workers, at: start + .seconds(3))
        #expect(quiet.bitsPerSecond == 0 && quiet.packetsPerSecond == 0)
    }

    @Test("N9: CPU use is the process's time over the time that passed, a part of all processors")
    func processor() {
        func used() -> UInt64 {
            let time = ProcessResources.processTime()
            return time.userNanoseconds + time.systemNanoseconds
        }
        var meter = LoadMeter()
        let outerStart = used()
        _ = meter.measure([], at: start)
        let innerStart = used()
        let end = PreciseTimer.threadCPUNanoseconds() + 200_000_000
        while PreciseTimer.threadCPUNanoseconds() < end {}
        let innerEnd = used()
        let load = meter.measure([], at: start + .seconds(4))
        let outerEnd = used()
        // 1 % of one processor over four seconds is 40 ms.
        let least = Double(innerEnd - innerStart) / 40e6
        let most = Double(outerEnd - outerStart) / 40e6
        #expect(least > 4)
        #expect(meter.cpuPercentOfOneCore >= least - 0.01)
        #expect(meter.cpuPercentOfOneCore <= most + 0.01)
        let processors = Double(ProcessResources.allowedProcessorCount())
        #expect(abs(load.cpuPercent * processors - meter.cpuPercentOfOneCore) < 0.01)
    }

    @Test("N9: a second look at the same instant tells nothing, rather than something infinite")
    func sameInstant() {
        var meter = LoadMeter()
        _ = meter.measure([], at: start)
        #expect(meter.measure([], at: start) == SystemLoad())
    }
}
