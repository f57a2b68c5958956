import BatonBase
import BatonTestKit
import Testing

@testable import BatonSDP

@Suite("SDP under generated, broken and recorded input (N12)")
struct FuzzSDPTests {
    /// Bytes of a line's value: mostly plain, some foreign, never one that ends the line.
    private func value(_ random: inout SplitMix64) -> [UInt8] {
        (0..<Int.random(in: 0...40, using: &random)).map { _ in
            let byte = UInt8.random(in: 1...255, using: &random)
            return byte == 0x0a || byte == 0x0d ? 0x20 : byte
        }
    }

    /// Well-formed lines in any order behind `v=0`, with `m=` lines among them.
    private func lines(_ random: inout SplitMix64) -> [[UInt8]] {
        let letters = Array("osiuepcbtrzkaaaaaaXYq".utf8)
        return [Array("v=0".utf8)]
            + (0..<Int.random(in: 0...30, using: &random)).map { _ in
                if Int.random(in: 0..<8, using: &random) == 0 {
                    let port = UInt16.random(in: 0...65_535, using: &random)
                    return Array("m=audio \(port) RTP/AVP ".utf8) + value(&random)
                }
                let letter = letters.randomElement(using: &random) ?? 0x61
                return [letter, UInt8(ascii: "=")] + value(&random)
            }
    }

    @Test("N12: writing what was parsed gives the same lines with CRLF", arguments: 1...200)
    func generated(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let lines = lines(&random)
        let endings: [[UInt8]] = [
            [0x0a], [0x0d, 0x0a], [0x0d], [0x0a, 0x0a], [0x0d, 0x0a, 0x20, 0x0a],
        ]
        let bytes = lines.flatMap { $0 + (endings.randomElement(using: &random) ?? [0x0a]) }
        let description = try SessionDescription(parsing: bytes)
        #expect(description.serialized() == lines.flatMap { $0 + [0x0d, 0x0a] }, "seed \(seed)")
        fuzzSDP(bytes)
    }

    @Test(
        "changed, cut and doubled bytes of real descriptions never trap", arguments: Vectors.names()
    )
    func mutated(name: String) throws {
        let original = try Vectors.bytes(name)
        var random = SplitMix64(seed: 8_866)
        for _ in 0..<60 {
            var bytes = original
            for _ in 0..<Int.random(in: 1...6, using: &random) {
                let index = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: bytes[index] = UInt8.random(in: 0...255, using: &random)
                case 1: bytes.removeSubrange(index..<min(index + 9, bytes.count - 1))
                case 2: bytes.insert(contentsOf: bytes.prefix(index).suffix(12), at: index)
                default:
                    bytes[index] =
                        [0x0a, 0x0d, 0x20, 0x3d, 0x3a, 0x2f, 0].randomElement(using: &random) ?? 0
                }
            }
            fuzzSDP(bytes)
        }
    }

    @Test("a description cut anywhere never traps")
    func cut() throws {
        let bytes = try Vectors.bytes("odd-offer")
        for count in 0...bytes.count { fuzzSDP(Array(bytes.prefix(count))) }
    }

    @Test(
        "the seeds of the fuzzer and every input that once broke it pass",
        arguments: ["corpus", "regressions"])
    func recorded(folder: String) throws {
        let files = try RepositoryFiles.contents(of: "tools/fuzz/\(folder)/SDP")
        #expect(!files.isEmpty)
        for file in files { fuzzSDP(file.bytes) }
    }
}
