import BatonBase
import BatonRTP
import BatonTranscode
import Testing

/// A course of packets with loss, reordering and duplication, drawn from a seed.
private struct Course {
    var arrivals: [(milliseconds: Double, packet: Packet)] = []
    /// The samples that were sent.
    var samples: [Int16] = []
    var firstTimestamp: UInt32
    /// The runs of lost packets in a row, by the timestamp at which each begins and its length.
    var lost: [(timestamp: UInt32, ticks: Int)] = []

    /// - Parameter swap: how many milliseconds a packet may be delayed behind others.
    init(seed: UInt64, format: AudioFormat, frame: Int, loss: Double, swap: Double) throws {
        var random = SplitMix64(seed: seed)
        firstTimestamp = UInt32.random(in: UInt32.max - 20_000 ... .max, using: &random)
        let first = UInt16.random(in: UInt16.max - 100 ... .max, using: &random)
        var talker = try Talker(format, first: first, timestamp: firstTimestamp)
        var isLostBefore = false
        for index in 0..<200 {
            let block = (0..<frame).map { Int16(truncatingIfNeeded: index * frame + $0) }
            samples += block
            let packet = talker.packet(block)
            let isEdge = index == 0 || index > 190
            if !isEdge, Double.random(in: 0..<1, using: &random) < loss {
                if isLostBefore {
                    lost[lost.count - 1].ticks += frame
                } else {
                    lost.append((packet.header.timestamp, frame))
                }
                isLostBefore = true
                continue
            }
            isLostBefore = false
            let sentAt = Double(index * frame) / 8
            let isDelayed = !isEdge && Double.random(in: 0..<1, using: &random) < 0.1
            let delay = isDelayed ? Double.random(in: 0...swap, using: &random) : 0
            arrivals.append((sentAt + delay, packet))
            if Double.random(in: 0..<1, using: &random) < 0.05 {
                arrivals.append((sentAt + delay + 1, packet))
            }
        }
        arrivals.sort { $0.milliseconds < $1.milliseconds }
    }

    func run(_ bench: Bench) {
        var now = 0.0
        for arrival in arrivals {
            bench.wait(arrival.milliseconds - now)
            now = arrival.milliseconds
            bench.receive(arrival.packet)
        }
        bench.wait(500)
    }
}

private let linear = AudioCodec.l16(sampleRateHz: 8_000, channels: 1)

/// 16-bit samples of a payload.
private func samples(_ payload: [UInt8]) -> [Int16] {
    stride(from: 0, to: payload.count - 1, by: 2).map {
        Int16(bitPattern: UInt16(payload[$0]) << 8 | UInt16(payload[$0 + 1]))
    }
}

@Suite("Order of packets, whatever the network does to them")
struct OrderPropertyTests {
    @Test(
        "reordering within the wait and duplication change not a sample",
        arguments: 1...60 as ClosedRange<UInt64>)
    func exact(seed: UInt64) throws {
        var random = SplitMix64(seed: seed &* 77)
        let frame = [80, 160, 240].randomElement(using: &random) ?? 160
        let packetTime = [10, 20, 30, 40, 60].randomElement(using: &random) ?? 20
        let format = AudioFormat(linear, payloadType: 97)
        let bench = try Bench(
            from: format,
            to: AudioFormat(linear, payloadType: 98, packetTime: .milliseconds(packetTime)))
        let course = try Course(seed: seed, format: format, frame: frame, loss: 0, swap: 19)
        course.run(bench)
        var heard: [Int16] = []
        var next = course.firstTimestamp
        for (index, packet) in bench.sent.enumerated() {
            #expect(packet.header.timestamp == next, "seed \(seed)")
            #expect(packet.header.sequenceNumber == 100 &+ UInt16(index))
            let block = samples(packet.payload)
            #expect(index == bench.sent.count - 1 || block.count == packetTime * 8)
            next &+= UInt32(block.count)
            heard += block
        }
        #expect(heard == course.samples, "seed \(seed)")
        let counters = bench.transcoder.counters
        #expect(counters.lost == 0 && counters.late == 0 && counters.concealedPackets == 0)
        #expect(counters.packetsIn == UInt64(course.arrivals.count))
        #expect(counters.duplicates == counters.packetsIn - 200)
    }

    @Test(
        "with loss the timestamps are right, nothing overlaps, and all time is accounted for",
        arguments: 1...100 as ClosedRange<UInt64>)
    func losses(seed: UInt64) throws {
        var random = SplitMix64(seed: seed &* 99)
        let frame = [80, 160, 240, 480].randomElement(using: &random) ?? 160
        let packetTime = [10, 20, 30, 40, 60].randomElement(using: &random) ?? 20
        let loss = Double.random(in: 0...0.5, using: &random)
        let input = AudioFormat(.pcmu, payloadType: 0)
        let output = AudioFormat(
            linear, payloadType: 98, packetTime: .milliseconds(packetTime))
        let bench = try Bench(from: input, to: output)
        let course = try Course(
            seed: seed, format: input, frame: frame, loss: loss,
            swap: Double.random(in: 0...150, using: &random))
        course.run(bench)
        var next = course.firstTimestamp
        var total = 0
        for (index, packet) in bench.sent.enumerated() {
            #expect(packet.header.sequenceNumber == 100 &+ UInt16(index))
            let gap = Int32(bitPattern: packet.header.timestamp &- next)
            #expect(gap >= 0, "seed \(seed): nothing overlaps")
            // More was lost there than is made up at once.
            #expect(gap == 0 || bench.transcoder.counters.lost > 0, "seed \(seed)")
            let count = packet.payload.count / 2
            next = packet.header.timestamp &+ UInt32(count)
            total += count
        }
        #expect(next == course.firstTimestamp &+ UInt32(course.samples.count), "seed \(seed)")
        let counters = bench.transcoder.counters
        let played =
            Int(counters.packetsIn - counters.late - counters.duplicates) * frame
        #expect(
            total == played + Int(counters.concealedMicroseconds) * 8 / 1_000, "seed \(seed)")
        #expect(
            Int(counters.packetsIn - counters.duplicates - counters.late) + Int(counters.lost)
                == 200)
        let perGap = 120 * 8
        let longest = course.lost.allSatisfy { $0.ticks <= perGap / 2 }
        if longest, counters.late == 0 {
            #expect(total == course.samples.count, "seed \(seed): short gaps are filled")
        }
    }

    @Test("no packet waits longer than the longest wait", arguments: 1...60 as ClosedRange<UInt64>)
    func delayIsBounded(seed: UInt64) throws {
        let input = AudioFormat(.pcmu, payloadType: 0)
        let bench = try Bench(from: input, to: AudioFormat(.pcma, payloadType: 8))
        let course = try Course(seed: seed, format: input, frame: 160, loss: 0.1, swap: 100)
        let began = bench.now
        course.run(bench)
        var arrivedAt: [UInt32: Double] = [:]
        for arrival in course.arrivals where arrivedAt[arrival.packet.header.timestamp] == nil {
            arrivedAt[arrival.packet.header.timestamp] = arrival.milliseconds
        }
        for (packet, time) in zip(bench.sent, bench.recorder.times) {
            guard let arrival = arrivedAt[packet.header.timestamp] else { continue }
            let delay = Double(time.nanosecondsSince(began)) / 1e6 - arrival
            #expect(delay < 60.001, "seed \(seed)")
        }
    }
}
