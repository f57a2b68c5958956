internal import BatonBase
internal import BatonCrypto
internal import BatonRTP
internal import BatonTranscode

/// Datagrams that the core itself makes, until the driver has sent them: answers to checks,
/// handshakes, media that is no copy of a received datagram. The room is taken at the start.
struct PacketOutbox: ~Copyable {
    /// The longest datagram, in bytes: more than any path carries unfragmented.
    static let slotBytes = 1_664
    /// What is kept free behind a packet for its protection.
    static let tailBytes = SRTPContext.tailroomBytes

    /// How many datagrams there is room for.
    let capacity: Int
    /// Datagrams that found no room and have not been counted yet.
    private(set) var dropped: UInt64 = 0
    private(set) var entries: [Transmit] = []
    /// Where packets of a transcoder go.
    var target = Transmit(
        sink: PortSlot(0), destination: SocketAddress(ip: IPAddress(v4: 0), port: 0), length: 0,
        kind: .media)
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

    /// Has `body` change entry `index` in place; it gets the room and the length, and gives the new
    /// length. Gives `false` when that is 0: the entry is not sent then.
    mutating func change(
        _ index: Int, _ body: (inout MutableRawSpan, Int) -> Int
    ) -> Bool {
        let start = index &* Self.slotBytes
        let before = Int(entries[index].length)
        var span = storage.mutableSpan
        var bytes = span.mutableBytes
        var room = bytes.part(start..<start &+ Self.slotBytes)
        let length = body(&room, before)
        entries[index].length = Int32(truncatingIfNeeded: length)
        return length > 0
    }

    /// Adds `bytes` at the end of entry `index`, if there is room.
    mutating func extend(_ index: Int, with bytes: RawSpan) {
        let length = Int(entries[index].length)
        guard length + bytes.byteCount <= Self.slotBytes - Self.tailBytes else { return }
        let start = index &* Self.slotBytes &+ length
        for offset in bytes.byteOffsets {
            storage[start &+ offset] = bytes.uint8(at: offset)
        }
        entries[index].length = Int32(truncatingIfNeeded: length + bytes.byteCount)
    }

    /// SSRC and timestamp of the RTP packet at `index`, which has a whole header.
    func sourceAndTimestamp(of index: Int) -> (ssrc: UInt32, timestamp: UInt32) {
        let packet = bytes(of: index)
        return (packet.uint32(at: 8), packet.uint32(at: 4))
    }

    /// Keeps an entry from being sent.
    mutating func withhold(_ index: Int) {
        entries[index].length = 0
    }

    mutating func removeAll() {
        entries.removeAll(keepingCapacity: true)
    }

    /// How many datagrams found no room since the last call.
    mutating func takeDropped() -> UInt64 {
        defer { dropped = 0 }
        return dropped
    }
}

extension PacketOutbox: TranscodedOutput {
    /// Puts an RTP packet into the outbox, for ``target``.
    mutating func send(
        _ header: TranscodedHeader, _ writePayload: (inout MutableRawSpan) -> Int
    ) {
        append(target) { room in
            room.store(UInt8(0x80), at: 0)
            room.store((header.marker ? 0x80 : 0) | header.payloadType & 0x7f, at: 1)
            room.store(header.sequenceNumber, at: 2)
            room.store(header.timestamp, at: 4)
            room.store(header.ssrc, at: 8)
            var payload = room.part(RTPHeader.fixedLength..<Self.slotBytes - Self.tailBytes)
            let length = writePayload(&payload)
            return length > 0 ? RTPHeader.fixedLength &+ length : 0
        }
    }
}
