import BatonAudio
import BatonBase
import Foundation
import Testing

/// Two tones by their own formula, not the generator's.
private struct Keypress {
    var low = 770.0
    var high = 1_336.0
    /// Of each frequency, in dBm0: a sine of full scale has 3.14.
    var lowLevel = -10.0
    var highLevel = -10.0
    var milliseconds = 50
    var rateHz = 8_000

    func samples() -> [Int16] {
        func amplitude(_ level: Double) -> Double { 32_768 * pow(10, (level - 3.14) / 20) }
        return (0..<milliseconds * rateHz / 1_000).map { index in
            let time = Double(index) / Double(rateHz)
            let value =
                amplitude(lowLevel) * sin(2 * .pi * low * time + 0.4)
                + amplitude(highLevel) * sin(2 * .pi * high * time + 1.1)
            return Int16(clamping: Int(value.rounded()))
        }
    }
}

/// The keypad as ITU-T Q.23 draws it.
private let keypad: [(Character, Double, Double)] = [
    ("1", 697, 1_209), ("2", 697, 1_336), ("3", 697, 1_477), ("A", 697, 1_633),
    ("4", 770, 1_209), ("5", 770, 1_336), ("6", 770, 1_477), ("B", 770, 1_633),
    ("7", 852, 1_209), ("8", 852, 1_336), ("9", 852, 1_477), ("C", 852, 1_633),
    ("*", 941, 1_209), ("0", 941, 1_336), ("#", 941, 1_477), ("D", 941, 1_633),
]

private func silence(_ milliseconds: Int, rateHz: Int = 8_000) -> [Int16] {
    [Int16](repeating: 0, count: milliseconds * rateHz / 1_000)
}

private func events(
    in samples: [Int16], rateHz: Int = 8_000, block: Int = 160
) throws -> [DTMFDetector.Event] {
    var detector = try DTMFDetector(sampleRateHz: rateHz)
    var found = [DTMFDetector.Event]()
    for start in stride(from: 0, to: samples.count, by: block) {
        let end = min(start + block, samples.count)
        detector.process(samples.span.extracting(start..<end)) { found.append($0) }
    }
    detector.finish { found.append($0) }
    return found
}

/// The digits that began.
private func digits(in samples: [Int16], rateHz: Int = 8_000, block: Int = 160) throws -> String {
    String(
        try events(in: samples, rateHz: rateHz, block: block).compactMap { event in
            if case .began(let digit, _) = event { digit.character } else { nil }
        })
}

@Suite("DTMF detection (ITU-T Q.23, Q.24)")
struct DTMFDetectorTests {
    static let rates = [8_000, 16_000, 24_000, 32_000, 48_000]

    @Test("every digit is found at every rate", arguments: rates)
    func allDigits(rateHz: Int) throws {
        let samples = keypad.flatMap { _, low, high in
            Keypress(low: low, high: high, rateHz: rateHz).samples() + silence(50, rateHz: rateHz)
        }
        #expect(try digits(in: samples, rateHz: rateHz) == "123A456B789C*0#D")
    }

    @Test("40 ms are enough, wherever they begin; 20 ms are not", arguments: 0..<10)
    func duration(offset: Int) throws {
        let lead = [Int16](repeating: 0, count: 800 + offset * 4)
        for (digit, low, high) in keypad {
            let long = Keypress(low: low, high: high, milliseconds: 40).samples()
            #expect(try digits(in: lead + long + silence(60)) == String(digit))
            let short = Keypress(low: low, high: high, milliseconds: 20).samples()
            #expect(try digits(in: lead + short + silence(60)) == "", "\(digit)")
        }
    }

    @Test(
        "frequencies may be 1.5 % off",
        arguments: [(1.5, 1.5), (-1.5, -1.5), (1.5, -1.5), (-1.5, 1.5)])
    func smallDeviation(low: Double, high: Double) throws {
        for (digit, first, second) in keypad {
            let press = Keypress(
                low: first * (1 + low / 100), high: second * (1 + high / 100), milliseconds: 45)
            #expect(try digits(in: silence(33) + press.samples() + silence(60)) == String(digit))
        }
    }

