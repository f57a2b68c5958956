/// `a=msid:`: the media stream of a browser that a section belongs to (RFC 8830 §2).
public struct SDPMediaStreamID: Hashable, Sendable {
    /// The stream, `-` for none.
    public var identifier: String
    /// The track, `nil` when it is not named.
    public var track: String?

    /// The stream and its track.
    public init(identifier: String, track: String? = nil) {
        self.identifier = identifier
        self.track = track
    }

    /// The parts of the attribute's value; `nil` when it is empty.
    public init?(_ value: ArraySlice<UInt8>) {
        var rest = value
        guard let identifier = SDPText.word(&rest) else { return nil }
        self.init(
            identifier: SDPText.string(identifier), track: SDPText.word(&rest).map(SDPText.string))
    }

    /// The attribute.
    public var attribute: SDPAttribute {
        let suffix = track.map { " \($0)" } ?? ""
        return SDPAttribute(name: "msid", value: identifier + suffix)
    }
}
