extension MediaDescription {
    /// The `a=ssrc:` attributes that can be read, in order (RFC 5576 §4.1).
    public var sources: [SDPSource] {
        attributes(named: "ssrc").compactMap { $0.valueBytes.flatMap { SDPSource($0) } }
    }

    /// The `a=ssrc-group:` attributes that can be read, in order (RFC 5576 §4.2).
    public var sourceGroups: [SDPSourceGroup] {
        attributes(named: "ssrc-group").compactMap { $0.valueBytes.flatMap { SDPSourceGroup($0) } }
    }

    /// The `a=msid:` attributes that can be read, in order (RFC 8830 §2).
    public var mediaStreamIDs: [SDPMediaStreamID] {
        attributes(named: "msid").compactMap { $0.valueBytes.flatMap { SDPMediaStreamID($0) } }
    }

    /// The `a=rid:` attributes that can be read, in order (RFC 8851 §10).
    public var restrictionIDs: [SDPRestrictionID] {
        attributes(named: "rid").compactMap { $0.valueBytes.flatMap { SDPRestrictionID($0) } }
    }

    /// `a=simulcast:`, `nil` without it or when it cannot be read (RFC 8853 §5.1).
    public var simulcast: SDPSimulcast? {
        firstAttribute(named: "simulcast")?.valueBytes.flatMap { SDPSimulcast($0) }
    }

    /// Whether `a=bundle-only` is there: the section is only wanted within its BUNDLE group, and
    /// its port is 0 (RFC 9143 §6).
    public var isBundleOnly: Bool {
        get { hasAttribute(named: "bundle-only") }
        set {
            replaceAttributes(
                where: { $0.isAttribute(named: "bundle-only") },
                with: newValue ? SDPAttribute("bundle-only") : nil)
        }
    }
}
