internal import CLinux
internal import Glibc

/// What to wait for at a descriptor.
public struct Readiness: OptionSet, Sendable {
    /// EPOLL bits.
    public let rawValue: UInt32

    /// The set with these EPOLL bits.
    public init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    /// Something can be read, or a connection accepted.
    public static let read = Readiness(rawValue: clinux_epoll_in)
    /// Something can be written.
    public static let write = Readiness(rawValue: clinux_epoll_out)
    /// The peer has closed, or the descriptor has an error: reading tells which.
    public static let hangUp = Readiness(
        rawValue: clinux_epoll_error | clinux_epoll_hang_up | clinux_epoll_read_hang_up)
    /// Report each change once (EPOLLET) instead of for as long as it lasts.
    public static let edgeTriggered = Readiness(rawValue: clinux_epoll_edge_triggered)
}

/// An epoll instance with room for the events of one wait.
@safe
public struct Poller: ~Copyable {
    private let epoll: Descriptor
    private let events: UnsafeMutablePointer<epoll_event>
    private let capacity: Int

    /// A new epoll instance that reports at most `capacity` events a wait.
    public init(capacity: Int = 256) throws(SystemError) {
        let number = epoll_create1(Int32(EPOLL_CLOEXEC))
        guard number >= 0 else { throw SystemError.last("epoll_create1") }
        epoll = Descriptor(owning: number)
        self.capacity = capacity
        unsafe events = .allocate(capacity: capacity)
        unsafe events.initialize(repeating: epoll_event(), count: capacity)
    }

    deinit { unsafe events.deallocate() }

    /// The epoll instance itself: readable when it has something to report.
    public var descriptor: Int32 { epoll.number }

    /// Watches `descriptor`; `token` comes back with its events.
    public func add(
        _ descriptor: Int32, token: UInt64, for interest: Readiness
    ) throws(SystemError) {
        try control(EPOLL_CTL_ADD, descriptor, token, interest)
    }

    /// Changes what is waited for.
    public func modify(
        _ descriptor: Int32, token: UInt64, for interest: Readiness
    ) throws(SystemError) {
        try control(EPOLL_CTL_MOD, descriptor, token, interest)
    }

    /// Stops watching `descriptor`.
    public func remove(_ descriptor: Int32) {
        _ = epoll_ctl(epoll.number, EPOLL_CTL_DEL, descriptor, nil)
    }

    /// The number of events, after waiting for the first one for at most `milliseconds`; 0 also
    /// when a signal came between.
    public func poll(waitingMilliseconds milliseconds: Int32 = 0) -> Int {
        max(0, Int(unsafe epoll_wait(epoll.number, events, Int32(capacity), milliseconds)))
    }

    /// The token and readiness of event `index` of the last ``poll()``.
    public func event(_ index: Int) -> (token: UInt64, readiness: Readiness) {
        precondition(index >= 0 && index < capacity)
        let event = unsafe events[index]
        return unsafe (event.data.u64, Readiness(rawValue: event.events))
    }

    private func control(
        _ operation: Int32, _ descriptor: Int32, _ token: UInt64, _ interest: Readiness
    ) throws(SystemError) {
        var event = unsafe epoll_event()
        unsafe event.events = interest.rawValue
        unsafe event.data.u64 = token
        guard unsafe epoll_ctl(epoll.number, operation, descriptor, &event) == 0 else {
            throw SystemError.last("epoll_ctl", "descriptor \(descriptor)")
        }
    }
}
