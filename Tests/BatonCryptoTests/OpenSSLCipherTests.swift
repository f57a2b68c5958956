import BatonBase
import CSRTP
import Testing

@testable import BatonCrypto

/// One of the plugged ciphers on its own, called in libsrtp2's order.
private final class CipherProbe {
    private var cipher: UnsafeMutablePointer<srtp_cipher_t>?
    private let tagBytes: Int

    init(_ type: OpenSSLCipherType, key: [UInt8], tagBytes: Int = 0) throws {
        self.tagBytes = tagBytes
        var status = srtp_cipher_type_alloc(
            type.type, &cipher, Int32(key.count), Int32(tagBytes))
        try #require(status == srtp_err_status_ok)
        status = srtp_cipher_init(cipher, key)
        try #require(status == srtp_err_status_ok)
    }

    deinit { srtp_cipher_dealloc(cipher) }

    private func start(
        _ iv: [UInt8], _ authenticatedData: [[UInt8]], _ direction: srtp_cipher_direction_t
    ) throws {
        var iv = iv
        let status = srtp_cipher_set_iv(cipher, &iv, Int32(direction.rawValue))
        try #require(status == srtp_err_status_ok)
        for part in authenticatedData {
            let status = srtp_cipher_set_aad(cipher, part, UInt32(part.count))
            try #require(status == srtp_err_status_ok)
        }
    }

    /// The ciphertext, and for GCM the tag behind it.
    func encrypt(
        iv: [UInt8], authenticatedData: [[UInt8]] = [], _ plaintext: [UInt8]
    ) throws -> [UInt8] {
        try start(iv, authenticatedData, srtp_direction_encrypt)
        var bytes = plaintext + [UInt8](repeating: 0, count: tagBytes)
        var count = UInt32(plaintext.count)
        // libsrtp2 passes no address for no bytes.
        var status =
            plaintext.isEmpty
            ? srtp_cipher_encrypt(cipher, nil, &count)
            : srtp_cipher_encrypt(cipher, &bytes, &count)
        try #require(status == srtp_err_status_ok)
        guard tagBytes > 0 else { return bytes }
        var length: UInt32 = 0xffff_ffff
        status = bytes.withUnsafeMutableBufferPointer {
            srtp_cipher_get_tag(cipher, $0.baseAddress.map { $0 + plaintext.count }, &length)
        }
        try #require(status == srtp_err_status_ok && length == tagBytes)
        return bytes
    }

    /// The plaintext, or the status with which the ciphertext was refused.
    func decrypt(
        iv: [UInt8], authenticatedData: [[UInt8]] = [], _ ciphertext: [UInt8]
    ) throws -> Result<[UInt8], SRTPError> {
        try start(iv, authenticatedData, srtp_direction_decrypt)
        var bytes = ciphertext
        var count = UInt32(bytes.count)
        let status = srtp_cipher_decrypt(cipher, &bytes, &count)
        guard status == srtp_err_status_ok else { return .failure(SRTPError(status)) }
        return .success(Array(bytes.prefix(Int(count))))
    }
}

