/// The two document encodings of the ng protocol; a reply uses the encoding of its request.
public enum NGEncoding: UInt8, Hashable, Sendable, CaseIterable {
    /// A bencode dictionary: the document begins with `d`.
    case bencode
    /// A JSON object: the document begins with `{`.
    case json

    /// The encoding of a document that begins with `byte`, `nil` when it is neither.
    public init?(firstByte byte: UInt8) {
        switch byte {
        case UInt8(ascii: "d"): self = .bencode
        case UInt8(ascii: "{"): self = .json
        default: return nil
        }
    }

    /// The document as bytes, without a cookie.
    public func encode(_ dictionary: NGDictionary) -> [UInt8] {
        switch self {
        case .bencode: BencodeCodec.encode(dictionary)
        case .json: JSONCodec.encode(dictionary)
        }
    }
}

/// The limits of everything that arrives on a control channel.
public struct NGLimits: Hashable, Sendable {
    /// The longest message in bytes, cookie included.
    public var messageBytes = 65_536
    /// The longest cookie in bytes.
    public var cookieBytes = 255
    /// How deep lists and dictionaries may be nested; the document itself is level 1.
    public var depth = 16
    /// How many values (keys not counted) a document may have in all.
    public var values = 4_096

    /// The default limits.
    public init() {}
}

/// Why a document is not what its encoding demands.
public struct NGDecodingError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong.
    public enum Reason: String, Hashable, Sendable {
        /// The document ends within a value.
        case truncated = "the document ends within a value"
        /// A byte stands where the grammar does not permit it.
        case unexpectedByte = "unexpected byte"
        /// A number is empty, has leading zeros or does not fit.
        case invalidNumber = "invalid number"
        /// A string's length goes beyond the end of the document.
        case invalidLength = "a string's length goes beyond the end"
        /// A JSON string has an unknown escape.
        case invalidEscape = "invalid escape in a string"
        /// Lists and dictionaries are nested too deeply.
        case tooDeep = "nested too deeply"
        /// There are too many values.
        case tooManyValues = "too many values"
        /// The document is longer than a message may be.
        case tooLong = "too long"
        /// Something other than white space follows the document.
        case trailingBytes = "bytes follow the end of the document"
        /// The outermost value is no dictionary.
        case notADictionary = "the document is not a dictionary"
    }

    /// What is wrong.
    public var reason: Reason
    /// The offset in bytes from the start of the document.
    public var offset: Int

    /// An error at `offset`.
    public init(_ reason: Reason, at offset: Int) {
        self.reason = reason
        self.offset = offset
    }

    /// One clause, such as `invalid number at byte 17`.
    public var description: String { "\(reason.rawValue) at byte \(offset)" }
}
