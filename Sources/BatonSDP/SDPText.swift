/// Helpers on the bytes of lines: nothing here makes a `String`.
enum SDPText {
    static let space = UInt8(ascii: " ")
    static let tab = UInt8(ascii: "\t")
    static let colon = UInt8(ascii: ":")
    static let slash = UInt8(ascii: "/")
    static let bar = UInt8(ascii: "|")
    static let equals = UInt8(ascii: "=")
    static let semicolon = UInt8(ascii: ";")

    static func isBlank(_ byte: UInt8) -> Bool {
        byte == space || byte == tab
    }

    /// Whether a byte may not stand in a line (RFC 8866 §9, `byte-string`).
    static func endsLine(_ byte: UInt8) -> Bool {
        byte == 0x0a || byte == 0x0d || byte == 0
    }

    /// Whether a byte is an `ice-char`: a letter, a digit, `+` or `/` (RFC 8839 §5.4).
    static func isICECharacter(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "/"):
            true
        default: false
        }
    }

    /// Without white space at either end.
    static func stripped(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        trimmed(bytes.drop(while: isBlank))
    }

    /// Without white space at the end.
    static func trimmed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var end = bytes.endIndex
        while end > bytes.startIndex, isBlank(bytes[end &- 1]) { end &-= 1 }
        return bytes[..<end]
    }

    /// Cuts the next word off `rest`, blanks around it left out; `nil` when there is none.
    static func word(_ rest: inout ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        var start = rest.startIndex
        let limit = rest.endIndex
        while start < limit, isBlank(rest[start]) { start &+= 1 }
        var end = start
        while end < limit, !isBlank(rest[end]) { end &+= 1 }
        let word = rest[start..<end]
        rest = rest[end...]
        return word.isEmpty ? nil : word
    }

    /// All words of a line's value.
    static func words(_ bytes: ArraySlice<UInt8>) -> [ArraySlice<UInt8>] {
        var words: [ArraySlice<UInt8>] = []
        words.reserveCapacity(8)
        var rest = bytes
        while let word = word(&rest) { words.append(word) }
        return words
    }

    /// Appends `number` in decimal digits.
    static func append(_ number: some UnsignedInteger & FixedWidthInteger, to bytes: inout [UInt8])
    {
        let start = bytes.count
        var rest = number
        repeat {
            let (quotient, digit) = rest.quotientAndRemainder(dividingBy: 10)
            bytes.append(UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: digit))
            rest = quotient
        } while rest > 0
        bytes[start...].reverse()
    }

    /// The number that decimal digits and nothing else write; `nil` for anything else and for
    /// more than `T` holds.
    static func number<T: FixedWidthInteger>(_ bytes: ArraySlice<UInt8>, as: T.Type) -> T? {
        guard !bytes.isEmpty else { return nil }
        var value: T = 0
        for byte in bytes {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
            let (scaled, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, carry) = scaled.addingReportingOverflow(T(byte &- UInt8(ascii: "0")))
            if overflow || carry { return nil }
            value = sum
        }
        return value
    }

    static func equal(_ bytes: ArraySlice<UInt8>, _ text: String) -> Bool {
        let utf8 = text.utf8
        return utf8.count == bytes.count && utf8.elementsEqual(bytes)
    }

    /// Whether ASCII letters of any case in `bytes` spell `text`.
    static func equalIgnoringCase(_ bytes: ArraySlice<UInt8>, _ text: String) -> Bool {
        let utf8 = text.utf8
        return utf8.count == bytes.count && zip(utf8, bytes).allSatisfy { lower($0) == lower($1) }
    }

    /// Whether the attribute whose text starts at `start` of the line `bytes` is `name` or
    /// starts with `name:`.
    static func hasName(_ name: String, _ bytes: ArraySlice<UInt8>, at start: Int) -> Bool {
        let utf8 = name.utf8
        var index = start &+ utf8.count
        guard index <= bytes.endIndex else { return false }
        // What follows the name is looked at first: it tells nearly all others apart.
        if index < bytes.endIndex, bytes[index] != colon, !isBlank(bytes[index]) { return false }
        index = start
        for byte in utf8 {
            if bytes[index] != byte { return false }
            index &+= 1
        }
        return index == bytes.endIndex || bytes[index] == colon || trimmed(bytes[index...]).isEmpty
    }

    static func string(_ bytes: ArraySlice<UInt8>) -> String {
        String(decoding: bytes, as: UTF8.self)
    }

    private static func lower(_ byte: UInt8) -> UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
    }
}
