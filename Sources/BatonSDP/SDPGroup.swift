/// One `a=group:` attribute: media sections that belong together (RFC 5888 §5).
public struct SDPGroup: Hashable, Sendable {
    /// The meaning: `BUNDLE`, `LS`, `FID` or another word.
    public var semantics: String
    /// The `mid` values of the sections, in order.
    public var mids: [String]

    /// The group of these sections.
    public init(semantics: String, mids: [String]) {
        self.semantics = semantics
        self.mids = mids
    }

    /// The parts of the attribute's value; `nil` when it is empty.
    public init?(_ value: ArraySlice<UInt8>) {
        let words = SDPText.words(value).map(SDPText.string)
        guard let semantics = words.first else { return nil }
        self.init(semantics: semantics, mids: Array(words.dropFirst()))
    }

    /// The attribute.
    public var attribute: SDPAttribute {
        SDPAttribute(name: "group", value: ([semantics] + mids).joined(separator: " "))
    }
}
