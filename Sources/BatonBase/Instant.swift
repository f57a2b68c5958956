/// A point on the monotonic clock, in nanoseconds since an unstated origin.
///
/// Cores take it as a parameter and never read a clock; drivers make it (`MonotonicClock` in
/// BatonIO), tests make it from numbers.
public struct Instant: Hashable, Comparable, Sendable, BitwiseCopyable {
    /// Nanoseconds since the clock's origin.
    public var nanoseconds: UInt64

    /// The instant that lies `nanoseconds` after the clock's origin.
    @inlinable public init(nanoseconds: UInt64) {
        self.nanoseconds = nanoseconds
    }

    /// Whether `lhs` is the earlier one.
    @inlinable public static func < (lhs: Instant, rhs: Instant) -> Bool {
        lhs.nanoseconds < rhs.nanoseconds
    }

    /// The instant `duration` later; a result outside the clock's range is clamped to its ends.
    @inlinable public static func + (lhs: Instant, rhs: Duration) -> Instant {
        let (sum, overflow) = lhs.nanoseconds.addingReportingOverflow(rhs.wholeNanoseconds)
        return Instant(nanoseconds: overflow ? .max : sum)
    }

    /// The time from `rhs` to `lhs`, zero when `rhs` is the later one.
    @inlinable public static func - (lhs: Instant, rhs: Instant) -> Duration {
        .nanoseconds(Int64(clamping: lhs.nanosecondsSince(rhs)))
    }

    /// Nanoseconds from `earlier` to this instant, 0 when `earlier` is the later one.
    @inlinable public func nanosecondsSince(_ earlier: Instant) -> UInt64 {
        nanoseconds > earlier.nanoseconds ? nanoseconds &- earlier.nanoseconds : 0
    }
}

extension Duration {
    /// The duration in nanoseconds, clamped to 0 … `UInt64.max`.
    @inlinable public var wholeNanoseconds: UInt64 {
        let (seconds, attoseconds) = components
        guard seconds >= 0, attoseconds >= 0 else { return 0 }
        let (product, overflow) = UInt64(seconds).multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, carry) = product.addingReportingOverflow(UInt64(attoseconds) / 1_000_000_000)
        return overflow || carry ? .max : sum
    }

    /// The duration in milliseconds, rounded down and clamped to 0 … `Int.max`.
    @inlinable public var wholeMilliseconds: Int {
        Int(clamping: wholeNanoseconds / 1_000_000)
    }
}
