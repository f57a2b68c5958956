import BatonBase
import BatonIO

/// Measures the process's CPU use and the workers' traffic between two looks.
struct LoadMeter {
    /// CPU use between the last two looks, in percent of one processor.
    private(set) var cpuPercentOfOneCore: Double = 0
    private var before: Reading?
    private let processors = Double(ProcessResources.allowedProcessorCount())

    private struct Reading {
        var at: Instant
        var cpuNanoseconds: UInt64
        var bytes: UInt64
        var packets: UInt64
    }

    /// The load since the last look; none at the first.
    mutating func measure(_ workers: [MediaWorker], at now: Instant) -> SystemLoad {
        let cpu = ProcessResources.processTime()
        var reading = Reading(
            at: now, cpuNanoseconds: cpu.userNanoseconds &+ cpu.systemNanoseconds, bytes: 0,
            packets: 0)
        for worker in workers {
            let count = { worker.counters.load(row: 0, column: $0) }
            reading.bytes &+= count(WorkerCounter.bytesIn.rawValue)
            reading.bytes &+= count(WorkerCounter.bytesOut.rawValue)
            reading.packets &+= count(WorkerCounter.packetsIn.rawValue)
        }
        defer { before = reading }
        var load = SystemLoad()
        guard let before, now > before.at else { return load }
        let seconds = Double(now.nanosecondsSince(before.at)) / 1e9
        let used = Double(reading.cpuNanoseconds &- before.cpuNanoseconds) / 1e9
        cpuPercentOfOneCore = used / seconds * 100
        load.cpuPercent = cpuPercentOfOneCore / processors
        load.bitsPerSecond = UInt64(Double(reading.bytes &- before.bytes) * 8 / seconds)
        load.packetsPerSecond = UInt64(Double(reading.packets &- before.packets) / seconds)
        return load
    }
}
