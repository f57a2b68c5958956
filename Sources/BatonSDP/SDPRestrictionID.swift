/// `a=rid:`: one encoding of a stream, with what restricts it (RFC 8851 §10).
///
///     a=rid:<id> <direction> [<restrictions>]
public struct SDPRestrictionID: Hashable, Sendable {
    /// The name of the encoding.
    public var identifier: String
    /// Whether it is sent (`send`), otherwise received (`recv`).
    public var isSent: Bool
    /// Payload types and restrictions as they came; empty as a rule.
    public var restrictions: String

    /// The encoding with this name.
    public init(identifier: String, isSent: Bool, restrictions: String = "") {
        self.identifier = identifier
        self.isSent = isSent
        self.restrictions = restrictions
    }

    /// The parts of the attribute's value; `nil` without a name or a direction.
    public init?(_ value: ArraySlice<UInt8>) {
        var rest = value
        guard let identifier = SDPText.word(&rest), let way = SDPText.word(&rest) else {
            return nil
        }
        let isSent = SDPText.equal(way, "send")
        guard isSent || SDPText.equal(way, "recv") else { return nil }
        self.init(
            identifier: SDPText.string(identifier), isSent: isSent,
            restrictions: SDPText.string(SDPText.stripped(rest)))
    }

    /// The attribute.
    public var attribute: SDPAttribute {
        let suffix = restrictions.isEmpty ? "" : " \(restrictions)"
        return SDPAttribute(
            name: "rid", value: "\(identifier) \(isSent ? "send" : "recv")\(suffix)")
    }
}
