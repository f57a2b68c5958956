import BatonBase
import BatonICE
import BatonTestKit
import Testing

@Suite("Hostile STUN (RFC 8489)")
struct FuzzSTUNTests {
    @Test("the corpus and every input that once failed are survived")
    func replays() throws {
        let corpus = try RepositoryFiles.contents(of: "tools/fuzz/corpus/STUN")
        let regressions = try RepositoryFiles.contents(of: "tools/fuzz/regressions/STUN")
        #expect(!corpus.isEmpty)
        for input in corpus + regressions { fuzzSTUN(input.bytes) }
    }

    @Test("bytes changed at random in real messages harm nothing", arguments: 0..<50)
    func mutations(seed: Int) throws {
        var random = SplitMix64(seed: UInt64(seed))
        for input in try RepositoryFiles.contents(of: "tools/fuzz/corpus/STUN") {
            var bytes = input.bytes
            for _ in 0..<Int.random(in: 1...8, using: &random) {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                bytes[place] = UInt8.random(in: 0 ... .max, using: &random)
            }
            fuzzSTUN(bytes)
        }
    }
}
