/// What holds for a section: its own attribute, also where that cannot be used, otherwise that of
/// the session level. For an index without a section it is what the session level says.
extension SessionDescription {
    /// The credentials of the section at `index`, of which either may stand on either level
    /// (RFC 8839 §5.4); `nil` when there is no ICE.
    public func iceCredentials(of index: Int) -> SDPICECredentials? {
        guard let usernameFragment = value(of: "ice-ufrag", for: index),
            let password = value(of: "ice-pwd", for: index)
        else { return nil }
        return SDPICECredentials(usernameFragment: usernameFragment, password: password)
    }

    /// The ICE options for the section at `index`, those of the session level in front
    /// (RFC 8839 §5.6).
    public func iceOptions(of index: Int) -> [String] {
        iceOptions + (section(index, with: "ice-options")?.iceOptions ?? [])
    }

    /// The certificate hashes of the section at `index` (RFC 8122 §5).
    public func fingerprints(of index: Int) -> [SDPFingerprint] {
        section(index, with: "fingerprint").map(\.fingerprints) ?? fingerprints
    }

    /// The DTLS role of the section at `index` (RFC 4145 §4, RFC 5763 §5).
    public func setup(of index: Int) -> SDPSetup? {
        value(of: "setup", for: index).flatMap { SDPSetup(rawValue: $0) }
    }

    /// The DTLS association of the section at `index` (RFC 8842 §4).
    public func tlsID(of index: Int) -> SDPTLSIdentifier? {
        value(of: "tls-id", for: index).flatMap { SDPTLSIdentifier($0) }
    }

    private func value(of name: String, for index: Int) -> String? {
        section(index, with: name).map { $0.firstValue(named: name) } ?? firstValue(named: name)
    }

    private func section(_ index: Int, with name: String) -> MediaDescription? {
        guard media.indices.contains(index), media[index].hasAttribute(named: name) else {
            return nil
        }
        return media[index]
    }
}
