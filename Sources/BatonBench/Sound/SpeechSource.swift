internal import BatonBase
internal import Glibc

/// Something like speech, made from nothing: a buzz of varying pitch through the resonances of a
/// vocal tract, in syllables, over a little noise. With a pilot tone it can be told apart.
enum SpeechSource {
    /// The frequencies of the pilot tones; neighbouring streams have different ones.
    static let pilotsHz: [Double] = (0..<8).map { 1_000 + 200 * Double($0) }
    /// The amplitude of a pilot tone: loud enough to be found, too quiet to make an encoder of
    /// speech take it for music, which would cost bits and time.
    static let pilotAmplitude = 1_000.0

    /// The pilot tone of a stream.
    static func pilot(of stream: Int) -> Double { pilotsHz[stream % pilotsHz.count] }

    /// `seconds` of speech at `rateHz` samples a second; the same each time.
    static func speech(seconds: Int, rateHz: Int) -> [Int16] {
        var random = SplitMix64(seed: 7)
        var tract = [(500.0, 0.97), (1_450.0, 0.95), (2_500.0, 0.92)].map {
            Resonance(frequencyHz: $0.0, radius: pow($0.1, 8_000 / Double(rateHz)), rateHz: rateHz)
        }
        var phase = 0.0
        let samples = (0..<seconds * rateHz).map { index -> Double in
            let time = Double(index) / Double(rateHz)
            let pitch = 120 + 30 * sin(2 * .pi * 0.4 * time) + 8 * sin(2 * .pi * 5 * time)
            phase += pitch / Double(rateHz)
            var source = Double.random(in: -0.02...0.02, using: &random)
            if phase >= 1 {
                phase -= 1
                source += 1
            }
            // Two syllables a second, and a pause now and then.
            source *= max(0, sin(2 * .pi * 2 * time))
            if sin(2 * .pi * 0.31 * time) < -0.7 { source *= 0.02 }
            for place in tract.indices { source = tract[place].filter(source) }
            return source
        }
        let peak = max(1e-9, samples.map(\.magnitude).max() ?? 0)
        return samples.map { Int16(clamping: Int($0 / peak * 9_000)) }
    }

    /// The samples with a pilot tone over them.
    static func adding(_ pilotHz: Double, to samples: [Int16], rateHz: Int) -> [Int16] {
        samples.enumerated().map { index, sample in
            let turn = 2 * Double.pi * pilotHz * Double(index) / Double(rateHz)
            return Int16(clamping: Int(sample) + Int(pilotAmplitude * sin(turn)))
        }
    }

    /// A tone alone.
    static func toneSamples(_ frequencyHz: Double, seconds: Int, rateHz: Int) -> [Int16] {
        adding(
            frequencyHz, to: Array(repeating: 0, count: seconds * rateHz), rateHz: rateHz)
    }
}

/// A resonance of two poles.
private struct Resonance {
    private let first: Double
    private let second: Double
    private var newer = 0.0
    private var older = 0.0

    init(frequencyHz: Double, radius: Double, rateHz: Int) {
        first = 2 * radius * cos(2 * .pi * frequencyHz / Double(rateHz))
        second = -radius * radius
    }

    mutating func filter(_ input: Double) -> Double {
        let output = input + first * newer + second * older
        (older, newer) = (newer, output)
        return output
    }
}
