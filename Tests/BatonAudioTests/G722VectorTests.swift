import BatonAudio
import BatonBase
import BatonTestKit
import Foundation
import Testing

@Suite("G.722 beside another coder")
struct G722VectorTests {
    private let files = VectorFiles(Bundle.module)

    private func samples(_ name: String) throws -> [Int16] {
        let bytes = try files.hex(name)
        return stride(from: 0, to: bytes.count, by: 2).map { index in
            Int16(bitPattern: UInt16(bytes[index]) << 8 | UInt16(bytes[index + 1]))
        }
    }

    private func decoded(_ octets: [UInt8]) -> [Int16] {
        var decoder = G722Decoder()
        var result = [Int16](repeating: 0, count: 2 * octets.count)
        var output = result.mutableSpan
        decoder.decode(octets.span, into: &output)
        return result
    }

    @Test("the same octets decode to the same samples")
    func decoding() throws {
        #expect(decoded(try files.hex("g722-octets")) == (try samples("g722-decoded")))
    }

    @Test("the same samples encode to the same octets")
    func encoding() throws {
        let input = try samples("g722-input")
        var encoder = G722Encoder()
        var octets = [UInt8](repeating: 0, count: input.count / 2)
        var output = octets.mutableSpan
        encoder.encode(input.span, into: &output)
        #expect(octets == (try files.hex("g722-octets")))
    }

    /// The sum (FNV-1a over 16-bit samples) of what ffmpeg 5.1.9 decodes from the same octets.
    @Test("20,000 random octets decode to the same samples: every code after every other")
    func randomOctets() {
        var generator = SplitMix64(seed: 722)
        let octets = (0..<20_000).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
        let sum = decoded(octets).reduce(0xcbf2_9ce4_8422_2325 as UInt64) { sum, sample in
            (sum ^ UInt64(UInt16(bitPattern: sample))) &* 0x100_0000_01b3
        }
        #expect(sum == 0xc54e_7029_8657_2d2f)
    }
}
