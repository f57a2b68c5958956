import BatonBase

/// How one kind of value is written: the same in the file, as a flag and in messages.
struct ValueForm<Value: Sendable>: Sendable {
    /// What a right value looks like, for messages: "a whole number from 1 to 64".
    let expected: String
    /// A right value.
    let example: String
    /// The value that a text writes, `nil` when it is not one.
    let parse: @Sendable (String) -> Value?
    /// The text of a value; ``parse`` gives the value back.
    let text: @Sendable (Value) -> String

    /// This form, or the word `word` for no value.
    func orNone(_ word: String) -> ValueForm<Value?> {
        ValueForm<Value?>(
            expected: "\(expected), or '\(word)'", example: example,
            parse: { $0 == word || $0 == "none" ? .some(nil) : parse($0).map { .some($0) } },
            text: { $0.map(text) ?? word })
    }
}

extension ValueForm where Value == Int {
    /// A whole number within `range`.
    static func integer(_ range: ClosedRange<Int>, example: Int) -> Self {
        Self(
            expected: "a whole number from \(range.lowerBound) to \(range.upperBound)",
            example: String(example),
            parse: { text in
                text.hasPrefix("+") ? nil : Int(text).flatMap { range.contains($0) ? $0 : nil }
            },
            text: { String($0) })
    }

    /// A sample rate that speech is sent at.
    static let forwardRate: Self = {
        let rates = [8_000, 16_000, 24_000, 32_000, 48_000]
        let words = rates.map { String($0) }.joined(separator: ", ")
        return Self(
            expected: "one of \(words)", example: "16000",
            parse: { text in rates.first { String($0) == text } }, text: { String($0) })
    }()

    /// A number of bytes within `range`, with an optional unit `KiB` or `MiB`.
    static func bytes(_ range: ClosedRange<Int>, example: String) -> Self {
        Self(
            expected: "bytes from \(range.lowerBound) to \(range.upperBound), with KiB or MiB if "
                + "you like",
            example: example,
            parse: { parseBytes($0).flatMap { range.contains($0) ? $0 : nil } },
            text: { String($0) })
    }

    private static func parseBytes(_ text: String) -> Int? {
        for (unit, factor) in [("KiB", 1_024), ("MiB", 1_048_576)] where text.hasSuffix(unit) {
            guard let number = UInt32(text.dropLast(3).filter { $0 != " " }) else { return nil }
            return Int(number) * factor
        }
        return UInt32(text).map { Int($0) }
    }
}

extension ValueForm where Value == Bool {
    /// `true` or `false`.
    static func yesOrNo(example: Bool) -> Self {
        Self(
            expected: "true or false", example: String(example), parse: { Bool($0) },
            text: { String($0) })
    }
}

extension ValueForm where Value == Duration {
    /// A time within `range`: `250ms`, `30s`, `5m`, `1h`, or plain seconds.
    static func duration(_ range: ClosedRange<Duration>, example: String) -> Self {
        Self(
            expected: "a time from \(DurationText.text(range.lowerBound)) to "
                + "\(DurationText.text(range.upperBound)), in ms, s, m or h",
            example: example,
            parse: { DurationText.parse($0).flatMap { range.contains($0) ? $0 : nil } },
            text: { DurationText.text($0) })
    }
}

extension ValueForm where Value == String {
    /// Text of 1 to `limit` bytes without control characters.
    static func line(_ what: String, limit: Int, example: String) -> Self {
        Self(
            expected: "\(what), 1 to \(limit) bytes without line breaks", example: example,
            parse: { text in
                let isFine = text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7f }
                return isFine && (1...limit).contains(text.utf8.count) ? text : nil
            },
            text: { $0 })
    }
}

extension ValueForm where Value: RawRepresentable<String> & CaseIterable {
    /// One of the enumeration's words.
    static func choice(example: Value) -> Self {
        let words = Value.allCases.map(\.rawValue)
        return Self(
            expected: "one of \(words.joined(separator: ", "))", example: example.rawValue,
            parse: { Value(rawValue: $0) }, text: { $0.rawValue })
    }
}
