/// One line of a session description, without its line ending (RFC 8866 §5).
///
/// The bytes are a slice of the array that was parsed: nothing is copied and no `String` is made
/// until asked for. They are what arrived, also where they are not UTF-8.
public struct SDPLine: Hashable, Sendable {
    /// The whole line: its letter, `=` and its value, with trailing white space as it came.
    public let bytes: ArraySlice<UInt8>

    /// A line that a parser has found well-formed.
    init(wellFormed bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
    }

    /// The line `type=value`. CR, LF and NUL in `value` are left out, so that no value can make
    /// a second line.
    public init(_ type: SDPLineType, _ value: some Sequence<UInt8>) {
        var bytes: [UInt8] = [type.rawValue, UInt8(ascii: "=")]
        bytes.append(contentsOf: value)
        if bytes.contains(where: SDPText.endsLine) { bytes.removeAll(where: SDPText.endsLine) }
        self.bytes = bytes[...]
    }

    /// The line `type=value`, with the same care for CR, LF and NUL.
    public init(_ type: SDPLineType, _ value: String) {
        self.init(type, value.utf8)
    }

    /// The letter in front of `=`.
    public var type: SDPLineType {
        SDPLineType(rawValue: bytes.first ?? 0)
    }

    /// The bytes behind `=`, without trailing white space.
    public var value: ArraySlice<UInt8> {
        SDPText.trimmed(bytes.dropFirst(2))
    }

    /// ``value`` as text; bytes that are not UTF-8 show as U+FFFD.
    public var text: String {
        String(decoding: value, as: UTF8.self)
    }

    /// The attribute that an `a=` line carries, `nil` for another line.
    public var attribute: SDPAttribute? {
        type == .attribute ? SDPAttribute(wellFormed: value) : nil
    }

    /// Whether this is an `a=` line whose attribute has exactly this name.
    func isAttribute(named name: String) -> Bool {
        guard type == .attribute else { return false }
        return SDPText.hasName(name, bytes, at: bytes.startIndex &+ 2)
    }
}
