internal import BatonBase

/// DTLS datagrams that wait for their turn: handshakes are dear, and media goes first. The room is
/// taken at the start.
struct HandshakeQueue: ~Copyable {
    /// The longest datagram, in bytes.
    static let slotBytes = 2_048
    /// How many datagrams of one port wait at most: two flights. A peer that floods its port leaves
    /// the others their room.
    static let portMax: UInt8 = 16

    /// How many datagrams there is room for.
    let capacity: Int
    private(set) var count = 0
    private var head = 0
    private var storage: [UInt8]
    private var entries: [Entry]

    private struct Entry {
        var port: Int32
        var opening: UInt32
        var length: Int32
        var source: SocketAddress
    }

    init(capacity: Int) {
        self.capacity = capacity
        storage = Array(repeating: 0, count: capacity * Self.slotBytes)
        let nobody = SocketAddress(ip: IPAddress(v4: 0), port: 0)
        entries = Array(
            repeating: Entry(port: 0, opening: 0, length: 0, source: nobody), count: capacity)
    }

    /// Keeps a copy of `datagram` for this opening of `port`; `false` when there is no room.
    mutating func append(
        _ datagram: RawSpan, from source: SocketAddress, port: Int, opening: UInt32
    ) -> Bool {
        let length = datagram.byteCount
        guard count < capacity, length <= Self.slotBytes else { return false }
        let place = (head &+ count) % capacity
        entries[place] = Entry(
            port: Int32(port), opening: opening, length: Int32(length), source: source)
        let start = place &* Self.slotBytes
        for offset in 0..<length { storage[start &+ offset] = datagram.uint8(at: offset) }
        count &+= 1
        return true
    }

    /// The port of the oldest datagram, and which of its openings.
    var firstPort: (index: Int, opening: UInt32)? {
        count > 0 ? (Int(entries[head].port), entries[head].opening) : nil
    }

    /// Where the oldest datagram came from, `nil` without one.
    var firstSource: SocketAddress? { count > 0 ? entries[head].source : nil }

    /// The oldest datagram.
    var first: RawSpan {
        @_lifetime(borrow self) get {
            let start = head &* Self.slotBytes
            return storage.span.bytes.extracting(start..<start &+ Int(entries[head].length))
        }
    }

    mutating func removeFirst() {
        guard count > 0 else { return }
        head = (head &+ 1) % capacity
        count &-= 1
    }
}
