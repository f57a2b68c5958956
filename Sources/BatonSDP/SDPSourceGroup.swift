/// `a=ssrc-group:`: synchronisation sources that belong together (RFC 5576 §4.2).
public struct SDPSourceGroup: Hashable, Sendable {
    /// The meaning: `FID`, `FEC-FR`, `SIM` or another word.
    public var semantics: String
    /// The synchronisation sources, in order.
    public var ssrcs: [UInt32]

    /// The group of these sources.
    public init(semantics: String, ssrcs: [UInt32]) {
        self.semantics = semantics
        self.ssrcs = ssrcs
    }

    /// The parts of the attribute's value; `nil` when it is empty or has something else than
    /// numbers behind the meaning.
    public init?(_ value: ArraySlice<UInt8>) {
        let words = SDPText.words(value)
        guard let semantics = words.first else { return nil }
        let ssrcs = words.dropFirst().compactMap { SDPText.number($0, as: UInt32.self) }
        guard ssrcs.count == words.count &- 1 else { return nil }
        self.init(semantics: SDPText.string(semantics), ssrcs: ssrcs)
    }

    /// The attribute.
    public var attribute: SDPAttribute {
        let words = [semantics] + ssrcs.map { "\($0)" }
        return SDPAttribute(name: "ssrc-group", value: words.joined(separator: " "))
    }
}
