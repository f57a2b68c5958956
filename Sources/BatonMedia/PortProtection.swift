public import BatonCrypto

/// How what passes a port is protected (RFC 3711).
public enum PortProtection: Hashable, Sendable {
    /// Packets pass as they are: plain, or protected by keys that only the parties have.
    case none
    /// By keys of our own. A direction without keys lets nothing pass.
    case keys(inbound: SRTPKeys?, outbound: SRTPKeys?)
    /// By the keys of another port of this worker: an RTCP port, whose packets are protected under
    /// one index with those that would come multiplexed.
    case keysOf(PortSlot)
    /// By keys from a DTLS handshake on the port itself (RFC 5764).
    case dtls(DTLSParameters)
}

/// What a media worker needs for a port's DTLS association (RFC 5763, RFC 8842).
public struct DTLSParameters: Hashable, Sendable {
    /// Who begins the handshake.
    public enum Role: UInt8, Hashable, Sendable {
        /// We do.
        case active
        /// The peer does.
        case passive
    }

    /// Who begins the handshake.
    public var role: Role
    /// What the peer's certificate must match; empty before the peer has said: the handshake may
    /// begin, but no media passes.
    public var fingerprints: [CertificateFingerprint]
    /// Counts up whenever there is to be a new association.
    public var generation: UInt32
    /// Which of our certificates the peer was shown the fingerprint of.
    public var certificateNumber: UInt32

    /// An association with a peer of these fingerprints.
    public init(
        role: Role, fingerprints: [CertificateFingerprint], generation: UInt32,
        certificateNumber: UInt32 = 0
    ) {
        self.role = role
        self.fingerprints = fingerprints
        self.generation = generation
        self.certificateNumber = certificateNumber
    }
}
