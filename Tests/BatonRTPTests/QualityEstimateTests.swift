import BatonBase
import BatonRTP
import Testing

@Suite("Quality estimate (N24, ITU-T G.107 simplified)")
struct QualityEstimateTests {
    @Test("N24: there is a MOS without RTCP, from loss and jitter alone")
    func needsNoRTCP() throws {
        var receiver = Receiver(first: 0)
        for number in 1...1000 as ClosedRange<UInt16> where number % 20 != 0 {
            receiver.receive(number)
        }
        let sample = try #require(
            QualitySample(
                from: nil, to: QualityReading(receiver.statistics), codec: .g711,
                at: Instant(nanoseconds: 0)))
        // The last of the 50 missing packets has no successor, so 49 of 1,000 are known as lost.
        #expect(sample.lossPercent == 4.9)
        #expect((35...39).contains(sample.meanOpinionScoreTimesTen))
        #expect(sample.roundTripMicroseconds == nil)
    }

    @Test("N24: a clean G.711 stream has R 93.2 and MOS 4.4")
    func ratesCleanStream() {
        let estimate = QualityEstimate(lossPercent: 0, jitterMicroseconds: 0)
        #expect(estimate.rFactor == 93.2)
        #expect(abs(estimate.meanOpinionScore - 4.41) < 0.005)
        #expect(estimate.meanOpinionScoreTimesTen == 44)
    }

    @Test(
        "N24: hand-computed ratings",
        arguments: [
            // codec, loss %, jitter µs, one-way ms, R
            (QualityCodec.g729, 0.0, UInt64(0), 0, 82.2),
            (.g711, 5, 0, 0, 93.2 - 95 * 5 / 30.1),
            (.g711, 0, 0, 100, 93.2 - 2.4),
            (.g711, 0, 0, 300, 93.2 - 7.2 - 0.11 * 122.7),
            (.g711, 0, 20_000, 60, 93.2 - 2.4),
            (.g729, 2, 10_000, 80, 93.2 - 11 - 84 * 2 / 21.0 - 2.4),
            (.gsm, 100, 0, 0, 93.2 - 20 - 75 * 100 / 110.0),
        ] as [(QualityCodec, Double, UInt64, Int, Double)])
    func ratesByHand(
        codec: QualityCodec, loss: Double, jitter: UInt64, oneWayMs: Int, expected: Double
    ) {
        let estimate = QualityEstimate(
            codec: codec, lossPercent: loss, jitterMicroseconds: jitter,
            oneWayDelay: .milliseconds(oneWayMs))
        #expect(abs(estimate.rFactor - expected) < 1e-9)
    }

    @Test("N24: the score falls with loss, jitter and delay, and stays within 1…4.41")
    func isMonotonic() {
        var last = 5.0
        for loss in 0...100 {
            let score = QualityEstimate(lossPercent: Double(loss), jitterMicroseconds: 0)
                .meanOpinionScore
            #expect(score <= last && score >= 1 && score < 4.42)
            last = score
        }
        last = 5.0
        for jitter in stride(from: UInt64(0), through: 1_000_000, by: 5000) {
            let score = QualityEstimate(lossPercent: 0, jitterMicroseconds: jitter)
                .meanOpinionScore
            #expect(score <= last && score >= 1)
            last = score
        }
        #expect(last == 1)
    }

    @Test("N24: absurd inputs give a score all the same")
    func toleratesAbsurdInput() {
        let worst = QualityEstimate(
            lossPercent: 1e300, jitterMicroseconds: .max, oneWayDelay: .seconds(Int64.max))
        #expect(worst.meanOpinionScoreTimesTen == 10)
        let best = QualityEstimate(
            lossPercent: -5, jitterMicroseconds: 0, oneWayDelay: .seconds(-5))
        #expect(best.rFactor == 93.2)
        #expect(QualityEstimate(lossPercent: .nan, jitterMicroseconds: 0).rFactor == 93.2)
    }

    @Test("N24: a sample is about the time between two readings only")
    func samplesInterval() throws {
        let first = QualityReading(packets: 100, lost: 50, jitterMicroseconds: 1000)
        let second = QualityReading(
            packets: 300, lost: 50, jitterMicroseconds: 2000, roundTripTime: .milliseconds(40))
        let now = Instant(nanoseconds: 7)
        let sample = try #require(
            QualitySample(from: first, to: second, codec: .g711, at: now))
        #expect(sample.lossPercent == 0)
        #expect(sample.jitterMicroseconds == 2000)
        #expect(sample.roundTripMicroseconds == 40_000)
        #expect(sample.time == now)
        // Late packets make up for losses of the interval before.
        let late = QualityReading(packets: 310, lost: 45, jitterMicroseconds: 2000)
        #expect(
            QualitySample(from: second, to: late, codec: .g711, at: now)?.lossPercent == 0)
    }

    @Test("N24: silence is no bad quality")
    func samplesNothingInSilence() {
        let reading = QualityReading(packets: 100, lost: 50, jitterMicroseconds: 1000)
        let now = Instant(nanoseconds: 7)
        #expect(QualitySample(from: reading, to: reading, codec: .g711, at: now) == nil)
    }

    @Test("codecs are known by name and by static payload type")
    func knowsCodecs() {
        #expect(QualityCodec(encodingName: "g729") == .g729)
        #expect(QualityCodec(encodingName: "PCMA") == .g711)
        #expect(QualityCodec(encodingName: "GSM") == .gsm)
        #expect(QualityCodec(payloadType: 18) == .g729)
        #expect(QualityCodec(payloadType: 0) == .g711)
        #expect(QualityCodec(payloadType: 101) == .g711)
    }
}
