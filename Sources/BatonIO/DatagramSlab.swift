public import BatonBase
internal import CLinux
internal import Glibc

/// Receive slots for datagrams: filled by one recvmmsg call, changed in place, sent from there.
///
/// Each slot has headroom before and tailroom behind the datagram, so that a header can grow to the
/// front and an authentication tag be appended without moving a byte. All memory is taken when the
/// slab is made. A slot's bytes are valid until the next ``receive(from:)``.
@safe
public struct DatagramSlab: ~Copyable {
    /// Bytes before the datagram in each slot.
    public static let headroomBytes = 128
    /// Bytes behind the longest datagram in each slot: what SRTP adds at most, and a little more.
    public static let tailroomBytes = 160

    /// How many datagrams one call receives at most.
    public let slotCount: Int
    /// The longest datagram that is received whole, in bytes.
    public let datagramBytes: Int

    private let stride: Int
    private let bytes: UnsafeMutableRawPointer
    private let vectors: UnsafeMutablePointer<iovec>
    private let addresses: UnsafeMutablePointer<sockaddr_storage>
    private let headers: UnsafeMutablePointer<clinux_mmsghdr>
    private let destination: UnsafeMutablePointer<sockaddr_storage>

    /// A slab of `slotCount` slots for datagrams of up to `datagramBytes`.
    public init(slotCount: Int, datagramBytes: Int) {
        precondition(slotCount > 0 && datagramBytes > 0, "a slab holds at least one datagram")
        self.slotCount = slotCount
        self.datagramBytes = datagramBytes
        stride = (Self.headroomBytes + datagramBytes + Self.tailroomBytes + 63) & ~63
        unsafe bytes = .allocate(byteCount: stride * slotCount, alignment: 64)
        unsafe bytes.initializeMemory(as: UInt8.self, repeating: 0, count: stride * slotCount)
        unsafe vectors = .allocate(capacity: slotCount)
        unsafe addresses = .allocate(capacity: slotCount)
        unsafe headers = .allocate(capacity: slotCount)
        unsafe destination = .allocate(capacity: 1)
        unsafe destination.initialize(to: sockaddr_storage())
        unsafe addresses.initialize(repeating: sockaddr_storage(), count: slotCount)
        for slot in 0..<slotCount { prepare(slot) }
    }

    deinit {
        unsafe bytes.deallocate()
        unsafe vectors.deallocate()
        unsafe addresses.deallocate()
        unsafe headers.deallocate()
        unsafe destination.deallocate()
    }

    /// Points the kernel's vector entry at its slot; the entry keeps these values for good.
    private func prepare(_ slot: Int) {
        let start = unsafe bytes + slot * stride + Self.headroomBytes
        unsafe (vectors + slot).initialize(
            to: iovec(iov_base: start, iov_len: datagramBytes))
        var header = unsafe clinux_mmsghdr()
        unsafe header.msg_hdr.msg_name = UnsafeMutableRawPointer(addresses + slot)
        unsafe header.msg_hdr.msg_namelen = socklen_t(MemoryLayout<sockaddr_storage>.size)
        unsafe header.msg_hdr.msg_iov = vectors + slot
        unsafe header.msg_hdr.msg_iovlen = 1
        unsafe (headers + slot).initialize(to: header)
    }

    /// Receives what is there, at most ``slotCount`` datagrams, without waiting.
    ///
    /// Fewer than ``slotCount`` means that the queue was empty, so an edge-triggered watcher will
    /// hear of the next arrival.
    /// - Returns: how many arrived, in slots 0 ..< that number; 0 also on an error.
    public func receive(from descriptor: Int32) -> Int {
        let count = unsafe clinux_recvmmsg(
            descriptor, headers, UInt32(slotCount), Int32(MSG_DONTWAIT))
        return max(0, Int(count))
    }

    /// The length of the datagram in `slot`, in bytes.
    public func length(of slot: Int) -> Int {
        precondition(slot >= 0 && slot < slotCount)
        return unsafe min(Int(headers[slot].msg_len), datagramBytes)
    }

    /// Whether the datagram in `slot` was longer than the slot and lost its end.
    public func isTruncated(_ slot: Int) -> Bool {
        precondition(slot >= 0 && slot < slotCount)
        return unsafe headers[slot].msg_hdr.msg_flags & Int32(MSG_TRUNC) != 0
    }

    /// Where the datagram in `slot` came from.
    public func source(of slot: Int) -> SocketAddress? {
        precondition(slot >= 0 && slot < slotCount)
        let address = unsafe SocketAddress(reading: addresses + slot)
        // The kernel shortens the length for IPv4; the next call needs the full room again.
        unsafe headers[slot].msg_hdr.msg_namelen = socklen_t(MemoryLayout<sockaddr_storage>.size)
        return address
    }

    /// The datagram in `slot` and the ``tailroomBytes`` behind it, to be read and changed in place.
    @_lifetime(&self)
    public mutating func room(of slot: Int) -> MutableRawSpan {
        let start = unsafe bytes + (slot * stride + Self.headroomBytes)
        let span = unsafe MutableRawSpan(
            _unsafeStart: start, byteCount: length(of: slot) + Self.tailroomBytes)
        return unsafe _overrideLifetime(span, mutating: &self)
    }

    /// Sends the first `length` bytes of `slot` through `descriptor` to `address`, without waiting.
    ///
    /// - Returns: 0, or the error number of the system call.
    public func send(
        slot: Int, length: Int, through descriptor: Int32, to address: SocketAddress
    ) -> Int32 {
        precondition(slot >= 0 && slot < slotCount && length <= datagramBytes + Self.tailroomBytes)
        let start = unsafe bytes + (slot * stride + Self.headroomBytes)
        return unsafe send(start, length, descriptor, address)
    }

    /// Sends bytes that are in no slot, likewise.
    public func send(
        _ datagram: RawSpan, through descriptor: Int32, to address: SocketAddress
    ) -> Int32 {
        unsafe datagram.withUnsafeBytes { memory in
            guard let start = memory.baseAddress else { return 0 }
            return unsafe send(start, memory.count, descriptor, address)
        }
    }

    @inline(__always)
    private func send(
        _ start: UnsafeRawPointer, _ length: Int, _ descriptor: Int32, _ address: SocketAddress
    ) -> Int32 {
        let addressLength = unsafe address.write(to: destination)
        let sent = unsafe sendto(
            descriptor, start, length, Int32(MSG_DONTWAIT) | Int32(MSG_NOSIGNAL),
            UnsafeRawPointer(destination).assumingMemoryBound(to: sockaddr.self), addressLength)
        return sent >= 0 ? 0 : errno
    }
}

/// What the kernel knows of a socket's receive queue.
public enum ReceiveQueue {
    /// How many datagrams the kernel has dropped at this socket because its queue was full
    /// (SO_MEMINFO; the number that SO_RXQ_OVFL would attach to each datagram); `nil` on an error.
    public static func drops(of descriptor: Int32) -> UInt32? {
        let count = Int(clinux_meminfo_count)
        var length = socklen_t(count * MemoryLayout<UInt32>.size)
        return unsafe withUnsafeTemporaryAllocation(of: UInt32.self, capacity: count) { numbers in
            guard
                unsafe getsockopt(
                    descriptor, SOL_SOCKET, clinux_so_meminfo, numbers.baseAddress, &length) == 0
            else { return nil }
            return unsafe numbers[Int(clinux_meminfo_drops)]
        }
    }
}
