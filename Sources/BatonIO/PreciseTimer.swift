public import BatonBase
internal import CLinux
internal import Glibc

/// Waiting for a point in time as exactly as the kernel can.
///
/// For generators that send by a schedule. A worker's timers belong on its wheel.
public enum PreciseTimer {
    /// Asks the kernel to wake this thread at its time instead of up to 50 µs later, as it does for
    /// ordinary threads. Without effect where /proc does not allow it.
    public static func minimiseSlack() {
        let descriptor = unsafe open("/proc/self/timerslack_ns", O_WRONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        _ = unsafe write(descriptor, "1", 1)
        _ = close(descriptor)
    }

    /// Blocks the thread until `deadline` on the monotonic clock; returns at once when it has
    /// passed, and early when a signal comes.
    public static func sleep(until deadline: Instant) {
        var time = timespec(
            tv_sec: Int(clamping: deadline.nanoseconds / 1_000_000_000),
            tv_nsec: Int(deadline.nanoseconds % 1_000_000_000))
        _ = unsafe clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &time, nil)
    }

    /// The CPU time that this thread has used so far, in nanoseconds.
    public static func threadCPUNanoseconds() -> UInt64 {
        readClock(CLOCK_THREAD_CPUTIME_ID)
    }
}
