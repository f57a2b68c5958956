/// A value of an ng document, in either encoding.
///
/// JSON has more kinds: `true` and `false` are the strings of that name, `null` is the empty
/// string, and a number that is no 64-bit integer is a string of its digits as they were written.
public enum NGValue: Hashable, Sendable {
    /// A byte string.
    case string(NGBytes)
    /// A whole number.
    case integer(Int64)
    /// Values in order.
    case list([NGValue])
    /// Keys and values in order, keys possibly repeated.
    case dictionary(NGDictionary)

    /// The UTF-8 form of `text` as a string value.
    public static func text(_ text: some StringProtocol) -> NGValue { .string(NGBytes(text)) }

    /// A number as a value, clamped to the range of a 64-bit integer.
    public static func number(_ number: some BinaryInteger) -> NGValue {
        .integer(Int64(clamping: number))
    }

    /// The bytes of a string, `nil` for any other kind.
    public var string: NGBytes? {
        guard case .string(let bytes) = self else { return nil }
        return bytes
    }

    /// The number of an integer or of a string of decimal digits (with an optional minus).
    public var integer: Int64? {
        switch self {
        case .integer(let number): number
        case .string(let bytes): Int64(bytes.text)
        case .list, .dictionary: nil
        }
    }

    /// The elements of a list, `nil` for any other kind.
    public var list: [NGValue]? {
        guard case .list(let values) = self else { return nil }
        return values
    }

    /// The dictionary, `nil` for any other kind.
    public var dictionary: NGDictionary? {
        guard case .dictionary(let dictionary) = self else { return nil }
        return dictionary
    }

    /// What a single string is wanted from: the string, an integer's digits, or the same of a
    /// list's first element. `nil` for a dictionary and for an empty list.
    public var scalar: NGBytes? {
        switch self {
        case .string(let bytes): bytes
        case .integer(let number): NGBytes(String(number))
        case .list(let values): values.first.flatMap(\.innerScalar)
        case .dictionary: nil
        }
    }

    private var innerScalar: NGBytes? {
        if case .list = self { return nil }
        return scalar
    }
}

extension NGValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    /// A string value.
    public init(stringLiteral value: String) {
        self = .string(NGBytes(value))
    }

    /// An integer value.
    public init(integerLiteral value: Int64) {
        self = .integer(value)
    }

    /// A list value.
    public init(arrayLiteral elements: NGValue...) {
        self = .list(elements)
    }

    /// A dictionary value with the keys in the order written.
    public init(dictionaryLiteral elements: (NGBytes, NGValue)...) {
        self = .dictionary(NGDictionary(elements.map { .init(key: $0.0, value: $0.1) }))
    }
}
