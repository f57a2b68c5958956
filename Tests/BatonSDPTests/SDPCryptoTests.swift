import Testing

@testable import BatonSDP

@Suite("SDES keys (RFC 4568, N19)")
struct SDPCryptoTests {
    private func crypto(_ text: String) -> SDPCrypto? { SDPCrypto(ArraySlice(text.utf8)) }

    private static let key = "d0RmdmcmVCspeEc3QGZiNWpVLFJhQX1cfHAwJSoj"

    @Test("RFC 4568 §4.5: one crypto attribute a section")
    func section45() throws {
        let session = try Vectors.description("rfc4568-session")
        let video = try #require(session.media[0].cryptos.first)
        #expect(video.tag == 1)
        #expect(video.suite == .aes128CMHMACSHA1With80Bits)
        #expect(
            String(decoding: video.keys[0].keyAndSalt, as: UTF8.self)
                == "wDfvg&T+)xG7@fb5jU,RaA}\\|p0%*#")
        #expect(video.keys[0].lifetime == .powerOfTwo(exponent: 20))
        #expect(video.keys[0].lifetime?.packets == 1_048_576)
        #expect(video.keys[0].masterKeyIdentifier?.value == 1)
        #expect(video.keys[0].masterKeyIdentifier?.bytes == Array(repeating: 0, count: 31) + [1])
        #expect(session.media[1].cryptos.map(\.suite) == [.aes128CMHMACSHA1With32Bits])
        #expect(session.media[2].cryptos.isEmpty)
    }

    @Test("RFC 4568 §7.1.5: a choice of suites, several keys and a session parameter")
    func section715() throws {
        let offer = try Vectors.description("rfc4568-offer").media[0].cryptos
        #expect(offer.map(\.tag) == [1, 2])
        #expect(offer.map(\.suite) == [.aes128CMHMACSHA1With80Bits, .f8With128HMACSHA1With80Bits])
        #expect(offer.map(\.keys.count) == [1, 2])
        #expect(offer[1].keys.map(\.masterKeyIdentifier?.value) == [1, 2])
        #expect(offer.map(\.parameters) == [[.fecOrder(.fecThenSRTP)], [.fecOrder(.fecThenSRTP)]])
        #expect(!offer[0].hasUnknownMandatoryParameter)
        let answer = try Vectors.description("rfc4568-answer").media[0].cryptos
        #expect(answer.map(\.tag) == [1])
    }

    @Test(
        "what was read is written as it came",
        arguments: [
            "1 AES_CM_128_HMAC_SHA1_80 inline:\(key)|2^20|1:32",
            "1 AES_CM_128_HMAC_SHA1_80 inline:\(key)|1066:4",
            "1 AES_CM_128_HMAC_SHA1_80 inline:\(key)|1048576",
            "999999999 X-OWN inline:\(key)|2^48|1:4;inline:\(key)|2^31|2:4 KDR=24 WSH=128",
            "3 AEAD_AES_128_GCM inline:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGw== UNENCRYPTED_SRTP",
            "1 A inline:\(key) UNENCRYPTED_SRTCP UNAUTHENTICATED_SRTP -FLAG OTHER=1",
            "1 A inline:\(key) FEC_ORDER=SRTP_FEC FEC_KEY=inline:\(key)|2^20|7:1",
        ])
    func written(text: String) throws {
        #expect(try #require(crypto(text)).attribute.value == text)
    }

    @Test("base 64 is read without its padding and written with or without it (pad-crypto)")
    func padding() throws {
        let bare =
            "1 AEAD_AES_256_GCM inline:"
            + "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUmJygpKis"
        let read = try #require(crypto(bare))
        #expect(read.keys[0].keyAndSalt == Array(0..<44))
        #expect(read.attribute(padding: false).value == bare)
        #expect(read.attribute.value == bare + "=")
        #expect(crypto(bare + "=") == read)
    }

    @Test("a suite says how long key and salt are, and a key of another length is none")
    func lengths() throws {
        #expect(
            SRTPCryptoSuite.allCases.map { $0.masterKeyBytes + $0.masterSaltBytes }
                == [30, 30, 30, 38, 38, 46, 46, 28, 44])
        let key = SDPCryptoKey(keyAndSalt: Array(0..<46))
        let parts = try #require(key.split(for: .aes256CMHMACSHA1With80Bits))
        #expect(Array(parts.key) == Array(0..<32) && Array(parts.salt) == Array(32..<46))
        #expect(key.split(for: .aeadAES256GCM) == nil)
        #expect(key.split(for: .aes128CMHMACSHA1With80Bits) == nil)
    }

    @Test("names of suites count in any case; unknown suites stay what they are")
    func suites() {
        #expect(SRTPCryptoSuite(name: "aes_256_cm_hmac_sha1_32") == .aes256CMHMACSHA1With32Bits)
        #expect(SRTPCryptoSuite(name: "AEAD_AES_128_GCM_8") == nil)
        let own = crypto("1 SEED_128_GCM_96 inline:\(Self.key)")
        #expect(own?.suite == nil)
        #expect(own?.suiteName == "SEED_128_GCM_96")
    }

    @Test("§6.3.7: an unknown session parameter forbids its suite unless it starts with a dash")
    func unknownParameters() {
        let other = { (text: String) in crypto("1 A inline:\(Self.key) \(text)") }
        #expect(other("-FOO=1")?.hasUnknownMandatoryParameter == false)
        #expect(other("FOO=1")?.hasUnknownMandatoryParameter == true)
        #expect(other("KDR=25")?.parameters == [.other("KDR=25")])
        #expect(other("KDR=25")?.hasUnknownMandatoryParameter == true)
        #expect(other("WSH=63")?.parameters == [.other("WSH=63")])
        #expect(other("unencrypted_srtp")?.parameters == [.unencryptedSRTP])
    }

    @Test(
        "what cannot be used is not read",
        arguments: [
            "", "1", "1 A", "x A inline:\(key)", "1234567890 A inline:\(key)",
            "1 A \(key)", "1 A clear:\(key)", "1 A inline:", "1 A inline:!!!!", "1 A inline:AAAAA",
            "1 A inline:\(key)|2^64", "1 A inline:\(key)|2^", "1 A inline:\(key)|x",
            "1 A inline:\(key)|1:0", "1 A inline:\(key)|1:129", "1 A inline:\(key)|256:1",
            "1 A inline:\(key)|1:4|2^20", "1 A inline:\(key)|2^20|2^20", "1 A inline:\(key)|",
            "1 A inline:\(key);inline:\(key)", "1 A inline:\(key)|1:1;inline:\(key)|2:2",
        ])
    func refused(text: String) {
        #expect(crypto(text) == nil)
    }

    @Test("keys, session parameters and bytes of a key are limited")
    func limits() {
        let keys = (1...17).map { "inline:\(Self.key)|\($0):1" }
        #expect(crypto("1 A " + keys.dropLast().joined(separator: ";"))?.keys.count == 16)
        #expect(crypto("1 A " + keys.joined(separator: ";")) == nil)
        #expect(crypto("1 A " + keys.joined(separator: "; ")) == nil)
        let parameters = Array(repeating: " -A", count: 33).joined()
        #expect(crypto("1 A inline:\(Self.key)" + parameters) == nil)
        #expect(crypto("1 A inline:\(Self.key)" + parameters.dropLast(3)) != nil)
        #expect(crypto("1 A inline:" + String(repeating: "A", count: 172)) == nil)
        #expect(crypto("1 A inline:" + String(repeating: "A", count: 170)) != nil)
    }

    @Test("an identifier takes the bytes that it says")
    func identifiers() {
        typealias Identifier = SDPCryptoKey.MasterKeyIdentifier
        #expect(Identifier(value: 1066, length: 4)?.bytes == [0, 0, 4, 42])
        #expect(Identifier(value: 255, length: 1)?.bytes == [255])
        #expect(Identifier(value: 256, length: 1) == nil)
        #expect(Identifier(value: .max, length: 8)?.bytes.count == 8)
        #expect(Identifier(value: 0, length: 0) == nil)
    }
}
