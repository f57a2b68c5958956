/// The crypto suites of SRTP that have a name in SDP (RFC 4568 §6.2, RFC 6188 §4, RFC 7714 §14.2).
public enum SRTPCryptoSuite: String, Hashable, Sendable, CaseIterable {
    /// AES-128 in counter mode, HMAC-SHA1 cut to 80 bits.
    case aes128CMHMACSHA1With80Bits = "AES_CM_128_HMAC_SHA1_80"
    /// AES-128 in counter mode, HMAC-SHA1 cut to 32 bits (80 for SRTCP).
    case aes128CMHMACSHA1With32Bits = "AES_CM_128_HMAC_SHA1_32"
    /// AES-128 in f8 mode, HMAC-SHA1 cut to 80 bits.
    case f8With128HMACSHA1With80Bits = "F8_128_HMAC_SHA1_80"
    /// AES-192 in counter mode, HMAC-SHA1 cut to 80 bits.
    case aes192CMHMACSHA1With80Bits = "AES_192_CM_HMAC_SHA1_80"
    /// AES-192 in counter mode, HMAC-SHA1 cut to 32 bits (80 for SRTCP).
    case aes192CMHMACSHA1With32Bits = "AES_192_CM_HMAC_SHA1_32"
    /// AES-256 in counter mode, HMAC-SHA1 cut to 80 bits.
    case aes256CMHMACSHA1With80Bits = "AES_256_CM_HMAC_SHA1_80"
    /// AES-256 in counter mode, HMAC-SHA1 cut to 32 bits (80 for SRTCP).
    case aes256CMHMACSHA1With32Bits = "AES_256_CM_HMAC_SHA1_32"
    /// AES-128 in Galois/counter mode.
    case aeadAES128GCM = "AEAD_AES_128_GCM"
    /// AES-256 in Galois/counter mode.
    case aeadAES256GCM = "AEAD_AES_256_GCM"

    /// The suite with this name, in any case; `nil` when it is none of these.
    ///
    /// `AES_256_CM_80` and the like, which older phones write, are not names of suites.
    public init?(name: some StringProtocol) {
        let bytes = ArraySlice(name.utf8)
        let match = Self.allCases.first { SDPText.equalIgnoringCase(bytes, $0.rawValue) }
        guard let match else { return nil }
        self = match
    }

    /// The length of the master key in bytes.
    public var masterKeyBytes: Int {
        switch self {
        case .aes128CMHMACSHA1With80Bits, .aes128CMHMACSHA1With32Bits,
            .f8With128HMACSHA1With80Bits, .aeadAES128GCM:
            16
        case .aes192CMHMACSHA1With80Bits, .aes192CMHMACSHA1With32Bits: 24
        case .aes256CMHMACSHA1With80Bits, .aes256CMHMACSHA1With32Bits, .aeadAES256GCM: 32
        }
    }

    /// The length of the master salt in bytes: 14, for GCM 12 (RFC 7714 §12).
    public var masterSaltBytes: Int {
        switch self {
        case .aeadAES128GCM, .aeadAES256GCM: 12
        default: 14
        }
    }
}
