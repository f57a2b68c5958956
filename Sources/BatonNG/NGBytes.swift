/// A string of the ng protocol as the bytes that were on the wire.
///
/// A decoded value shares the memory of its message: nothing is copied, and no encoding is assumed
/// (an SDP body need not be UTF-8). Keep a ``compacted()`` copy of what outlives the message.
public struct NGBytes: Hashable, Sendable {
    /// The bytes, a part of the message they came in.
    public let slice: ArraySlice<UInt8>

    /// The bytes of `slice`, shared.
    public init(_ slice: ArraySlice<UInt8>) {
        self.slice = slice
    }

    /// All of `bytes`, shared.
    public init(_ bytes: [UInt8]) {
        slice = bytes[...]
    }

    /// The UTF-8 form of `text`.
    public init(_ text: some StringProtocol) {
        slice = Array(text.utf8)[...]
    }

    /// The bytes as an array of their own.
    public var array: [UInt8] { Array(slice) }

    /// The bytes read as UTF-8; what is not UTF-8 becomes U+FFFD.
    public var text: String { String(decoding: slice, as: UTF8.self) }

    /// The ``text`` of the first bytes, for warnings.
    var shortText: String { NGBytes(slice.prefix(4 * NGNameList.nameCharactersMax)).text }

    /// The same bytes in memory of their own, so that the message can be freed.
    public func compacted() -> NGBytes { NGBytes(array) }

    /// Whether the bytes are the UTF-8 form of `text`, exactly.
    public func equals(_ text: String) -> Bool { slice.elementsEqual(text.utf8) }
}

extension NGBytes: RandomAccessCollection {
    /// The index of the first byte; not 0 in general.
    public var startIndex: Int { slice.startIndex }
    /// The index behind the last byte.
    public var endIndex: Int { slice.endIndex }

    /// The byte at `position`.
    public subscript(position: Int) -> UInt8 { slice[position] }

    /// The bytes at `bounds`, shared.
    public subscript(bounds: Range<Int>) -> NGBytes { NGBytes(slice[bounds]) }
}

extension NGBytes: ExpressibleByStringLiteral, CustomStringConvertible {
    /// The UTF-8 form of a literal.
    public init(stringLiteral value: String) {
        self.init(value)
    }

    /// The ``text``.
    public var description: String { text }
}
