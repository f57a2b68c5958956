import BatonRTP
import BatonTranscode
import Testing

@Suite("Two channels")
struct StereoTests {
    private let cd = AudioFormat(
        .l16(sampleRateHz: 44_100, channels: 2), payloadType: 10, packetTime: .milliseconds(5))
    private let studio = AudioFormat(
        .l16(sampleRateHz: 48_000, channels: 2), payloadType: 97, packetTime: .milliseconds(5))

    /// Left and right, of what comes out after `formats` when two tones go in.
    private func heard(_ formats: [AudioFormat]) throws -> (left: [Int16], right: [Int16]) {
        var talker = try Talker(formats[0], channels: 2)
        let (left, right) = (
            tone(500, rate: 44_100, count: 44_100), tone(900, rate: 44_100, count: 44_100)
        )
        var packets = (0..<200).map { index in
            let range = index * 220..<(index + 1) * 220
            return talker.packet(zip(left[range], right[range]).flatMap { [$0, $1] })
        }
        for (input, output) in zip(formats, formats.dropFirst()) {
            let bench = try Bench(from: input, to: output)
            for packet in packets { bench.receive(packet) }
            bench.finish()
            packets = bench.sent
        }
        let bytes = packets.flatMap(\.payload)
        let samples = stride(from: 0, to: bytes.count - 1, by: 2).map {
            Int16(bitPattern: UInt16(bytes[$0]) << 8 | UInt16(bytes[$0 + 1]))
        }
        return (
            stride(from: 0, to: samples.count - 1, by: 2).map { samples[$0] },
            stride(from: 1, to: samples.count, by: 2).map { samples[$0] }
        )
    }

    @Test("stay apart, through a resampler and through Opus that is asked for stereo")
    func stayApart() throws {
        var parameters = OpusParameters()
        parameters.prefersStereo = true
        parameters.sendsStereo = true
        let opus = AudioFormat(.opus, payloadType: 96, opus: parameters)
        for formats in [[cd, studio], [cd, opus, studio]] {
            let (left, right) = try heard(formats)
            #expect(abs(left.count - 47_890) < 1_500)
            let middle = 12_000..<36_000
            #expect(amplitude(left[middle], hertz: 500, rate: 48_000) > 7_000)
            #expect(amplitude(right[middle], hertz: 900, rate: 48_000) > 7_000)
            #expect(amplitude(left[middle], hertz: 900, rate: 48_000) < 300)
            #expect(amplitude(right[middle], hertz: 500, rate: 48_000) < 300)
        }
    }

    @Test("become their mean where the receiver has one")
    func downmix() throws {
        let mono = AudioFormat(.l16(sampleRateHz: 44_100, channels: 1), payloadType: 11)
        let (first, second) = try heard([cd, mono])
        // Every second sample each: the same signal at half the rate.
        #expect(abs(amplitude(first[3_000..<12_000], hertz: 500, rate: 22_050) - 4_000) < 200)
        #expect(abs(amplitude(second[3_000..<12_000], hertz: 900, rate: 22_050) - 4_000) < 200)
    }
}