    @Test(
        "frequencies 3.5 % off are refused",
        arguments: [(3.5, 0), (-3.5, 0), (0, 3.5), (0, -3.5), (3.5, 3.5), (-3.5, -3.5)])
    func greatDeviation(low: Double, high: Double) throws {
        for (digit, first, second) in keypad {
            let press = Keypress(
                low: first * (1 + low / 100), high: second * (1 + high / 100), milliseconds: 200)
            #expect(try digits(in: silence(33) + press.samples() + silence(60)) == "", "\(digit)")
        }
    }

    @Test("levels from -25 to 0 dBm0 with 6 dB of twist", arguments: [-25.0, -18, -9, -3])
    func levels(level: Double) throws {
        for twist in [-6.0, 0, 6] {
            let samples = keypad.flatMap { _, low, high in
                Keypress(
                    low: low, high: high, lowLevel: level + min(0, twist),
                    highLevel: level - max(0, twist)
                ).samples() + silence(50)
            }
            #expect(try digits(in: samples) == "123A456B789C*0#D", "twist \(twist)")
        }
    }

    @Test("12 dB of twist, and less than -40 dBm0, are refused")
    func limits() throws {
        let twisted = keypad.flatMap { _, low, high in
            Keypress(low: low, high: high, highLevel: -22).samples() + silence(50)
                + Keypress(low: low, high: high, lowLevel: -22).samples() + silence(50)
        }
        #expect(try digits(in: twisted) == "")
        let faint = keypad.flatMap { _, low, high in
            Keypress(low: low, high: high, lowLevel: -40, highLevel: -40).samples() + silence(50)
        }
        #expect(try digits(in: faint) == "")
    }

    @Test("15 dB of noise below, at -25 dBm0 with 6 dB of twist", arguments: 1...6)
    func noise(seed: Int) throws {
        var generator = SplitMix64(seed: UInt64(seed))
        let samples = keypad.flatMap { _, low, high in
            Keypress(
                low: low, high: high, lowLevel: -25, highLevel: -19, milliseconds: 50
            ).samples() + silence(50)
        }
        // The pair's power: that of the stronger one and a quarter of it.
        let power = pow(32_768 * pow(10, (-19 - 3.14) / 20), 2) / 2 * 1.25
        let noise = Signals.noise(
            deviation: (power / pow(10, 1.5)).squareRoot(), count: samples.count,
            using: &generator)
        #expect(try digits(in: Signals.sum(samples, noise)) == "123A456B789C*0#D", "seed \(seed)")
    }

    @Test("begin and end come with duration and level", arguments: [40, 65, 100, 250, 1_000])
    func durations(milliseconds: Int) throws {
        let press = Keypress(lowLevel: -14, highLevel: -12, milliseconds: milliseconds)
        let found = try events(in: silence(103) + press.samples() + silence(100))
        #expect(found.count == 2)
        #expect(found.first == .began(.five, levelDBm0: -12))
        guard case .ended(.five, let duration, let level) = found.last else {
            Issue.record("no end: \(found)")
            return
        }
        #expect(abs(duration - milliseconds) <= 10, "\(duration) ms")
        #expect(level == -12)
    }

    @Test("an interruption of 10 ms does not split a digit, a pause of 40 ms does")
    func interruptions() throws {
        let press = Keypress(milliseconds: 60).samples()
        #expect(try digits(in: press + silence(10) + press + silence(50)) == "5")
        #expect(try digits(in: press + silence(40) + press + silence(50)) == "55")
    }

