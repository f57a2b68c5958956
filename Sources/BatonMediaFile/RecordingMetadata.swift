/// What stands in the text file beside a recording: fields in the order in which they were added,
/// written as JSON (RFC 8259).
///
/// ```swift
/// var metadata = RecordingMetadata()
/// metadata["call-id"] = .text(callID)
/// metadata["tracks"] = .list([.group([("label", .text("caller")), ("channel", .integer(0))])])
/// ```
public struct RecordingMetadata: Sendable {
    /// A value of a field.
    public indirect enum Value: Sendable {
        /// Text.
        case text(String)
        /// A whole number.
        case integer(Int64)
        /// Another number; written as null when it is infinite or not a number.
        case number(Double)
        /// Yes or no.
        case flag(Bool)
        /// Known to be missing.
        case null
        /// Values in order.
        case list([Value])
        /// Fields in order.
        case group([(name: String, value: Value)])
    }

    /// Why metadata are not written.
    public enum WriteError: Error, Hashable, Sendable {
        /// The text is more than ``RecordingMetadata/byteCountMax`` bytes.
        case tooLarge
    }

    /// Bytes of the text: peers say some of what is in it.
    public static let byteCountMax = 1 << 20

    private var fields: [(name: String, value: Value)] = []

    /// No fields.
    public init() {}

    /// The value of the field `name`. A new one goes to the end, `nil` removes it.
    public subscript(name: String) -> Value? {
        get { fields.first { $0.name == name }?.value }
        set {
            let index = fields.firstIndex { $0.name == name }
            switch (index, newValue) {
            case (let index?, let value?): fields[index].value = value
            case (let index?, nil): fields.remove(at: index)
            case (nil, let value?): fields.append((name, value))
            case (nil, nil): break
            }
        }
    }

    /// Appends the JSON text, indented by two spaces a level and ending in a line feed.
    /// - Throws: `tooLarge`; nothing is appended then.
    public func append(to bytes: inout [UInt8]) throws(WriteError) {
        var text: [UInt8] = []
        Self.append(.group(fields), indentation: 0, to: &text)
        text.append(UInt8(ascii: "\n"))
        guard text.count <= Self.byteCountMax else { throw .tooLarge }
        bytes.append(contentsOf: text)
    }

    private static func append(_ value: Value, indentation: Int, to text: inout [UInt8]) {
        switch value {
        case .text(let value): append(quoted: value, to: &text)
        case .integer(let value): text.append(contentsOf: String(value).utf8)
        case .number(let value):
            text.append(contentsOf: (value.isFinite ? String(value) : "null").utf8)
        case .flag(let value): text.append(contentsOf: (value ? "true" : "false").utf8)
        case .null: text.append(contentsOf: "null".utf8)
        case .list(let values):
            append("[", "]", values, indentation, to: &text) { value, text in
                append(value, indentation: indentation + 1, to: &text)
            }
        case .group(let fields):
            append("{", "}", fields, indentation, to: &text) { field, text in
                append(quoted: field.name, to: &text)
                text.append(contentsOf: ": ".utf8)
                append(field.value, indentation: indentation + 1, to: &text)
            }
        }
    }

    private static func append<Element>(
        _ open: String, _ close: String, _ elements: [Element], _ indentation: Int,
        to text: inout [UInt8], _ append: (Element, inout [UInt8]) -> Void
    ) {
        text.append(contentsOf: open.utf8)
        for (index, element) in elements.enumerated() {
            if index > 0 { text.append(UInt8(ascii: ",")) }
            appendLine(indentation + 1, to: &text)
            append(element, &text)
        }
        if !elements.isEmpty { appendLine(indentation, to: &text) }
        text.append(contentsOf: close.utf8)
    }

    private static func appendLine(_ indentation: Int, to text: inout [UInt8]) {
        text.append(UInt8(ascii: "\n"))
        text.append(contentsOf: repeatElement(UInt8(ascii: " "), count: 2 * indentation))
    }

    /// RFC 8259 §7. U+007F and the two line separators of Unicode are escaped as well: the former
    /// is a nuisance on terminals, the latter end a line in JavaScript.
    private static func append(quoted value: String, to text: inout [UInt8]) {
        text.append(UInt8(ascii: "\""))
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\"": text.append(contentsOf: #"\""#.utf8)
            case "\\": text.append(contentsOf: #"\\"#.utf8)
            case "\n": text.append(contentsOf: #"\n"#.utf8)
            case "\r": text.append(contentsOf: #"\r"#.utf8)
            case "\t": text.append(contentsOf: #"\t"#.utf8)
            case "\0"..<" ", "\u{7f}", "\u{2028}", "\u{2029}":
                let digits = String(scalar.value, radix: 16)
                let zeros = String(repeating: "0", count: 4 - digits.count)
                text.append(contentsOf: (#"\u"# + zeros + digits).utf8)
            default: text.append(contentsOf: UTF8.encode(scalar) ?? .init())
            }
        }
        text.append(UInt8(ascii: "\""))
    }
}
