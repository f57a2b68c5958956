internal import Synchronization

/// Which party's line a tapped packet came from.
public struct TapNumber: Hashable, BitwiseCopyable, Sendable {
    /// The recording that asked for it; numbers are not used again.
    public var recording: UInt32
    /// The party's number within its session.
    public var party: UInt16
    /// The line's place among the party's.
    public var stream: UInt8
    /// Whether it came by the port for RTCP, or is RTCP.
    public var isControl: Bool

    /// The line `stream` of `party` for `recording`.
    public init(recording: UInt32, party: UInt16, stream: UInt8, isControl: Bool = false) {
        self.recording = recording
        self.party = party
        self.stream = stream
        self.isControl = isControl
    }
}

/// What is known of a tapped packet beside its bytes.
public struct TappedPacket: Hashable, BitwiseCopyable, Sendable {
    /// Whose it is.
    public var tap: TapNumber
    /// When it arrived.
    public var arrival: Instant
    /// Where the party sends from; `nil` when that is not known.
    public var remote: SocketAddress?

    /// A packet of `tap`.
    public init(tap: TapNumber, arrival: Instant, remote: SocketAddress?) {
        self.tap = tap
        self.arrival = arrival
        self.remote = remote
    }
}

/// Copies of packets on their way from the one thread that writes to the one that reads.
///
/// Neither ever waits for the other: the writer loses the packet when there is no room, and says
/// so. Memory is taken once; pages are touched when they are first used.
@safe
public final class PacketRing: @unchecked Sendable {
    // `@unchecked`: the bytes from `tail` to `head` are the reader's, the others the writer's; both
    // ends are atomics that only one side moves.
    private let storage: UnsafeMutableRawPointer
    /// How many bytes the ring holds: a power of two.
    public let capacity: Int
    /// Bytes ever written; the writer moves it.
    private let head = Atomic<Int>(0)
    /// Bytes ever read; the reader moves it.
    private let tail = Atomic<Int>(0)

    /// What precedes each packet.
    private struct Prefix: BitwiseCopyable {
        /// Bytes of the packet; ``PacketRing/wrap`` when the rest of the room is left unused.
        var byteCount: Int
        var packet: TappedPacket
    }

    private static let wrap = -1
    private static let prefixBytes = (MemoryLayout<Prefix>.size + 15) & ~15

    /// A ring of at least `capacity` bytes.
    public init(capacity: Int) {
        var rounded = 4_096
        while rounded < capacity { rounded *= 2 }
        self.capacity = rounded
        unsafe storage = UnsafeMutableRawPointer.allocate(byteCount: rounded, alignment: 64)
    }

    deinit { unsafe storage.deallocate() }

    /// Whether there is nothing to read.
    public var isEmpty: Bool {
        head.load(ordering: .acquiring) == tail.load(ordering: .acquiring)
    }

    /// Adds a copy of `bytes`; `false` when there is no room. Only the writer may call it.
    public func write(_ packet: TappedPacket, _ bytes: RawSpan) -> Bool {
        let need = (Self.prefixBytes + bytes.byteCount + 15) & ~15
        var position = head.load(ordering: .relaxed)
        let free = capacity - (position - tail.load(ordering: .acquiring))
        let unbroken = capacity - position & (capacity - 1)
        let skipped = unbroken < need ? unbroken : 0
        guard need <= capacity / 2, skipped + need <= free else { return false }
        if skipped > 0 {
            unsafe storage.storeBytes(
                of: Self.wrap, toByteOffset: position & (capacity - 1), as: Int.self)
            position += skipped
        }
        let offset = position & (capacity - 1)
        unsafe storage.storeBytes(
            of: Prefix(byteCount: bytes.byteCount, packet: packet), toByteOffset: offset,
            as: Prefix.self)
        unsafe bytes.withUnsafeBytes { source in
            guard let start = source.baseAddress else { return }
            unsafe (storage + offset + Self.prefixBytes).copyMemory(
                from: start, byteCount: source.count)
        }
        head.store(position + need, ordering: .releasing)
        return true
    }

    /// Gives every packet that is there to `body`, oldest first, and frees its room. Only the
    /// reader may call it.
    public func read(_ body: (TappedPacket, RawSpan) -> Void) {
        let end = head.load(ordering: .acquiring)
        var position = tail.load(ordering: .relaxed)
        while position < end {
            let offset = position & (capacity - 1)
            guard unsafe storage.load(fromByteOffset: offset, as: Int.self) != Self.wrap else {
                position += capacity - offset
                continue
            }
            let prefix = unsafe storage.load(fromByteOffset: offset, as: Prefix.self)
            let bytes = unsafe UnsafeRawBufferPointer(
                start: storage + offset + Self.prefixBytes, count: prefix.byteCount)
            body(prefix.packet, unsafe bytes.bytes)
            position += (Self.prefixBytes + prefix.byteCount + 15) & ~15
            tail.store(position, ordering: .releasing)
        }
        tail.store(position, ordering: .releasing)
    }
}
