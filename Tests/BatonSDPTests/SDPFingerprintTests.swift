import BatonBase
import Testing

@testable import BatonSDP

@Suite("Fingerprints and TLS identifiers (RFC 8122, RFC 8842, N19)")
struct SDPFingerprintTests {
    private func fingerprint(_ text: String) -> SDPFingerprint? {
        SDPFingerprint(ArraySlice(text.utf8))
    }

    private static let sha1 = "4A:AD:B9:B1:3F:82:18:3B:54:02:12:DF:3E:5D:49:6B:19:E5:7C:AB"

    @Test("RFC 8122 §5: the hash function and its bytes are read and written")
    func parts() throws {
        let read = try #require(fingerprint("SHA-1 \(Self.sha1)"))
        #expect(read.function == .sha1)
        #expect(read.digest.prefix(3) == [0x4a, 0xad, 0xb9])
        #expect(read.attribute.text == "fingerprint:SHA-1 \(Self.sha1)")
        #expect(fingerprint("sha-1 \(Self.sha1.lowercased())")?.digest == read.digest)
        #expect(
            SDPFingerprint(.sha1, digest: read.digest).attribute.text
                == "fingerprint:sha-1 \(Self.sha1)")
    }

    @Test("an unknown hash function is kept by name; MD5 is told to be of no use")
    func functions() {
        #expect(fingerprint("sha3-256 AB:CD")?.function == nil)
        #expect(fingerprint("sha3-256 AB:CD")?.digest == [0xab, 0xcd])
        #expect(SDPFingerprint.HashFunction.md5.isAllowed == false)
        #expect(SDPFingerprint.HashFunction.sha256.isAllowed)
    }

    @Test(
        "what is no hash is not read",
        arguments: [
            "", "sha-1", "sha-1 ", "sha-256 \(sha1)", "sha-1 \(sha1):00", "x A", "x AB:", "x :AB",
            "x AB:C", "x ABCD", "x AG", "x " + String(repeating: "00:", count: 64) + "00",
        ])
    func refused(text: String) {
        #expect(fingerprint(text) == nil)
    }

    @Test("a section's own fingerprint, role and identifier go before the session's")
    func inheritance() throws {
        var description = try describe(
            "v=0", "a=setup:actpass", "a=fingerprint:sha-1 \(Self.sha1)",
            "a=tls-id:abc3de65cddef001be82", "m=audio 9 UDP/TLS/RTP/SAVP 0",
            "m=audio 9 UDP/TLS/RTP/SAVP 0", "a=setup:passive", "a=fingerprint:x AB",
            "a=fingerprint:y CD")
        #expect(description.setup(of: 0) == .actpass)
        #expect(description.setup(of: 1) == .passive)
        #expect(description.fingerprints(of: 0).map(\.hashName) == ["sha-1"])
        #expect(description.fingerprints(of: 1).map(\.hashName) == ["x", "y"])
        #expect(description.tlsID(of: 1)?.text == "abc3de65cddef001be82")
        #expect(description.setup(of: 9) == .actpass)
        description.media[1].tlsID = nil
        description.tlsID = SDPTLSIdentifier("abc3de65cddef001be83")
        #expect(description.tlsID(of: 1)?.text == "abc3de65cddef001be83")
    }

    @Test("RFC 8842 §4: an identifier has 20 to 255 letters, digits, +, /, - and _")
    func identifiers() {
        #expect(SDPTLSIdentifier(String(repeating: "a", count: 19)) == nil)
        #expect(SDPTLSIdentifier(String(repeating: "-", count: 20)) != nil)
        #expect(SDPTLSIdentifier(String(repeating: "_", count: 255)) != nil)
        #expect(SDPTLSIdentifier(String(repeating: "a", count: 256)) == nil)
        #expect(SDPTLSIdentifier(String(repeating: ".", count: 20)) == nil)
        var random = SplitMix64(seed: 1)
        let one = SDPTLSIdentifier(using: &random)
        #expect(SDPTLSIdentifier(one.text) == one)
        #expect(SDPTLSIdentifier(using: &random) != one)
    }
}
