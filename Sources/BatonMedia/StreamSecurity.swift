import BatonCrypto
import BatonSDP

/// The protection of one party's line: what was said about it, and what came of that.
struct StreamSecurity: Hashable, Sendable {
    /// Who holds the keys.
    enum Mode: Hashable {
        /// There are none.
        case plain
        /// The parties alone: what they say of keys passes, and so do their packets.
        case passThrough
        /// We do, but it is open how they will be agreed on: an offer with both ways is out.
        case undecided
        /// We do; they stand in the SDP (RFC 4568).
        case keys
        /// We do; they come from a handshake (RFC 5763).
        case dtls
    }

    /// Who holds the keys.
    var mode = Mode.plain
    /// What the party's last description says.
    var described = SecurityDescription()
    /// The lines with our keys that the party was shown last, in an offer or an answer.
    var ownCryptos: [SDPCrypto] = []
    /// The lines with our keys in the last offer to the party: any branch's answer takes one.
    var offeredCryptos: [SDPCrypto] = []
    /// Whether the last offer to the party had a fingerprint.
    var offersHandshake = false
    /// Whether the last offer to the party left it the choice to do without SRTP (RFC 8643).
    var isOptional = false
    /// What opens the party's packets.
    var inbound: SRTPKeys?
    /// What protects packets to the party.
    var outbound: SRTPKeys?
    /// The association with the party.
    var association: DTLSParameters?
    /// The fingerprint that the party was shown for ``association``.
    var ownFingerprint: SDPFingerprint?
    /// The number of the certificate that has it.
    var certificateNumber: UInt32 = 0
    /// The role that an earlier message chose for the handshake with the party.
    var statedChoice = DTLSChoice.unstated
    /// The suites that an earlier message preferred among the party's.
    var statedPreference: [SRTPCryptoSuite] = []
    /// Whether the party's last description has begun ``association``.
    var isAnotherAssociation = false
    /// What the party said when the association began: something else begins another.
    var associationIdentity: AssociationIdentity?

    /// Whether packets are opened and protected here.
    var isTerminated: Bool { mode == .undecided || mode == .keys || mode == .dtls }
}

/// What one section says of keys.
struct SecurityDescription: Hashable, Sendable {
    /// `a=crypto` lines that can be read.
    var cryptos: [SDPCrypto] = []
    /// `a=fingerprint`.
    var fingerprints: [SDPFingerprint] = []
    /// `a=setup`.
    var setup: SDPSetup?
    /// `a=tls-id`.
    var tlsID: SDPTLSIdentifier?

    /// Whether it says anything.
    var isEmpty: Bool { cryptos.isEmpty && fingerprints.isEmpty }
}

/// What tells one DTLS association of a party from another (RFC 8842 §3.1).
struct AssociationIdentity: Hashable, Sendable {
    var fingerprints: [SDPFingerprint]
    var tlsID: SDPTLSIdentifier?
}

extension CertificateFingerprint {
    /// The fingerprint in an SDP; `nil` when its hash function is not served.
    init?(_ fingerprint: SDPFingerprint) {
        guard let function = DigestFunction(fingerprintName: fingerprint.hashName) else {
            return nil
        }
        self.init(function, bytes: fingerprint.digest)
    }
}
