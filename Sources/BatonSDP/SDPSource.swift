/// One `a=ssrc:` attribute: something said about one synchronisation source (RFC 5576 §4.1).
public struct SDPSource: Hashable, Sendable {
    /// The synchronisation source.
    public var ssrc: UInt32
    /// What is said about it, for example `cname:user@host`.
    public var attribute: SDPAttribute

    /// The parts of the attribute's value; `nil` without a number in front.
    public init?(_ value: ArraySlice<UInt8>) {
        var rest = value
        guard let word = SDPText.word(&rest), let ssrc = SDPText.number(word, as: UInt32.self)
        else { return nil }
        self.ssrc = ssrc
        attribute = SDPAttribute(wellFormed: rest.drop(while: SDPText.isBlank))
    }
}
