public import BatonBase
internal import CLinux
internal import Glibc

/// Receives datagrams of the control plane through one buffer that is allocated once, and answers
/// them from the address that they were sent to.
///
/// Without that a socket that is bound to every address of the machine answers from whichever the
/// kernel prefers, and a client that has connected its socket never sees the reply.
///
/// Confined to whoever made it.
@safe
public final class DatagramReader {
    private var buffer: [UInt8]
    private var storage = sockaddr_storage()
    /// Room for one control message with an address, as the kernel writes and reads it.
    private let control: UnsafeMutableRawPointer
    /// How many bytes of it the last datagram brought.
    private var controlLength = 0

    /// A reader of datagrams of at most `limit` bytes; longer ones are cut.
    public init(limit: Int = 65_536) {
        buffer = [UInt8](repeating: 0, count: limit)
        unsafe control = .allocate(byteCount: ControlMessage.roomBytes, alignment: 8)
    }

    deinit { unsafe control.deallocate() }

    /// Has the kernel say of each datagram which of the machine's addresses it was sent to. Without
    /// effect where `descriptor` is no UDP socket.
    public static func requestDestinations(_ descriptor: Int32) {
        try? setOption(descriptor, Int32(IPPROTO_IP), IP_PKTINFO, 1, "")
        try? setOption(descriptor, Int32(IPPROTO_IPV6), IPV6_RECVPKTINFO, 1, "")
    }

    /// The next datagram and where it came from, `nil` when none waits.
    public func receive(from descriptor: Int32) -> (bytes: [UInt8], source: SocketAddress)? {
        let count = unsafe buffer.withUnsafeMutableBytes { memory in
            unsafe withHeader(memory) { header in
                unsafe header.msg_control = control
                unsafe header.msg_controllen = ControlMessage.roomBytes
                let count = unsafe recvmsg(descriptor, &header, Int32(MSG_DONTWAIT))
                controlLength = unsafe Int(header.msg_controllen)
                return count
            }
        }
        guard count >= 0, let source = unsafe SocketAddress(reading: &storage) else { return nil }
        return (Array(buffer[..<count]), source)
    }

    /// Answers the datagram that ``receive(from:)`` gave last. Gives 0 or the error number.
    public func reply(_ bytes: [UInt8], through descriptor: Int32) -> Int32 {
        let sent = unsafe bytes.withUnsafeBytes { memory in
            // sendmsg only reads; its header is recvmsg's and knows no constant memory.
            unsafe withHeader(UnsafeMutableRawBufferPointer(mutating: memory)) { header in
                let length = unsafe ControlMessage.makeSource(control, length: controlLength)
                if length > 0 {
                    unsafe header.msg_control = control
                    unsafe header.msg_controllen = length
                }
                return unsafe sendmsg(descriptor, &header, Int32(MSG_DONTWAIT | MSG_NOSIGNAL))
            }
        }
        return sent >= 0 ? 0 : errno
    }

    /// Calls `body` with a header for `memory` and the peer's address; they are valid that long.
    private func withHeader(
        _ memory: UnsafeMutableRawBufferPointer, _ body: (inout msghdr) -> Int
    ) -> Int {
        var header = unsafe msghdr()
        var vector = unsafe iovec(iov_base: memory.baseAddress, iov_len: memory.count)
        return unsafe withUnsafeMutablePointer(to: &storage) { address in
            unsafe withUnsafeMutablePointer(to: &vector) { vector in
                unsafe header.msg_name = UnsafeMutableRawPointer(address)
                unsafe header.msg_namelen = socklen_t(MemoryLayout<sockaddr_storage>.size)
                unsafe header.msg_iov = vector
                unsafe header.msg_iovlen = 1
                return unsafe body(&header)
            }
        }
    }
}

/// A control message with the address that a datagram was sent to (IP_PKTINFO of ip(7),
/// IPV6_PKTINFO of RFC 3542 §6). The same message, handed back, makes that address the source.
private enum ControlMessage {
    /// `struct cmsghdr`: length, level, type.
    private static let levelOffset = 8
    private static let typeOffset = 12
    private static let headerBytes = 16
    static let roomBytes = 128

    /// Makes the first message that was received ready to be sent and gives its length; 0 when it
    /// is no such message. A socket of both families brings a second one, which is not needed.
    ///
    /// The interface is taken out: which one leads back is the routing table's to say, save for a
    /// link-local address, which means nothing without.
    static func makeSource(_ message: UnsafeMutableRawPointer, length: Int) -> Int {
        guard length >= headerBytes else { return 0 }
        let level = unsafe message.load(fromByteOffset: levelOffset, as: Int32.self)
        let type = unsafe message.load(fromByteOffset: typeOffset, as: Int32.self)
        let body = unsafe message + headerBytes
        switch (level, type) {
        case (Int32(IPPROTO_IP), IP_PKTINFO) where length >= headerBytes + 12:
            // struct in_pktinfo: interface, local address, destination of the header.
            unsafe body.storeBytes(of: 0, as: Int32.self)
            return headerBytes + 16
        case (Int32(IPPROTO_IPV6), IPV6_PKTINFO) where length >= headerBytes + 20:
            // struct in6_pktinfo: address, interface.
            let prefix = UInt16(bigEndian: unsafe body.load(as: UInt16.self))
            let isLinkLocal = prefix & 0xffc0 == 0xfe80
            if !isLinkLocal { unsafe body.storeBytes(of: 0, toByteOffset: 16, as: Int32.self) }
            return headerBytes + 24
        default:
            return 0
        }
    }
}
