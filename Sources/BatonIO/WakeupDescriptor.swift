internal import CLinux
internal import Glibc

/// An eventfd: wakes a loop from any thread.
public final class WakeupDescriptor: Sendable {
    private let event: Descriptor

    /// A new eventfd that is not signalled.
    public init() throws(SystemError) {
        let number = eventfd(0, Int32(EFD_NONBLOCK) | Int32(EFD_CLOEXEC))
        guard number >= 0 else { throw SystemError.last("eventfd") }
        event = Descriptor(owning: number)
    }

    /// The descriptor to watch for reading.
    public var descriptor: Int32 { event.number }

    /// Makes the descriptor readable. Any thread may call it; allocates nothing.
    public func signal() {
        var one: UInt64 = 1
        // Fails only when the counter is full, and then it is readable anyway.
        _ = unsafe write(event.number, &one, MemoryLayout<UInt64>.size)
    }

    /// Takes the signal back, before looking at what it stands for.
    public func clear() {
        var count: UInt64 = 0
        _ = unsafe read(event.number, &count, MemoryLayout<UInt64>.size)
    }
}
