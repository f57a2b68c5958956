/// An attribute: `name` or `name:value`, the text behind `a=` (RFC 8866 §5.13).
public struct SDPAttribute: Hashable, Sendable {
    /// The whole text behind `a=`, without trailing white space.
    public let bytes: ArraySlice<UInt8>

    /// An attribute cut from a line that a parser has found well-formed.
    init(wellFormed bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
    }

    /// The attribute that `text` writes, `name` or `name:value`; CR, LF and NUL are left out.
    public init(_ text: String) {
        self.init(text: text.utf8)
    }

    /// The attribute that the bytes `text` write; CR, LF and NUL are left out.
    public init(text: some Sequence<UInt8>) {
        bytes = SDPText.trimmed(text.filter { !SDPText.endsLine($0) }[...])
    }

    /// The attribute `name:value`, or the flag `name` without a value.
    public init(name: String, value: String? = nil) {
        self.init(value.map { "\(name):\($0)" } ?? name)
    }

    /// The part before the first colon.
    public var name: String {
        SDPText.string(bytes.prefix { $0 != SDPText.colon })
    }

    /// The part behind the first colon as it came; `nil` for a flag.
    public var valueBytes: ArraySlice<UInt8>? {
        bytes.firstIndex(of: SDPText.colon).map { bytes[($0 &+ 1)...] }
    }

    /// ``valueBytes`` as text; bytes that are not UTF-8 show as U+FFFD.
    public var value: String? {
        valueBytes.map(SDPText.string)
    }

    /// The whole text behind `a=`; bytes that are not UTF-8 show as U+FFFD.
    public var text: String {
        SDPText.string(bytes)
    }

    /// The `a=` line that carries this attribute.
    public var line: SDPLine {
        SDPLine(.attribute, bytes)
    }
}
