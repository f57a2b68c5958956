/// What a handshake agreed on, for display.
public struct DTLSConnection: Equatable, Sendable {
    /// The protocol's version, such as `DTLSv1.2`.
    public let version: String
    /// OpenSSL's name of the cipher suite.
    public let cipher: String
    /// The fingerprint of the certificate that the peer has shown, with SHA-256 or the function
    /// of the peer's SDP. Whether it is the right one is what the association's state says.
    public let peerFingerprint: CertificateFingerprint
    /// The SRTP protection profile.
    public let profile: SRTPProtectionProfile
    /// Whether the keys depend on the whole handshake, RFC 7627.
    public let usesExtendedMasterSecret: Bool
}
