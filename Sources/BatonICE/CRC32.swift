import BatonBase

/// The CRC-32 of ITU-T V.42 (ISO 3309), which FINGERPRINT uses: RFC 8489 §14.7.
enum CRC32 {
    /// The polynomial, lowest bit first.
    private static let polynomial: UInt32 = 0xedb8_8320

    private static let table: InlineArray<256, UInt32> = {
        var table = InlineArray<256, UInt32>(repeating: 0)
        for byte in 0..<256 {
            var value = UInt32(byte)
            for _ in 0..<8 {
                value = value & 1 == 1 ? value >> 1 ^ polynomial : value >> 1
            }
            table[byte] = value
        }
        return table
    }()

    /// The checksum of `bytes`.
    static func checksum(_ bytes: RawSpan) -> UInt32 {
        var sum: UInt32 = .max
        for offset in 0..<bytes.byteCount {
            let index = Int(UInt8(truncatingIfNeeded: sum) ^ bytes.uint8(at: offset))
            sum = table[index] ^ sum >> 8
        }
        return ~sum
    }
}
