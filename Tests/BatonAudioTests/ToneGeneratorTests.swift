import BatonAudio
import Foundation
import Testing

/// The amplitude of a sine of `level` dBm0: one of full scale has 3.14.
private func amplitude(_ level: Double) -> Double {
    32_768 * pow(10, (level - 3.14) / 20)
}

private func steepest(_ samples: some Collection<Int16>) -> Int {
    zip(samples, samples.dropFirst()).map { abs(Int($1) - Int($0)) }.max() ?? 0
}

@Suite("Tones (ITU-T E.180)")
struct ToneGeneratorTests {
    private func generated(
        _ plan: TonePlan, rateHz: Int = 8_000, count: Int, block: Int = 160
    ) throws -> [Int16] {
        var generator = try ToneGenerator(plan, sampleRateHz: rateHz)
        var result = [Int16]()
        while result.count < count {
            var samples = [Int16](repeating: 1, count: block)
            var output = samples.mutableSpan
            generator.generate(into: &output)
            result += samples
        }
        return Array(result.prefix(count))
    }

    @Test("frequency and level are as asked for", arguments: AudioRate.supported)
    func pure(rateHz: Int) throws {
        let plan = TonePlan(frequenciesHz: [425], levelDBm0: -13)
        let samples = try generated(plan, rateHz: rateHz, count: rateHz)
        let fit = Signals.fit(samples[(rateHz / 100)...], frequency: 425, rateHz: rateHz)
        #expect(abs(Signals.decibels(fit.amplitude / amplitude(-13))) < 0.05)
        #expect(fit.residue < 0.5, "what is left is rounding")
    }

    @Test("each of several frequencies has the level")
    func several() throws {
        let samples = try generated(
            TonePlan(frequenciesHz: [350, 440, 1_000], levelDBm0: -20), count: 8_100)
        for frequency in [350.0, 440, 1_000] {
            let heard = Goertzel.amplitude(
                of: frequency, in: samples.span.extracting(100...), sampleRateHz: 8_000)
            #expect(abs(Signals.decibels(heard / amplitude(-20))) < 0.1)
        }
    }

    @Test("the cadence is kept to the sample and begins again")
    func cadence() throws {
        let plan = TonePlan(frequenciesHz: [425], cadenceMilliseconds: [100, 50, 30, 20])
        let samples = try generated(plan, count: 8_000)
        for start in stride(from: 0, to: 8_000, by: 1_600) {
            #expect(samples[start + 800..<start + 1_200].allSatisfy { $0 == 0 })
            #expect(samples[start + 1_440..<start + 1_600].allSatisfy { $0 == 0 })
            #expect(Signals.effective(samples[start + 40..<start + 760]) > 2_000)
            #expect(Signals.effective(samples[start + 1_210..<start + 1_430]) > 2_000)
        }
    }

    @Test("without repetition silence follows")
    func once() throws {
        let plan = TonePlan(
            frequenciesHz: [950], cadenceMilliseconds: [330, 30], isRepeated: false)
        var generator = try ToneGenerator(plan, sampleRateHz: 8_000)
        var samples = [Int16](repeating: 1, count: 2_880)
        var output = samples.mutableSpan
        generator.generate(into: &output)
        #expect(generator.isFinished)
        #expect(samples[2_640...].allSatisfy { $0 == 0 })
        var rest = samples.mutableSpan
        generator.generate(into: &rest)
        #expect(samples.allSatisfy { $0 == 0 })
    }

    @Test("nothing clicks where blocks meet and where the tone begins and ends")
    func clicks() throws {
        let plan = TonePlan(frequenciesHz: [425], levelDBm0: 0, cadenceMilliseconds: [33, 17])
        let samples = try generated(plan, count: 16_000)
        // The steepest slope of the sine itself.
        let slope = 2 * Double.pi * 425 / 8_000 * amplitude(0)
        #expect(Double(steepest(samples)) <= slope + 2)
    }

