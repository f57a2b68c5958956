import BatonBase

/// One pass over a JSON document (RFC 8259).
struct JSONDecoder {
    private let bytes: ArraySlice<UInt8>
    private let limits: NGLimits
    private var position: Int
    private var values = 0

    init(_ bytes: ArraySlice<UInt8>, limits: NGLimits) {
        self.bytes = bytes
        self.limits = limits
        position = bytes.startIndex
    }

    /// The object that is the whole document.
    mutating func document() throws(NGDecodingError) -> NGDictionary {
        guard bytes.count <= limits.messageBytes else { throw error(.tooLong) }
        guard try peekPastWhiteSpace() == UInt8(ascii: "{") else { throw error(.notADictionary) }
        let object = try object(depth: 1)
        skipWhiteSpace()
        guard position == bytes.endIndex else { throw error(.trailingBytes) }
        return object
    }

    private func error(_ reason: NGDecodingError.Reason) -> NGDecodingError {
        NGDecodingError(reason, at: position - bytes.startIndex)
    }

    private mutating func skipWhiteSpace() {
        while position < bytes.endIndex, NGText.isWhiteSpace(bytes[position]) { position += 1 }
    }

    private func peek() throws(NGDecodingError) -> UInt8 {
        guard position < bytes.endIndex else { throw error(.truncated) }
        return bytes[position]
    }

    private mutating func peekPastWhiteSpace() throws(NGDecodingError) -> UInt8 {
        skipWhiteSpace()
        return try peek()
    }

    private mutating func expect(_ byte: UInt8) throws(NGDecodingError) {
        guard try peekPastWhiteSpace() == byte else { throw error(.unexpectedByte) }
        position += 1
    }
}

/// Structures (§4, §5).
extension JSONDecoder {
    private mutating func value(depth: Int) throws(NGDecodingError) -> NGValue {
        values += 1
        guard values <= limits.values else { throw error(.tooManyValues) }
        switch try peekPastWhiteSpace() {
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "{"): return .dictionary(try object(depth: depth + 1))
        case UInt8(ascii: "["): return .list(try array(depth: depth + 1))
        case UInt8(ascii: "t"): return .string(try literal("true", "true"))
        case UInt8(ascii: "f"): return .string(try literal("false", "false"))
        case UInt8(ascii: "n"): return .string(try literal("null", ""))
        default: return try number()
        }
    }

    private mutating func object(depth: Int) throws(NGDecodingError) -> NGDictionary {
        guard depth <= limits.depth else { throw error(.tooDeep) }
        position += 1
        var object = NGDictionary()
        if try peekPastWhiteSpace() == UInt8(ascii: "}") {
            position += 1
            return object
        }
        while true {
            guard try peekPastWhiteSpace() == UInt8(ascii: "\"") else {
                throw error(.unexpectedByte)
            }
            let key = try string()
            try expect(UInt8(ascii: ":"))
            object.entries.append(.init(key: key, value: try value(depth: depth)))
            if try isLast(closing: UInt8(ascii: "}")) { return object }
        }
    }

    private mutating func array(depth: Int) throws(NGDecodingError) -> [NGValue] {
        guard depth <= limits.depth else { throw error(.tooDeep) }
        position += 1
        var array: [NGValue] = []
        if try peekPastWhiteSpace() == UInt8(ascii: "]") {
            position += 1
            return array
        }
        while true {
            array.append(try value(depth: depth))
            if try isLast(closing: UInt8(ascii: "]")) { return array }
        }
    }

    /// Consumes a comma (false) or the closing bracket (true).
    private mutating func isLast(closing: UInt8) throws(NGDecodingError) -> Bool {
        let byte = try peekPastWhiteSpace()
        guard byte == closing || byte == UInt8(ascii: ",") else { throw error(.unexpectedByte) }
        position += 1
        return byte == closing
    }

    private mutating func literal(
        _ word: String, _ meaning: NGBytes
    ) throws(NGDecodingError) -> NGBytes {
        for byte in word.utf8 {
            guard try peek() == byte else { throw error(.unexpectedByte) }
            position += 1
        }
        return meaning
    }
}

