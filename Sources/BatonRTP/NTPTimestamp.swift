/// A wall-clock time as RTCP carries it: seconds since 1900 and a binary fraction (RFC 3550 §4).
public struct NTPTimestamp: Hashable, Sendable {
    /// Seconds in the upper, their fraction in the lower 32 bits.
    public var bits: UInt64

    /// The time with these 64 bits.
    @inlinable public init(bits: UInt64) {
        self.bits = bits
    }

    /// The time `unixNanoseconds` after the start of 1970. It wraps in 2036, as the format does.
    public init(unixNanoseconds: UInt64) {
        let secondsFrom1900To1970: UInt64 = 2_208_988_800
        let seconds = unixNanoseconds / 1_000_000_000 &+ secondsFrom1900To1970
        let fraction = (unixNanoseconds % 1_000_000_000) << 32 / 1_000_000_000
        bits = seconds << 32 | fraction
    }

    /// The middle 32 bits, in units of 1/65,536 s: the form in which LSR carries it.
    @inlinable public var middleBits: UInt32 { UInt32(truncatingIfNeeded: bits >> 16) }
}
