import BatonBase

/// The checksum of Ogg pages, RFC 3533 §6 field 7: a CRC of 32 bits with the polynomial
/// 0x04c11db7, most significant bit first, starting from 0, not inverted.
enum OggChecksum {
    private static let table: [UInt32] = (0..<256).map { byte in
        var remainder = UInt32(byte) << 24
        for _ in 0..<8 {
            remainder = remainder << 1 ^ (remainder >> 31 == 1 ? 0x04c1_1db7 : 0)
        }
        return remainder
    }

    /// The checksum of a whole page, the four bytes of its own field taken as 0.
    static func of(_ page: RawSpan) -> UInt32 {
        let table = self.table
        var checksum: UInt32 = 0
        for offset in 0..<page.byteCount {
            let byte = OggPage.checksumField.contains(offset) ? 0 : page.uint8(at: offset)
            let index = Int(truncatingIfNeeded: checksum >> 24) ^ Int(byte)
            checksum = checksum << 8 ^ table[index]
        }
        return checksum
    }
}
