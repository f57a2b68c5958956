import BatonBase
import BatonRTP
import Testing

@Suite("Quality progression (N24, N27)")
struct QualityProgressionTests {
    func sample(_ score: Int, at second: Int, roundTrip: UInt64? = nil) -> QualitySample {
        QualitySample(
            time: Instant(nanoseconds: 0) + .seconds(second), meanOpinionScoreTimesTen: score,
            lossPercent: Double(50 - score), jitterMicroseconds: UInt64(100 * score),
            roundTripMicroseconds: roundTrip)
    }

    @Test("N24: tells average, lowest and highest, with the time of the first lowest and highest")
    func tellsExtremes() {
        var progression = QualityProgression()
        #expect(progression.average == nil && progression.lowest == nil)
        for (second, score) in [40, 20, 44, 20, 44, 42].enumerated() {
            progression.append(sample(score, at: second))
        }
        #expect(progression.sampleCount == 6)
        #expect(progression.average?.meanOpinionScoreTimesTen == 35)
        #expect(progression.average?.lossPercent == 15)
        #expect(progression.average?.jitterMicroseconds == 3500)
        #expect(progression.lowest == sample(20, at: 1))
        #expect(progression.highest == sample(44, at: 2))
        #expect(progression.entries.map(\.meanOpinionScoreTimesTen) == [40, 20, 44, 20, 44, 42])
    }

    @Test("N24: the average round trip is over the samples that have one")
    func averagesRoundTrip() {
        var progression = QualityProgression()
        progression.append(sample(40, at: 0))
        #expect(progression.average?.roundTripMicroseconds == nil)
        progression.append(sample(40, at: 1, roundTrip: 30_000))
        progression.append(sample(40, at: 2, roundTrip: 50_000))
        #expect(progression.average?.roundTripMicroseconds == 40_000)
    }

    @Test(
        "N27: the number of entries is bounded, however long the call",
        arguments: [
            2, 3, 5, 120,
        ])
    func isBounded(maximum: Int) {
        var progression = QualityProgression(
            sampleInterval: .seconds(5), maximumEntries: maximum)
        for second in 0..<10_000 {
            progression.append(sample(20 + second % 20, at: second))
            #expect(progression.entries.count < max(maximum, 2))
        }
        #expect(progression.sampleCount == 10_000)
        let scores = progression.entries.map(\.meanOpinionScoreTimesTen)
        #expect(scores.allSatisfy { (20...39).contains($0) })
        let times = progression.entries.map(\.time)
        #expect(times == times.sorted())
        // Every entry stands for one interval, and together they reach back to the start.
        let samples = progression.interval / .seconds(5)
        let covered = Double(progression.entries.count) * samples
        #expect(covered > 10_000 - samples && covered <= 10_000)
    }

    @Test("N24: entries that become one are their mean")
    func halves() {
        var progression = QualityProgression(sampleInterval: .seconds(1), maximumEntries: 4)
        for (second, score) in [40, 20, 30, 10].enumerated() {
            progression.append(sample(score, at: second))
        }
        #expect(progression.entries.map(\.meanOpinionScoreTimesTen) == [30, 20])
        #expect(progression.interval == .seconds(2))
        progression.append(sample(44, at: 4))
        #expect(progression.entries.count == 2)
        progression.append(sample(42, at: 5))
        #expect(progression.entries.map(\.meanOpinionScoreTimesTen) == [30, 20, 43])
        #expect(progression.lowest?.meanOpinionScoreTimesTen == 10)
    }

    @Test("N27: absurd samples are taken in all the same")
    func toleratesAbsurdSamples() {
        var progression = QualityProgression(maximumEntries: 3)
        for score in [Int.max, .min, 44, .max, .min] {
            progression.append(
                QualitySample(
                    time: Instant(nanoseconds: .max), meanOpinionScoreTimesTen: score,
                    lossPercent: .nan, jitterMicroseconds: .max, roundTripMicroseconds: .max))
        }
        #expect(progression.sampleCount == 5)
        #expect(progression.average?.meanOpinionScoreTimesTen == 29)
        #expect(progression.average?.jitterMicroseconds == 3_600_000_000)
    }
}
