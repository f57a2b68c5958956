/// The first word of an `m=` line (RFC 8866 §5.14): a registered media type, or any other word.
public struct MediaKind: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
    /// The word as it stands in the `m=` line.
    public let rawValue: String

    /// The media type that `rawValue` writes; every word is one.
    public init(rawValue: String) {
        self.rawValue = rawValue
    }

    /// Voice and other sound.
    public static let audio = MediaKind(rawValue: "audio")
    /// Moving pictures.
    public static let video = MediaKind(rawValue: "video")
    /// Still pictures, fax (T.38).
    public static let image = MediaKind(rawValue: "image")
    /// Messages (MSRP).
    public static let message = MediaKind(rawValue: "message")
    /// Data channels, floor control and the like.
    public static let application = MediaKind(rawValue: "application")
    /// Text over RTP.
    public static let text = MediaKind(rawValue: "text")

    /// The word as it stands in the `m=` line.
    public var description: String { rawValue }
}
