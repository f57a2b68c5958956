import BatonBase
import BatonRTP
import BatonTestKit
import Testing

@Suite("Interarrival jitter (N24, RFC 3550 §A.8)")
struct SourceStatisticsJitterTests {
    /// One line of a tshark vector.
    struct Arrival {
        var nanoseconds: UInt64
        var sequenceNumber: UInt16
        var timestamp: UInt32
    }

    /// The statistics after `arrivals`, and the jitter in microseconds after each but the first.
    func follow(
        _ arrivals: [Arrival], clockRateHz: UInt32 = 8000
    ) throws -> (statistics: SourceStatistics, jitter: [UInt64]) {
        let first = try #require(arrivals.first)
        var statistics = SourceStatistics(
            ssrc: 1, sequenceNumber: first.sequenceNumber, timestamp: first.timestamp,
            payloadType: 0, bytes: 172, clockRateHz: clockRateHz,
            at: Instant(nanoseconds: first.nanoseconds))
        var jitter: [UInt64] = []
        for arrival in arrivals.dropFirst() {
            _ = statistics.receive(
                sequenceNumber: arrival.sequenceNumber, timestamp: arrival.timestamp,
                payloadType: 0, bytes: 172, clockRateHz: clockRateHz,
                at: Instant(nanoseconds: arrival.nanoseconds))
            jitter.append(statistics.jitterMicroseconds)
        }
        return (statistics, jitter)
    }

    /// The statistics after `arrivals`.
    func receive(_ arrivals: [Arrival], clockRateHz: UInt32 = 8000) throws -> SourceStatistics {
        try follow(arrivals, clockRateHz: clockRateHz).statistics
    }

