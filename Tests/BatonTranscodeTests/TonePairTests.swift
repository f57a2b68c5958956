import BatonRTP
import BatonTranscode
import Testing

/// The codecs between which tones are sent.
let pairFormats: [AudioFormat] = [
    AudioFormat(.pcmu, payloadType: 0), AudioFormat(.pcma, payloadType: 8),
    AudioFormat(.g722, payloadType: 9), AudioFormat(.opus, payloadType: 96),
    AudioFormat(
        .l16(sampleRateHz: 44_100, channels: 1), payloadType: 11, packetTime: .milliseconds(10)),
    AudioFormat(.l16(sampleRateHz: 16_000, channels: 1), payloadType: 97),
    AudioFormat(
        .l16(sampleRateHz: 48_000, channels: 2), payloadType: 98, packetTime: .milliseconds(5)),
]

@Suite("A tone through each pair of codecs")
struct TonePairTests {
    @Test(
        "it comes out with its pitch, its loudness and little else", arguments: pairFormats,
        pairFormats)
    func tonePasses(input: AudioFormat, output: AudioFormat) throws {
        let rate = input.codec.sampleRateHz
        var talker = try Talker(input, sourceRateHz: rate, channels: input.codec.channels)
        let channels = talker.encoder.channels
        let hertz = 1_000.0
        let mono = tone(hertz, rate: rate, count: rate)
        let frame = input.codec.clockRateHz == 48_000 && channels == 2 ? rate / 200 : rate / 100
        let bench = try Bench(from: input, to: output)
        let step = input.codec == .opus ? rate / 50 : frame
        for start in stride(from: 0, to: mono.count - step + 1, by: step) {
            var samples = Array(mono[start..<start + step])
            if channels == 2 { samples = samples.flatMap { [$0, $0] } }
            bench.receive(talker.packet(samples))
            bench.wait(Double(step) * 1_000 / Double(rate))
        }
        bench.finish()
        let heard = try Listener(output, sampleRateHz: output.codec.sampleRateHz, bench.sent)
        // A second, but for what is left in filters and what fills the last packet.
        let duration = Double(heard.samples.count) / Double(heard.sampleRateHz)
        #expect(abs(duration - 1) < 0.025)
        let middle = heard.samples[heard.sampleRateHz / 2..<heard.sampleRateHz * 9 / 10]
        let quality = signalToNoise(middle, hertz: hertz, rate: heard.sampleRateHz)
        let loudness = amplitude(middle, hertz: hertz, rate: heard.sampleRateHz)
        let isOpus = input.codec == .opus || output.codec == .opus
        #expect(quality > (isOpus ? 15 : 28), "\(quality) dB")
        #expect(abs(loudness - 8_000) < 900, "\(loudness)")
        #expect(bench.transcoder.counters.packetsOut == UInt64(bench.sent.count))
        for (index, packet) in bench.sent.enumerated() {
            #expect(packet.header.sequenceNumber == 100 + UInt16(index))
        }
        let ticks = zip(bench.sent, bench.sent.dropFirst()).map {
            $1.header.timestamp &- $0.header.timestamp
        }
        #expect(Set(ticks).count == 1)
    }
}
