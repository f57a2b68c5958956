import BatonBase
import BatonCrypto
import BatonTestKit
import Testing

@Suite("Digests and HMAC: FIPS 180-2, RFC 1321, RFC 2202, RFC 4231")
struct DigestTests {
    /// The fields of each line of a vector file.
    private func lines(_ file: String) throws -> [[String]] {
        String(decoding: try digestVectors.bytes(file), as: UTF8.self)
            .split(separator: "\n").filter { !$0.hasPrefix("#") }
            .map { $0.split(separator: " ").map(String.init) }
    }

    @Test("the examples of FIPS 180-2 and RFC 1321 have their digests")
    func digests() throws {
        for fields in try lines("digests.txt") {
            let function = try #require(DigestFunction(fingerprintName: fields[0]))
            let part = fields[2] == "-" ? [] : try #require(Hex.decode(fields[2]))
            let count = try #require(Int(fields[1]))
            let message =
                part.count == 1
                ? [UInt8](repeating: part[0], count: count)
                : Array([[UInt8]](repeating: part, count: count).joined())
            #expect(Hex.encode(Digest.of(message, function)) == fields[3], "\(fields[0])")
        }
    }

    @Test("the function of each name is that function")
    func named() {
        let bytes: [UInt8] = [1, 2, 3]
        let md5 = Digest.md5(bytes.span.bytes)
        let sha1 = Digest.sha1(bytes.span.bytes)
        let sha256 = Digest.sha256(bytes.span.bytes)
        let sha384 = Digest.sha384(bytes.span.bytes)
        let sha512 = Digest.sha512(bytes.span.bytes)
        #expect(md5.indices.map { md5[$0] } == Digest.of(bytes, .md5))
        #expect(sha1.indices.map { sha1[$0] } == Digest.of(bytes, .sha1))
        #expect(sha256.indices.map { sha256[$0] } == Digest.of(bytes, .sha256))
        #expect(sha384.indices.map { sha384[$0] } == Digest.of(bytes, .sha384))
        #expect(sha512.indices.map { sha512[$0] } == Digest.of(bytes, .sha512))
    }

    @Test("the cases of RFC 2202 and RFC 4231 have their codes, with one state for all keys")
    func codes() throws {
        let (sha1, sha256) = (HMACSHA1(), HMACSHA256())
        var count = 0
        for fields in try lines("hmac.txt") {
            let key = try #require(Hex.decode(fields[1]))
            let message = try #require(Hex.decode(fields[2]))
            let code =
                fields[0] == "sha-1"
                ? sha1.code(key: key, message: message) : sha256.code(key: key, message: message)
            #expect(Hex.encode(code).hasPrefix(fields[3]), "\(fields)")
            count += 1
        }
        #expect(count == 14)
    }

    @Test("head and body make one message, wherever it is divided")
    func divided() {
        let authenticator = HMACSHA1()
        let key: [UInt8] = [1, 2, 3]
        let message = [UInt8](0..<100)
        let whole = authenticator.code(key: key, message: message)
        for count in [0, 1, 4, 64, 99, 100] {
            let code = authenticator.code(
                key: key.span.bytes, head: message.span.extracting(..<count).bytes,
                body: message.span.extracting(count...).bytes)
            #expect(code.indices.map { code[$0] } == whole, "\(count)")
        }
    }

    @Test("random bytes have their number and differ")
    func random() {
        #expect(SystemRandom.bytes(0).isEmpty)
        let bytes = SystemRandom.bytes(33)
        #expect(bytes.count == 33 && bytes != SystemRandom.bytes(33))
        #expect(SystemRandom.seed() != SystemRandom.seed())
    }
}
