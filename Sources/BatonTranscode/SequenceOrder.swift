/// Where a source is in its sequence numbers, and where an arriving packet belongs.
struct SequenceOrder: Hashable, Sendable {
    /// The number whose turn it is.
    private(set) var expected: UInt16
    /// For each of the 64 numbers before, the nearest at the lowest bit, whether it came.
    private var seen: UInt64 = 0
    /// The number that would confirm that the sequence has begun anew.
    private var confirmation: UInt16?

    /// The place of a packet.
    enum Place: Hashable {
        /// Its turn has come.
        case next
        /// So many are missing before it.
        case ahead(Int)
        /// Its turn is over.
        case late
        /// It was there before.
        case duplicate
        /// It is far away from the sequence.
        case stray
        /// It is far away as well as its predecessor: the sequence has begun anew.
        case restart
    }

    /// A jump ahead by this many is no gap, RFC 3550 §A.1.
    static let dropoutMax = 3_000
    /// A packet that is further behind is not late, RFC 3550 §A.1.
    static let misorderMax = 100

    /// The order of a source that begins with `first`.
    init(first: UInt16) {
        expected = first
    }

    /// The place of `sequenceNumber`; a late one is remembered.
    mutating func place(of sequenceNumber: UInt16) -> Place {
        let distance = Int(Int16(bitPattern: sequenceNumber &- expected))
        if distance == 0 { return .next }
        if distance > 0, distance < Self.dropoutMax { return .ahead(distance) }
        if distance < 0, distance >= -Self.misorderMax { return placeBehind(by: -distance) }
        if sequenceNumber == confirmation { return .restart }
        confirmation = sequenceNumber &+ 1
        return .stray
    }

    /// Goes on after `sequenceNumber`, which has come; what lies between is missing.
    mutating func take(_ sequenceNumber: UInt16) {
        let distance = Int(sequenceNumber &- expected) + 1
        seen = distance < 64 ? seen << UInt64(distance) | 1 : 1
        expected = sequenceNumber &+ 1
    }

    private mutating func placeBehind(by distance: Int) -> Place {
        guard distance <= 64 else { return .late }
        let bit: UInt64 = 1 << UInt64(distance - 1)
        guard seen & bit == 0 else { return .duplicate }
        seen |= bit
        return .late
    }
}
