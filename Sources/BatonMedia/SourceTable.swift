internal import BatonBase
internal import BatonRTP

/// The statistics of the RTP sources (SSRCs) of one port: a few places, the most recent first hit.
struct SourceTable: Sendable {
    private var count = 0
    private var latest = 0
    private var sources: InlineArray<4, SourceStatistics>
    private var lastSeenNanoseconds: InlineArray<4, UInt64>

    init() {
        sources = InlineArray(
            repeating: SourceStatistics(
                ssrc: 0, sequenceNumber: 0, timestamp: 0, payloadType: 0, bytes: 0, clockRateHz: 0,
                at: Instant(nanoseconds: 0)))
        lastSeenNanoseconds = InlineArray(repeating: 0)
    }

    /// Forgets all sources.
    mutating func clear() {
        count = 0
        latest = 0
    }

    /// Counts a packet and publishes its source's figures to the counters of `row`.
    ///
    /// A source that finds every place taken replaces the one that has been silent longest, when
    /// that is longer than ten seconds; otherwise the packet counts as untracked.
    mutating func receive(
        _ header: RTPHeader, bytes: Int, clockRateHz: UInt32, at now: Instant,
        counters: CounterArena, row: Int
    ) {
        if latest >= count || sources[latest].ssrc != header.ssrc {
            guard let place = place(for: header, at: now) else {
                counters.add(1, row: row, column: PortCounter.untrackedSources.rawValue)
                return
            }
            latest = place.index
            if place.isNew {
                lastSeenNanoseconds[latest] = now.nanoseconds
                sources[latest] = SourceStatistics(
                    header, bytes: bytes, clockRateHz: clockRateHz, at: now)
                publish(latest, counters, row)
                return
            }
        }
        lastSeenNanoseconds[latest] = now.nanoseconds
        _ = sources[latest].receive(header, bytes: bytes, clockRateHz: clockRateHz, at: now)
        publish(latest, counters, row)
    }

    private static let silenceNanoseconds: UInt64 = 10_000_000_000

    private mutating func place(
        for header: RTPHeader, at now: Instant
    ) -> (index: Int, isNew: Bool)? {
        for index in 0..<count where sources[index].ssrc == header.ssrc { return (index, false) }
        if count < PortCounter.sourcesPerPort {
            count += 1
            return (count - 1, true)
        }
        var oldest = 0
        for index in 1..<count where lastSeenNanoseconds[index] < lastSeenNanoseconds[oldest] {
            oldest = index
        }
        let lastSeen = Instant(nanoseconds: lastSeenNanoseconds[oldest])
        guard now.nanosecondsSince(lastSeen) > Self.silenceNanoseconds else { return nil }
        return (oldest, true)
    }

    @inline(__always)
    private func publish(_ index: Int, _ counters: CounterArena, _ row: Int) {
        let first = PortCounter.firstSourceColumn + index * SourceCounter.columnCount
        func store(_ value: UInt64, _ column: SourceCounter) {
            counters.store(value, row: row, column: first + column.rawValue)
        }
        let source = sources[index]
        store(UInt64(source.ssrc) | 1 << 32, .ssrc)
        store(source.packets, .packets)
        store(source.bytes, .bytes)
        store(UInt64(bitPattern: source.lost), .lost)
        store(source.reordered, .reordered)
        store(source.duplicates, .duplicates)
        store(source.jitterMicroseconds, .jitterMicroseconds)
        store(source.extendedSequenceNumber, .extendedSequenceNumber)
        store(UInt64(source.timestamp), .timestamp)
        store(UInt64(source.payloadType), .payloadType)
        store(source.restarts, .restarts)
    }
}
