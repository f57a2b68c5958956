public import BatonBase

/// What a datagram counts as when it is sent.
public enum TransmitKind: UInt8, Hashable, BitwiseCopyable, Sendable {
    /// RTP, or what is passed on unread.
    case media
    /// RTCP.
    case rtcp
    /// STUN or DTLS of baton's own.
    case control
}

/// One datagram to send: the bytes of the slot at hand, out of one port, to one address.
public struct Transmit: Hashable, Sendable {
    /// The port that it counts at.
    public var sink: PortSlot
    /// The port whose socket sends it: ``sink``, but for a line that another port carries.
    public var socket: PortSlot
    /// What it counts as.
    public var kind: TransmitKind
    /// How many bytes to send.
    public var length: Int32
    /// Where it goes.
    public var destination: SocketAddress

    /// `length` bytes out of `sink` to `destination`, by another port's `socket` if one is named.
    @inlinable public init(
        sink: PortSlot, socket: PortSlot? = nil, destination: SocketAddress, length: Int,
        kind: TransmitKind
    ) {
        self.sink = sink
        self.socket = socket ?? sink
        self.destination = destination
        self.length = Int32(truncatingIfNeeded: length)
        self.kind = kind
    }
}

/// What the core wants sent for one event: a short list without heap storage.
public struct TransmitBatch: Sendable {
    /// How many entries there is room for: one source never has more sinks.
    @inlinable public static var capacity: Int { 4 }

    /// The number of entries.
    public private(set) var count = 0
    @usableFromInline var entries: InlineArray<4, Transmit>

    /// An empty batch.
    public init() {
        entries = InlineArray(
            repeating: Transmit(
                sink: PortSlot(0), destination: SocketAddress(ip: IPAddress(v4: 0), port: 0),
                length: 0, kind: .media))
    }

    /// The entry at `index`, 0 ..< ``count``.
    @inlinable public subscript(index: Int) -> Transmit { entries[index] }

    /// Adds an entry; gives `false` when the batch is full.
    @discardableResult
    public mutating func append(_ transmit: Transmit) -> Bool {
        guard count < Self.capacity else { return false }
        entries[count] = transmit
        count += 1
        return true
    }

    /// Empties the batch.
    public mutating func removeAll() { count = 0 }
}
