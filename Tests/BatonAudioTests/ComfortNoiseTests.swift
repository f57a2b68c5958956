import BatonAudio
import BatonBase
import Foundation
import Testing

@Suite("Comfort noise (RFC 3389)")
struct ComfortNoiseTests {
    private func payload(_ noise: ComfortNoise) -> [UInt8] {
        var octets = [UInt8](repeating: 0, count: noise.payloadCount)
        var output = octets.mutableSpan
        noise.write(into: &output)
        return octets
    }

    private func parsed(_ octets: [UInt8]) -> ComfortNoise? {
        ComfortNoise(payload: octets.span)
    }

    private func generated(_ noise: ComfortNoise, count: Int) -> [Int16] {
        var generator = ComfortNoiseGenerator(
            sampleRateHz: 8_000, random: SplitMix64(seed: 3_389))
        generator.update(noise)
        var samples = [Int16](repeating: 0, count: count + 1_600)
        var output = samples.mutableSpan
        generator.generate(into: &output)
        return Array(samples[1_600...])
    }

    /// Noise through 1 / (1 - a z^-1), by its definition.
    private func coloured(_ a: Double, deviation: Double, count: Int) -> [Int16] {
        var generator = SplitMix64(seed: 7)
        let white = Signals.noise(deviation: deviation, count: count, using: &generator)
        var last = 0.0
        return white.map { sample in
            last = Double(sample) + a * last
            return Int16(clamping: Int(last.rounded()))
        }
    }

    @Test("payloads are read and written back", arguments: 0...10)
    func roundTrip(order: Int) throws {
        let octets = [42] + (0..<UInt8(order)).map { 20 &* $0 &+ 3 }
        let noise = try #require(parsed(octets))
        #expect(noise.level == 42)
        #expect(noise.order == order)
        #expect(payload(noise) == octets)
    }

    @Test("§3.1: the first bit does not count; §3.2: 127 is zero, 254 nearly one")
    func fields() throws {
        let octets: [UInt8] = [0x80 | 30, 127, 254, 0, 255]
        let noise = try #require(parsed(octets))
        #expect(noise.level == 30)
        #expect(noise.reflection(0) == 0)
        #expect(noise.reflection(1) == 32_766.0 / 32_768)
        #expect(noise.reflection(2) == -32_766.0 / 32_768)
        #expect(noise.reflection(3) == noise.reflection(1))
    }

    @Test("an empty payload is none, a long one is cut to ten coefficients")
    func lengths() throws {
        let empty: [UInt8] = []
        #expect(parsed(empty) == nil)
        let long = [UInt8](repeating: 100, count: 200)
        #expect(try #require(parsed(long)).order == 10)
    }

    @Test(
        "levels outside 0 to -127 are clamped",
        arguments: [(5, 0), (0, 0), (-60, 60), (-200, 127), (Int.min, 127)])
    func clamped(level: Int, octet: Int) {
        #expect(Int(ComfortNoise(levelDBov: level).level) == octet)
    }

    @Test("noise has the level that was asked for", arguments: [-20, -40, -50, -65])
    func level(level: Int) {
        let samples = generated(ComfortNoise(levelDBov: level), count: 40_000)
        let measured = Signals.decibels(Signals.effective(samples) / 32_768)
        #expect(abs(measured - Double(level)) < 1, "\(measured)")
    }

    @Test("-127 dBov is silence")
    func silent() {
        #expect(generated(ComfortNoise(levelDBov: -127), count: 800).allSatisfy { $0 == 0 })
    }

    @Test(
        "analysis and generation give the same level and colour",
        arguments: [0.9, 0.5, 0, -0.6])
    func colour(a: Double) {
        let original = coloured(a, deviation: 200, count: 32_000)
        var analyzer = ComfortNoiseAnalyzer(order: 10)
        for start in stride(from: 0, to: original.count, by: 160) {
            analyzer.add(original.span.extracting(start..<start + 160))
        }
        let noise = analyzer.noise()
        #expect(noise.order == 10)
        #expect(abs(noise.reflection(0) + a) < 0.1, "\(noise.reflection(0))")
        let made = generated(noise, count: 32_000)
        let levels = [original, made].map(Signals.effective)
        #expect(abs(Signals.decibels(levels[1] / levels[0])) < 1.5)
        #expect(abs(neighbours(made) - neighbours(original)) < 0.1)
    }

