import BatonBase

/// The two companding laws of ITU-T G.711: 8 bits a sample at 8000 Hz.
public enum G711Law: UInt8, Hashable, Sendable, CaseIterable {
    /// µ-law, PCMU in RFC 3551 §4.5.14.
    case mu
    /// A-law, PCMA in RFC 3551 §4.5.14.
    case a

    /// The octet of digital silence: the positive zero of the law.
    @inlinable public var silence: UInt8 { self == .mu ? 0xff : 0xd5 }
}

/// Converts between G.711 octets and uniform PCM of 16 bits, by table.
///
/// Uniform values are those of ITU-T G.191's reference: 14 bits of µ-law and 13 bits of A-law, both
/// at the top of the 16. One sample takes one load either way. Many are encoded by calculation: the
/// table of 16 KiB is not in a processor's nearest cache when a relay's next packet comes.
public struct G711Codec: Sendable {
    /// The law.
    public let law: G711Law
    private let expanded: [Int16]
    private let compressed: [UInt8]

    /// A codec of `law`. The tables are made once for the process.
    public init(_ law: G711Law) {
        self.law = law
        (expanded, compressed) = law == .mu ? Self.muTables : Self.aTables
    }

    private static let muTables = tables(expand: MuLaw.expand, compress: MuLaw.compress)
    private static let aTables = tables(expand: ALaw.expand, compress: ALaw.compress)

    private static func tables(
        expand: (UInt8) -> Int16, compress: (Int16) -> UInt8
    ) -> ([Int16], [UInt8]) {
        let expanded = (0...UInt8.max).map(expand)
        // Both laws look at the upper 14 bits only.
        let compressed = (0..<1 << 14).map { index in
            compress(Int16(truncatingIfNeeded: index << 2))
        }
        return (expanded, compressed)
    }

    /// The sample that `octet` stands for.
    public func decode(_ octet: UInt8) -> Int16 {
        expanded[Int(octet)]
    }

    /// The octet nearest to `sample`.
    public func encode(_ sample: Int16) -> UInt8 {
        compressed[Int(UInt16(bitPattern: sample) >> 2)]
    }

    /// Decodes `octets` to the front of `samples`, which has room for as many.
    public func decode(_ octets: borrowing Span<UInt8>, into samples: inout MutableSpan<Int16>) {
        precondition(samples.count >= octets.count, "a sample for each octet")
        for index in octets.indices { samples[index] = expanded[Int(octets[index])] }
    }

    /// Encodes `samples` to the front of `octets`, which has room for as many.
    public func encode(_ samples: borrowing Span<Int16>, into octets: inout MutableSpan<UInt8>) {
        var bytes = octets.mutableBytes
        encode(samples, into: &bytes)
    }

    /// Encodes `samples` to the front of `octets`, which has room for as many.
    public func encode(_ samples: borrowing Span<Int16>, into octets: inout MutableRawSpan) {
        precondition(octets.byteCount >= samples.count, "an octet for each sample")
        switch law {
        case .mu:
            for index in samples.indices { octets.store(MuLaw.compress(samples[index]), at: index) }
        case .a:
            for index in samples.indices { octets.store(ALaw.compress(samples[index]), at: index) }
        }
    }
}

/// µ-law by its definition, ITU-T G.711 table 2: sign, three bits of segment, four of mantissa, all
/// inverted.
enum MuLaw {
    /// What is added to the 14-bit magnitude, so that each segment begins at a power of two.
    private static let bias: Int32 = 33

    static func expand(_ octet: UInt8) -> Int16 {
        let bits = Int(~octet)
        let (segment, mantissa) = (bits >> 4 & 7, bits & 15)
        // The middle of the interval, in 14 bits.
        let magnitude = (2 * mantissa + Int(bias)) << segment - Int(bias)
        return Int16((octet & 0x80 == 0 ? -magnitude : magnitude) << 2)
    }

    @inline(__always)
    static func compress(_ sample: Int16) -> UInt8 {
        let value = Int32(sample)
        // One's complement keeps -1 … -4 apart from 0, as the reference does.
        let sign = value >> 31
        let magnitude = min((value ^ sign) >> 2 &+ bias, 0x1fff)
        // The bias sets bit 5 at least, so that some bit is set.
        let segment = Int32(truncatingIfNeeded: 26 &- magnitude.leadingZeroBitCount)
        let mantissa = magnitude &>> (segment &+ 1) & 15
        let bits = UInt8(truncatingIfNeeded: segment &<< 4 | mantissa | (sign & 0x80))
        return ~bits
    }
}

/// A-law by its definition, ITU-T G.711 table 1: sign, three bits of segment, four of mantissa, the
/// even bits inverted.
enum ALaw {
    private static let evenBits: UInt8 = 0x55

    static func expand(_ octet: UInt8) -> Int16 {
        let bits = Int((octet ^ evenBits) & 0x7f)
        let (segment, mantissa) = (bits >> 4, bits & 15)
        // The middle of the interval, in 16 bits. The first two segments have the same step.
        let magnitude =
            segment == 0
            ? mantissa << 4 + 8 : ((mantissa + 16) << 4 + 8) << (segment - 1)
        return Int16(octet & 0x80 == 0 ? -magnitude : magnitude)
    }

    @inline(__always)
    static func compress(_ sample: Int16) -> UInt8 {
        let value = Int32(sample)
        let sign = value >> 31
        let magnitude = (value ^ sign) >> 4
        var bits = magnitude
        if magnitude > 15 {
            let segment = Int32(truncatingIfNeeded: 28 &- magnitude.leadingZeroBitCount)
            bits = segment &<< 4 | (magnitude &>> (segment &- 1) & 15)
        }
        return UInt8(truncatingIfNeeded: bits | (~sign & 0x80)) ^ evenBits
    }
}
