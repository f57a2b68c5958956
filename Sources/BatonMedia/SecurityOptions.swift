public import BatonSDP

/// What one offer or answer asks for in matters of SRTP, DTLS and ICE.
public struct SecurityOptions: Hashable, Sendable {
    /// What becomes of ICE in the SDP sent on (`ICE`).
    public var ice = ICEChoice.unstated
    /// Whether the sender's ICE is declined (`ICE-reject`).
    public var rejectsICE = false
    /// Whether we only answer checks towards the receiver (`ICE-lite`); `nil`: as the server is
    /// set.
    public var isLiteTowardsReceiver: Bool?
    /// Whether we only answer checks towards the sender; `nil`: as the server is set.
    public var isLiteTowardsSender: Bool?
    /// Whether the receiver is told that we take its candidates one by one (`trickle-ICE`).
    public var announcesTrickle = false
    /// Which side of the handshake with the receiver is ours where it leaves the choice, or
    /// whether there is none (`DTLS`).
    public var dtls = DTLSChoice.unstated
    /// The same towards the sender (`DTLS-reverse`).
    public var dtlsReverse = DTLSChoice.unstated
    /// The hash of our certificate that the receiver is shown (`DTLS-fingerprint`); `nil` for
    /// SHA-256.
    public var fingerprintHash: SDPFingerprint.HashFunction?
    /// What is offered and accepted of keys in SDP (`SDES`).
    public var sdes = SDESOptions()
    /// Whether SRTP is offered where the sender's is to be told apart from ours: without it, keys
    /// that both sides can share pass unopened (`recrypt`).
    public var opensAlways = false
    /// Whether keys are offered beside plain RTP (RFC 8643).
    public var offersOpportunisticSRTP = false
    /// Whether keys beside plain RTP are accepted (RFC 8643).
    public var acceptsOpportunisticSRTP = false
    /// Whether a line that is offered twice, once without SRTP, counts as the secured one.
    public var acceptsLegacyOpportunisticSRTP = false

    /// Nothing is asked for.
    public init() {}

    /// Whether SRTP must be ours on both sides.
    var demandsTermination: Bool { opensAlways || dtls != .unstated || sdes.areStated }
}

/// What becomes of ICE in the SDP sent on.
public enum ICEChoice: UInt8, Hashable, Sendable {
    /// We are an ICE agent towards the receiver if the sender is one, or if we were before.
    case unstated
    /// No ICE towards the receiver.
    case remove
    /// ICE towards the receiver in any case.
    case force
}

/// Which side of the DTLS handshake is ours where the peer leaves the choice.
public enum DTLSChoice: UInt8, Hashable, Sendable {
    /// The active one, as RFC 5763 §5 recommends.
    case unstated
    /// The active one.
    case active
    /// The passive one.
    case passive
    /// DTLS is neither offered nor accepted.
    case off
}

/// What is offered and accepted of keys in SDP (RFC 4568).
public struct SDESOptions: Hashable, Sendable {
    /// No keys in SDP, neither offered nor accepted.
    public var isOff = false
    /// Suites that are not used, unless ``onlySuites`` say which ones are.
    public var excludedSuites: Set<SRTPCryptoSuite> = []
    /// The only suites that are used; empty for all.
    public var onlySuites: Set<SRTPCryptoSuite> = []
    /// Suites that are offered first, in this order.
    public var order: [SRTPCryptoSuite] = []
    /// Session parameters of what is offered.
    public var parameters: [SDPCryptoParameter] = []
    /// Whether the base 64 of keys ends in `=` where it must (`pad`).
    public var padsKeys = false
    /// Whether a life-time is written (`lifetime`): 2^31 packets, the most that RTCP can have with
    /// one key (RFC 3711 §9.2) and what phones that insist on a life-time know.
    public var namesLifetime = false
    /// Whether only suites are offered that the sender has offered (`nonew`).
    public var addsNoSuites = false
    /// Whether keys in SDP go before a handshake where both are offered (`prefer`).
    public var isPreferred = false
    /// Suites that are chosen first among the offerer's (`offerer_pref`).
    public var offererPreference: [SRTPCryptoSuite] = []
    /// What was named as a suite and is none that is served.
    public var unservedSuites: [String] = []
    /// Session parameters that are not accepted.
    public var refusedParameters: [SDPCryptoParameter] = []

    /// All suites, in our order.
    public init() {}

    /// Whether anything is asked for that the parties cannot be left to.
    var areStated: Bool {
        var unheeded = self
        unheeded.padsKeys = false
        unheeded.offererPreference = []
        unheeded.unservedSuites = []
        return unheeded != SDESOptions()
    }

    /// The suites to offer, in order.
    var offeredSuites: [SRTPCryptoSuite] {
        let usual = Self.usualOrder.filter { !order.contains($0) }
        return (order + usual).filter(permits)
    }

    /// Whether a suite may be used.
    func permits(_ suite: SRTPCryptoSuite) -> Bool {
        let isWanted =
            onlySuites.isEmpty ? !excludedSuites.contains(suite) : onlySuites.contains(suite)
        return !isOff && isWanted && suite.profile != nil
    }

    /// Whether baton has the ciphers of a suite.
    public static func isServed(_ suite: SRTPCryptoSuite) -> Bool { suite.profile != nil }

    /// What every phone knows first: some look no further than the first lines.
    static let usualOrder: [SRTPCryptoSuite] = [
        .aes128CMHMACSHA1With80Bits, .aes128CMHMACSHA1With32Bits, .aes256CMHMACSHA1With80Bits,
        .aes256CMHMACSHA1With32Bits, .aeadAES128GCM, .aeadAES256GCM,
    ]
}

/// What the server can do for all of its sessions.
public struct SecurityCapabilities: Hashable, Sendable {
    /// The fingerprints of our certificate, the usual one first; empty when there is no DTLS.
    public var fingerprints: [SDPFingerprint] = []
    /// The number of that certificate: another one gets another number.
    public var certificateNumber: UInt32 = 0
    /// Whether we are a lite ICE agent (RFC 8445 §2.5), unless the peer is one.
    public var isICELite = true

    /// No DTLS, lite ICE.
    public init() {}

    /// The fingerprint by `hash`, or the usual one.
    func fingerprint(_ hash: SDPFingerprint.HashFunction?) -> SDPFingerprint? {
        fingerprints.first { $0.function == hash } ?? fingerprints.first
    }
}
