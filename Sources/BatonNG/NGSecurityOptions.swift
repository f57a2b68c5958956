// The values of the keys about ICE, DTLS and SDES (N19).

/// The values of `ICE`.
public enum NGICE: UInt8, Hashable, Sendable {
    /// Remove what the other side offered.
    case remove
    /// Do ICE with the party that the SDP goes to.
    case force
    /// Replace the offerer's ICE if there is one.
    case `default`
    /// Offer ICE without demanding it.
    case optional
    /// Add baton as a relay candidate only.
    case forceRelay
}

/// The values of `ICE-lite`: where baton is the lite side (RFC 8445 §2.5).
public enum NGICELite: UInt8, Hashable, Sendable {
    /// Nowhere.
    case off
    /// Towards the party that the offer goes to.
    case forward
    /// Towards the party that the offer came from.
    case backward
    /// Towards both.
    case both
}

/// The values of `DTLS` and `DTLS-reverse`.
public enum NGDTLS: UInt8, Hashable, Sendable {
    /// No DTLS.
    case off
    /// Be the server (`a=setup:passive`).
    case passive
    /// Be the client (`a=setup:active`).
    case active
}

/// The values of `DTLS-fingerprint`: the hash of the certificate in `a=fingerprint:` (RFC 8122 §5).
public enum NGFingerprintHash: String, Hashable, Sendable, CaseIterable {
    /// SHA-1.
    case sha1 = "sha-1"
    /// SHA-224.
    case sha224 = "sha-224"
    /// SHA-256.
    case sha256 = "sha-256"
    /// SHA-384.
    case sha384 = "sha-384"
    /// SHA-512.
    case sha512 = "sha-512"
}

/// The values of `OSRTP`: SRTP where the other side can (RFC 8643).
public struct NGOSRTP: OptionSet, Hashable, Sendable {
    /// One bit a word.
    public let rawValue: UInt8

    /// The set with these bits.
    public init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    /// `offer` or `offer-RFC`: offer keys under RTP/AVP.
    public static let offer = Self(rawValue: 1 << 0)
    /// `offer-legacy`: offer each stream twice, with and without SRTP.
    public static let offerLegacy = Self(rawValue: 1 << 1)
    /// `accept-RFC`: accept keys under RTP/AVP.
    public static let acceptRFC = Self(rawValue: 1 << 2)
    /// `accept-legacy`: accept a stream that is offered with and without SRTP.
    public static let acceptLegacy = Self(rawValue: 1 << 3)
}

/// The values of `bundle`, and of the flags `BUNDLE-…` (RFC 9143).
public struct NGBundle: OptionSet, Hashable, Sendable {
    /// One bit a word.
    public let rawValue: UInt8

    /// The set with these bits.
    public init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    /// `accept`: answer a bundle with a bundle.
    public static let accept = Self(rawValue: 1 << 0)
    /// `offer`: offer a bundle.
    public static let offer = Self(rawValue: 1 << 1)
    /// `reject`: answer without it.
    public static let reject = Self(rawValue: 1 << 2)
    /// `require`, which implies `offer`: sections are `bundle-only`.
    public static let require = Self(rawValue: 1 << 3)
    /// `strict`, which implies `require`: no ports to fall back to.
    public static let strict = Self(rawValue: 1 << 4)
}

/// The values of `SDES`, and of the flags `SDES-…` (RFC 4568).
public struct NGSDESOptions: Hashable, Sendable {
    /// `off`, `no` or `disable`: offer no keys in the SDP.
    public var isOff = false
    /// `unencrypted_srtp`: offer that session parameter; `encrypted_srtp`: refuse it.
    public var unencryptedSRTP: Bool?
    /// `unencrypted_srtcp`: offer that session parameter; `encrypted_srtcp`: refuse it.
    public var unencryptedSRTCP: Bool?
    /// `unauthenticated_srtp`: offer that session parameter; `authenticated_srtp`: refuse it.
    public var unauthenticatedSRTP: Bool?
    /// `pad`, and the flag `pad-crypto`: fill base 64 up with `=`.
    public var padsKeys = false
    /// `lifetime`: say how long a key lasts.
    public var namesLifetime = false
    /// `static`: a re-offer leaves the keys of both sides as they are.
    public var isStatic = false
    /// `nonew`: add no suite to those that were offered.
    public var addsNoSuites = false
    /// `prefer`: SDES goes before DTLS where both are offered.
    public var isPreferred = false
    /// `no-SUITE`: suites not to be offered.
    public var excludedSuites: [String] = []
    /// `only-SUITE`: the only suites to be offered; empty for all.
    public var onlySuites: [String] = []
    /// `order:SUITE;SUITE`: the suites to be offered first, in this order.
    public var suiteOrder: [String] = []
    /// `offerer_pref:SUITE;SUITE`: the suites to be chosen first towards the offerer.
    public var offererPreference: [String] = []

    /// No options.
    public init() {}
}