/// Numbers (§6).
extension JSONDecoder {
    /// An integer, or the number's text where it is none or does not fit.
    private mutating func number() throws(NGDecodingError) -> NGValue {
        let start = position
        if try peek() == UInt8(ascii: "-") { position += 1 }
        let firstDigit = position
        try digits()
        guard position == firstDigit + 1 || bytes[firstDigit] != UInt8(ascii: "0") else {
            throw error(.invalidNumber)
        }
        var isInteger = true
        if position < bytes.endIndex, bytes[position] == UInt8(ascii: ".") {
            isInteger = false
            position += 1
            try digits()
        }
        if position < bytes.endIndex, bytes[position] | 0x20 == UInt8(ascii: "e") {
            isInteger = false
            position += 1
            let sign = try peek()
            if sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") { position += 1 }
            try digits()
        }
        let text = NGBytes(bytes[start..<position])
        if isInteger, let number = Int64(text.text) { return .integer(number) }
        return .string(text)
    }

    /// At least one digit.
    private mutating func digits() throws(NGDecodingError) {
        guard NGText.isDigit(try peek()) else { throw error(.unexpectedByte) }
        while position < bytes.endIndex, NGText.isDigit(bytes[position]) { position += 1 }
    }
}

/// Strings (§7).
extension JSONDecoder {
    private mutating func string() throws(NGDecodingError) -> NGBytes {
        position += 1
        let start = position
        while true {
            let byte = try peek()
            if byte == UInt8(ascii: "\"") { break }
            if byte == UInt8(ascii: "\\") { return try escapedString(from: start) }
            guard byte >= 0x20 else { throw error(.unexpectedByte) }
            position += 1
        }
        position += 1
        return NGBytes(bytes[start..<position - 1])
    }

    /// The rest of a string that has an escape at `position`; it gets memory of its own.
    private mutating func escapedString(from start: Int) throws(NGDecodingError) -> NGBytes {
        var output = Array(bytes[start..<position])
        output.reserveCapacity(min(bytes.endIndex - start, 2_048))
        while true {
            let byte = try peek()
            guard byte >= 0x20 else { throw error(.unexpectedByte) }
            position += 1
            if byte == UInt8(ascii: "\"") { return NGBytes(output) }
            if byte == UInt8(ascii: "\\") {
                try appendEscape(to: &output)
            } else {
                output.append(byte)
            }
        }
    }

    private mutating func appendEscape(to output: inout [UInt8]) throws(NGDecodingError) {
        let byte = try peek()
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): output.append(byte)
        case UInt8(ascii: "n"): output.append(0x0a)
        case UInt8(ascii: "r"): output.append(0x0d)
        case UInt8(ascii: "t"): output.append(0x09)
        case UInt8(ascii: "b"): output.append(0x08)
        case UInt8(ascii: "f"): output.append(0x0c)
        case UInt8(ascii: "u"): output.append(contentsOf: String(try scalar()).utf8)
        default:
            position -= 1
            throw error(.invalidEscape)
        }
    }

    /// The character of a `\u` escape, or of two that are a surrogate pair.
    private mutating func scalar() throws(NGDecodingError) -> Unicode.Scalar {
        let first = try hexadecimal()
        if let scalar = Unicode.Scalar(first) { return scalar }
        guard first < 0xdc00, position + 1 < bytes.endIndex,
            bytes[position] == UInt8(ascii: "\\"), bytes[position + 1] == UInt8(ascii: "u")
        else { return "\u{fffd}" }
        let resume = position
        position += 2
        let second = try hexadecimal()
        guard (0xdc00...0xdfff).contains(second) else {
            position = resume
            return "\u{fffd}"
        }
        return Unicode.Scalar(0x1_0000 + (first - 0xd800) << 10 + (second - 0xdc00)) ?? "\u{fffd}"
    }

    /// Four hexadecimal digits.
    private mutating func hexadecimal() throws(NGDecodingError) -> UInt32 {
        var number: UInt32 = 0
        for _ in 0..<4 {
            guard let digit = Hex.value(of: try peek()) else { throw error(.invalidEscape) }
            number = number << 4 | UInt32(digit)
            position += 1
        }
        return number
    }
}
