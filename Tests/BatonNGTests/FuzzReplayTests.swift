import BatonNG
import BatonTestKit
import Testing

@Suite("Fuzz corpora and regressions (N1, N2)")
struct FuzzReplayTests {
    @Test(
        "N1: every file of the corpora and every crash of the past runs through",
        arguments: [
            ("Bencode", fuzzBencode), ("NGJSON", fuzzNGJSON), ("NGRequest", fuzzNGRequest),
        ] as [(String, @Sendable ([UInt8]) -> Void)])
    func replays(name: String, fuzz: @Sendable ([UInt8]) -> Void) throws {
        let corpus = try RepositoryFiles.contents(of: "tools/fuzz/corpus/\(name)")
        #expect(!corpus.isEmpty)
        let regressions = try RepositoryFiles.contents(of: "tools/fuzz/regressions/\(name)")
        for file in corpus + regressions { fuzz(file.bytes) }
    }

    @Test(
        "N1: bytes changed at random in real messages harm nothing",
        arguments: 0..<40 as Range<UInt64>)
    func mutations(seed: UInt64) throws {
        var random = RandomDocument(seed: seed, permitsAnyBytes: true)
        let names = [
            "kamailio-offer-many", "opensips-nested", "jambonz-offer", "kamailio-rtpp-flags",
        ]
        var bytes = try Vectors.bytes(names[random.number(below: names.count)])
        for _ in 0..<random.number(below: 8) {
            bytes[random.number(below: bytes.count)] = UInt8(random.number(below: 256))
        }
        fuzzNGRequest(bytes)
        let document = Array(bytes.drop { $0 != 0x20 }.dropFirst())
        fuzzBencode(document)
        fuzzNGJSON(document)
    }
}
