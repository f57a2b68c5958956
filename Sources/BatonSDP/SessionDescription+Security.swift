/// What holds for a section: its own attributes, otherwise those of the session level. For an
/// index without a section it is what the session level says.
extension SessionDescription {
    /// The credentials of the section at `index` (RFC 8839 §5.4); `nil` when there is no ICE.
    public func iceCredentials(of index: Int) -> SDPICECredentials? {
        section(index, has: "ice-ufrag")?.iceCredentials ?? iceCredentials
    }

    /// The ICE options for the section at `index`, those of the session level among them
    /// (RFC 8839 §5.6).
    public func iceOptions(of index: Int) -> [String] {
        iceOptions + (section(index, has: "ice-options")?.iceOptions ?? [])
    }

    /// The certificate hashes of the section at `index` (RFC 8122 §5).
    public func fingerprints(of index: Int) -> [SDPFingerprint] {
        section(index, has: "fingerprint")?.fingerprints ?? fingerprints
    }

    /// The DTLS role of the section at `index` (RFC 4145 §4, RFC 5763 §5).
    public func setup(of index: Int) -> SDPSetup? {
        section(index, has: "setup")?.setup ?? setup
    }

    /// The DTLS association of the section at `index` (RFC 8842 §4).
    public func tlsID(of index: Int) -> SDPTLSIdentifier? {
        section(index, has: "tls-id")?.tlsID ?? tlsID
    }

    private func section(_ index: Int, has name: String) -> MediaDescription? {
        guard media.indices.contains(index), media[index].hasAttribute(named: name) else {
            return nil
        }
        return media[index]
    }
}
