import BatonBase
import BatonMediaFile
import BatonTestKit
import Testing

@Suite("Fuzzers' inputs (WAV, Ogg, PCAP)")
struct FuzzReplayTests {
    private typealias Fuzzer = (name: String, suffixes: [String], fuzz: ([UInt8]) -> Void)
    private let fuzzers: [Fuzzer] = [
        ("WAV", ["wav"], fuzzWAV), ("Ogg", ["opus", "ogg"], fuzzOgg), ("PCAP", ["pcap"], fuzzPCAP),
    ]

    @Test(
        "the corpora and every input that once failed pass", arguments: ["corpus", "regressions"])
    func replays(folder: String) throws {
        for (name, _, fuzz) in fuzzers {
            let files = try RepositoryFiles.contents(of: "tools/fuzz/\(folder)/\(name)")
            #expect(!files.isEmpty || folder == "regressions")
            for file in files { fuzz(file.bytes) }
        }
    }

    @Test("every vector survives every change of one byte in its first 100")
    func survivesOneByte() throws {
        for (_, suffixes, fuzz) in fuzzers {
            for suffix in suffixes {
                for name in try vectors.names(suffix) {
                    var bytes = try vectors.bytes("\(name).\(suffix)")
                    for offset in bytes.indices.prefix(100) {
                        let original = bytes[offset]
                        for value in [0xff, original ^ 1] as [UInt8] {
                            bytes[offset] = value
                            fuzz(bytes)
                        }
                        bytes[offset] = original
                    }
                }
            }
        }
    }

    @Test("random bytes behind the start of a file are survived", arguments: 1...20)
    func survivesRandomBytes(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        for (_, suffixes, fuzz) in fuzzers {
            let name = try #require(try vectors.names(suffixes[0]).randomElement(using: &random))
            let file = try vectors.bytes("\(name).\(suffixes[0])")
            for _ in 0..<20 {
                let start = file.prefix(Int.random(in: 0...200, using: &random))
                fuzz(start + randomBytes(Int.random(in: 0...300, using: &random), &random))
            }
        }
    }
}