    @Test("a digit that follows without a pause is another digit")
    func changes() throws {
        let samples =
            Keypress(milliseconds: 80).samples()
            + Keypress(low: 941, high: 1_209, milliseconds: 80).samples() + silence(50)
        let found = try events(in: samples)
        #expect(try digits(in: samples) == "5*")
        #expect(found.count == 4)
    }

    @Test("the cut of blocks does not matter", arguments: [1, 7, 39, 40, 41, 80, 1_000])
    func blocks(block: Int) throws {
        let samples = keypad.flatMap { _, low, high in
            Keypress(low: low, high: high).samples() + silence(47)
        }
        #expect(try events(in: samples, block: block) == events(in: samples))
    }

    @Test("through G.711 and back nothing changes", arguments: G711Law.allCases)
    func companded(law: G711Law) throws {
        let codec = G711Codec(law)
        let samples = keypad.flatMap { _, low, high in
            Keypress(low: low, high: high, lowLevel: -24, highLevel: -22).samples() + silence(50)
        }
        #expect(
            try digits(in: samples.map { codec.decode(codec.encode($0)) }) == "123A456B789C*0#D")
    }

    @Test("one frequency alone, call progress tones and noise are no digits")
    func otherSounds() throws {
        for frequency in [350.0, 425, 440, 697, 770, 852, 941, 1_209, 1_336, 1_477, 1_633, 2_100] {
            #expect(try digits(in: Signals.tone(frequency, rateHz: 8_000, count: 8_000)) == "")
        }
        for (low, high) in [(350.0, 440.0), (440, 480), (480, 620), (697, 770), (1_209, 1_336)] {
            #expect(
                try digits(in: Keypress(low: low, high: high, milliseconds: 500).samples()) == "")
        }
        var generator = SplitMix64(seed: 9)
        let noise = Signals.noise(deviation: 6_000, count: 80_000, using: &generator)
        #expect(try digits(in: noise) == "")
    }

    /// Vowels as harmonics of a gliding pitch under gliding formants: the sounds that fool
    /// detectors. Speech itself is not in the repository.
    @Test("15 s of voice-like sounds give no digit", arguments: 1...4)
    func talkOff(seed: Int) throws {
        var generator = SplitMix64(seed: UInt64(seed))
        var samples = [Int16]()
        var (pitch, first, second) = (120.0, 500.0, 1_500.0)
        var phases = [Double](repeating: 0, count: 30)
        while samples.count < 120_000 {
            let goals = (
                Double.random(in: 70...240, using: &generator),
                Double.random(in: 250...950, using: &generator),
                Double.random(in: 900...2_400, using: &generator)
            )
            let count = Int.random(in: 400...2_400, using: &generator)
            for _ in 0..<count {
                pitch += (goals.0 - pitch) / 900
                first += (goals.1 - first) / 600
                second += (goals.2 - second) / 600
                var value = 0.0
                for index in phases.indices {
                    let frequency = pitch * Double(index + 1)
                    guard frequency < 3_800 else { break }
                    phases[index] += frequency / 8_000
                    let nearFirst = 1 / (1 + pow((frequency - first) / 90, 2))
                    let nearSecond = 1 / (1 + pow((frequency - second) / 120, 2))
                    let strength = nearFirst + 0.7 * nearSecond + 0.06
                    value += strength * sin(2 * .pi * phases[index])
                }
                samples.append(Int16(clamping: Int(value * 7_000)))
            }
        }
        #expect(try digits(in: samples) == "", "seed \(seed)")
    }

    @Test("full scale square waves and other rates")
    func extremes() throws {
        let square = (0..<16_000).map { $0 / 5 % 2 == 0 ? Int16.max : Int16.min }
        #expect(try digits(in: square) == "")
        let lowest = [Int16](repeating: .min, count: 48_000)
        #expect(try digits(in: lowest, rateHz: 48_000) == "")
        #expect(throws: AudioRateError(rateHz: 44_100)) { try DTMFDetector(sampleRateHz: 44_100) }
    }
}
