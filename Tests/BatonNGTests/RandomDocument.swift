import BatonBase
import BatonNG

/// Random documents from a seed.
struct RandomDocument {
    private var generator: SplitMix64
    /// Whether strings may hold bytes that are no UTF-8.
    let permitsAnyBytes: Bool

    init(seed: UInt64, permitsAnyBytes: Bool) {
        generator = SplitMix64(seed: seed)
        self.permitsAnyBytes = permitsAnyBytes
    }

    mutating func dictionary(depth: Int = 0) -> NGDictionary {
        var dictionary = NGDictionary()
        for _ in 0..<number(below: 5) {
            let key = string()
            dictionary.entries.append(.init(key: key, value: value(depth: depth)))
            if number(below: 8) == 0 {
                dictionary.entries.append(.init(key: key, value: value(depth: depth)))
            }
        }
        return dictionary
    }

    mutating func number(below bound: Int) -> Int {
        Int.random(in: 0..<bound, using: &generator)
    }

    private mutating func value(depth: Int) -> NGValue {
        switch number(below: depth < 4 ? 6 : 3) {
        case 0: return .integer(Int64.random(in: .min ... .max, using: &generator))
        case 1: return .integer(Int64(number(below: 20)) - 10)
        case 2, 3: return .string(string())
        case 4: return .dictionary(dictionary(depth: depth + 1))
        default:
            let count = number(below: 4)
            return .list((0..<count).map { _ in value(depth: depth + 1) })
        }
    }

    private mutating func string() -> NGBytes {
        let count = number(below: 12)
        if permitsAnyBytes { return NGBytes((0..<count).map { _ in UInt8(number(below: 256)) }) }
        let choices: [Unicode.Scalar] = [
            "a", "Z", "\"", "\\", "\r", "\n", "\0", "\u{7f}", "é", "€", "😀", " ", ":", "}", "e",
        ]
        var text = String.UnicodeScalarView()
        for _ in 0..<count { text.append(choices[number(below: choices.count)]) }
        return NGBytes(String(text))
    }
}
