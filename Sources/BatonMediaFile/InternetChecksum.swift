import BatonBase

/// The checksum of IP and UDP headers: the inverted ones' complement sum of 16-bit numbers, RFC
/// 1071.
struct InternetChecksum {
    /// Carries gather above the low 16 bits until the end.
    private var sum: UInt64 = 0

    /// Adds bytes; an odd one at the end counts as if a 0 followed it.
    mutating func add(_ bytes: RawSpan) {
        var offset = 0
        while bytes.byteCount - offset >= 4 {
            sum &+= UInt64(bytes.uint32(at: offset))
            offset += 4
        }
        if bytes.byteCount - offset >= 2 {
            sum &+= UInt64(bytes.uint16(at: offset))
            offset += 2
        }
        if offset < bytes.byteCount { sum &+= UInt64(bytes.uint8(at: offset)) << 8 }
    }

    /// Adds a number of up to 32 bits.
    mutating func add(_ value: Int) {
        sum &+= UInt64(UInt32(truncatingIfNeeded: value))
    }

    /// The field's value; it is 0 over a header that holds its right checksum.
    var value: UInt16 {
        var folded = sum
        while folded > 0xffff { folded = folded >> 16 + (folded & 0xffff) }
        return ~UInt16(truncatingIfNeeded: folded)
    }
}
