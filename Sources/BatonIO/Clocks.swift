public import BatonBase
internal import CLinux
internal import Glibc

/// The machine's monotonic clock (CLOCK_MONOTONIC), which timerfd shares.
public enum MonotonicClock {
    /// The time now.
    public static func now() -> Instant {
        Instant(nanoseconds: readClock(CLOCK_MONOTONIC))
    }
}

/// The time of day (CLOCK_REALTIME).
public enum WallClock {
    /// Nanoseconds since 1970-01-01 00:00 UTC.
    public static func nanosecondsSince1970() -> UInt64 {
        readClock(CLOCK_REALTIME)
    }
}

func readClock(_ clock: clockid_t) -> UInt64 {
    var time = timespec()
    // Cannot fail: the clock exists and the pointer is valid.
    unsafe clock_gettime(clock, &time)
    return UInt64(truncatingIfNeeded: time.tv_sec) &* 1_000_000_000
        &+ UInt64(truncatingIfNeeded: time.tv_nsec)
}
