public import BatonBase
internal import CLinux
internal import Glibc

/// A listening, non-blocking TCP socket.
public struct TCPListener: ~Copyable, Sendable {
    private let socket: Descriptor

    /// Listens at `address`.
    ///
    /// - Throws: ``SystemError`` with the call that failed and the address.
    public init(bindingTo address: SocketAddress, backlog: Int32 = 1_024) throws(SystemError) {
        socket = try Self.open(address, backlog: backlog)
    }

    /// Takes over a listening socket that the service manager opened.
    public init(owning descriptor: Int32) {
        socket = Descriptor(owning: descriptor)
    }

    /// The descriptor, for epoll.
    public var descriptor: Int32 { socket.number }

    /// The address that it listens at.
    public var localAddress: SocketAddress? {
        unsafe SocketAddress.query(socket.number, getsockname)
    }

    /// The next connection that waits, `nil` when none does.
    ///
    /// - Throws: ``SystemError``; `isOutOfDescriptors` means that the connection still waits.
    public func accept() throws(SystemError) -> (socket: Int32, peer: SocketAddress?)? {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let number = unsafe withUnsafeMutablePointer(to: &storage) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe clinux_accept(socket.number, $0, &length)
            }
        }
        guard number >= 0 else {
            if [EAGAIN, EINTR, ECONNABORTED].contains(errno) { return nil }
            throw SystemError.last("accept")
        }
        return (number, unsafe SocketAddress(reading: &storage))
    }

    private static func open(
        _ address: SocketAddress, backlog: Int32
    ) throws(SystemError) -> Descriptor {
        let socket = try openSocket(SOCK_STREAM, for: address)
        let number = socket.number
        try setOption(number, SOL_SOCKET, SO_REUSEADDR, 1, "\(address)")
        if address.ip.family == .v6 {
            try setOption(number, Int32(IPPROTO_IPV6), IPV6_V6ONLY, 1, "\(address)")
        }
        let result = unsafe address.withSystemAddress { unsafe Glibc.bind(number, $0, $1) }
        guard result == 0 else { throw SystemError.last("bind", "\(address)") }
        guard Glibc.listen(number, backlog) == 0 else {
            throw SystemError.last("listen", "\(address)")
        }
        return socket
    }
}

/// What reading from or writing to a stream gave.
public enum StreamTransfer: Hashable, Sendable {
    /// This many bytes were moved.
    case bytes(Int)
    /// Nothing can be moved now; wait for readiness.
    case wouldBlock
    /// The peer has closed its side (reading only).
    case endOfStream
}

/// Non-blocking reads and writes on a stream descriptor.
public enum StreamSocket {
    /// Appends at most `limit` bytes from `descriptor` to `buffer`.
    public static func read(
        _ descriptor: Int32, into buffer: inout [UInt8], limit: Int
    ) throws(SystemError) -> StreamTransfer {
        let start = buffer.count
        buffer.append(contentsOf: repeatElement(0, count: limit))
        let count = unsafe buffer.withUnsafeMutableBytes { bytes in
            unsafe recv(descriptor, bytes.baseAddress.map { unsafe $0 + start }, limit, 0)
        }
        let failure = errno
        buffer.removeLast(limit - max(0, count))
        if count > 0 { return .bytes(count) }
        if count == 0 { return .endOfStream }
        if failure == EAGAIN || failure == EINTR { return .wouldBlock }
        throw SystemError(call: "recv", errno: failure)
    }

    /// Writes bytes from `bytes`; fewer than all when the peer does not read.
    public static func write(
        _ descriptor: Int32, _ bytes: ArraySlice<UInt8>
    ) throws(SystemError) -> StreamTransfer {
        let count = unsafe bytes.withUnsafeBytes {
            unsafe send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
        }
        if count >= 0 { return .bytes(count) }
        if errno == EAGAIN || errno == EINTR { return .wouldBlock }
        throw SystemError.last("send")
    }

    /// Begins to connect to `address`; the descriptor becomes writable when that is decided, and
    /// ``connectionError(of:)`` tells how.
    public static func connect(to address: SocketAddress) throws(SystemError) -> Int32 {
        let socket = try openSocket(SOCK_STREAM, for: address)
        let number = socket.number
        let result = unsafe address.withSystemAddress { unsafe Glibc.connect(number, $0, $1) }
        guard result == 0 || errno == EINPROGRESS else {
            throw SystemError.last("connect", "\(address)")
        }
        return socket.take()
    }

    /// Has the system hold back at most about twice `bufferBytes` of what is written, send it at
    /// once, and give the connection up when the peer takes nothing for half a minute.
    public static func setForLiveMedia(
        _ descriptor: Int32, bufferBytes: Int32
    ) throws(SystemError) {
        try setOption(descriptor, SOL_SOCKET, SO_SNDBUF, bufferBytes, "SO_SNDBUF")
        try setOption(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, 1, "TCP_NODELAY")
        try setOption(
            descriptor, Int32(IPPROTO_TCP), TCP_USER_TIMEOUT, 30_000, "TCP_USER_TIMEOUT")
    }

    /// The error that a connection attempt ended with, 0 when it stands.
    public static func connectionError(of descriptor: Int32) -> Int32 {
        var value: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        let result = unsafe getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &value, &length)
        return result == 0 ? value : errno
    }
}

/// Single datagrams on a non-blocking socket, for the control plane.
public enum DatagramSocket {
    /// Receives one datagram into the front of `buffer`, whose size is the most that fits.
    ///
    /// - Returns: its length (cut to the buffer's) and where it came from; `nil` when none is
    /// there.
    public static func receive(
        _ descriptor: Int32, into buffer: inout [UInt8]
    ) -> (length: Int, source: SocketAddress)? {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let count = unsafe withUnsafeMutablePointer(to: &storage) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                unsafe buffer.withUnsafeMutableBytes {
                    unsafe recvfrom(
                        descriptor, $0.baseAddress, $0.count, Int32(MSG_DONTWAIT), address, &length)
                }
            }
        }
        guard count >= 0, let source = unsafe SocketAddress(reading: &storage) else { return nil }
        return (count, source)
    }

    /// Sends one datagram; gives 0 or the error number.
    public static func send(
        _ bytes: [UInt8], through descriptor: Int32, to address: SocketAddress
    ) -> Int32 {
        unsafe address.withSystemAddress { destination, length in
            let sent = unsafe bytes.withUnsafeBytes {
                unsafe sendto(
                    descriptor, $0.baseAddress, $0.count, Int32(MSG_DONTWAIT | MSG_NOSIGNAL),
                    destination, length)
            }
            return sent >= 0 ? 0 : errno
        }
    }
}
