/// The `m=` line as it stands and its parts as slices (RFC 8866 §5.14).
///
///     m=<media> <port>[/<number of ports>] <proto> <fmt> ...
///
/// The bytes that arrived are kept until a part is changed; then the line is written anew.
struct MediaLine: Hashable, Sendable {
    private(set) var line: SDPLine
    var kind: ArraySlice<UInt8> { didSet { rewrite() } }
    var port: UInt16 { didSet { rewrite() } }
    /// `nil` when the line does not say.
    var portCount: UInt16? { didSet { rewrite() } }
    var protocolName: ArraySlice<UInt8> { didSet { rewrite() } }
    /// Everything behind the protocol, as it came; may be empty.
    var formats: ArraySlice<UInt8> { didSet { rewrite() } }

    init(_ line: SDPLine) throws(SDPParseError.Reason) {
        var rest = line.value
        guard let kind = SDPText.word(&rest), let port = SDPText.word(&rest),
            let protocolName = SDPText.word(&rest)
        else { throw .mediaLineIncomplete }
        let slash = port.firstIndex(of: SDPText.slash)
        guard let number = SDPText.number(port[..<(slash ?? port.endIndex)], as: UInt16.self)
        else { throw .portInvalid }
        if let slash {
            let count = SDPText.number(port[(slash &+ 1)...], as: UInt16.self)
            guard let count, count > 0 else { throw .portCountInvalid }
            portCount = count
        }
        self.line = line
        self.kind = kind
        self.port = number
        self.protocolName = protocolName
        formats = rest.drop(while: SDPText.isBlank)
    }

    init(kind: String, port: UInt16, protocolName: String, formats: [String]) {
        line = SDPLine(.media, "")
        self.kind = Self.word(kind)
        self.port = port
        self.protocolName = Self.word(protocolName)
        self.formats = Self.words(formats)
        rewrite()
    }

    /// `text` as one word of the line: white space and line ends become `_`.
    static func word(_ text: String) -> ArraySlice<UInt8> {
        let bytes = text.utf8.map { byte in
            SDPText.isBlank(byte) || SDPText.endsLine(byte) ? UInt8(ascii: "_") : byte
        }
        return bytes.isEmpty ? [UInt8(ascii: "_")] : bytes[...]
    }

    /// `texts` as words of the line with blanks between them.
    static func words(_ texts: [String]) -> ArraySlice<UInt8> {
        ArraySlice(texts.map(word).joined(separator: [SDPText.space]))
    }

    private mutating func rewrite() {
        var value: [UInt8] = []
        value.reserveCapacity(kind.count &+ protocolName.count &+ formats.count &+ 16)
        value.append(contentsOf: kind)
        value.append(SDPText.space)
        SDPText.append(port, to: &value)
        if let portCount {
            value.append(SDPText.slash)
            SDPText.append(portCount, to: &value)
        }
        value.append(SDPText.space)
        value.append(contentsOf: protocolName)
        if !formats.isEmpty { value.append(SDPText.space) }
        value.append(contentsOf: formats)
        line = SDPLine(.media, value)
    }

    static func == (one: MediaLine, other: MediaLine) -> Bool { one.line == other.line }

    func hash(into hasher: inout Hasher) { hasher.combine(line) }
}
