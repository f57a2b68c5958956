/// The sources (SSRCs) of which libsrtp2 keeps state, and which has been unused the longest.
///
/// Its size is bounded by the limit, and it allocates when it is made only.
struct SRTPSourceTable {
    /// A source.
    private struct Source {
        var ssrc: UInt32
        /// The table's clock when the source was last seen.
        var lastUse: UInt64
        /// The roll-over counter that it was given at the start.
        var initialRollOverCounter: UInt32
    }

    private let limit: Int
    private var sources: [Source] = []
    private var recent = 0
    private var clock: UInt64 = 0

    /// A table for `limit` sources.
    init(limit: Int) {
        self.limit = limit
        sources.reserveCapacity(limit)
    }

    /// No further source fits.
    var isFull: Bool { sources.count >= limit }

    /// The sources, in no particular order.
    var ssrcs: [UInt32] { sources.map(\.ssrc) }

    /// Notes that `ssrc` was seen; false when the table does not have it.
    mutating func touch(_ ssrc: UInt32) -> Bool {
        guard let index = index(of: ssrc) else { return false }
        recent = index
        clock &+= 1
        sources[index].lastUse = clock
        return true
    }

    /// Whether the table has `ssrc`.
    func contains(_ ssrc: UInt32) -> Bool { index(of: ssrc) != nil }

    /// The roll-over counter that `ssrc` was given at the start; nil when the table does not have
    /// it.
    func initialRollOverCounter(of ssrc: UInt32) -> UInt32? {
        index(of: ssrc).map { sources[$0].initialRollOverCounter }
    }

    /// Adds `ssrc`, which the table does not have, where there is room.
    mutating func insert(_ ssrc: UInt32, initialRollOverCounter: UInt32 = 0) {
        guard !isFull else { return }
        clock &+= 1
        recent = sources.count
        sources.append(
            Source(
                ssrc: ssrc, lastUse: clock, initialRollOverCounter: initialRollOverCounter))
    }

    /// Takes out the source that was seen the longest ago.
    mutating func removeLongestUnused() -> UInt32? {
        guard let index = sources.indices.min(by: { sources[$0].lastUse < sources[$1].lastUse })
        else { return nil }
        recent = 0
        let ssrc = sources[index].ssrc
        sources.swapAt(index, sources.count - 1)
        sources.removeLast()
        return ssrc
    }

    /// Where `ssrc` is. Most packets are of the source of the one before.
    private func index(of ssrc: UInt32) -> Int? {
        if recent < sources.count, sources[recent].ssrc == ssrc { return recent }
        return sources.firstIndex { $0.ssrc == ssrc }
    }
}
