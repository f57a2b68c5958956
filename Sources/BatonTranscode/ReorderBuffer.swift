internal import BatonBase
internal import BatonRTP

/// Packets that wait for one before them. Its memory is taken when the first one has to wait.
struct ReorderBuffer: Sendable {
    /// How many packets wait.
    private(set) var count = 0
    /// The payloads, each in a place of `payloadBytesMax` bytes.
    private(set) var bytes: [UInt8] = []
    private var slots: [Slot] = []
    private let capacity: Int
    private let payloadBytesMax: Int

    /// A packet that waits.
    struct Slot: Hashable, Sendable {
        /// Its header.
        var header: RTPHeader
        /// Where its payload lies in `bytes`.
        var range: Range<Int>
        /// When it came.
        var arrivedAt: Instant
        /// Whether the place is taken.
        var isFilled = true
    }

    /// A buffer for `capacity` packets with consecutive numbers.
    init(capacity: Int, payloadBytesMax: Int) {
        self.capacity = min(max(capacity, 1), 64)
        self.payloadBytesMax = payloadBytesMax
    }

    /// Whether a packet with `distance` missing before it can wait.
    func hasRoom(ahead distance: Int) -> Bool {
        distance < capacity
    }

    /// Whether the packet of this number waits.
    func contains(_ sequenceNumber: UInt16) -> Bool {
        slot(of: sequenceNumber) != nil
    }

    /// Keeps a packet; there is room for it, and it does not wait already.
    mutating func insert(_ header: RTPHeader, _ payload: RawSpan, at now: Instant) {
        if slots.isEmpty {
            bytes = Array(repeating: 0, count: capacity * payloadBytesMax)
            let unused = Slot(header: header, range: 0..<0, arrivedAt: now, isFilled: false)
            slots = Array(repeating: unused, count: capacity)
        }
        let index = Int(header.sequenceNumber) % capacity
        let start = index * payloadBytesMax
        let length = min(payload.byteCount, payloadBytesMax)
        var room = bytes.mutableSpan
        for offset in 0..<length { room[start + offset] = payload.uint8(at: offset) }
        slots[index] = Slot(header: header, range: start..<(start + length), arrivedAt: now)
        count += 1
    }

    /// The packet of this number, which then waits no longer. Its payload stays in `bytes` until
    /// the next one is inserted.
    mutating func take(_ sequenceNumber: UInt16) -> Slot? {
        guard let slot = slot(of: sequenceNumber) else { return nil }
        slots[Int(sequenceNumber) % capacity].isFilled = false
        count -= 1
        return slot
    }

    /// The packet that waits with the fewest numbers between it and `expected`.
    func first(from expected: UInt16) -> UInt16? {
        guard count > 0 else { return nil }
        for distance in 0..<capacity {
            let sequenceNumber = expected &+ UInt16(distance)
            if contains(sequenceNumber) { return sequenceNumber }
        }
        return nil
    }

    /// When the one that has waited longest came.
    var oldestArrival: Instant? {
        guard count > 0 else { return nil }
        return slots.lazy.filter(\.isFilled).map(\.arrivedAt).min()
    }

    private func slot(of sequenceNumber: UInt16) -> Slot? {
        guard count > 0 else { return nil }
        let slot = slots[Int(sequenceNumber) % capacity]
        return slot.isFilled && slot.header.sequenceNumber == sequenceNumber ? slot : nil
    }
}
