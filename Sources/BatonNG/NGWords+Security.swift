/// The words of the keys about ICE, DTLS and SDES (N19).
extension NGWords {
    /// The keys about ICE, DTLS and SDES.
    static let securityKeys: [Key] = [
        ("ICE", { $0.readICE($1) }),
        ("ICE-lite", { $0.readICELite($1) }),
        ("DTLS", { $0.readDTLS($1, .dtls) { $0.dtls = $1 } }),
        ("DTLS-reverse", { $0.readDTLS($1, .dtlsReverse) { $0.dtlsReverse = $1 } }),
        ("DTLS-fingerprint", { $0.readFingerprintHash($1) }),
        ("SDES", { $0.forEachWord(of: $1.value) { $0.readSDES($1) } }),
        ("OSRTP", { $0.forEachWord(of: $1.value) { $0.readOSRTP($1) } }),
        ("bundle", { $0.forEachWord(of: $1.value) { $0.readBundle($1) } }),
    ]

    /// The values of `ICE`.
    static let ice = NGWordTable<NGICE>([
        ("remove", .remove), ("force", .force), ("default", .default), ("optional", .optional),
        ("force-relay", .forceRelay),
    ])

    /// The values of `ICE-lite`.
    static let iceLite = NGWordTable<NGICELite>([
        ("off", .off), ("none", .off), ("no", .off), ("forward", .forward), ("offer", .forward),
        ("fwd", .forward), ("fw", .forward), ("backward", .backward), ("backwards", .backward),
        ("reverse", .backward), ("answer", .backward), ("back", .backward), ("bkw", .backward),
        ("bk", .backward), ("both", .both),
    ])

    /// The values of `DTLS` and `DTLS-reverse`.
    static let dtls = NGWordTable<NGDTLS>([
        ("passive", .passive), ("active", .active), ("off", .off), ("no", .off),
        ("disable", .off), ("disabled", .off),
    ])

    /// The values of `DTLS-fingerprint`.
    static let fingerprintHash = NGWordTable<NGFingerprintHash>(
        NGFingerprintHash.allCases.flatMap { hash in
            [hash.rawValue, hash.rawValue.replacing("-", with: "")].map { ($0, hash) }
        })

    /// The words of `SDES` that are no lists of suites.
    static let sdes = NGWordTable<NGSDESWord>([
        ("off", .off), ("no", .off), ("disable", .off), ("disabled", .off),
        ("unencrypted_srtp", .unencryptedSRTP(true)), ("encrypted_srtp", .unencryptedSRTP(false)),
        ("unencrypted_srtcp", .unencryptedSRTCP(true)),
        ("encrypted_srtcp", .unencryptedSRTCP(false)),
        ("unauthenticated_srtp", .unauthenticatedSRTP(true)),
        ("authenticated_srtp", .unauthenticatedSRTP(false)),
        ("pad", .pad), ("lifetime", .lifetime), ("static", .isStatic), ("nonew", .noNew),
        ("prefer", .prefer), ("priority", .prefer),
    ])

    /// The prefixes of the words of `SDES` that are lists of suites.
    static let suiteLists: [(NGBytes, NGSDESSuiteList)] = [
        ("no-", .excluded), ("only-", .only), ("order:", .order),
        ("offerer_pref:", .offererPreference),
    ]

    /// The values of `OSRTP`.
    static let osrtp = NGWordTable<NGOSRTP>([
        ("offer", .offer), ("offer-RFC", .offer), ("offer-legacy", .offerLegacy),
        ("accept", [.acceptRFC, .acceptLegacy]), ("accept-RFC", .acceptRFC),
        ("accept-legacy", .acceptLegacy), ("off", []), ("no", []),
    ])

    /// The values of `bundle`.
    static let bundle = NGWordTable<NGBundle>([
        ("accept", .accept), ("offer", .offer), ("reject", .reject),
        ("require", [.offer, .require]), ("strict", [.offer, .require, .strict]),
        ("off", []), ("no", []),
    ])
}
