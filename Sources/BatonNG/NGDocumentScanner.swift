/// Follows the structure of one document as its bytes come in, to find where it ends.
///
/// It checks no more than it must know for that; the codec does the rest on the whole document.
struct NGDocumentScanner: Sendable {
    /// How the scan of the bytes at hand ended.
    enum Outcome: Hashable, Sendable {
        /// More bytes are needed.
        case incomplete
        /// The document ends before the position that the scan reached.
        case complete
        /// The end cannot be found.
        case malformed
        /// A string is announced that goes beyond the limit.
        case tooLong
    }

    private let encoding: NGEncoding
    private let stringBytesMax: Int
    private var depth = 0
    private var state = State.structure

    private enum State: Sendable {
        /// Between values.
        case structure
        /// Bencode: within `i…e`.
        case integer
        /// Bencode: within a string's length, which is this so far.
        case length(Int)
        /// Bencode: this many bytes of a string are still to come.
        case bytes(Int)
        /// JSON: within a string, and whether the next byte is escaped.
        case quoted(escaped: Bool)
    }

    /// A scanner at the start of a document in `encoding`.
    init(_ encoding: NGEncoding, stringBytesMax: Int) {
        self.encoding = encoding
        self.stringBytesMax = stringBytesMax
    }

    /// Scans `buffer` from `position` on, which is moved behind what was scanned.
    mutating func scan(_ buffer: [UInt8], from position: inout Int) -> Outcome {
        while position < buffer.count {
            if case .bytes(let remaining) = state {
                let skipped = min(remaining, buffer.count - position)
                position += skipped
                state = remaining == skipped ? .structure : .bytes(remaining - skipped)
                continue
            }
            let byte = buffer[position]
            position += 1
            let outcome = encoding == .bencode ? bencode(byte) : json(byte)
            if outcome != .incomplete { return outcome }
        }
        return .incomplete
    }

    private mutating func bencode(_ byte: UInt8) -> Outcome {
        switch (state, byte) {
        case (.structure, UInt8(ascii: "d")), (.structure, UInt8(ascii: "l")):
            depth += 1
        case (.structure, UInt8(ascii: "e")):
            depth -= 1
            if depth == 0 { return .complete }
        case (.structure, UInt8(ascii: "i")):
            state = .integer
        case (.structure, _) where NGText.isDigit(byte):
            state = .length(Int(byte &- UInt8(ascii: "0")))
        case (.integer, UInt8(ascii: "e")):
            state = .structure
        case (.integer, _) where NGText.isDigit(byte) || byte == UInt8(ascii: "-"):
            break
        case (.length(let length), UInt8(ascii: ":")):
            state = length == 0 ? .structure : .bytes(length)
        case (.length(let length), _) where NGText.isDigit(byte):
            let longer = length * 10 + Int(byte &- UInt8(ascii: "0"))
            guard longer <= stringBytesMax else { return .tooLong }
            state = .length(longer)
        default:
            return .malformed
        }
        return .incomplete
    }

    private mutating func json(_ byte: UInt8) -> Outcome {
        switch (state, byte) {
        case (.quoted(escaped: true), _):
            state = .quoted(escaped: false)
        case (.quoted, UInt8(ascii: "\\")):
            state = .quoted(escaped: true)
        case (.quoted, UInt8(ascii: "\"")):
            state = .structure
        case (.quoted, _):
            break
        case (_, UInt8(ascii: "\"")):
            state = .quoted(escaped: false)
        case (_, UInt8(ascii: "{")), (_, UInt8(ascii: "[")):
            depth += 1
        case (_, UInt8(ascii: "}")), (_, UInt8(ascii: "]")):
            depth -= 1
            if depth == 0 { return .complete }
        default:
            break
        }
        return .incomplete
    }
}
