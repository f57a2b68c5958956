/// Finds what a word means, whatever its case and whether it has hyphens, underscores or spaces.
///
/// A lookup allocates nothing: the folded word is hashed as it is read.
struct NGWordTable<Value: Sendable>: Sendable {
    private var entries: [UInt64: Entry] = [:]

    private struct Entry: Sendable {
        var word: [UInt8]
        var value: Value
    }

    /// The table of these words; the last of two equal words counts.
    init(_ words: [(String, Value)]) {
        for (word, value) in words {
            let bytes = NGBytes(word)
            entries[Self.hash(bytes)] = Entry(word: bytes.map(Self.folded), value: value)
        }
    }

    /// The meaning of `word`, `nil` if it has none.
    subscript(word: NGBytes) -> Value? {
        guard let entry = entries[Self.hash(word)], entry.word.count == word.count else {
            return nil
        }
        let theirs = word.slice.span
        for index in theirs.indices where entry.word[index] != Self.folded(theirs[index]) {
            return nil
        }
        return entry.value
    }

    /// Lower case, and a hyphen for a space or an underscore.
    static func folded(_ byte: UInt8) -> UInt8 {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): byte | 0x20
        case UInt8(ascii: " "), UInt8(ascii: "_"): UInt8(ascii: "-")
        default: byte
        }
    }

    /// FNV-1a over the folded bytes. The words are ours, so nobody can choose them to collide.
    private static func hash(_ word: NGBytes) -> UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        let bytes = word.slice.span
        for index in bytes.indices {
            hash = (hash ^ UInt64(folded(bytes[index]))) &* 0x0000_0100_0000_01b3
        }
        return hash
    }
}
