import BatonAudio
import Foundation
import Testing

@Suite("G.722")
struct G722Tests {
    /// A tone of `frequency` Hz at 16,000 samples a second.
    private func tone(_ frequency: Double, amplitude: Double = 8_000, count: Int = 8_000) -> [Int16]
    {
        (0..<count).map { index in
            Int16(amplitude * sin(2 * .pi * frequency * Double(index) / 16_000))
        }
    }

    private func coded(_ samples: [Int16]) -> [Int16] {
        var encoder = G722Encoder()
        var decoder = G722Decoder()
        var octets = [UInt8](repeating: 0, count: samples.count / 2)
        var output = octets.mutableSpan
        encoder.encode(samples.span, into: &output)
        var decoded = [Int16](repeating: 0, count: samples.count)
        var result = decoded.mutableSpan
        decoder.decode(octets.span, into: &result)
        return decoded
    }

    /// How far `result`, `delay` samples late, is from `original`, in decibels of it.
    private func signalToNoise(_ original: [Int16], _ result: [Int16], delay: Int) -> Double {
        var (signal, noise) = (0.0, 0.0)
        for index in 1_000..<original.count - delay {
            let sample = Double(original[index])
            let error = sample - Double(result[index + delay])
            signal += sample * sample
            noise += error * error
        }
        return 10 * log10(signal / noise)
    }

    @Test(
        "a tone comes back, 22 samples late, whichever band it lies in",
        arguments: [(300.0, 30.0), (1_000, 25), (3_000, 20), (5_500, 10), (6_800, 8)])
    func tones(frequency: Double, decibels: Double) {
        let original = tone(frequency)
        let result = coded(original)
        let best = (18...26).map { signalToNoise(original, result, delay: $0) }
        #expect(best.max() == best[4], "the delay is 22 samples: \(best)")
        #expect(best[4] > decibels)
    }

    @Test("silence stays silence, and full scale does not overflow")
    func extremes() {
        #expect(coded([Int16](repeating: 0, count: 1_600)).allSatisfy { abs(Int($0)) < 16 })
        let square = (0..<8_000).map { $0 / 20 % 2 == 0 ? Int16.max : Int16.min }
        #expect(coded(square).count == 8_000)
    }

    @Test("any octets decode", arguments: 0..<8)
    func anyOctets(seed: Int) {
        var generator = SystemRandomNumberGenerator()
        let octets = (0..<4_000).map { _ in UInt8.random(in: 0...255, using: &generator) }
        var decoder = G722Decoder()
        var samples = [Int16](repeating: 0, count: 8_000)
        var result = samples.mutableSpan
        decoder.decode(octets.span, into: &result)
        #expect(samples.contains { $0 != 0 })
    }
}
