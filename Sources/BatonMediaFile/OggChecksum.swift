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
        let field = OggPage.checksumField
        var checksum = add(page.extracting(first: min(field.lowerBound, page.byteCount)), to: 0)
        guard page.byteCount >= field.upperBound else { return checksum }
        for _ in field { checksum = checksum << 8 ^ table[Int(checksum >> 24)] }
        return add(page.extracting(field.upperBound...), to: checksum)
    }

    private static func add(_ bytes: RawSpan, to checksum: UInt32) -> UInt32 {
        let table = self.table
        var checksum = checksum
        for offset in 0..<bytes.byteCount {
            let index = Int(checksum >> 24) ^ Int(bytes.uint8(at: offset))
            checksum = checksum << 8 ^ table[index]
        }
        return checksum
    }
}
