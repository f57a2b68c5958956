/// Questions about single bytes and short byte strings.
enum NGText {
    /// JSON's white space: space, tab, line feed, carriage return.
    static func isWhiteSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09
    }

    /// `0` to `9`.
    static func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") < 10 }

    /// `bytes` without the white space around them.
    static func trimmed(_ bytes: NGBytes) -> NGBytes {
        var slice = bytes.slice
        while let first = slice.first, isWhiteSpace(first) { slice.removeFirst() }
        while let last = slice.last, isWhiteSpace(last) { slice.removeLast() }
        return NGBytes(slice)
    }

    /// The length of the well-formed UTF-8 sequence (RFC 3629 §4) of two to four bytes that begins
    /// at `start`, 0 when there is none.
    static func utf8SequenceLength(in bytes: ArraySlice<UInt8>, at start: Int) -> Int {
        let lead = bytes[start]
        let length: Int
        var second: ClosedRange<UInt8> = 0x80...0xbf
        switch lead {
        case 0xc2...0xdf: length = 2
        case 0xe0: (length, second) = (3, 0xa0...0xbf)
        case 0xed: (length, second) = (3, 0x80...0x9f)
        case 0xe1...0xef: length = 3
        case 0xf0: (length, second) = (4, 0x90...0xbf)
        case 0xf4: (length, second) = (4, 0x80...0x8f)
        case 0xf1...0xf3: length = 4
        default: return 0
        }
        guard bytes.endIndex - start >= length, second.contains(bytes[start + 1]) else { return 0 }
        for index in start + 2..<start + max(length, 2) where bytes[index] & 0xc0 != 0x80 {
            return 0
        }
        return length
    }
}
