internal import BatonBase

/// Datagrams that the core itself makes, until the driver has sent them: answers to checks,
/// handshakes, media that is no copy of a received datagram. The room is taken at the start.
struct PacketOutbox: ~Copyable {
    /// The longest datagram, in bytes: more than any path carries unfragmented.
    static let slotBytes = 1_664

    /// How many datagrams there is room for.
    let capacity: Int
    /// Datagrams that found no room since the start.
    private(set) var dropped: UInt64 = 0
    private(set) var entries: [Transmit] = []
    private var storage: [UInt8]

    init(capacity: Int) {
        self.capacity = capacity
        storage = Array(repeating: 0, count: capacity * Self.slotBytes)
        entries.reserveCapacity(capacity)
    }

    var isFull: Bool { entries.count == capacity }

    /// Adds what `write` puts at the start of the bytes that it is given; it returns the length, 0
    /// for nothing.
    mutating func append(
        _ transmit: Transmit, _ write: (inout MutableRawSpan) -> Int
    ) {
        guard entries.count < capacity else {
            dropped &+= 1
            return
        }
        let start = entries.count &* Self.slotBytes
        var span = storage.mutableSpan
        var bytes = span.mutableBytes
        var room = bytes.part(start..<start &+ Self.slotBytes)
        let length = write(&room)
        guard length > 0, length <= Self.slotBytes else { return }
        var transmit = transmit
        transmit.length = Int32(truncatingIfNeeded: length)
        entries.append(transmit)
    }

    /// The bytes of entry `index`.
    @_lifetime(borrow self)
    func bytes(of index: Int) -> RawSpan {
        let start = index &* Self.slotBytes
        return storage.span.bytes.extracting(start..<start &+ Int(entries[index].length))
    }

    mutating func removeAll() {
        entries.removeAll(keepingCapacity: true)
    }
}
