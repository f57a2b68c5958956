public import BatonBase
internal import CLinux
internal import Glibc

/// A timerfd on the monotonic clock: becomes readable at a set time.
public struct TimerDescriptor: ~Copyable {
    private let timer: Descriptor
    private var armedFor: Instant?

    /// A new timerfd that is not set.
    public init() throws(SystemError) {
        let flags = Int32(TFD_NONBLOCK) | Int32(TFD_CLOEXEC)
        let number = timerfd_create(CLOCK_MONOTONIC, flags)
        guard number >= 0 else { throw SystemError.last("timerfd_create") }
        timer = Descriptor(owning: number)
    }

    /// The descriptor to watch for reading.
    public var descriptor: Int32 { timer.number }

    /// Sets the time, or with `nil` none. Costs a system call only when the time changes.
    public mutating func arm(at deadline: Instant?) {
        guard deadline != armedFor else { return }
        armedFor = deadline
        var setting = itimerspec()
        if let deadline {
            // Zero would mean "not set"; a time that has passed fires at once.
            let nanoseconds = max(deadline.nanoseconds, 1)
            setting.it_value.tv_sec = Int(clamping: nanoseconds / 1_000_000_000)
            setting.it_value.tv_nsec = Int(nanoseconds % 1_000_000_000)
        }
        // Cannot fail: the descriptor is a timerfd and the time is in range.
        _ = unsafe timerfd_settime(timer.number, Int32(TFD_TIMER_ABSTIME), &setting, nil)
    }

    /// Takes the expiry back after the descriptor was readable.
    public mutating func clear() {
        armedFor = nil
        var count: UInt64 = 0
        _ = unsafe read(timer.number, &count, MemoryLayout<UInt64>.size)
    }
}
