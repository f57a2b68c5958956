public import BatonBase
internal import BatonIO

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
    /// Changes the TOS or Traffic Class byte of an open socket; a refusal changes nothing.
    func setTypeOfService(_ value: UInt8, of descriptor: Int32, _ family: IPAddress.Family)
    /// Closes a descriptor that no worker has got.
    func close(_ descriptor: Int32)
}

/// Sockets of the system.
public struct SystemPortSockets: PortSockets {
    /// SO_RCVBUF in bytes, `nil` for the system's default.
    public var receiveBufferBytes: Int?

    /// Sockets with this receive buffer.
    public init(receiveBufferBytes: Int? = nil) {
        self.receiveBufferBytes = receiveBufferBytes
    }

    /// See ``PortSockets/open(_:typeOfService:)``.
    public func open(
        _ address: SocketAddress, typeOfService: UInt8
    ) throws(PortSocketError) -> Int32 {
        var options = UDPSocketOptions()
        options.receiveBufferBytes = receiveBufferBytes
        options.typeOfService = typeOfService == 0 ? nil : typeOfService
        do {
            return try UDPSocket(bindingTo: address, options: options).takeDescriptor()
        } catch {
            throw PortSocketError(
                call: error.call, errno: error.errno, reason: error.reason,
                isPortTaken: error.isAddressInUse)
        }
    }

    /// See ``PortSockets/setTypeOfService(_:of:_:)``.
    public func setTypeOfService(
        _ value: UInt8, of descriptor: Int32, _ family: IPAddress.Family
    ) {
        // A kernel that refuses leaves the byte as it was; the call goes on.
        try? UDPSocket.setTypeOfService(value, of: descriptor, family)
    }

    /// See ``PortSockets/close(_:)``.
    public func close(_ descriptor: Int32) {
        Descriptor.close(taken: descriptor)
    }
}
