import BatonBase
import BatonTestKit
import Testing

@testable import BatonSDP

@Suite("Attributes under generated, broken and recorded input (N12, N19, N20)")
struct FuzzSDPAttributesTests {
    private static let words = [
        "1", "2", "inline:AAAA", "inline:AAAA|2^20|1:4;", ";", "|", "typ", "host", "raddr", "rport",
        "tcptype", "so", "udp", "2130706431", "192.0.2.1", "::", "sha-1", "AB:CD", "96", "*",
        "nack",
        "send", "recv", "a,~b;c", "0-15,66", "a=1;b", "1/sendonly", "urn:x", "KDR=3", "-x",
        "\r\na=mid:1\r\n",
        "a=ice-ufrag:abcd\n", "m=audio 9 x 0\n", "a=candidate:1 1 UDP 5 a 9 typ host\n", "=",
        "\u{e9}", "",
    ]

    @Test("what was read is the same after it was written", arguments: 1...400)
    func generated(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let text = (0..<Int.random(in: 0...14, using: &random)).map { _ in
            Self.words.randomElement(using: &random) ?? ""
        }
        fuzzSDPAttributes(Array(text.joined(separator: " ").utf8))
        fuzzSDPAttributes((0..<40).map { _ in UInt8.random(in: 0...255, using: &random) })
    }

    @Test("changed, cut and doubled bytes of real values never trap", arguments: 1...60)
    func mutated(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        for file in try RepositoryFiles.contents(of: "tools/fuzz/corpus/SDPAttributes") {
            var bytes = file.bytes
            for _ in 0..<Int.random(in: 1...4, using: &random) where !bytes.isEmpty {
                let index = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: bytes[index] = UInt8.random(in: 0...255, using: &random)
                case 1: bytes.removeSubrange(index..<min(index + 5, bytes.count))
                case 2: bytes.insert(contentsOf: bytes.prefix(index).suffix(12), at: index)
                default:
                    bytes[index] = Array(" ;:|=,/-~".utf8).randomElement(using: &random) ?? 0
                }
            }
            fuzzSDPAttributes(bytes)
        }
    }

    @Test(
        "the seeds of the fuzzer and every input that once broke it pass",
        arguments: [("corpus", 15), ("regressions", 0)])
    func recorded(folder: String, countMin: Int) throws {
        let files = try RepositoryFiles.contents(of: "tools/fuzz/\(folder)/SDPAttributes")
        #expect(files.count >= countMin)
        for file in files { fuzzSDPAttributes(file.bytes) }
    }
}
