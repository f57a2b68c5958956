import BatonBase

/// JSON (RFC 8259) as the ng protocol uses it: objects keep the order of their keys and repeated
/// keys, strings are bytes.
public enum JSONCodec {
    /// The object that is the whole of `document`; white space may surround it.
    ///
    /// Strings without escapes share the memory of `document`. See ``NGValue`` for the kinds of
    /// values that it does not have. An escaped surrogate without its partner becomes U+FFFD.
    public static func decode(
        _ document: NGBytes, limits: NGLimits = .init()
    ) throws(NGDecodingError) -> NGDictionary {
        var decoder = JSONDecoder(document.slice, limits: limits)
        return try decoder.document()
    }

    /// The document of `dictionary`, keys in their order.
    ///
    /// It is UTF-8 whatever the strings hold: bytes that are not are taken for ISO 8859-1.
    public static func encode(_ dictionary: NGDictionary) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(1_024)
        append(dictionary, to: &output)
        return output
    }

    private static func append(_ dictionary: NGDictionary, to output: inout [UInt8]) {
        output.append(UInt8(ascii: "{"))
        for (index, entry) in dictionary.entries.enumerated() {
            if index > 0 { output.append(UInt8(ascii: ",")) }
            append(entry.key.slice, to: &output)
            output.append(UInt8(ascii: ":"))
            append(entry.value, to: &output)
        }
        output.append(UInt8(ascii: "}"))
    }

    private static func append(_ value: NGValue, to output: inout [UInt8]) {
        switch value {
        case .string(let bytes):
            append(bytes.slice, to: &output)
        case .integer(let number):
            output.append(contentsOf: String(number).utf8)
        case .list(let values):
            output.append(UInt8(ascii: "["))
            for (index, value) in values.enumerated() {
                if index > 0 { output.append(UInt8(ascii: ",")) }
                append(value, to: &output)
            }
            output.append(UInt8(ascii: "]"))
        case .dictionary(let dictionary):
            append(dictionary, to: &output)
        }
    }

    /// A quoted string: runs that need no change are copied as they are.
    private static func append(_ bytes: ArraySlice<UInt8>, to output: inout [UInt8]) {
        output.append(UInt8(ascii: "\""))
        var copied = bytes.startIndex
        var index = bytes.startIndex
        while index < bytes.endIndex {
            let byte = bytes[index]
            if byte >= 0x20, byte < 0x7f, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\") {
                index += 1
                continue
            }
            let length = byte >= 0x80 ? NGText.utf8SequenceLength(in: bytes, at: index) : 0
            if length > 0 {
                index += length
                continue
            }
            output.append(contentsOf: bytes[copied..<index])
            appendReplacement(for: byte, to: &output)
            index += 1
            copied = index
        }
        output.append(contentsOf: bytes[copied..<bytes.endIndex])
        output.append(UInt8(ascii: "\""))
    }

    /// The escape of a byte that may not stand in a string as it is.
    private static func appendReplacement(for byte: UInt8, to output: inout [UInt8]) {
        switch byte {
        case UInt8(ascii: "\""): output.append(contentsOf: #"\""#.utf8)
        case UInt8(ascii: "\\"): output.append(contentsOf: #"\\"#.utf8)
        case UInt8(ascii: "\r"): output.append(contentsOf: #"\r"#.utf8)
        case UInt8(ascii: "\n"): output.append(contentsOf: #"\n"#.utf8)
        case UInt8(ascii: "\t"): output.append(contentsOf: #"\t"#.utf8)
        case 0x80...: output.append(contentsOf: [0xc0 | byte >> 6, 0x80 | byte & 0x3f])
        default:
            output.append(contentsOf: #"\u00"#.utf8)
            output.append(contentsOf: Hex.encode([byte]).utf8)
        }
    }
}
