/// What all associations of a ``DTLSContext`` have in common.
public struct DTLSSettings: Sendable {
    /// The SRTP protection profiles, the most wanted first.
    ///
    /// When baton is passive it takes the first of its own list that the peer offers; when it is
    /// active the peer chooses. AEAD comes first because RFC 8827 §6.5 favours it and because it
    /// costs the relay least; the 128-bit one before the 256-bit one because the handshake's own
    /// strength is 128 bits. `SRTP_AES128_CM_HMAC_SHA1_80` is what every phone and browser has.
    public var profiles: [SRTPProtectionProfile] = [
        .aes128GCM, .aes256GCM, .aes128CMSHA1Tag80, .aes128CMSHA1Tag32,
    ]
    /// The longest datagram to send, in bytes of UDP payload; at least ``leastMTU``.
    public var mtu = 1_200
    /// Whether DTLS 1.0 passes too, for very old phones; otherwise DTLS 1.2 is the least.
    public var allowsDTLS10 = false
    /// Whether a passive association makes the peer show that it receives at its address before
    /// anything is computed (HelloVerifyRequest, RFC 6347 §4.2.1). With ICE it has shown that.
    public var asksForCookie = false
    /// Whether SHA-1 fingerprints identify the peer when it gives no stronger one.
    public var acceptsSHA1Fingerprints = false
    /// The time until a flight is sent again; it doubles each time, up to 60 s (RFC 6347
    /// §4.2.4.1).
    public var retransmissionTime: Duration = .seconds(1)
    /// The time from the first flight that is sent until the handshake is given up.
    public var handshakeTime: Duration = .seconds(30)
    /// How long a connected association keeps OpenSSL's 40 KB, so that it can answer a peer that
    /// missed the handshake's end, and say and hear close_notify; `nil` for its whole life.
    /// RFC 6347 §4.2.4 asks for twice TCP's maximum segment lifetime: 4 minutes.
    public var retentionTime: Duration?
    /// The longest datagram that is looked at, in bytes.
    public var maximumDatagramBytes = 4_096
    /// The longest certificate chain and handshake message of a peer, in bytes.
    public var maximumCertificateBytes = 16_384
    /// How many records of the coming epoch are kept for an association while its handshake runs.
    /// OpenSSL keeps 17 KB for each, and anybody can send them.
    public var maximumRecordsAhead = 8

    /// The least ``mtu``: less does not hold a useful part of a handshake message.
    public static let leastMTU = 256
    /// The longest time between two transmissions of a flight.
    static let longestRetransmissionTime: Duration = .seconds(60)

    /// The usual settings.
    public init() {}
}

extension SRTPProtectionProfile {
    /// OpenSSL's name for the profile; `nil` for the two that DTLS does not know.
    var nameInOpenSSL: String? {
        switch self {
        case .aes128CMSHA1Tag80: "SRTP_AES128_CM_SHA1_80"
        case .aes128CMSHA1Tag32: "SRTP_AES128_CM_SHA1_32"
        case .aes128GCM: "SRTP_AEAD_AES_128_GCM"
        case .aes256GCM: "SRTP_AEAD_AES_256_GCM"
        case .aes256CMSHA1Tag80, .aes256CMSHA1Tag32: nil
        }
    }
}
