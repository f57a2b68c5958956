import BatonOpus
import Testing

@Suite("Opus encoder and decoder (RFC 6716)")
struct OpusCodecTests {
    @Test("a frame of each rate comes back with its length", arguments: OpusSampleRate.allCases)
    func roundTrip(rate: OpusSampleRate) throws {
        var encoder = try OpusEncoder(OpusEncoderSettings(sampleRate: rate, channels: .mono))
        var decoder = try OpusDecoder(sampleRate: rate, channels: .mono)
        let frame = [Int16](repeating: 100, count: rate.hertz / 50)
        let packet = try encoder.packet(frame)
        let decoded = try decoder.samples(packet)
        #expect(decoded.count == frame.count)
    }
}

extension OpusEncoder {
    /// A packet of `samples`.
    mutating func packet(_ samples: [Int16]) throws -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 1_500)
        var typed = bytes.mutableSpan
        var span = typed.mutableBytes
        let count = try encode(samples.span, into: &span)
        return Array(bytes.prefix(count))
    }
}

extension OpusDecoder {
    /// What `packet` decodes to.
    mutating func samples(_ packet: [UInt8]) throws -> [Int16] {
        var samples = [Int16](repeating: 0, count: sampleRate.hertz * channels.count * 12 / 100)
        var span = samples.mutableSpan
        let count = try decode(packet.span.bytes, into: &span)
        return Array(samples.prefix(count * channels.count))
    }
}
