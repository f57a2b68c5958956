/// The one letter in front of `=` in a line of a session description, RFC 8866 §5.
public struct SDPLineType: RawRepresentable, Hashable, Sendable {
    /// The letter as an ASCII byte.
    public let rawValue: UInt8

    /// The type written by the ASCII letter `rawValue`; unknown letters are kept as they are.
    @inlinable public init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    /// `v=`, the protocol version (§5.1).
    public static let version = SDPLineType(rawValue: UInt8(ascii: "v"))
    /// `o=`, the originator and session identifier (§5.2).
    public static let origin = SDPLineType(rawValue: UInt8(ascii: "o"))
    /// `s=`, the session name (§5.3).
    public static let sessionName = SDPLineType(rawValue: UInt8(ascii: "s"))
    /// `i=`, information about the session or the media (§5.4).
    public static let information = SDPLineType(rawValue: UInt8(ascii: "i"))
    /// `c=`, the connection address (§5.7).
    public static let connection = SDPLineType(rawValue: UInt8(ascii: "c"))
    /// `b=`, a bandwidth (§5.8).
    public static let bandwidth = SDPLineType(rawValue: UInt8(ascii: "b"))
    /// `t=`, the time the session is active (§5.9).
    public static let time = SDPLineType(rawValue: UInt8(ascii: "t"))
    /// `a=`, an attribute (§5.13).
    public static let attribute = SDPLineType(rawValue: UInt8(ascii: "a"))
    /// `m=`, the start of a media section (§5.14).
    public static let media = SDPLineType(rawValue: UInt8(ascii: "m"))

    /// The order of lines that RFC 8866 §5 prescribes within a section.
    private static let order = Array("vosiuepcbtrzka".utf8)

    /// The place of this type within a section; unknown types come last.
    var rank: Int {
        Self.order.firstIndex(of: rawValue) ?? Self.order.count
    }
}