    @Test(
        "N24: loss and jitter are what tshark makes of the same packets",
        arguments: ["jitter", "loss", "reorder", "duplicate"])
    func agreesWithTshark(name: String) throws {
        var arrivals: [Arrival] = []
        var verdict: [Double] = []
        let text = String(decoding: try vectors.bytes("tshark-\(name).txt"), as: UTF8.self)
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ")
            if words[0] == "#" { continue }
            if words[0] == "tshark" {
                verdict = words.dropFirst().compactMap { Double($0) }
                continue
            }
            arrivals.append(
                Arrival(
                    nanoseconds: try #require(UInt64(words[0])),
                    sequenceNumber: try #require(UInt16(words[1])),
                    timestamp: try #require(UInt32(words[2]))))
        }
        try #require(verdict.count == 4)
        let (statistics, jitter) = try follow(arrivals)
        // tshark counts duplicates as received, and their delay as jitter.
        #expect(Double(statistics.packets + statistics.duplicates) == verdict[0])
        #expect(Double(statistics.lost - Int64(statistics.duplicates)) == verdict[1])
        let tolerance = statistics.duplicates == 0 ? 2.0 : 500.0
        let mean = Double(jitter.reduce(0, +)) / Double(jitter.count)
        #expect(abs(mean - verdict[2] * 1000) <= tolerance)
        let highest = Double(try #require(jitter.max()))
        #expect(abs(highest - verdict[3] * 1000) <= tolerance)
        #expect((statistics.duplicates > 0) == (name == "duplicate"))
    }

    @Test(
        "N24: follows the RFC's recurrence at any clock rate",
        arguments: [
            8000, 16_000, 44_100, 48_000, 90_000,
        ] as [UInt32])
    func followsRecurrence(clockRateHz: UInt32) throws {
        var random = SplitMix64(seed: UInt64(clockRateHz))
        var arrivals: [Arrival] = []
        var jitter = 0.0
        var highest = 0.0
        for index in 0..<2000 {
            let due = 5_000_000_000 + UInt64(index) * 20_000_000
            let arrival = Arrival(
                nanoseconds: due + .random(in: 0...15_000_000, using: &random),
                sequenceNumber: UInt16(truncatingIfNeeded: 65_000 + index),
                timestamp: UInt32(truncatingIfNeeded: UInt64(index) * UInt64(clockRateHz) / 50)
                    &- 100_000)
            if let last = arrivals.last {
                let ticks = Double(Int32(bitPattern: arrival.timestamp &- last.timestamp))
                let elapsed = Double(arrival.nanoseconds) - Double(last.nanoseconds)
                let difference = abs(elapsed - ticks * 1e9 / Double(clockRateHz))
                jitter += (difference - jitter) / 16
                highest = max(highest, jitter)
            }
            arrivals.append(arrival)
        }
        let (statistics, followed) = try follow(arrivals, clockRateHz: clockRateHz)
        #expect(abs(Double(statistics.jitterMicroseconds) - jitter / 1000) <= 1)
        #expect(abs(Double(try #require(followed.max())) - highest / 1000) <= 1)
        #expect(abs(Double(statistics.jitterTicks) - jitter * Double(clockRateHz) / 1e9) <= 1)
    }

    @Test("N24: packets that share a timestamp make no jitter, nor does the silence after them")
    func passesOverEqualTimestamps() throws {
        var arrivals = (0..<10).map { index in
            Arrival(
                nanoseconds: UInt64(index) * 20_000_000, sequenceNumber: UInt16(index),
                timestamp: UInt32(index) * 160)
        }
        for index in 10..<20 {
            // A telephone event: its packets keep the timestamp of its beginning.
            arrivals.append(
                Arrival(
                    nanoseconds: UInt64(index) * 20_000_000, sequenceNumber: UInt16(index),
                    timestamp: 1600))
        }
        arrivals.append(
            Arrival(nanoseconds: 4_000_000_000, sequenceNumber: 20, timestamp: 32_000))
        #expect(try follow(arrivals).jitter.max() == 0)
    }

    @Test("N24: a new timeline of the sender is not jitter, a slow packet is")
    func tellsNewTimelineFromJitter() throws {
        let usual = (0..<10).map { index in
            Arrival(
                nanoseconds: UInt64(index) * 20_000_000, sequenceNumber: UInt16(index),
                timestamp: UInt32(index) * 160)
        }
        let jump = Arrival(nanoseconds: 200_000_000, sequenceNumber: 10, timestamp: 3_000_000_000)
        #expect(try follow(usual + [jump]).jitter.max() == 0)
        let slow = Arrival(nanoseconds: 360_000_000, sequenceNumber: 10, timestamp: 1600)
        #expect(try receive(usual + [slow]).jitterMicroseconds == 10_000)
    }

    @Test("N24: without a clock rate there is no jitter, and a change of clock is none")
    func toleratesClockChange() throws {
        let late = (0..<10).map { index in
            Arrival(
                nanoseconds: UInt64(index * index) * 20_000_000, sequenceNumber: UInt16(index),
                timestamp: UInt32(index) * 160)
        }
        #expect(try receive(late, clockRateHz: 0).jitterMicroseconds == 0)
        #expect(try receive(late).jitterMicroseconds > 0)
        var statistics = try receive(Array(late.prefix(1)))
        for index in 1...10 as ClosedRange<UInt16> {
            // Comfort noise at 8 kHz between packets at 48 kHz.
            _ = statistics.receive(
                sequenceNumber: index, timestamp: UInt32(index) * 960, payloadType: 0, bytes: 1,
                clockRateHz: index % 2 == 0 ? 8000 : 48_000,
                at: Instant(nanoseconds: UInt64(index) * 20_000_000))
            #expect(statistics.jitterMicroseconds == 0)
        }
    }

    @Test("N24: a restart leaves the jitter as it was")
    func survivesRestart() throws {
        var arrivals = (0..<10).map { index in
            Arrival(
                nanoseconds: UInt64(index) * 20_000_000, sequenceNumber: UInt16(index),
                timestamp: UInt32(index) * 160)
        }
        for index in 10..<20 {
            arrivals.append(
                Arrival(
                    nanoseconds: UInt64(index) * 20_000_000,
                    sequenceNumber: UInt16(30_000 + index),
                    timestamp: UInt32(77_000 + index * 160)))
        }
        let (statistics, jitter) = try follow(arrivals)
        #expect(statistics.restarts == 1)
        #expect(jitter.max() == 0)
    }
}
