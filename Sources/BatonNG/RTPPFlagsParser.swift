/// The grammar of an `rtpp-flags` string, which newer proxies send instead of keys:
///
///     flags = item *(1*SP item)         item  = flag / key "=" value
///     value = text / "[" items "]"      items = item *(1*SP item)
///
/// Brackets that hold any `key=value` are a dictionary, otherwise a list. In a value, `--` stands
/// for `=` and `..` for a space.
struct RTPPFlagsParser {
    private let bytes: ArraySlice<UInt8>
    private var position: Int
    /// How deep brackets may be nested; deeper ones are taken as text.
    private static let depthMax = 8

    /// One item of the string.
    enum Item: Hashable, Sendable {
        case flag(NGBytes)
        case assignment(NGDictionary.Entry)
    }

    init(_ bytes: NGBytes) {
        self.bytes = bytes.slice
        position = bytes.startIndex
    }

    /// The next item, `nil` at the end.
    mutating func next() -> Item? {
        item(depth: 0)
    }

    /// `text` with its escapes replaced.
    static func unescaped(_ text: NGBytes) -> NGBytes {
        var output: [UInt8] = []
        var index = text.startIndex
        while index < text.endIndex {
            let byte = text[index]
            let isPair = index + 1 < text.endIndex && text[index + 1] == byte
            if isPair, byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".") {
                output.append(byte == UInt8(ascii: "-") ? UInt8(ascii: "=") : UInt8(ascii: " "))
                index += 2
            } else {
                output.append(byte)
                index += 1
            }
        }
        return NGBytes(output)
    }

    /// The next item before the end of the string or, within brackets, before a `]`.
    private mutating func item(depth: Int) -> Item? {
        while position < bytes.endIndex, NGText.isWhiteSpace(bytes[position]) { position += 1 }
        guard position < bytes.endIndex, depth == 0 || bytes[position] != UInt8(ascii: "]") else {
            return nil
        }
        let word = text(depth: depth, stopsAtEquals: true)
        guard position < bytes.endIndex, bytes[position] == UInt8(ascii: "=") else {
            return .flag(word)
        }
        position += 1
        return .assignment(.init(key: word, value: value(depth: depth)))
    }

    private mutating func value(depth: Int) -> NGValue {
        guard depth < Self.depthMax, position < bytes.endIndex,
            bytes[position] == UInt8(ascii: "[")
        else { return .string(Self.unescaped(text(depth: depth, stopsAtEquals: false))) }
        position += 1
        var items: [Item] = []
        while let item = bracketedItem(depth: depth + 1) { items.append(item) }
        if position < bytes.endIndex { position += 1 }
        return Self.value(of: items)
    }

    /// An item within brackets; an inner pair of brackets without a key is a nested value.
    private mutating func bracketedItem(depth: Int) -> Item? {
        while position < bytes.endIndex, NGText.isWhiteSpace(bytes[position]) { position += 1 }
        guard position < bytes.endIndex, bytes[position] == UInt8(ascii: "["),
            depth < Self.depthMax
        else { return item(depth: depth) }
        return .assignment(.init(key: "", value: value(depth: depth)))
    }

    /// The bytes up to white space, a closing bracket that is open, or an `=`.
    private mutating func text(depth: Int, stopsAtEquals: Bool) -> NGBytes {
        let start = position
        while position < bytes.endIndex {
            let byte = bytes[position]
            if NGText.isWhiteSpace(byte) { break }
            if byte == UInt8(ascii: "="), stopsAtEquals { break }
            if byte == UInt8(ascii: "]"), depth > 0 { break }
            position += 1
        }
        return NGBytes(bytes[start..<position])
    }

    private static func value(of items: [Item]) -> NGValue {
        let hasKeys = items.contains { item in
            if case .assignment(let entry) = item { !entry.key.isEmpty } else { false }
        }
        var dictionary = NGDictionary()
        var list: [NGValue] = []
        for item in items {
            switch item {
            case .flag(let word):
                list.append(.string(unescaped(word)))
                dictionary.entries.append(.init(key: word, value: .string("")))
            case .assignment(let entry):
                list.append(entry.value)
                dictionary.entries.append(entry)
            }
        }
        return hasKeys ? .dictionary(dictionary) : .list(list)
    }
}

extension NGRequestReader {
    /// Reads a string of `rtpp-flags`.
    mutating func readRTPPFlags(_ value: NGValue) {
        guard let string = value.scalar else { return }
        var parser = RTPPFlagsParser(string)
        while let item = parser.next() {
            switch item {
            case .flag(let word): readFlag(word)
            case .assignment(let entry): readRTPPFlag(entry)
            }
        }
    }

    /// One `key=value`. A tag given here is one that the script chose, so it is to be honoured; a
    /// `via-branch` that only says which header to take was for the proxy itself.
    private mutating func readRTPPFlag(_ entry: NGDictionary.Entry) {
        if Self.viaBranch[entry.key] != nil {
            if let word = entry.value.scalar, Self.viaChoices[word] != nil { return }
        }
        if let flag = Self.tagFlags[entry.key] { request.flags.insert(flag) }
        guard NGWords.keys[entry.key] == nil else { return read(entry) }
        if !readPrefixed(entry) { request.unrecognized.insert(entry.key.shortText) }
    }

    /// Reads `codec-strip=G722` as the flag `codec-strip-G722`; false when there is no such flag.
    private mutating func readPrefixed(_ entry: NGDictionary.Entry) -> Bool {
        guard entry.key.count <= 64 else { return false }
        let prefix = entry.key.array + [UInt8(ascii: "-")]
        var isKnown = false
        forEachWord(of: entry.value) { reader, word in
            if reader.readPrefixed(NGBytes(prefix + word.array)) { isKnown = true }
        }
        return isKnown
    }

    private static let viaBranch = NGWordTable<Bool>([("via-branch", true)])
    private static let viaChoices = NGWordTable<Bool>(
        ["auto", "auto-next", "next", "extra", "1", "2"].map { ($0, true) })
    private static let tagFlags = NGWordTable<NGFlags>([
        ("from-tag", .directional), ("to-tag", .honourToTag),
    ])
}