private func hex(_ text: String) throws -> [UInt8] { try #require(Hex.decode(text)) }

@Suite("AES counter mode of OpenSSL in libsrtp2 (RFC 3711 Appendix B, RFC 6188 §7)")
struct OpenSSLCipherCounterModeTests {
    @Test("RFC 3711 B.2: the keystream up to the last blocks of a packet of a mebibyte")
    func keystream() throws {
        let probe = try CipherProbe(
            .counterMode128,
            key: hex("2b7e151628aed2a6abf7158809cf4f3c f0f1f2f3f4f5f6f7f8f9fafbfcfd"))
        let stream = try probe.encrypt(
            iv: [UInt8](repeating: 0, count: 16), [UInt8](repeating: 0, count: 0xff02 * 16))
        let blocks = [
            (0x0000, "e03ead0935c95e80e166b16dd92b4eb4"),
            (0x0001, "d23513162b02d0f72a43a2fe4a5f97ab"),
            (0x0002, "41e95b3bb0a2e8dd477901e4fca894c0"),
            (0xfeff, "ec8cdf7398607cb0f2d21675ea9ea1e4"),
            (0xff00, "362b7c3c6773516318a077d7fc5073ae"),
            (0xff01, "6a2cc3787889374fbeb4c81b17ba6c44"),
        ]
        for (block, expected) in blocks {
            #expect(Hex.encode(stream[block * 16..<block * 16 + 16]) == expected, "\(block)")
        }
    }

    @Test("RFC 6188 7.1: the keystream with a key of 256 bits")
    func keystream256() throws {
        let probe = try CipherProbe(
            .counterMode256,
            key: hex(
                """
                57f82fe3613fd170a85ec93c40b1f092 2ec4cb0dc025b58272147cc438944a98
                f0f1f2f3f4f5f6f7f8f9fafbfcfd
                """))
        let stream = try probe.encrypt(
            iv: [UInt8](repeating: 0, count: 16), [UInt8](repeating: 0, count: 48))
        #expect(
            try stream
                == hex(
                    """
                    92bdd28a93c3f52511c677d08b5515a4 9da71b2378a854f67050756ded165bac
                    63c4868b7096d88421b563b8c94c9a31
                    """))
    }

    /// Keys, salts and what comes of them for the labels 0, 1 and 2: encryption, authentication,
    /// salt.
    private static let derivations: [(OpenSSLCipherType, String, [String])] = [
        (
            .counterMode128, "e1f97a0d3e018be0d64fa32c06de4139 0ec675ad498afeebb6960b3aabe6",
            [
                "c61e7a93744f39ee10734afe3ff7a087", "cebe321f6ff7716b6fd4ab49af256a156d38baa4",
                "30cbbc08863d8c85d49db34a9ae1",
            ]
        ),
        (
            .counterMode256,
            """
            f0f04914b513f2763a1b1fa130f10e29 98f6f6e43e4309d1e622a0e332b9f1b6
            3b04803de51ee7c96423ab5b78d2
            """,
            [
                "5ba1064e30ec51613cad926c5a28ef731ec7fb397f70a960653caf06554cd8c4",
                "fd9c32d39ed5fbb5a9dc96b30818454d1313dc05", "fa31791685ca444a9e07c6c64e93",
            ]
        ),
    ]

    @Test("RFC 3711 B.3, RFC 6188 7.2: key derivation with the cipher as libsrtp2 does it")
    func derivesKeys() throws {
        for (type, master, expected) in Self.derivations {
            let probe = try CipherProbe(type, key: hex(master))
            for (label, key) in expected.enumerated() {
                var iv = [UInt8](repeating: 0, count: 16)
                iv[7] = UInt8(label)
                let count = key.count / 2
                let derived = try probe.encrypt(iv: iv, [UInt8](repeating: 0, count: count))
                #expect(Hex.encode(derived) == key, "\(type.name), label \(label)")
            }
        }
    }

    @Test("a cipher that is given a second key uses it")
    func rekeys() throws {
        let data = OpenSSLCipherTestData.counterMode128
        let other = try CipherProbe(.counterMode128, key: [UInt8](repeating: 7, count: 30))
        #expect(try other.encrypt(iv: data.iv, data.plaintext) != data.ciphertext)
        let probe = try CipherProbe(.counterMode128, key: data.key)
        #expect(try probe.encrypt(iv: data.iv, data.plaintext) == data.ciphertext)
        #expect(try probe.decrypt(iv: data.iv, data.ciphertext).get() == data.plaintext)
    }
}

@Suite("AES-GCM of OpenSSL in libsrtp2 (RFC 7714 §16, §17)")
struct OpenSSLCipherGCMTests {
    /// Session key, IV, authenticated parts, plaintext, ciphertext with tag.
    struct Packet: Sendable, CustomTestStringConvertible {
        var section: String
        var type: OpenSSLCipherType
        var iv: String
        var authenticatedData: [String]
        var plaintext: String
        var ciphertext: String
        var testDescription: String { section }
    }

    private static let rtpHeader = "8040f17b8041f8d35501a0b2"
    private static let gallia =
        "47616c6c696120657374206f6d6e69732064697669736120696e207061727465732074726573"
    private static let report =
        "4e5450314e545032525450200000042a0000e9304c756e61deadbeefdeadbeefdeadbeefdeadbeefdeadbeef"
    private static let reportHeader = "81c8000d4d617273"
    private static let rtpIV = "51753c6580c2726f20718414"
    private static let rtcpIV = "517524055203726f207170bb"

