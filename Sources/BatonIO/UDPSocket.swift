public import BatonBase
internal import CLinux
internal import Glibc

/// How a UDP socket is set up.
public struct UDPSocketOptions: Hashable, Sendable {
    /// SO_RCVBUF in bytes (the kernel doubles it), `nil` for the system's default.
    public var receiveBufferBytes: Int?
    /// SO_SNDBUF in bytes, `nil` for the system's default.
    public var sendBufferBytes: Int?
    /// The TOS byte (IPv4) or traffic class (IPv6) of what is sent, `nil` for 0.
    public var typeOfService: UInt8?

    /// The system's defaults.
    public init() {}
}

/// A bound, non-blocking UDP socket that is closed when it goes out of scope.
public struct UDPSocket: ~Copyable, Sendable {
    private let socket: Descriptor

    /// A socket bound to `address`. An IPv6 socket takes IPv6 only.
    ///
    /// - Throws: ``SystemError`` with the call that failed and the address.
    public init(
        bindingTo address: SocketAddress, options: UDPSocketOptions = UDPSocketOptions()
    ) throws(SystemError) {
        socket = try Self.open(address, options)
    }

    /// The descriptor, for epoll.
    public var descriptor: Int32 { socket.number }

    /// The address that the socket is bound to; `nil` only when the system will not say.
    public var localAddress: SocketAddress? {
        unsafe SocketAddress.query(socket.number, getsockname)
    }

    /// Gives the descriptor away; whoever gets it closes it.
    public consuming func takeDescriptor() -> Int32 { socket.take() }

    private static func open(
        _ address: SocketAddress, _ options: UDPSocketOptions
    ) throws(SystemError) -> Descriptor {
        let socket = try openSocket(SOCK_DGRAM, for: address)
        let number = socket.number
        try apply(options, to: number, address)
        let result = unsafe address.withSystemAddress { unsafe Glibc.bind(number, $0, $1) }
        guard result == 0 else { throw SystemError.last("bind", "\(address)") }
        return socket
    }

    private static func apply(
        _ options: UDPSocketOptions, to number: Int32, _ address: SocketAddress
    ) throws(SystemError) {
        if address.ip.family == .v6 {
            try setOption(number, Int32(IPPROTO_IPV6), IPV6_V6ONLY, 1, "\(address)")
        }
        if let bytes = options.receiveBufferBytes {
            try setOption(number, SOL_SOCKET, SO_RCVBUF, Int32(clamping: bytes), "\(address)")
        }
        if let bytes = options.sendBufferBytes {
            try setOption(number, SOL_SOCKET, SO_SNDBUF, Int32(clamping: bytes), "\(address)")
        }
        if let service = options.typeOfService {
            try setTypeOfService(service, of: number, address.ip.family)
        }
    }

    /// Sets the TOS byte or traffic class of an open socket.
    public static func setTypeOfService(
        _ service: UInt8, of descriptor: Int32, _ family: IPAddress.Family
    ) throws(SystemError) {
        switch family {
        case .v4:
            try setOption(descriptor, Int32(IPPROTO_IP), IP_TOS, Int32(service), "TOS")
        case .v6:
            try setOption(
                descriptor, Int32(IPPROTO_IPV6), IPV6_TCLASS, Int32(service), "TOS")
        }
    }
}

/// setsockopt with a whole number.
func setOption(
    _ descriptor: Int32, _ level: Int32, _ name: Int32, _ value: Int32,
    _ subject: @autoclosure () -> String
) throws(SystemError) {
    var value = value
    let size = socklen_t(MemoryLayout<Int32>.size)
    guard unsafe setsockopt(descriptor, level, name, &value, size) == 0 else {
        throw SystemError.last("setsockopt", subject())
    }
}

/// A non-blocking socket of `type` for the family of `address`.
func openSocket(
    _ type: __socket_type, for address: SocketAddress
) throws(SystemError) -> Descriptor {
    let flags = Int32(type.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
    let number = Glibc.socket(address.ip.family.systemFamily, flags, 0)
    guard number >= 0 else { throw SystemError.last("socket", "\(address)") }
    return Descriptor(owning: number)
}
