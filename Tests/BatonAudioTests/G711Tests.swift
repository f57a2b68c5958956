import BatonAudio
import Testing

/// ITU-T G.191's way to the same values: loops over segments instead of shifts by their number.
private enum Reference {
    static func compressMu(_ sample: Int) -> UInt8 {
        let magnitude = min((sample < 0 ? ~sample : sample) >> 2 + 33, 0x1fff)
        var (rest, segment) = (magnitude >> 6, 1)
        while rest != 0 {
            segment += 1
            rest >>= 1
        }
        let bits = (8 - segment) << 4 | (15 - (magnitude >> segment & 15))
        return UInt8(sample < 0 ? bits : bits | 0x80)
    }

    static func expandMu(_ octet: UInt8) -> Int {
        let (exponent, mantissa) = (Int(~octet >> 4 & 7), Int(~octet & 15))
        let step = 4 << (exponent + 1)
        let magnitude = 0x80 << exponent + step * mantissa + step / 2 - 4 * 33
        return octet < 0x80 ? -magnitude : magnitude
    }

    static func compressA(_ sample: Int) -> UInt8 {
        var bits = (sample < 0 ? ~sample : sample) >> 4
        if bits > 15 {
            var exponent = 1
            while bits > 31 {
                bits >>= 1
                exponent += 1
            }
            bits = bits - 16 + exponent << 4
        }
        return UInt8(sample < 0 ? bits : bits | 0x80) ^ 0x55
    }

    static func expandA(_ octet: UInt8) -> Int {
        let bits = octet ^ 0x55
        let exponent = Int(bits >> 4 & 7)
        var magnitude = (Int(bits & 15) + (exponent > 0 ? 16 : 0)) << 4 + 8
        if exponent > 1 { magnitude <<= exponent - 1 }
        return octet < 0x80 ? -magnitude : magnitude
    }
}

@Suite("G.711")
struct G711Tests {
    private let mu = G711Codec(.mu)
    private let a = G711Codec(.a)

    @Test("all 256 octets expand as ITU-T G.191 says")
    func expansion() {
        for octet in UInt8.min...UInt8.max {
            #expect(Int(mu.decode(octet)) == Reference.expandMu(octet), "µ-law \(octet)")
            #expect(Int(a.decode(octet)) == Reference.expandA(octet), "A-law \(octet)")
        }
    }

    @Test("all 65,536 samples compress as ITU-T G.191 says")
    func compression() {
        var differences = 0
        for sample in Int16.min...Int16.max {
            if mu.encode(sample) != Reference.compressMu(Int(sample)) { differences += 1 }
            if a.encode(sample) != Reference.compressA(Int(sample)) { differences += 1 }
        }
        #expect(differences == 0)
    }

    @Test(
        "packets of all 65,536 samples compress as each of them does",
        arguments: G711Law.allCases)
    func packetCompression(law: G711Law) {
        let samples = Array(Int16.min...Int16.max)
        var octets = [UInt8](repeating: 0, count: samples.count)
        var span = octets.mutableSpan
        let codec = G711Codec(law)
        codec.encode(samples.span, into: &span)
        #expect(octets == samples.map { codec.encode($0) })
    }

    /// Rows of G.711's tables 1a and 2a, as uniform values of 16 bits.
    @Test("the standard's tables: greatest values, smallest values and zeros")
    func landmarks() {
        #expect(mu.decode(0x80) == 32_124)
        #expect(mu.decode(0x00) == -32_124)
        #expect(mu.decode(0xff) == 0)
        #expect(mu.decode(0x7f) == 0)
        #expect(a.decode(0xaa) == 32_256)
        #expect(a.decode(0x2a) == -32_256)
        #expect(a.decode(0xd5) == 8)
        #expect(a.decode(0x55) == -8)
        #expect(mu.encode(0) == G711Law.mu.silence)
        #expect(a.encode(0) == G711Law.a.silence)
    }

    @Test("what was expanded compresses to the same octet again")
    func roundTrip() {
        for octet in UInt8.min...UInt8.max {
            // µ-law's two zeros become the positive one.
            #expect(mu.encode(mu.decode(octet)) == (octet == 0x7f ? 0xff : octet))
            #expect(a.encode(a.decode(octet)) == octet)
        }
    }

    @Test("whole packets convert like their samples")
    func spans() {
        let octets = (0...255).map { UInt8($0) }
        var samples = [Int16](repeating: 0, count: 256)
        var span = samples.mutableSpan
        a.decode(octets.span, into: &span)
        #expect(samples == octets.map(a.decode))
        var again = [UInt8](repeating: 0, count: 256)
        var encoded = again.mutableSpan
        a.encode(samples.span, into: &encoded)
        #expect(again == octets)
    }
}
