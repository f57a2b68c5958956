internal import BatonBase
internal import BatonRTP

/// The statistics of the RTP sources (SSRCs) of the ports: a table for each port that wants one,
/// with a few places, of which the one that was hit last is tried first.
struct SourceTables: ~Copyable {
    private static let silenceNanoseconds: UInt64 = 10_000_000_000

    /// The places of all tables, one table's behind another's.
    private var places: CacheAlignedTable<SourceStatistics>
    private var heads: [Head] = []
    private var free: [Int32] = []

    /// What is known of a table without looking at its places.
    private struct Head {
        var count: UInt8 = 0
        var latest: UInt8 = 0
    }

    /// Room for `capacity` tables.
    init(capacity: Int) {
        places = CacheAlignedTable(capacity: capacity * PortCounter.sourcesPerPort)
        heads.reserveCapacity(capacity)
        free.reserveCapacity(capacity)
    }

    /// An empty table.
    mutating func take() -> Int32 {
        if let table = free.popLast() {
            heads[Int(table)] = Head()
            return table
        }
        let unused = SourceStatistics(
            ssrc: 0, sequenceNumber: 0, timestamp: 0, payloadType: 0, bytes: 0, clockRateHz: 0,
            at: Instant(nanoseconds: 0))
        for _ in 0..<PortCounter.sourcesPerPort { places.append(unused) }
        heads.append(Head())
        return Int32(heads.count - 1)
    }

    /// Gives a table back.
    mutating func release(_ table: Int32) {
        free.append(table)
    }

    /// Counts a packet and publishes its source's figures to the counters of `row`.
    ///
    /// A source that finds every place taken replaces the one that has been silent longest, when
    /// that is longer than ten seconds; otherwise the packet counts as untracked.
    mutating func receive(
        _ header: RTPHeader, table: Int, bytes: Int, clockRateHz: UInt32, at now: Instant,
        counters: CounterArena, row: Int
    ) {
        let head = heads[table]
        let first = table &* PortCounter.sourcesPerPort
        var place = Int(head.latest)
        if head.count == 0 || places[first &+ place].ssrc != header.ssrc {
            guard let found = find(header, in: table, at: now) else {
                counters.add(1, row: row, column: PortCounter.untrackedSources.rawValue)
                return
            }
            place = found.place
            heads[table].latest = UInt8(truncatingIfNeeded: place)
            if found.isNew {
                places[first &+ place] = SourceStatistics(
                    header, bytes: bytes, clockRateHz: clockRateHz, at: now)
                publish(first &+ place, place, counters, row)
                publishRarities(first &+ place, place, counters, row)
                return
            }
        }
        let arrival = places[first &+ place].receive(
            header, bytes: bytes, clockRateHz: clockRateHz, at: now)
        publish(first &+ place, place, counters, row)
        if arrival != .inOrder { publishRarities(first &+ place, place, counters, row) }
    }

    /// Has a table's latest place fetched from memory.
    @inline(__always)
    func prefetch(_ table: Int) {
        guard table >= 0, table < heads.count else { return }
        places.prefetch(table &* PortCounter.sourcesPerPort &+ Int(heads[table].latest))
    }

    /// Whether the source `ssrc` has a place in the table.
    func holds(_ ssrc: UInt32, table: Int) -> Bool {
        let first = table &* PortCounter.sourcesPerPort
        return (0..<Int(heads[table].count)).contains { places[first &+ $0].ssrc == ssrc }
    }

    /// What is known of the source that a table heard last.
    func latest(table: Int) -> SourceStatistics? {
        let head = heads[table]
        return head.count > 0 ? statistics(table: table, place: Int(head.latest)) : nil
    }

    /// How many places of a table are taken.
    func count(ofTable table: Int) -> Int { Int(heads[table].count) }

    /// What is known of the source at a place.
    func statistics(table: Int, place: Int) -> SourceStatistics {
        places[table &* PortCounter.sourcesPerPort &+ place]
    }

    /// What is known of the source `ssrc`, `nil` when it has no place.
    func statistics(of ssrc: UInt32, table: Int) -> SourceStatistics? {
        for place in 0..<count(ofTable: table) {
            let found = statistics(table: table, place: place)
            if found.ssrc == ssrc { return found }
        }
        return nil
    }

    @inline(never)
    private mutating func find(
        _ header: RTPHeader, in table: Int, at now: Instant
    ) -> (place: Int, isNew: Bool)? {
        let first = table &* PortCounter.sourcesPerPort
        let count = Int(heads[table].count)
        for place in 0..<count where places[first + place].ssrc == header.ssrc {
            return (place, false)
        }
        if count < PortCounter.sourcesPerPort {
            heads[table].count += 1
            return (count, true)
        }
        var oldest = 0
        for place in 1..<count
        where places[first + place].latestArrival < places[first + oldest].latestArrival {
            oldest = place
        }
        let silence = now.nanosecondsSince(places[first + oldest].latestArrival)
        return silence > Self.silenceNanoseconds ? (oldest, true) : nil
    }

    /// What each packet changes.
    @inline(__always)
    private func publish(_ index: Int, _ place: Int, _ counters: CounterArena, _ row: Int) {
        func store(_ value: UInt64, _ column: SourceCounter) {
            counters.store(value, row: row, column: Self.column(column, of: place))
        }
        store(UInt64(places[index].ssrc) | 1 << 32, .ssrc)
        store(places[index].packets, .packets)
        store(places[index].bytes, .bytes)
        store(UInt64(bitPattern: places[index].lost), .lost)
        store(places[index].jitterMicroseconds, .jitterMicroseconds)
        store(places[index].extendedSequenceNumber, .extendedSequenceNumber)
        store(UInt64(places[index].timestamp), .timestamp)
        store(UInt64(places[index].payloadType), .payloadType)
    }

    /// What only a packet out of sequence changes.
    @inline(never)
    private func publishRarities(
        _ index: Int, _ place: Int, _ counters: CounterArena, _ row: Int
    ) {
        func store(_ value: UInt64, _ column: SourceCounter) {
            counters.store(value, row: row, column: Self.column(column, of: place))
        }
        store(places[index].reordered, .reordered)
        store(places[index].duplicates, .duplicates)
        store(places[index].restarts, .restarts)
    }

    @inline(__always)
    private static func column(_ counter: SourceCounter, of place: Int) -> Int {
        PortCounter.firstSourceColumn &+ place &* SourceCounter.columnCount &+ counter.rawValue
    }
}
