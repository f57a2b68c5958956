import BatonAudio
import BatonBase
import Foundation
import Testing

@Suite("Mixing")
struct AudioMixerTests {
    private func noise(_ seed: UInt64, count: Int = 333) -> [Int16] {
        var generator = SplitMix64(seed: seed)
        return (0..<count).map { _ in Int16.random(in: .min ... .max, using: &generator) }
    }

    @Test("a sum is clamped; without one's own it is the sum of the others")
    func sums() {
        let voices = (1...5).map { noise($0) }
        var sums = [Int32](repeating: 0, count: 333)
        var adding = sums.mutableSpan
        for voice in voices { AudioMixer.add(voice.span, to: &adding) }
        var all = [Int16](repeating: 0, count: 333)
        var output = all.mutableSpan
        AudioMixer.mix(sums.span, into: &output)
        #expect(all == (0..<333).map { i in Int16(clamping: voices.reduce(0) { $0 + Int($1[i]) }) })
        for own in 0..<5 {
            var others = [Int16](repeating: 0, count: 333)
            let mine = voices[own]
            var heard = others.mutableSpan
            AudioMixer.mix(sums.span, minus: mine.span, into: &heard)
            #expect(
                others
                    == (0..<333).map { i in
                        Int16(clamping: voices.reduce(0) { $0 + Int($1[i]) } - Int(voices[own][i]))
                    })
        }
    }

    @Test("what was added at a gain can be taken out at that gain", arguments: [-20.0, -3, 6, 24])
    func gains(decibels: Double) {
        let (own, other) = (noise(1), noise(2))
        let gain = AudioGain(decibels: decibels)
        var sums = [Int32](repeating: 0, count: 333)
        var adding = sums.mutableSpan
        AudioMixer.add(own.span, gain: gain, to: &adding)
        AudioMixer.add(other.span, to: &adding)
        var heard = [Int16](repeating: 0, count: 333)
        var output = heard.mutableSpan
        AudioMixer.mix(sums.span, minus: own.span, gain: gain, into: &output)
        #expect(heard == other)
    }

    @Test(
        "a gain is exact to a step and clamps",
        arguments: [-60.0, -6, -0.1, 0, 0.1, 6, 24, 100, -1_000, .nan, .infinity])
    func apply(decibels: Double) {
        var samples = noise(3)
        let original = samples
        var span = samples.mutableSpan
        AudioMixer.apply(AudioGain(decibels: decibels), to: &span)
        let factor = decibels >= -90 ? pow(10, min(decibels, 24) / 20) : 0
        for (before, after) in zip(original, samples) {
            let wanted = min(max(Double(before) * factor, -32_768), 32_767)
            #expect(abs(Double(after) - wanted) <= 2)
        }
    }

    @Test("unity changes nothing, silence leaves nothing")
    func constants() {
        var samples = noise(4)
        let original = samples
        var span = samples.mutableSpan
        AudioMixer.apply(.unity, to: &span)
        #expect(samples == original)
        var silenced = samples.mutableSpan
        AudioMixer.apply(.silence, to: &silenced)
        #expect(samples.allSatisfy { $0 == 0 })
    }

    @Test("a fade is steady")
    func fades() {
        var samples = [Int16](repeating: 30_000, count: 480)
        var span = samples.mutableSpan
        AudioMixer.fade(from: .silence, to: .unity, in: &span)
        #expect(samples[0] == 0)
        #expect(zip(samples, samples.dropFirst()).allSatisfy { (62...64).contains($1 - $0) })
        var back = [Int16](repeating: -30_000, count: 480)
        var fading = back.mutableSpan
        AudioMixer.fade(from: .unity, to: .silence, in: &fading)
        #expect(back[0] == -30_000)
        #expect(back[479] >= -63 && back[479] < 0)
    }
}

@Suite("Levels")
struct AudioLevelTests {
    @Test("a square wave of full scale has 0 dBov, a sine -3, and so on (RFC 6464 §3)")
    func levels() {
        let square = Signals.square(halfWave: 10, count: 800)
        #expect(AudioLevel.decibelsOverload(square.span) == 0)
        for (amplitude, level) in [(32_767.0, -3), (3_276.7, -23), (327.7, -43), (32.77, -63)] {
            let sine = Signals.tone(1_000, rateHz: 8_000, amplitude: amplitude, count: 800)
            #expect(AudioLevel.decibelsOverload(sine.span) == level)
        }
        let zeros = [Int16](repeating: 0, count: 160)
        #expect(AudioLevel.decibelsOverload(zeros.span) == -127)
        let none: [Int16] = []
        #expect(AudioLevel.decibelsOverload(none.span) == -127)
    }

    @Test("energy is exact at any length", arguments: 0...40)
    func energy(count: Int) {
        var generator = SplitMix64(seed: UInt64(count))
        let samples = (0..<count).map { index -> Int16 in
            index % 3 == 0 ? .min : Int16.random(in: .min ... .max, using: &generator)
        }
        let wanted = samples.reduce(0) { $0 + Int($1) * Int($1) }
        #expect(AudioLevel.energy(samples.span) == UInt64(wanted))
        let lowest = [Int16](repeating: .min, count: count)
        #expect(AudioLevel.energy(lowest.span) == UInt64(count) << 30)
    }

    @Test("Goertzel's resonator measures one frequency among others")
    func goertzel() {
        let samples = Signals.sum(
            Signals.tone(697, rateHz: 8_000, amplitude: 5_000, count: 8_000),
            Signals.tone(1_209, rateHz: 8_000, amplitude: 9_000, count: 8_000, phase: 1))
        for (frequency, amplitude) in [(697.0, 5_000.0), (1_209, 9_000), (1_000, 0)] {
            let heard = Goertzel.amplitude(of: frequency, in: samples.span, sampleRateHz: 8_000)
            #expect(abs(heard - amplitude) < 30, "\(frequency): \(heard)")
        }
    }
}

@Suite("L16 (RFC 3551 §4.5.11)")
struct L16CodecTests {
    @Test("samples are in network byte order, and come back")
    func roundTrip() {
        let samples: [Int16] = [0, 1, -1, 0x1234, .max, .min]
        var octets = [UInt8](repeating: 0, count: 12)
        var output = octets.mutableSpan
        #expect(L16Codec.encode(samples.span, into: &output) == 12)
        #expect(octets == [0, 0, 0, 1, 255, 255, 0x12, 0x34, 0x7f, 0xff, 0x80, 0])
        var back = [Int16](repeating: 0, count: 6)
        var result = back.mutableSpan
        #expect(L16Codec.decode(octets.span, into: &result) == 6)
        #expect(back == samples)
    }

    @Test("two channels become their mean; what is incomplete is dropped")
    func stereo() {
        let octets: [UInt8] = [0x10, 0, 0x20, 0, 0x80, 0, 0x80, 0, 0x7f, 0xff, 0x80, 0, 1, 2, 3]
        var samples = [Int16](repeating: 0, count: 7)
        var output = samples.mutableSpan
        #expect(L16Codec.decodeStereo(octets.span, into: &output) == 3)
        #expect(samples[..<3] == [0x1800, .min, -1])
        var mono = samples.mutableSpan
        #expect(L16Codec.decode(octets.span, into: &mono) == 7)
    }
}
