/// A way to protect RTP and RTCP: cipher, authentication and the length of its keys.
///
/// The raw values are those of the DTLS-SRTP registry (RFC 5764 §4.1.2, RFC 7714 §14.2); the two
/// that only SDES knows (RFC 6188) have values of baton's own above 0xff00.
public enum SRTPProtectionProfile: UInt16, Hashable, Sendable, CaseIterable {
    /// AES-CM with 128-bit keys, HMAC-SHA1 cut to 80 bits.
    case aes128CMSHA1Tag80 = 0x0001
    /// AES-CM with 128-bit keys, HMAC-SHA1 cut to 32 bits for RTP and to 80 for RTCP.
    case aes128CMSHA1Tag32 = 0x0002
    /// AES-GCM with 128-bit keys.
    case aes128GCM = 0x0007
    /// AES-GCM with 256-bit keys.
    case aes256GCM = 0x0008
    /// AES-CM with 256-bit keys, HMAC-SHA1 cut to 80 bits.
    case aes256CMSHA1Tag80 = 0xff01
    /// AES-CM with 256-bit keys, HMAC-SHA1 cut to 32 bits for RTP and to 80 for RTCP.
    case aes256CMSHA1Tag32 = 0xff02

    /// The length of the master key in bytes.
    public var masterKeyBytes: Int {
        switch self {
        case .aes128CMSHA1Tag80, .aes128CMSHA1Tag32, .aes128GCM: 16
        case .aes256CMSHA1Tag80, .aes256CMSHA1Tag32, .aes256GCM: 32
        }
    }

    /// The length of the master salt in bytes.
    public var masterSaltBytes: Int {
        switch self {
        case .aes128CMSHA1Tag80, .aes128CMSHA1Tag32, .aes256CMSHA1Tag80, .aes256CMSHA1Tag32: 14
        case .aes128GCM, .aes256GCM: 12
        }
    }
}
