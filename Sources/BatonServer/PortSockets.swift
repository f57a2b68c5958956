public import BatonBase

/// Why the system did not give a socket.
public struct PortSocketError: Error, Hashable, Sendable {
    /// The system call that failed.
    public var call: String
    /// Its errno.
    public var errno: Int32
    /// The errno's text.
    public var reason: String
    /// Whether only this port is taken (EADDRINUSE), so that another one may do.
    public var isPortTaken: Bool

    /// `call` failed with `errno`.
    public init(call: String, errno: Int32, reason: String, isPortTaken: Bool) {
        self.call = call
        self.errno = errno
        self.reason = reason
        self.isPortTaken = isPortTaken
    }
}

/// Where ``PortAllocator`` gets its sockets from: the system, or a test.
public protocol PortSockets {
    /// A non-blocking UDP socket bound to `address`, IPv6 only if it is IPv6, that sends with
    /// `typeOfService`. The caller owns the descriptor.
    func open(
        _ address: SocketAddress, typeOfService: UInt8
    ) throws(PortSocketError) -> Int32
    /// Closes a descriptor that no worker has got.
    func close(_ descriptor: Int32)
}
