import BatonBase
import BatonRTP
import BatonTestKit
import Testing

@Suite("Fuzzers' inputs (RTP, RTCP)")
struct FuzzReplayTests {
    private func inputs(_ folder: String) throws -> [[UInt8]] {
        try RepositoryFiles.contents(of: "tools/fuzz/\(folder)").map(\.bytes)
    }

    @Test(
        "the corpora and every input that once failed pass", arguments: ["corpus", "regressions"])
    func replays(folder: String) throws {
        let packets = try inputs("\(folder)/RTP")
        let reports = try inputs("\(folder)/RTCP")
        #expect(!packets.isEmpty && !reports.isEmpty)
        for input in packets { fuzzRTP(input) }
        for input in reports { fuzzRTCP(input) }
    }

    @Test("the corpora hold every golden vector")
    func corporaAreComplete() throws {
        let inputs =
            try inputs("corpus/RTP") + inputs("corpus/RTCP")
        for name in try vectors.names("hex") {
            let bytes = try vectors.hex(name)
            #expect(inputs.contains(bytes), "\(name)")
        }
    }

    @Test("every vector survives every change of one byte", arguments: try vectors.names("hex"))
    func survivesOneByte(name: String) throws {
        var bytes = try vectors.hex(name)
        for offset in bytes.indices {
            let original = bytes[offset]
            for value in [0x00, 0x01, 0x7f, 0x80, 0xff, original ^ 0x20] as [UInt8] {
                bytes[offset] = value
                fuzzRTP(bytes)
                fuzzRTCP(bytes)
            }
            bytes[offset] = original
        }
    }

    @Test("random bytes with an RTP or RTCP look are survived", arguments: 1...20)
    func survivesRandomBytes(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        for _ in 0..<500 {
            var bytes = (0..<Int.random(in: 0...100, using: &random)).map { _ in
                UInt8.random(in: 0 ... .max, using: &random)
            }
            fuzzRTP(bytes)
            guard bytes.count >= 4 else { continue }
            bytes[0] = 0x80 | bytes[0] & 0x3f
            fuzzRTP(bytes)
            bytes[1] = 200 + bytes[1] % 8
            bytes[2] = 0
            bytes[3] = UInt8(max(bytes.count / 4 - 1, 0))
            fuzzRTCP(Array(bytes.prefix(bytes.count & ~3)))
        }
    }
}