    /// The correlation of neighbouring samples.
    private func neighbours(_ samples: [Int16]) -> Double {
        let products = zip(samples, samples.dropFirst()).reduce(0.0) {
            $0 + Double($1.0) * Double($1.1)
        }
        return products / samples.reduce(0.0) { $0 + Double($1) * Double($1) }
    }

    @Test("the analyzer follows within half a second")
    func follows() {
        var analyzer = ComfortNoiseAnalyzer(order: 0)
        var generator = SplitMix64(seed: 1)
        for deviation in [3_000.0, 30] {
            for _ in 0..<60 {
                let block = Signals.noise(deviation: deviation, count: 160, using: &generator)
                analyzer.add(block.span)
            }
        }
        #expect(abs(Int(analyzer.noise().level) - 61) <= 2)
    }

    @Test("any payload gives bounded noise", arguments: 0..<40)
    func anyPayload(seed: Int) throws {
        var random = SplitMix64(seed: UInt64(seed))
        var generator = ComfortNoiseGenerator(
            sampleRateHz: 8_000, random: SplitMix64(seed: 1))
        for _ in 0..<20 {
            let octets = (0..<Int.random(in: 1...12, using: &random)).map { _ in
                Bool.random(using: &random)
                    ? UInt8.random(in: 0...255, using: &random)
                    : [0, 255, 254, 1].randomElement(using: &random) ?? 0
            }
            generator.update(try #require(parsed(octets)))
            var samples = [Int16](repeating: 0, count: 160)
            var output = samples.mutableSpan
            generator.generate(into: &output)
        }
        generator.update(ComfortNoise(levelDBov: -40))
        var samples = [Int16](repeating: 0, count: 16_000)
        var output = samples.mutableSpan
        generator.generate(into: &output)
        let level = Signals.decibels(Signals.effective(samples[8_000...]) / 32_768)
        #expect(abs(level + 40) < 1, "no ringing is left: \(level)")
    }
}

@Suite("Silence detection")
struct SilenceDetectorTests {
    private func activity(
        _ detector: inout SilenceDetector, _ level: Double, blocks: Int
    ) -> [SilenceDetector.Activity] {
        var generator = SplitMix64(seed: 4)
        return (0..<blocks).map { _ in
            let block = Signals.noise(
                deviation: 32_768 * pow(10, level / 20), count: 160, using: &generator)
            return detector.process(block.span)
        }
    }

    @Test("speech stands out from the background, with a hang-over")
    func speech() {
        var detector = SilenceDetector(sampleRateHz: 8_000)
        #expect(!activity(&detector, -62, blocks: 50).contains(.active))
        #expect(activity(&detector, -30, blocks: 20).allSatisfy { $0 == .active })
        let after = activity(&detector, -62, blocks: 30)
        #expect(after.prefix(9).allSatisfy { $0 == .active })
        #expect(after.dropFirst(11).allSatisfy { $0 == .background })
    }

    @Test("a fan becomes background, a voice of 10 s does not")
    func background() {
        var detector = SilenceDetector(sampleRateHz: 8_000)
        let fan = activity(&detector, -40, blocks: 1_250)
        #expect(fan[500] == .active)
        #expect(fan[1_249] == .background)
        #expect(abs(detector.backgroundDBov + 40) <= 1)
    }

    @Test("one-way audio is seen by how long nothing has come")
    func oneWay() {
        var detector = SilenceDetector(sampleRateHz: 8_000)
        #expect(activity(&detector, -20, blocks: 10).contains(.active))
        #expect(detector.silentMilliseconds == 0)
        let zeros = [Int16](repeating: 0, count: 160)
        var last = SilenceDetector.Activity.active
        for _ in 0..<100 { last = detector.process(zeros.span) }
        #expect(last == .silent)
        #expect(detector.silentMilliseconds == 2_000)
        #expect(detector.levelDBov == AudioLevel.lowest)
    }
}
