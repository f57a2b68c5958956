public import BatonBase

/// Arithmetic between nanoseconds and the ticks of a media clock.
public enum MediaClock {
    /// The ticks that go by in `nanoseconds` at `clockRateHz`, wrapped as timestamps are.
    public static func ticks(_ nanoseconds: UInt64, clockRateHz: UInt32) -> UInt32 {
        let whole = (nanoseconds / 1_000_000_000) &* UInt64(clockRateHz)
        let rest = nanoseconds % 1_000_000_000 &* UInt64(clockRateHz) / 1_000_000_000
        return UInt32(truncatingIfNeeded: whole &+ rest)
    }

    /// How long `ticks` take at `clockRateHz`, 0 for an unknown clock.
    public static func microseconds(_ ticks: UInt32, clockRateHz: UInt32) -> UInt64 {
        clockRateHz == 0 ? 0 : UInt64(ticks) &* 1_000_000 / UInt64(clockRateHz)
    }
}

extension SourceStatistics {
    /// Whether `reading` can be meant for the source at `now`: its timestamp lies within ten
    /// seconds of the packets'. A source that states nonsense, such as a timestamp of 0, is not to
    /// be repeated.
    public func isPlausible(
        _ reading: RTCPClockReading, clockRateHz: UInt32, at now: Instant
    ) -> Bool {
        let elapsed = now.nanosecondsSince(latestArrival)
        let expected = timestamp &+ MediaClock.ticks(elapsed, clockRateHz: clockRateHz)
        let distance = Int32(bitPattern: reading.rtpTimestamp &- expected)
        return Int64(distance.magnitude) <= 10 &* Int64(clockRateHz)
    }
}

extension NTPTimestamp {
    /// The time `nanoseconds` later.
    public func advanced(byNanoseconds nanoseconds: UInt64) -> NTPTimestamp {
        let fraction = (nanoseconds % 1_000_000_000) << 32 / 1_000_000_000
        return NTPTimestamp(bits: bits &+ (nanoseconds / 1_000_000_000) << 32 &+ fraction)
    }
}

/// One moment on the wall clock and on a stream's media clock: what a sender report states
/// (RFC 3550 §6.4.1).
public struct RTCPClockReading: Hashable, Sendable {
    /// The moment on the wall clock.
    public var ntpTimestamp: NTPTimestamp
    /// The same moment in the timestamps of the stream.
    public var rtpTimestamp: UInt32

    /// Both belong to the same moment.
    public init(ntpTimestamp: NTPTimestamp, rtpTimestamp: UInt32) {
        self.ntpTimestamp = ntpTimestamp
        self.rtpTimestamp = rtpTimestamp
    }
}
