import BatonAudio
import BatonBase
import Testing

@testable import BatonTranscode

/// The codecs, with samples of 8, 16 and 48 kHz.
private let formats: [AudioFormat] = [
    AudioFormat(.pcmu, payloadType: 0), AudioFormat(.pcma, payloadType: 8),
    AudioFormat(.g722, payloadType: 9), AudioFormat(.opus, payloadType: 96),
    AudioFormat(.l16(sampleRateHz: 16_000, channels: 1), payloadType: 97),
]

@Suite("Silence in the place of audio")
struct SilentPayloadTests {
    @Test("A decoder that has heard a tone hears nothing soon after", arguments: formats)
    func silence(format: AudioFormat) throws {
        let rate = format.codec.sampleRateHz
        var talker = try Talker(format, sourceRateHz: rate)
        var decoder = try AudioDecoder(format.codec, sampleRateHz: rate, channels: 1)
        let step = talker.encoder.packetSamples
        let sound = tone(1_000, rate: talker.encoder.sampleRateHz, count: 40 * step)
        var level = 0
        for number in 0..<40 {
            var payload = talker.packet(Array(sound[number * step..<(number + 1) * step])).payload
            if number >= 20 {
                var typed = payload.mutableSpan
                var bytes = typed.mutableBytes
                let length = SilentPayload.replace(&bytes, of: format.codec)
                payload = Array(payload.prefix(try #require(length)))
            }
            var samples = [Int16](repeating: 0, count: decoder.samplesMax)
            var room = samples.mutableSpan
            let count = try decoder.decode(payload.span.bytes, into: &room)
            #expect(count == decoder.sampleRateHz / 50)
            level = AudioLevel.decibelsOverload(samples.span.extracting(..<count))
            if number == 19 { #expect(level > -20) }
            if number >= 25 { #expect(level < -60, "packet \(number)") }
        }
    }

    @Test("What is no audio has no silence")
    func others() {
        var payload: [UInt8] = [1, 2, 3, 4]
        var typed = payload.mutableSpan
        var bytes = typed.mutableBytes
        let event = SilentPayload.replace(&bytes, of: .telephoneEvent(clockRateHz: 8_000))
        let noise = SilentPayload.replace(&bytes, of: .comfortNoise(clockRateHz: 8_000))
        #expect(event == nil && noise == nil)
    }
}

@Suite("Tones of keys in packets (ITU-T Q.24)")
struct ToneReceiverTests {
    @Test("Each key is found once, with its length", arguments: formats)
    func finds(format: AudioFormat) throws {
        var talker = try Talker(format, sourceRateHz: format.codec.sampleRateHz)
        let rate = talker.encoder.sampleRateHz
        var generator = try DTMFGenerator(sampleRateHz: rate)
        var receiver = try ToneReceiver(format.codec)
        var found: [ToneReceiver.Tone] = []
        for digit in [DTMFDigit.four, .pound, .zero] {
            generator.begin(digit, durationMilliseconds: 120, pauseMilliseconds: 100)
            for _ in 0..<11 {
                var samples = [Int16](repeating: 0, count: talker.encoder.packetSamples)
                var room = samples.mutableSpan
                generator.generate(into: &room)
                let packet = talker.packet(samples)
                receiver.receive(packet.payload.span.bytes) { found.append($0) }
            }
        }
        #expect(found.map(\.code) == [4, 11, 0])
        for tone in found {
            #expect(abs(tone.durationMilliseconds - 120) <= 25)
            #expect(abs(tone.levelDBm0 + 10) <= 3)
        }
    }

    @Test("There is none for a rate at which no tones are found")
    func rates() {
        #expect(throws: TranscoderError.self) {
            _ = try ToneReceiver(.l16(sampleRateHz: 44_100, channels: 1))
        }
    }
}