    @Test("the cut of blocks does not matter", arguments: [1, 7, 333, 5_000])
    func blocks(block: Int) throws {
        let plan = TonePlan(frequenciesHz: [440, 480], cadenceMilliseconds: [70, 30, 0, 10])
        #expect(
            try generated(plan, count: 6_000, block: block) == generated(plan, count: 6_000))
    }

    @Test("senseless plans give silence, not a crash")
    func senseless() throws {
        let nothing = [Int16](repeating: 0, count: 800)
        for plan in [
            TonePlan(frequenciesHz: []), TonePlan(frequenciesHz: [-1, 0, 4_000, 1e9, .nan]),
            TonePlan(frequenciesHz: [400], levelDBm0: .nan),
            TonePlan(frequenciesHz: [400], cadenceMilliseconds: [0, 10]),
            TonePlan(frequenciesHz: [400], cadenceMilliseconds: [.min, .max]),
        ] {
            #expect(try generated(plan, count: 800) == nothing)
        }
        let endless = TonePlan(frequenciesHz: [400], cadenceMilliseconds: [0, 0])
        #expect(try generated(endless, count: 800) != nothing)
        #expect(throws: AudioRateError(rateHz: 1)) {
            try ToneGenerator(endless, sampleRateHz: 1)
        }
    }
}

@Suite("DTMF generation (ITU-T Q.23)")
struct DTMFGeneratorTests {
    private func generated(
        _ digits: String, rateHz: Int = 8_000, duration: Int = 50, pause: Int = 50
    ) throws -> [Int16] {
        var generator = try DTMFGenerator(sampleRateHz: rateHz)
        var result = [Int16]()
        for character in digits {
            let digit = try #require(DTMFDigit(character))
            generator.begin(digit, durationMilliseconds: duration, pauseMilliseconds: pause)
            while !generator.isIdle {
                var block = [Int16](repeating: 1, count: 37)
                var output = block.mutableSpan
                let count = generator.generate(into: &output)
                result += block[..<count]
            }
        }
        return result
    }

    @Test("the detector hears what was dialled", arguments: [8_000, 16_000, 48_000])
    func detected(rateHz: Int) throws {
        let dialled = "0123456789*#ABCD"
        let samples = try generated(dialled, rateHz: rateHz, duration: 40, pause: 40)
        var detector = try DTMFDetector(sampleRateHz: rateHz)
        var heard = ""
        detector.process(samples.span) { event in
            if case .began(let digit, let level) = event {
                heard.append(digit.character)
                #expect(abs(level + 10) <= 1)
            }
        }
        #expect(heard == dialled)
    }

    @Test("frequencies, level and duration are those that were asked for")
    func exact() throws {
        let samples = try generated("6", duration: 200, pause: 100)
        #expect(samples.count == 2_400)
        #expect(samples[1_600...].allSatisfy { $0 == 0 })
        let middle = samples.span.extracting(200..<1_400)
        for frequency in [770.0, 1_477] {
            let heard = Goertzel.amplitude(of: frequency, in: middle, sampleRateHz: 8_000)
            #expect(abs(Signals.decibels(heard / amplitude(-10))) < 0.2)
        }
    }

    @Test("a digit without a duration sounds until its end")
    func openEnd() throws {
        var generator = try DTMFGenerator(sampleRateHz: 8_000)
        generator.begin(.pound, durationMilliseconds: nil, pauseMilliseconds: 10)
        var samples = [Int16](repeating: 0, count: 8_000)
        var output = samples.mutableSpan
        #expect(generator.generate(into: &output) == 8_000)
        generator.end()
        #expect(!generator.isIdle)
        let left = generator.generate(into: &output)
        #expect(left == 16 + 80, "a ramp of 2 ms, then the pause")
        #expect(generator.isIdle)
        #expect(abs(Int(samples[15])) < 1_000)
        #expect(samples[16..<96].allSatisfy { $0 == 0 })
    }

    @Test("every digit has a character and its RFC 4733 number")
    func names() {
        #expect(String(DTMFDigit.allCases.map(\.character)) == "0123456789*#ABCD")
        #expect(DTMFDigit.star.rawValue == 10)
        #expect(DTMFDigit("d") == .d)
        #expect(DTMFDigit("x") == nil)
        #expect(DTMFDigit.zero.frequencies == (941, 1_336))
    }
}
