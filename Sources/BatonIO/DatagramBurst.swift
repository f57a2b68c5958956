public import BatonBase
internal import CLinux
internal import Glibc

/// Many datagrams received or sent with one system call (recvmmsg, sendmmsg).
///
/// A burst has a fixed number of slots of a fixed size, all taken when it is made. It either
/// receives, and then each slot knows its source and (with ``UDPSocket/noteArrivalTimes()``) its
/// time of arrival, or it is filled with ``append(_:to:)`` and sent. For load generators and
/// clients that look at what arrives; relays use ``DatagramSlab``, which changes datagrams in
/// place.
@safe
public struct DatagramBurst: ~Copyable {
    private static let controlBytes = 64

    /// How many datagrams one call receives or sends at most.
    public let capacity: Int
    /// The longest datagram, in bytes; what is received beyond it is cut off.
    public let datagramBytes: Int
    /// How many slots are filled.
    public private(set) var count = 0
    /// Whether the last ``receive(from:)`` failed because nobody listens at the connected peer.
    public private(set) var isRefused = false

    private let bytes: UnsafeMutableRawPointer
    private let control: UnsafeMutableRawPointer
    private let vectors: UnsafeMutablePointer<iovec>
    private let addresses: UnsafeMutablePointer<sockaddr_storage>
    private let headers: UnsafeMutablePointer<clinux_mmsghdr>

    /// An empty burst of `capacity` slots for datagrams of up to `datagramBytes`.
    public init(capacity: Int, datagramBytes: Int) {
        precondition(capacity > 0 && datagramBytes > 0, "a burst holds at least one datagram")
        self.capacity = capacity
        self.datagramBytes = datagramBytes
        let size = capacity * datagramBytes
        unsafe bytes = .allocate(byteCount: size, alignment: 64)
        unsafe bytes.initializeMemory(as: UInt8.self, repeating: 0, count: size)
        unsafe control = .allocate(byteCount: capacity * Self.controlBytes, alignment: 16)
        unsafe control.initializeMemory(
            as: UInt8.self, repeating: 0, count: capacity * Self.controlBytes)
        unsafe vectors = .allocate(capacity: capacity)
        unsafe addresses = .allocate(capacity: capacity)
        unsafe addresses.initialize(repeating: sockaddr_storage(), count: capacity)
        unsafe headers = .allocate(capacity: capacity)
        for slot in 0..<capacity { prepare(slot) }
    }

    deinit {
        unsafe bytes.deallocate()
        unsafe control.deallocate()
        unsafe vectors.deallocate()
        unsafe addresses.deallocate()
        unsafe headers.deallocate()
    }

    /// Points a slot's header at its memory, with room for whatever may be received.
    private func prepare(_ slot: Int) {
        unsafe (vectors + slot).initialize(
            to: iovec(iov_base: bytes + slot * datagramBytes, iov_len: datagramBytes))
        var header = unsafe clinux_mmsghdr()
        unsafe header.msg_hdr.msg_name = UnsafeMutableRawPointer(addresses + slot)
        unsafe header.msg_hdr.msg_namelen = socklen_t(MemoryLayout<sockaddr_storage>.size)
        unsafe header.msg_hdr.msg_iov = vectors + slot
        unsafe header.msg_hdr.msg_iovlen = 1
        unsafe header.msg_hdr.msg_control = control + slot * Self.controlBytes
        unsafe header.msg_hdr.msg_controllen = Self.controlBytes
        unsafe (headers + slot).initialize(to: header)
    }

    // MARK: Receiving

    /// Receives what is there, at most ``capacity`` datagrams, without waiting, in place of what
    /// the burst held.
    ///
    /// - Returns: how many arrived; 0 also on an error, such as a peer that is not there.
    public mutating func receive(from descriptor: Int32) -> Int {
        for slot in 0..<count { restore(slot) }
        let received = unsafe clinux_recvmmsg(
            descriptor, headers, UInt32(capacity), Int32(MSG_DONTWAIT))
        count = max(0, Int(received))
        isRefused = received < 0 && errno == ECONNREFUSED
        return count
    }

