/// Uniform PCM of 16 bits in network byte order: L16, RFC 3551 §4.5.11.
public enum L16Codec {
    /// Decodes `octets` to the front of `samples`, which has room for half as many. An odd octet at
    /// the end is dropped. Returns how many samples there were.
    @discardableResult
    public static func decode(
        _ octets: borrowing Span<UInt8>, into samples: inout MutableSpan<Int16>
    ) -> Int {
        let count = octets.count / 2
        precondition(samples.count >= count, "a sample for two octets")
        for index in 0..<count { samples[index] = sample(octets, 2 &* index) }
        return count
    }

    /// Decodes `octets` of interleaved left and right samples (RFC 3551 §4.1) to the mean of both;
    /// `samples` has room for a quarter as many. An incomplete pair at the end is dropped. Returns
    /// how many samples there were.
    @discardableResult
    public static func decodeStereo(
        _ octets: borrowing Span<UInt8>, into samples: inout MutableSpan<Int16>
    ) -> Int {
        let count = octets.count / 4
        precondition(samples.count >= count, "a sample for four octets")
        for index in 0..<count {
            let left = Int32(sample(octets, 4 &* index))
            let right = Int32(sample(octets, 4 &* index &+ 2))
            samples[index] = Int16(truncatingIfNeeded: (left &+ right) >> 1)
        }
        return count
    }

    /// Encodes `samples` to the front of `octets`, which has room for twice as many. Returns how
    /// many octets there are.
    @discardableResult
    public static func encode(
        _ samples: borrowing Span<Int16>, into octets: inout MutableSpan<UInt8>
    ) -> Int {
        precondition(octets.count >= 2 * samples.count, "two octets for each sample")
        for index in samples.indices {
            let bits = UInt16(bitPattern: samples[index])
            octets[2 &* index] = UInt8(truncatingIfNeeded: bits >> 8)
            octets[2 &* index &+ 1] = UInt8(truncatingIfNeeded: bits)
        }
        return 2 * samples.count
    }

    @inline(__always)
    private static func sample(_ octets: borrowing Span<UInt8>, _ index: Int) -> Int16 {
        Int16(bitPattern: UInt16(octets[index]) << 8 | UInt16(octets[index &+ 1]))
    }
}
