import BatonBase
import BatonTestKit
import Testing

@testable import BatonCrypto

@Suite("Fuzzer's inputs (SRTP)")
struct SRTPFuzzReplayTests {
    @Test(
        "the corpus and every input that once failed pass", arguments: ["corpus", "regressions"])
    func replays(folder: String) throws {
        let inputs = try RepositoryFiles.contents(of: "tools/fuzz/\(folder)/SRTP").map(\.bytes)
        #expect(!inputs.isEmpty || folder == "regressions")
        for input in inputs { fuzzSRTP(input) }
    }

    @Test("every vector passes under several choices of keys", arguments: try SRTPVector.all())
    func vectorsPass(_ vector: SRTPVector) throws {
        let packet = try vector.protectedBytes()
        // Steps of 9 go through the profiles and the other choices at once.
        for choice in stride(from: 0, to: 128, by: 9) { fuzzSRTP([UInt8(choice)] + packet) }
    }

    @Test("random bytes that look like RTP or RTCP pass", arguments: 1...10)
    func randomBytesPass(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        for _ in 0..<500 {
            var bytes = (0..<Int.random(in: 0...120, using: &random)).map { _ in
                UInt8.random(in: 0 ... .max, using: &random)
            }
            fuzzSRTP(bytes)
            guard bytes.count > 1 else { continue }
            bytes[1] = bytes[1] & 0x3f | 0x80
            fuzzSRTP(bytes)
        }
    }
}