    /// The kernel shortens the lengths to what it wrote; the next call needs the full room again.
    private func restore(_ slot: Int) {
        unsafe headers[slot].msg_hdr.msg_namelen = socklen_t(MemoryLayout<sockaddr_storage>.size)
        unsafe headers[slot].msg_hdr.msg_controllen = Self.controlBytes
        unsafe vectors[slot].iov_len = datagramBytes
    }

    /// The bytes of the datagram in `slot`.
    @_lifetime(borrow self)
    public func datagram(_ slot: Int) -> RawSpan {
        precondition(slot >= 0 && slot < count)
        let length = unsafe min(Int(headers[slot].msg_len), datagramBytes)
        let span = unsafe RawSpan(
            _unsafeStart: UnsafeRawPointer(bytes + slot * datagramBytes), byteCount: length)
        return unsafe _overrideLifetime(span, borrowing: self)
    }

    /// Where the datagram in `slot` came from.
    public func source(of slot: Int) -> SocketAddress? {
        precondition(slot >= 0 && slot < count)
        return unsafe SocketAddress(reading: addresses + slot)
    }

    /// When the kernel took in the datagram in `slot`: nanoseconds of the wall clock (see
    /// ``WallClock``); `nil` unless the socket notes arrival times.
    public func arrival(of slot: Int) -> UInt64? {
        precondition(slot >= 0 && slot < count)
        let header = UnsafeRawPointer(unsafe control + slot * Self.controlBytes)
        let size = MemoryLayout<cmsghdr>.size
        guard unsafe headers[slot].msg_hdr.msg_controllen >= size + MemoryLayout<timespec>.size,
            unsafe header.load(as: cmsghdr.self).cmsg_type == SO_TIMESTAMPNS
        else { return nil }
        let time = unsafe header.load(fromByteOffset: size, as: timespec.self)
        return UInt64(truncatingIfNeeded: time.tv_sec) &* 1_000_000_000
            &+ UInt64(truncatingIfNeeded: time.tv_nsec)
    }

    // MARK: Sending

    /// Forgets what the burst holds.
    public mutating func removeAll() {
        for slot in 0..<count { restore(slot) }
        count = 0
    }

    /// Adds a copy of `datagram` for `destination`; `false` when the burst is full or it is too
    /// long.
    public mutating func append(_ datagram: RawSpan, to destination: SocketAddress) -> Bool {
        guard count < capacity, datagram.byteCount <= datagramBytes else { return false }
        let slot = count
        unsafe datagram.withUnsafeBytes { source in
            guard let start = source.baseAddress else { return }
            unsafe (bytes + slot * datagramBytes).copyMemory(
                from: start, byteCount: source.count)
        }
        unsafe vectors[slot].iov_len = datagram.byteCount
        unsafe headers[slot].msg_hdr.msg_namelen = destination.write(to: addresses + slot)
        unsafe headers[slot].msg_hdr.msg_controllen = 0
        count += 1
        return true
    }

    /// Sends what the burst holds and empties it.
    ///
    /// - Returns: how many datagrams the kernel took; it stops at the first that it refuses.
    public mutating func send(from descriptor: Int32) -> Int {
        var sent = 0
        while sent < count {
            let result = unsafe clinux_sendmmsg(
                descriptor, headers + sent, UInt32(count - sent), Int32(MSG_DONTWAIT))
            if result <= 0 { break }
            sent += Int(result)
        }
        removeAll()
        return sent
    }
}

extension RawSpan {
    /// Sends these bytes as one datagram to the peer that `descriptor` is connected to, without
    /// waiting.
    @inline(__always)
    public func send(on descriptor: Int32) -> DatagramSending {
        unsafe withUnsafeBytes { bytes in
            unsafe DatagramSending(
                result: Glibc.send(
                    descriptor, bytes.baseAddress, bytes.count, Int32(MSG_DONTWAIT)))
        }
    }
}
