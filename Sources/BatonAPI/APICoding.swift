import Foundation

/// JSON as the API writes and reads it: sorted keys, no escaped slashes, absent for `nil`.
public enum APICoding {
    /// The JSON text of an answer; with `isPretty`, indented and with a line break at the end.
    ///
    /// - Throws: `EncodingError` for numbers that JSON cannot write (not finite).
    public static func encode(_ value: some Encodable, isPretty: Bool = false) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        if isPretty { encoder.outputFormatting.insert(.prettyPrinted) }
        return Array(try encoder.encode(value)) + (isPretty ? [0x0a] : [])
    }

    /// The answer that a JSON text holds. Keys that are not known are skipped.
    ///
    /// - Throws: `DecodingError`.
    public static func decode<Value: Decodable>(
        _ type: Value.Type, from bytes: some Sequence<UInt8>
    ) throws -> Value {
        try JSONDecoder().decode(type, from: Data(bytes))
    }
}
