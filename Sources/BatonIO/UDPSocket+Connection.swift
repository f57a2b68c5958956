public import BatonBase
internal import CLinux
internal import Glibc

// What a client of a datagram service needs of its socket.

extension UDPSocket {
    /// Fixes the peer: only its datagrams are received, and sending needs no address.
    ///
    /// - Throws: ``SystemError`` with the peer's address.
    public borrowing func connect(to peer: SocketAddress) throws(SystemError) {
        try Self.connect(descriptor, to: peer)
    }

    /// Fixes the peer of an open socket whose descriptor was taken.
    public static func connect(
        _ descriptor: Int32, to peer: SocketAddress
    ) throws(SystemError) {
        let result = unsafe peer.withSystemAddress { unsafe Glibc.connect(descriptor, $0, $1) }
        guard result == 0 else { throw SystemError.last("connect", "\(peer)") }
    }

    /// Has the kernel note when each datagram arrives (SO_TIMESTAMPNS), so that a reader may come
    /// later and still know; see ``DatagramBurst/arrival(of:)``.
    public borrowing func noteArrivalTimes() throws(SystemError) {
        try setOption(descriptor, SOL_SOCKET, SO_TIMESTAMPNS, 1, "arrival times")
    }

    /// Waits until there is something to receive, at most for `timeout`, and says whether there is.
    public borrowing func waitUntilReadable(timeout: Duration) -> Bool {
        var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return unsafe poll(&entry, 1, Int32(clamping: timeout.wholeMilliseconds)) > 0
    }

    /// Sends one datagram to the connected peer.
    @discardableResult
    public borrowing func send(_ datagram: [UInt8]) -> DatagramSending {
        let sent = unsafe Glibc.send(
            descriptor, datagram, datagram.count, Int32(MSG_DONTWAIT))
        return DatagramSending(result: sent)
    }

    /// Sends one datagram to `peer`, whatever the socket is connected to.
    public borrowing func send(
        _ datagram: [UInt8], to peer: SocketAddress
    ) -> DatagramSending {
        let sent = unsafe peer.withSystemAddress {
            unsafe Glibc.sendto(
                descriptor, datagram, datagram.count, Int32(MSG_DONTWAIT), $0, $1)
        }
        return DatagramSending(result: sent)
    }
}

/// What became of a datagram that was handed to the kernel.
public enum DatagramSending: Hashable, Sendable {
    /// The kernel took it.
    case sent
    /// The socket's send buffer is full; it was not sent.
    case full
    /// The peer's machine has said, about an earlier datagram, that nobody listens there.
    case refused
    /// The kernel would not send it, with this error number.
    case failed(Int32)

    /// The outcome of a send call that returned `result`.
    init(result: Int) {
        guard result < 0 else {
            self = .sent
            return
        }
        switch errno {
        case EAGAIN, ENOBUFS: self = .full
        case ECONNREFUSED: self = .refused
        default: self = .failed(errno)
        }
    }
}
