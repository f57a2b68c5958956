/// Bencode as the ng protocol has it: keys in any order, possibly repeated.
///
///     dictionary = "d" *(string value) "e"     integer = "i" ["-"] digits "e"
///     list       = "l" *value "e"              string  = digits ":" bytes
public enum BencodeCodec {
    /// The dictionary that is the whole of `document`; white space may follow it.
    ///
    /// Strings share the memory of `document`. Numbers have no leading zeros and no `-0`.
    public static func decode(
        _ document: NGBytes, limits: NGLimits = .init()
    ) throws(NGDecodingError) -> NGDictionary {
        var decoder = BencodeDecoder(document.slice, limits: limits)
        return try decoder.document()
    }

    /// The document of `dictionary`, keys in their order.
    public static func encode(_ dictionary: NGDictionary) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(1_024)
        append(dictionary, to: &output)
        return output
    }

    private static func append(_ dictionary: NGDictionary, to output: inout [UInt8]) {
        output.append(UInt8(ascii: "d"))
        for entry in dictionary.entries {
            append(entry.key, to: &output)
            append(entry.value, to: &output)
        }
        output.append(UInt8(ascii: "e"))
    }

    private static func append(_ value: NGValue, to output: inout [UInt8]) {
        switch value {
        case .string(let bytes):
            append(bytes, to: &output)
        case .integer(let number):
            output.append(UInt8(ascii: "i"))
            output.append(contentsOf: String(number).utf8)
            output.append(UInt8(ascii: "e"))
        case .list(let values):
            output.append(UInt8(ascii: "l"))
            for value in values { append(value, to: &output) }
            output.append(UInt8(ascii: "e"))
        case .dictionary(let dictionary):
            append(dictionary, to: &output)
        }
    }

    private static func append(_ bytes: NGBytes, to output: inout [UInt8]) {
        output.append(contentsOf: String(bytes.count).utf8)
        output.append(UInt8(ascii: ":"))
        output.append(contentsOf: bytes.slice)
    }
}

/// One pass over a bencode document.
private struct BencodeDecoder {
    let bytes: ArraySlice<UInt8>
    let limits: NGLimits
    var position: Int
    var values = 0

    init(_ bytes: ArraySlice<UInt8>, limits: NGLimits) {
        self.bytes = bytes
        self.limits = limits
        position = bytes.startIndex
    }

    mutating func document() throws(NGDecodingError) -> NGDictionary {
        guard bytes.count <= limits.messageBytes else { throw error(.tooLong) }
        guard try peek() == UInt8(ascii: "d") else { throw error(.notADictionary) }
        let dictionary = try dictionary(depth: 1)
        while position < bytes.endIndex {
            guard NGText.isWhiteSpace(bytes[position]) else { throw error(.trailingBytes) }
            position += 1
        }
        return dictionary
    }

    private func error(_ reason: NGDecodingError.Reason) -> NGDecodingError {
        NGDecodingError(reason, at: position - bytes.startIndex)
    }

    private func peek() throws(NGDecodingError) -> UInt8 {
        guard position < bytes.endIndex else { throw error(.truncated) }
        return bytes[position]
    }

    private mutating func value(depth: Int) throws(NGDecodingError) -> NGValue {
        values += 1
        guard values <= limits.values else { throw error(.tooManyValues) }
        switch try peek() {
        case UInt8(ascii: "d"): return .dictionary(try dictionary(depth: depth + 1))
        case UInt8(ascii: "l"): return .list(try list(depth: depth + 1))
        case UInt8(ascii: "i"):
            position += 1
            return .integer(try number(until: UInt8(ascii: "e")))
        default: return .string(try string())
        }
    }

    private mutating func dictionary(depth: Int) throws(NGDecodingError) -> NGDictionary {
        guard depth <= limits.depth else { throw error(.tooDeep) }
        position += 1
        var dictionary = NGDictionary()
        while try peek() != UInt8(ascii: "e") {
            let key = try string()
            dictionary.entries.append(.init(key: key, value: try value(depth: depth)))
        }
        position += 1
        return dictionary
    }

    private mutating func list(depth: Int) throws(NGDecodingError) -> [NGValue] {
        guard depth <= limits.depth else { throw error(.tooDeep) }
        position += 1
        var list: [NGValue] = []
        while try peek() != UInt8(ascii: "e") { list.append(try value(depth: depth)) }
        position += 1
        return list
    }

    private mutating func string() throws(NGDecodingError) -> NGBytes {
        guard NGText.isDigit(try peek()) else { throw error(.unexpectedByte) }
        let length = try number(until: UInt8(ascii: ":"))
        guard length <= bytes.endIndex - position else { throw error(.invalidLength) }
        let start = position
        position += Int(length)
        return NGBytes(bytes[start..<position])
    }

    /// The number up to `end`, which is consumed.
    private mutating func number(until end: UInt8) throws(NGDecodingError) -> Int64 {
        let start = position
        let isNegative = try peek() == UInt8(ascii: "-")
        if isNegative { position += 1 }
        let firstDigit = position
        var number: Int64 = 0
        while try peek() != end {
            let byte = bytes[position]
            guard NGText.isDigit(byte) else { throw error(.unexpectedByte) }
            let digit = Int64(byte &- UInt8(ascii: "0"))
            let (tens, overflow) = number.multipliedReportingOverflow(by: 10)
            let (sum, carry) =
                isNegative
                ? tens.subtractingReportingOverflow(digit) : tens.addingReportingOverflow(digit)
            guard !overflow, !carry else { throw error(.invalidNumber) }
            number = sum
            position += 1
        }
        let digits = position - firstDigit
        let hasLeadingZero = digits > 1 && bytes[firstDigit] == UInt8(ascii: "0")
        guard digits > 0, !hasLeadingZero, !(isNegative && number == 0) else {
            position = start
            throw error(.invalidNumber)
        }
        position += 1
        return number
    }
}
