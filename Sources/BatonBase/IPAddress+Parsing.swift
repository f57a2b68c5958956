extension IPAddress {
    /// The address that `text` writes: dotted decimal, or IPv6 as in RFC 4291 §2.2 with an
    /// optional numeric `%scope`. `nil` when it is neither; names are never resolved.
    public init?(_ text: some StringProtocol) {
        if let v4 = Self.parseV4(String(text).utf8) {
            self.init(v4: v4)
            return
        }
        let parts = text.utf8.split(separator: UInt8(ascii: "%"), maxSplits: 1)
        guard let head = parts.first, let groups = Self.parseV6(Array(head)) else { return nil }
        var scope: UInt32 = 0
        if parts.count == 2 {
            guard let number = UInt32(String(decoding: parts[1], as: UTF8.self)) else { return nil }
            scope = number
        }
        let word = { (part: ArraySlice<UInt16>) in part.reduce(UInt64(0)) { $0 << 16 | UInt64($1) }
        }
        self.init(v6High: word(groups[..<4]), low: word(groups[4...]), scope: scope)
    }

    /// Four decimal numbers of one to three digits, each at most 255, without signs or blanks.
    private static func parseV4(_ text: some Sequence<UInt8>) -> UInt32? {
        var bits: UInt32 = 0
        var number: UInt32 = 0
        var digits = 0
        var dots = 0
        for byte in text {
            if byte == UInt8(ascii: ".") {
                guard digits > 0, dots < 3 else { return nil }
                bits = bits << 8 | number
                (number, digits, dots) = (0, 0, dots + 1)
            } else {
                guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte), digits < 3 else {
                    return nil
                }
                number = number * 10 + UInt32(byte - UInt8(ascii: "0"))
                digits += 1
                guard number <= 255 else { return nil }
            }
        }
        return dots == 3 && digits > 0 ? bits << 8 | number : nil
    }

    private static func parseV6(_ text: [UInt8]) -> [UInt16]? {
        guard text.count >= 2, text.count <= 45 else { return nil }
        guard let gap = firstDoubleColon(in: text) else {
            guard let groups = parseGroups(text[...]), groups.count == 8 else { return nil }
            return groups
        }
        guard let head = parseGroups(text[..<gap]), let tail = parseGroups(text[(gap + 2)...]),
            head.count + tail.count < 8
        else { return nil }
        return head + Array(repeating: 0, count: 8 - head.count - tail.count) + tail
    }

    private static func firstDoubleColon(in text: [UInt8]) -> Int? {
        let colon = UInt8(ascii: ":")
        return (0..<text.count - 1).first { text[$0] == colon && text[$0 + 1] == colon }
    }

    /// Groups between single colons; the last may be an IPv4 address. Empty text gives none.
    private static func parseGroups(_ text: ArraySlice<UInt8>) -> [UInt16]? {
        if text.isEmpty { return [] }
        let parts = text.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        var groups: [UInt16] = []
        for (index, part) in parts.enumerated() {
            if index == parts.count - 1, part.contains(UInt8(ascii: ".")) {
                guard let bits = parseV4(part) else { return nil }
                groups += [UInt16(bits >> 16), UInt16(truncatingIfNeeded: bits)]
            } else {
                guard let group = parseGroup(part) else { return nil }
                groups.append(group)
            }
        }
        return groups.count <= 8 ? groups : nil
    }

    private static func parseGroup(_ text: ArraySlice<UInt8>) -> UInt16? {
        guard (1...4).contains(text.count) else { return nil }
        var number: UInt16 = 0
        for byte in text {
            guard let digit = Hex.value(of: byte) else { return nil }
            number = number << 4 | UInt16(digit)
        }
        return number
    }
}
