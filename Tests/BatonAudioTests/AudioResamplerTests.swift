import BatonAudio
import BatonBase
import Testing

@Suite("Sample rate conversion")
struct AudioResamplerTests {
    /// Two rates in Hz.
    struct Pair: CustomTestStringConvertible, Sendable {
        let (input, output): (Int, Int)
        var lower: Double { Double(min(input, output)) }
        var testDescription: String { "\(input) to \(output)" }
    }

    static let pairs = AudioRate.supported.flatMap { input in
        AudioRate.supported.filter { $0 != input }.map { Pair(input: input, output: $0) }
    }

    /// Those with the rate of G.711: enough where the ratio hardly matters.
    static let narrow = pairs.filter { $0.input == 8_000 || $0.output == 8_000 }

    private func resampled(
        _ input: [Int16], _ pair: Pair, blocks: (Int) -> Int = { _ in 160 }
    ) throws -> [Int16] {
        var resampler = try AudioResampler(
            inputRateHz: pair.input, outputRateHz: pair.output)
        var (result, taken, number) = ([Int16](), 0, 0)
        while taken < input.count {
            let count = min(blocks(number), input.count - taken)
            var block = [Int16](
                repeating: 0, count: resampler.outputCapacity(for: count))
            var output = block.mutableSpan
            let written = resampler.resample(
                input.span.extracting(taken..<taken + count), into: &output)
            result += block[..<written]
            (taken, number) = (taken + count, number + 1)
        }
        return result
    }

    /// The output without its first 20 ms, when the filter fills.
    private func settled(_ tone: Double, _ pair: Pair) throws -> ArraySlice<Int16> {
        let input = Signals.tone(tone, rateHz: pair.input, count: pair.input * 7 / 100)
        return try resampled(input, pair)[(pair.output / 50)...]
    }

    @Test("flat within 0.5 dB up to 0.45 of the lower rate, without images", arguments: pairs)
    func passBand(pair: Pair) throws {
        for part in [0.03, 0.2, 0.37, 0.45] {
            let frequency = part * pair.lower
            let output = try settled(frequency, pair)
            let fit = Signals.fit(output, frequency: frequency, rateHz: pair.output)
            let gain = Signals.decibels(fit.amplitude / 16_000)
            #expect(abs(gain) < 0.5, "\(frequency) Hz: \(gain) dB")
            let noise = Signals.decibels(fit.residue * 2.0.squareRoot() / fit.amplitude)
            #expect(noise < -62, "\(frequency) Hz: noise at \(noise) dB")
        }
    }

    @Test(
        "what lies above 0.52 of the lower rate is 60 dB down",
        arguments: pairs.filter { $0.input > $0.output })
    func stopBand(pair: Pair) throws {
        let upper = Double(pair.input) / 2
        for step in 0..<6 {
            let lowest = 0.52 * pair.lower
            let frequency = lowest + (upper - lowest) * (Double(step) + 0.02) / 6.1
            let output = try settled(frequency, pair)
            let level = Signals.decibels(Signals.effective(output) * 2.0.squareRoot() / 16_000)
            #expect(level < -60, "\(frequency) Hz comes out at \(level) dB")
        }
    }

    @Test("the cut of blocks does not show", arguments: narrow)
    func blockSizes(pair: Pair) throws {
        var generator = SplitMix64(seed: 11)
        let input = Signals.noise(deviation: 9_000, count: 1_500, using: &generator)
        let whole = try resampled(input, pair) { _ in input.count }
        var sizes = SplitMix64(seed: 12)
        let cut = try resampled(input, pair) { _ in Int.random(in: 0...700, using: &sizes) }
        let single = try resampled(input, pair) { _ in 1 }
        #expect(cut == whole)
        #expect(single == whole)
    }

    @Test("the number of samples is exact in the long run", arguments: narrow)
    func longTerm(pair: Pair) throws {
        let seconds = 1
        let output = try resampled([Int16](repeating: 0, count: pair.input), pair)
        let missing = seconds * pair.output - output.count
        // Only what the filter still holds is missing.
        #expect(missing >= 0 && missing <= 30 * pair.output / min(pair.input, pair.output))
    }

    @Test("the output lags by the stated delay", arguments: narrow)
    func delay(pair: Pair) throws {
        var input = [Int16](repeating: 0, count: pair.input / 10)
        let place = input.count / 2
        for index in 0..<pair.input / 1_000 { input[place + index] = 20_000 }
        let resampler = try AudioResampler(
            inputRateHz: pair.input, outputRateHz: pair.output)
        let output = try resampled(input, pair)
        let mass = output.reduce(0.0) { $0 + Double($1) }
        let moment = output.enumerated().reduce(0.0) { $0 + Double($1.offset) * Double($1.element) }
        let middle = Double(place) + Double(pair.input / 1_000 - 1) / 2
        let expected =
            (middle + Double(resampler.delaySamples)) * Double(pair.output) / Double(pair.input)
        #expect(abs(moment / mass - expected) < 0.6)
    }

    @Test("full scale does not wrap around", arguments: narrow)
    func fullScale(pair: Pair) throws {
        // Half waves of 2.5 ms.
        let square = (0..<pair.input / 20).map { index in
            index * 400 / pair.input % 2 == 0 ? Int16.max : Int16.min
        }
        let output = try resampled(square, pair)
        let delay = try AudioResampler(inputRateHz: pair.input, outputRateHz: pair.output)
            .delaySamples
        for halfWave in 4..<16 {
            let middle = (2 * halfWave + 1) * pair.input / 800 + delay
            let sample = output[middle * pair.output / pair.input]
            #expect(halfWave % 2 == 0 ? sample > 25_000 : sample < -25_000, "\(halfWave)")
        }
        #expect(output.contains(.max) && output.contains(.min))
    }

    @Test("equal rates copy")
    func equalRates() throws {
        let input = Signals.tone(440, rateHz: 8_000, count: 333)
        #expect(try resampled(input, Pair(input: 8_000, output: 8_000)) == input)
    }

    @Test("a rate that is not supported is refused", arguments: [0, -8_000, 8_001, 96_000])
    func unsupported(rate: Int) {
        #expect(throws: AudioRateError(rateHz: rate)) {
            try AudioResampler(inputRateHz: rate, outputRateHz: 8_000)
        }
        #expect(throws: AudioRateError(rateHz: rate)) {
            try AudioResampler(inputRateHz: 8_000, outputRateHz: rate)
        }
    }

    @Test("after a reset the stream begins anew")
    func reset() throws {
        let input = Signals.tone(700, rateHz: 16_000, count: 1_000)
        var resampler = try AudioResampler(inputRateHz: 16_000, outputRateHz: 11_025)
        var first = [Int16](repeating: 0, count: resampler.outputCapacity(for: 1_000))
        var second = first
        var output = first.mutableSpan
        _ = resampler.resample(input.span, into: &output)
        resampler.reset()
        var again = second.mutableSpan
        _ = resampler.resample(input.span, into: &again)
        #expect(first == second)
    }
}
