internal import CSRTP

extension SRTPProtectionProfile {
    /// Authentication is part of the cipher (RFC 7714).
    public var isGCM: Bool { self == .aes128GCM || self == .aes256GCM }

    /// The length of the tag of an RTP packet in bytes (RFC 3711 §5.2, RFC 4568 §6.2,
    /// RFC 7714 §13).
    public var rtpTagBytes: Int {
        switch self {
        case .aes128CMSHA1Tag80, .aes256CMSHA1Tag80: 10
        case .aes128CMSHA1Tag32, .aes256CMSHA1Tag32: 4
        case .aes128GCM, .aes256GCM: 16
        }
    }

    /// The length of the tag of an RTCP packet in bytes, which is never cut to 32 bits
    /// (RFC 4568 §6.2.2).
    public var rtcpTagBytes: Int { isGCM ? 16 : 10 }

    /// libsrtp2's number of the cipher.
    private var cipherType: Int32 {
        switch self {
        case .aes128CMSHA1Tag80, .aes128CMSHA1Tag32: SRTP_AES_ICM_128
        case .aes256CMSHA1Tag80, .aes256CMSHA1Tag32: SRTP_AES_ICM_256
        case .aes128GCM: SRTP_AES_GCM_128
        case .aes256GCM: SRTP_AES_GCM_256
        }
    }

    /// libsrtp2's policy for packets with a tag of `tagBytes`, where what is set in the parameters
    /// is left out.
    func policy(
        tagBytes: Int, encrypts: Bool, authenticates: Bool
    ) -> srtp_crypto_policy_t {
        let confidentiality = encrypts ? sec_serv_conf.rawValue : 0
        let authentication = authenticates ? sec_serv_auth.rawValue : 0
        let usesHMAC = authenticates && !isGCM
        return srtp_crypto_policy_t(
            cipher_type: srtp_cipher_type_id_t(cipherType),
            cipher_key_len: Int32(masterKeyBytes + masterSaltBytes),
            auth_type: srtp_auth_type_id_t(usesHMAC ? SRTP_HMAC_SHA1 : SRTP_NULL_AUTH),
            auth_key_len: usesHMAC ? 20 : 0, auth_tag_len: authenticates ? Int32(tagBytes) : 0,
            sec_serv: srtp_sec_serv_t(rawValue: confidentiality | authentication))
    }
}
