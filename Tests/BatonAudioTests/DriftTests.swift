import BatonAudio
import BatonBase
import Foundation
import Testing

@Suite("Clock drift")
struct DriftEstimatorTests {
    /// An estimator after `seconds` of a sender whose clock is `partsPerMillion` fast, over a
    /// network that delays each packet by `jitter` milliseconds.
    private func estimator(
        partsPerMillion: Double, seconds: Int, rateHz: Int = 8_000, firstTimestamp: UInt32 = 0,
        jitter: () -> Double
    ) -> DriftEstimator {
        var estimator = DriftEstimator(clockRateHz: rateHz)
        let step = UInt32(rateHz / 50)
        for number in 0..<seconds * 50 {
            let sent = Double(number) * 0.02 / (1 + partsPerMillion / 1e6)
            let arrival = 1_000 + sent + 0.05 + jitter() / 1_000
            estimator.add(
                timestamp: firstTimestamp &+ UInt32(number) &* step,
                at: Instant(nanoseconds: UInt64(arrival * 1e9)))
        }
        return estimator
    }

    @Test(
        "drift is found to 15 ppm behind 30 ms of jitter", arguments: [-200.0, -35, 0, 50, 200],
        1...4)
    func uniformJitter(drift: Double, seed: Int) throws {
        var generator = SplitMix64(seed: UInt64(seed))
        let estimator = estimator(partsPerMillion: drift, seconds: 70) {
            Double.random(in: 0...30, using: &generator)
        }
        let found = try #require(estimator.partsPerMillion)
        #expect(abs(found - drift) < 15, "seed \(seed): \(found)")
        #expect(abs(estimator.ratio - 1 / (1 + drift / 1e6)) < 15e-6)
    }

    @Test("bursts of congestion do not count as drift", arguments: 1...4)
    func congestion(seed: Int) throws {
        var generator = SplitMix64(seed: UInt64(seed))
        var number = 0
        let estimator = estimator(partsPerMillion: 100, seconds: 70) {
            number += 1
            // Three seconds in ten every packet is late.
            let late = number / 50 % 10 < 3 ? 40.0 : 0
            return late - 3 * log(Double.random(in: 1e-9..<1, using: &generator))
        }
        let found = try #require(estimator.partsPerMillion)
        #expect(abs(found - 100) < 25, "seed \(seed): \(found)")
    }

    @Test("timestamps wrap around without a trace; other rates do as well")
    func wrapping() throws {
        let estimator = estimator(
            partsPerMillion: -80, seconds: 40, rateHz: 48_000, firstTimestamp: .max - 500_000
        ) { 0 }
        #expect(abs(try #require(estimator.partsPerMillion) + 80) < 1)
    }

    @Test("there is no estimate before ten seconds, nor after a new beginning")
    func beginnings() {
        var early = estimator(partsPerMillion: 100, seconds: 9) { 0 }
        #expect(early.partsPerMillion == nil)
        #expect(early.ratio == 1)
        early = estimator(partsPerMillion: 100, seconds: 30) { 0 }
        #expect(early.partsPerMillion != nil)
        early.add(timestamp: 4_000_000_000, at: Instant(nanoseconds: 1_031_000_000_000))
        #expect(early.partsPerMillion == nil)
    }

    @Test("any timestamps and times do", arguments: 0..<20)
    func anything(seed: Int) {
        var generator = SplitMix64(seed: UInt64(seed))
        var estimator = DriftEstimator(clockRateHz: seed % 2 == 0 ? 0 : 8_000)
        for _ in 0..<2_000 {
            estimator.add(
                timestamp: UInt32.random(in: .min ... .max, using: &generator),
                at: Instant(
                    nanoseconds: generator.next() >> UInt64.random(in: 0...40, using: &generator)))
            #expect((-5_000...5_000).contains(estimator.partsPerMillion ?? 0))
        }
    }
}

@Suite("Elastic resampling")
struct ElasticResamplerTests {
    private func stretched(_ input: [Int16], ratio: Double, block: Int = 160) -> [Int16] {
        var resampler = ElasticResampler()
        resampler.setRatio(ratio)
        var result = [Int16]()
        for start in stride(from: 0, to: input.count, by: block) {
            let end = min(start + block, input.count)
            var samples = [Int16](
                repeating: 0, count: resampler.outputCapacity(for: end - start))
            var output = samples.mutableSpan
            let count = resampler.resample(input.span.extracting(start..<end), into: &output)
            result += samples[..<count]
        }
        return result
    }

    @Test(
        "the length follows the ratio, at most 0.5 %",
        arguments: [
            (1.0, 1.0), (1.000_2, 1.000_2), (0.998, 0.998), (1.005, 1.005), (3, 1.005), (-1, 0.995),
            (.nan, 1),
        ])
    func length(ratio: Double, real: Double) {
        let output = stretched([Int16](repeating: 0, count: 80_000), ratio: ratio)
        #expect(abs(Double(output.count) - 80_000 * real) < 32)
    }

    @Test(
        "a tone stays pure: everything else is 60 dB down",
        arguments: [0.995, 0.999_8, 1.000_2, 1.005])
    func purity(ratio: Double) {
        for frequency in [200.0, 1_000, 3_000] {
            let input = Signals.tone(frequency, rateHz: 8_000, count: 12_000)
            let output = stretched(input, ratio: ratio)[3_000...]
            let fit = Signals.fit(output, frequency: frequency / ratio, rateHz: 8_000)
            #expect(abs(Signals.decibels(fit.amplitude / 16_000)) < 0.5)
            let noise = Signals.decibels(fit.residue * 2.0.squareRoot() / fit.amplitude)
            #expect(noise < -60, "\(frequency) Hz: \(noise) dB")
        }
    }

    @Test("at a ratio of 1 the signal comes back, late by the stated delay")
    func unity() {
        let input = Signals.tone(700, rateHz: 8_000, count: 2_000)
        let output = stretched(input, ratio: 1)
        let delay = ElasticResampler().delaySamples
        for index in 200..<1_900 {
            #expect(abs(Int(output[index + delay]) - Int(input[index])) < 60)
        }
    }

    @Test("the cut of blocks does not matter", arguments: [1, 13, 3_000])
    func blocks(block: Int) {
        let input = Signals.tone(440, rateHz: 8_000, count: 3_000)
        #expect(stretched(input, ratio: 1.001, block: block) == stretched(input, ratio: 1.001))
    }
}