    static let packets: [Packet] = [
        Packet(
            section: "16.1.1", type: .gcm128, iv: rtpIV, authenticatedData: [rtpHeader],
            plaintext: gallia,
            ciphertext: "f24de3a3fb34de6cacba861c9d7e4bcabe633bd50d294e6f42a5f47a51c7d19b36de3adf88"
                + "33899d7f27beb16a9152cf765ee4390cce"),
        Packet(
            section: "16.1.2", type: .gcm128, iv: rtpIV,
            authenticatedData: [rtpHeader + gallia], plaintext: "",
            ciphertext: "22493f82d2bce397e9d79e3b19aa4216"),
        Packet(
            section: "16.2.1", type: .gcm256, iv: rtpIV, authenticatedData: [rtpHeader],
            plaintext: gallia,
            ciphertext: "32b1de78a822fe12ef9f78fa332e33aab18012389a58e2f3b50b2a0276ffae0f1ba63799b8"
                + "7b7aa3db36dfffd6b0f9bb7878d7a76c13"),
        Packet(
            section: "16.2.2", type: .gcm256, iv: rtpIV,
            authenticatedData: [rtpHeader + gallia], plaintext: "",
            ciphertext: "a866d5910f887463067ceefec45215d4"),
        Packet(
            section: "17.1", type: .gcm128, iv: rtcpIV,
            authenticatedData: [reportHeader, "800005d4"], plaintext: report,
            ciphertext: "63e94885dcdab67ca727d7662f6b7e997ff5c0f76c06f32dc676a5f1730d6fda4ce09b4686"
                + "303ded0bb9275bc84aa45896cf4d2fc5abf87245d9eade"),
        Packet(
            section: "17.2", type: .gcm256, iv: rtcpIV,
            authenticatedData: [reportHeader, "800005d4"], plaintext: report,
            ciphertext: "d50ae4d1f5ce5d304ba297e47d470c282c3ece5dbffe0a50a2eaa5c1110555be8415f658c6"
                + "1de0476f1b6fad1d1eb30c4446839f57ff6f6cb26ac3be"),
        Packet(
            section: "17.3", type: .gcm128, iv: rtcpIV,
            authenticatedData: [reportHeader + report, "000005d4"], plaintext: "",
            ciphertext: "841dd9683dd78ec92ae58790125f62b3"),
        Packet(
            section: "17.4", type: .gcm256, iv: rtcpIV,
            authenticatedData: [reportHeader + report, "000005d4"], plaintext: "",
            ciphertext: "91db4afbfeee5a978fab4393ed2615fe"),
    ]

    private func probe(_ packet: Packet) throws -> CipherProbe {
        let salt = [UInt8]("Quid pro quo".utf8)
        let keyBytes = packet.type.name.contains("256") ? 32 : 16
        return try CipherProbe(
            packet.type, key: (0..<UInt8(keyBytes)).map { $0 } + salt, tagBytes: 16)
    }

    @Test("encrypts and decrypts the packet of a section", arguments: packets)
    func vector(_ packet: Packet) throws {
        let probe = try probe(packet)
        let data = try packet.authenticatedData.map(hex)
        let encrypted = try probe.encrypt(
            iv: hex(packet.iv), authenticatedData: data, hex(packet.plaintext))
        #expect(Hex.encode(encrypted) == packet.ciphertext)
        let decrypted = try probe.decrypt(
            iv: hex(packet.iv), authenticatedData: data, hex(packet.ciphertext))
        #expect(try Hex.encode(decrypted.get()) == packet.plaintext)
    }

    @Test(
        "refuses a tag that is wrong in its last bit, and takes the next packet", arguments: packets
    )
    func refusesWrongTag(_ packet: Packet) throws {
        let probe = try probe(packet)
        let data = try packet.authenticatedData.map(hex)
        var forged = try hex(packet.ciphertext)
        forged[forged.count - 1] ^= 1
        let refused = try probe.decrypt(iv: hex(packet.iv), authenticatedData: data, forged)
        #expect(refused == .failure(.authenticationFailed))
        let next = try probe.decrypt(
            iv: hex(packet.iv), authenticatedData: data, hex(packet.ciphertext))
        #expect(try next.get() == hex(packet.plaintext))
    }
}

@Suite("The self tests of libsrtp2")
struct OpenSSLCipherSelfTestTests {
    @Test("find a cipher whose vector does not come out", arguments: OpenSSLCipherType.all)
    func findsWrongCipher(_ type: OpenSSLCipherType) throws {
        let test = try #require(type.type?.pointee.test_data)
        #expect(srtp_cipher_type_test(type.type, test) == srtp_err_status_ok)
        var wrong = test.pointee
        var ciphertext = Array(
            UnsafeBufferPointer(start: wrong.ciphertext, count: Int(wrong.ciphertext_length_octets))
        )
        ciphertext[ciphertext.count - 1] ^= 1
        ciphertext.withUnsafeBufferPointer {
            wrong.ciphertext = $0.baseAddress
            #expect(srtp_cipher_type_test(type.type, &wrong) == srtp_err_status_algo_fail)
        }
    }

    @Test("find an HMAC whose vector does not come out")
    func findsWrongHMAC() throws {
        let type = OpenSSLCipherHMAC.type
        let test = try #require(type?.pointee.test_data)
        #expect(srtp_auth_type_test(type, test) == srtp_err_status_ok)
        var wrong = test.pointee
        var tag = Array(UnsafeBufferPointer(start: wrong.tag, count: Int(wrong.tag_length_octets)))
        tag[0] ^= 0x80
        tag.withUnsafeBufferPointer {
            wrong.tag = $0.baseAddress
            #expect(srtp_auth_type_test(type, &wrong) == srtp_err_status_algo_fail)
        }
    }
}
