/// One media section: an `m=` line and the lines that belong to it (RFC 8866 §5.14).
public struct MediaDescription: SDPSection, Hashable, Sendable {
    private var mediaLine: MediaLine

    /// The lines of this section in order, without the `m=` line.
    public var lines: [SDPLine] = []

    /// The section that an `m=` line opens.
    init(_ line: SDPLine) throws(SDPParseError.Reason) {
        mediaLine = try MediaLine(line)
    }

    /// A section without lines of its own. White space in a word becomes `_`.
    public init(kind: MediaKind, port: UInt16, protocolName: String, formats: [String]) {
        mediaLine = MediaLine(
            kind: kind.rawValue, port: port, protocolName: protocolName, formats: formats)
    }

    /// The whole `m=` line as it will be written.
    public var line: SDPLine { mediaLine.line }

    /// The media type: audio, video or any other word.
    public var kind: MediaKind {
        get { MediaKind(rawValue: SDPText.string(mediaLine.kind)) }
        set { mediaLine.kind = MediaLine.word(newValue.rawValue) }
    }

    /// The transport port; 0 means that the stream is rejected or disabled (RFC 3264 §6).
    public var port: UInt16 {
        get { mediaLine.port }
        set { if newValue != mediaLine.port { mediaLine.port = newValue } }
    }

    /// How many ports (or pairs of ports) from ``port`` on, 1 where the line does not say.
    /// Setting 1 takes the count out of the line.
    public var portCount: UInt16 {
        get { mediaLine.portCount ?? 1 }
        set { if newValue != portCount { mediaLine.portCount = newValue > 1 ? newValue : nil } }
    }

    /// The transport protocol as it stands, for example `RTP/AVP` or `UDP/TLS/RTP/SAVPF`.
    public var protocolName: String {
        get { SDPText.string(mediaLine.protocolName) }
        set { mediaLine.protocolName = MediaLine.word(newValue) }
    }

    /// The words behind the protocol: payload types for RTP, otherwise what the protocol defines.
    public var formats: [String] {
        get { SDPText.words(mediaLine.formats).map(SDPText.string) }
        set { mediaLine.formats = MediaLine.words(newValue) }
    }

    /// The formats that are RTP payload types, 0 to 127, in order of preference.
    public var payloadTypes: [UInt8] {
        SDPText.words(mediaLine.formats)
            .compactMap { SDPText.number($0, as: UInt8.self) }.filter { $0 < 128 }
    }

    /// Whether the port is 0: the stream is rejected, disabled or removed (RFC 3264 §6, §8.2).
    public var isRejected: Bool { mediaLine.port == 0 }

    /// Whether the protocol is a profile of RTP, plain or secured.
    public var isRTP: Bool {
        mediaLine.protocolName.split(separator: SDPText.slash)
            .contains { SDPText.equalIgnoringCase($0, "RTP") }
    }
}
