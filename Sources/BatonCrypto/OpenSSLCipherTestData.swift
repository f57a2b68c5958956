internal import BatonBase
internal import CSRTP

/// The vector that a plugged type brings along: libsrtp2 runs it, and its own, before it takes the
/// type.
struct OpenSSLCipherTestData: Sendable {
    /// The key, with the salt behind it that libsrtp2 counts to it.
    var key: [UInt8]
    /// The IV: 16 bytes for counter mode, 12 for GCM.
    var iv: [UInt8]
    /// What is authenticated and not encrypted.
    var authenticatedData: [UInt8] = []
    /// What is encrypted.
    var plaintext: [UInt8]
    /// What comes of it, with the tag behind it.
    var ciphertext: [UInt8]
    /// The length of the tag.
    var tagBytes = 0

    /// RFC 3711 Appendix B.2: the first three blocks of keystream.
    static let counterMode128 = OpenSSLCipherTestData(
        key: hex("2b7e151628aed2a6abf7158809cf4f3c f0f1f2f3f4f5f6f7f8f9fafbfcfd"),
        iv: [UInt8](repeating: 0, count: 16), plaintext: [UInt8](repeating: 0, count: 48),
        ciphertext: hex(
            """
            e03ead0935c95e80e166b16dd92b4eb4 d23513162b02d0f72a43a2fe4a5f97ab
            41e95b3bb0a2e8dd477901e4fca894c0
            """))

    /// RFC 6188 §7.1: the first three blocks of keystream.
    static let counterMode256 = OpenSSLCipherTestData(
        key: hex(
            """
            57f82fe3613fd170a85ec93c40b1f092 2ec4cb0dc025b58272147cc438944a98
            f0f1f2f3f4f5f6f7f8f9fafbfcfd
            """),
        iv: [UInt8](repeating: 0, count: 16), plaintext: [UInt8](repeating: 0, count: 48),
        ciphertext: hex(
            """
            92bdd28a93c3f52511c677d08b5515a4 9da71b2378a854f67050756ded165bac
            63c4868b7096d88421b563b8c94c9a31
            """))

    /// RFC 7714 §16.1.1: a packet's header and payload.
    static let gcm128 = OpenSSLCipherTestData(
        key: hex("000102030405060708090a0b0c0d0e0f 517569642070726f2071756f"),
        iv: hex("51753c6580c2726f20718414"), authenticatedData: hex("8040f17b8041f8d35501a0b2"),
        plaintext: gallia,
        ciphertext: hex(
            """
            f24de3a3fb34de6cacba861c9d7e4bcabe633bd50d294e6f42a5f47a51c7d19b36de3adf8833
            899d7f27beb16a9152cf765ee4390cce
            """),
        tagBytes: 16)

    /// RFC 7714 §16.2.1: a packet's header and payload.
    static let gcm256 = OpenSSLCipherTestData(
        key: hex(
            """
            000102030405060708090a0b0c0d0e0f 101112131415161718191a1b1c1d1e1f
            517569642070726f2071756f
            """),
        iv: hex("51753c6580c2726f20718414"), authenticatedData: hex("8040f17b8041f8d35501a0b2"),
        plaintext: gallia,
        ciphertext: hex(
            """
            32b1de78a822fe12ef9f78fa332e33aab18012389a58e2f3b50b2a0276ffae0f1ba63799b87b
            7aa3db36dfffd6b0f9bb7878d7a76c13
            """),
        tagBytes: 16)

    /// The payload of RFC 7714's packets.
    private static let gallia = [UInt8]("Gallia est omnis divisa in partes tres".utf8)

    /// The bytes that are written here in hexadecimal; none when a digit is wrong, which the self
    /// test then finds.
    private static func hex(_ digits: String) -> [UInt8] { Hex.decode(digits) ?? [] }
}

extension OpenSSLCipherTestData {
    /// The vector in libsrtp2's form, which lasts as long as the process.
    func permanentCipherTestCase() -> UnsafePointer<srtp_cipher_test_case_t> {
        let testCase = UnsafeMutablePointer<srtp_cipher_test_case_t>.allocate(capacity: 1)
        unsafe testCase.initialize(
            to: srtp_cipher_test_case_t(
                key_length_octets: Int32(key.count), key: permanentBytes(key),
                idx: permanentBytes(iv), plaintext_length_octets: UInt32(plaintext.count),
                plaintext: permanentBytes(plaintext),
                ciphertext_length_octets: UInt32(ciphertext.count),
                ciphertext: permanentBytes(ciphertext),
                aad_length_octets: Int32(authenticatedData.count),
                aad: permanentBytes(authenticatedData), tag_length_octets: Int32(tagBytes),
                next_test_case: nil))
        return unsafe UnsafePointer(testCase)
    }

    /// RFC 2202 §3, cases 1 and 3, the ones with a key as long as SRTP's.
    static func permanentHMACTestCases() -> UnsafePointer<srtp_auth_test_case_t> {
        let second = unsafe permanentHMACTestCase(
            key: 0xaa, data: [UInt8](repeating: 0xdd, count: 50),
            tag: hex("125d7342b9ac11cd91a39af48aa17b4f63f175d3"), next: nil)
        return unsafe permanentHMACTestCase(
            key: 0x0b, data: [UInt8]("Hi There".utf8),
            tag: hex("b617318655057264e28bc0b6fb378c8ef146be00"), next: second)
    }

    private static func permanentHMACTestCase(
        key: UInt8, data: [UInt8], tag: [UInt8], next: UnsafePointer<srtp_auth_test_case_t>?
    ) -> UnsafePointer<srtp_auth_test_case_t> {
        let testCase = UnsafeMutablePointer<srtp_auth_test_case_t>.allocate(capacity: 1)
        unsafe testCase.initialize(
            to: srtp_auth_test_case_t(
                key_length_octets: 20, key: permanentBytes([UInt8](repeating: key, count: 20)),
                data_length_octets: Int32(data.count), data: permanentBytes(data),
                tag_length_octets: Int32(tag.count), tag: permanentBytes(tag),
                next_test_case: next))
        return unsafe UnsafePointer(testCase)
    }
}

/// A copy of `bytes` that is never freed.
private func permanentBytes(_ bytes: [UInt8]) -> UnsafeMutablePointer<UInt8> {
    let copy = UnsafeMutablePointer<UInt8>.allocate(capacity: max(bytes.count, 1))
    for (index, byte) in bytes.enumerated() { unsafe (copy + index).initialize(to: byte) }
    return unsafe copy
}

/// A copy of `text`, ended by a zero, that is never freed.
func permanentCString(_ text: String) -> UnsafePointer<CChar> {
    let copy = UnsafeMutablePointer<CChar>.allocate(capacity: text.utf8.count + 1)
    for (index, byte) in text.utf8.enumerated() {
        unsafe (copy + index).initialize(to: CChar(bitPattern: byte))
    }
    unsafe (copy + text.utf8.count).initialize(to: 0)
    return unsafe UnsafePointer(copy)
}
