public import BatonBase

/// One SSRC, one sequence and one timestamp line for the whole life of a sink, whatever sources it
/// hears one after the other (RFC 3550 §5.1, §5.2: to the receiver there is one source).
///
/// It begins with the first source's own values: all offsets are zero until something changes. When
/// the source changes, or jumps, the next packet continues the sequence by one and the timestamp by
/// the time that has passed. A packet that comes late finds the place it would have had; one
/// that has no place left is not to be sent. The same source packet always gives the same result
/// while its source lasts, so a duplicate stays one.
public struct ContinuousIdentity: Hashable, Sendable {
    /// What is written into a packet before it is sent.
    public struct Outgoing: Hashable, Sendable {
        /// The sink's SSRC.
        public var ssrc: UInt32
        /// The packet's place in the sink's sequence.
        public var sequenceNumber: UInt16
        /// The packet's time on the sink's line.
        public var timestamp: UInt32
        /// It is the first packet of a source that follows another: its marker bit may be set so
        /// that the receiver's jitter buffer adapts here (RFC 3551 §4.1).
        public var isFirstOfSource: Bool
    }

    /// How a stretch of packets of one source is moved onto the sink's line.
    struct Epoch: Hashable, Sendable {
        /// The source.
        var ssrc: UInt32
        /// The source's newest sequence number.
        var newest: UInt16
        /// The newest one's place in the sink's sequence, wraps counted.
        var newestPlace: Int64
        /// The first place that belongs to this stretch.
        var firstPlace: Int64
        /// What is added to the source's timestamps.
        var timestampOffset: UInt32
    }

    /// Packets of the source before, newer than any seen, are dropped as late for this long after a
    /// change; then they are a change back. 100 ms.
    public static let lateNanoseconds: UInt64 = 100_000_000
    /// A timestamp that departs from the elapsed time by more than this is a new timeline: 10 s.
    public static let maximumTimestampJumpSeconds: Int64 = 10

    /// The sink's SSRC, the first source's own.
    public let ssrc: UInt32
    /// How often another source, or another timeline of the same one, was joined on.
    public internal(set) var changes: UInt64 = 0

    var current: Epoch
    var previous: Epoch?
    /// The sink's timestamp of the newest packet.
    var newestTimestamp: UInt32
    /// When the newest packet came.
    var newestArrival: Instant
    /// When the source changed last.
    var changedAt: Instant
    /// The timestamp step between the last two consecutive packets: the length of a packet.
    var packetTicks: UInt32 = 0

    /// The identity of a sink whose first packet, with these values, passes unchanged.
    public init(ssrc: UInt32, sequenceNumber: UInt16, timestamp: UInt32, at now: Instant) {
        self.ssrc = ssrc
        current = Epoch(
            ssrc: ssrc, newest: sequenceNumber, newestPlace: Int64(sequenceNumber),
            firstPlace: .min, timestampOffset: 0)
        newestTimestamp = timestamp
        newestArrival = now
        changedAt = now
    }

    /// The source that is heard now.
    public var sourceSSRC: UInt32 { current.ssrc }

    /// What is added to the current source's sequence numbers, modulo 65,536.
    public var sequenceOffset: UInt16 {
        UInt16(truncatingIfNeeded: current.newestPlace) &- current.newest
    }

    /// What is added to the current source's timestamps, also those in its sender reports.
    public var timestampOffset: UInt32 { current.timestampOffset }

    /// The values under which the packet of a source goes out, or `nil` when it must not: it came
    /// so late that its place is taken, or no longer exists.
    ///
    /// `clockRateHz` is the clock of the packet's payload type, 0 when it is unknown.
    public mutating func rewrite(
        ssrc source: UInt32, sequenceNumber: UInt16, timestamp: UInt32, clockRateHz: UInt32,
        at now: Instant
    ) -> Outgoing? {
        guard source == current.ssrc else {
            return rewriteOther(
                source, sequenceNumber: sequenceNumber, timestamp: timestamp,
                clockRateHz: clockRateHz, at: now)
        }
        let step = sequenceNumber &- current.newest
        let behind = 0 &- step
        let isLate = behind < SourceStatistics.maximumMisorder
        guard isLate || step < SourceStatistics.maximumDropout,
            !isNewTimeline(timestamp, clockRateHz: clockRateHz, at: now)
        else {
            return rewriteOther(
                source, sequenceNumber: sequenceNumber, timestamp: timestamp,
                clockRateHz: clockRateHz, at: now)
        }
        if isLate { return late(behind: Int64(behind), timestamp: timestamp, in: current) }
        current.newest = sequenceNumber
        current.newestPlace &+= Int64(step)
        let moved = timestamp &+ current.timestampOffset
        if step == 1 { packetTicks = moved &- newestTimestamp }
        newestTimestamp = moved
        newestArrival = now
        return outgoing(current.newestPlace, timestamp: moved, isFirstOfSource: false)
    }

    /// The values under which the packet with this header goes out, or `nil` when it must not.
    public mutating func rewrite(
        _ header: RTPHeader, clockRateHz: UInt32, at now: Instant
    ) -> Outgoing? {
        rewrite(
            ssrc: header.ssrc, sequenceNumber: header.sequenceNumber, timestamp: header.timestamp,
            clockRateHz: clockRateHz, at: now)
    }
}

extension ContinuousIdentity {
    /// A packet of another source, or far from the current one's sequence or timeline: late, or a
    /// change.
    private mutating func rewriteOther(
        _ source: UInt32, sequenceNumber: UInt16, timestamp: UInt32, clockRateHz: UInt32,
        at now: Instant
    ) -> Outgoing? {
        if let previous, previous.ssrc == source,
            now.nanosecondsSince(changedAt) < Self.lateNanoseconds
        {
            let step = sequenceNumber &- previous.newest
            let behind = 0 &- step
            if behind < SourceStatistics.maximumMisorder {
                return late(behind: Int64(behind), timestamp: timestamp, in: previous)
            }
            if step < SourceStatistics.maximumMisorder { return nil }
        }
        return join(
            source, sequenceNumber: sequenceNumber, timestamp: timestamp, clockRateHz: clockRateHz,
            at: now)
    }

    /// A packet not newer than the newest of its stretch goes to its own place, if that is one of
    /// the stretch's.
    private func late(behind: Int64, timestamp: UInt32, in epoch: Epoch) -> Outgoing? {
        let place = epoch.newestPlace &- behind
        guard place >= epoch.firstPlace else { return nil }
        return outgoing(
            place, timestamp: timestamp &+ epoch.timestampOffset, isFirstOfSource: false)
    }

    /// Joins a new stretch on to the sink's line.
    private mutating func join(
        _ source: UInt32, sequenceNumber: UInt16, timestamp: UInt32, clockRateHz: UInt32,
        at now: Instant
    ) -> Outgoing {
        let moved = continuedTimestamp(clockRateHz: clockRateHz, at: now)
        let place = current.newestPlace &+ 1
        previous = current
        current = Epoch(
            ssrc: source, newest: sequenceNumber, newestPlace: place, firstPlace: place,
            timestampOffset: moved &- timestamp)
        newestTimestamp = moved
        newestArrival = now
        changedAt = now
        changes &+= 1
        return outgoing(place, timestamp: moved, isFirstOfSource: true)
    }

    private func outgoing(
        _ place: Int64, timestamp: UInt32, isFirstOfSource: Bool
    ) -> Outgoing {
        Outgoing(
            ssrc: ssrc, sequenceNumber: UInt16(truncatingIfNeeded: place), timestamp: timestamp,
            isFirstOfSource: isFirstOfSource)
    }

    /// The timestamp of a packet that comes now and does not belong to the line so far: the newest
    /// one's, advanced by the time since, but at least by a packet (of at most 200 ms), and by less
    /// than half the circle.
    func continuedTimestamp(clockRateHz: UInt32, at now: Instant) -> UInt32 {
        let elapsed = elapsedTicks(clockRateHz: clockRateHz, at: now)
        let packet = Int64(min(packetTicks, clockRateHz == 0 ? 9600 : clockRateHz / 5))
        let advance = min(max(elapsed, packet, 1), Int64(Int32.max))
        return newestTimestamp &+ UInt32(truncatingIfNeeded: advance)
    }

    /// Whether the timestamp of a packet departs from the elapsed time beyond reason.
    private func isNewTimeline(
        _ timestamp: UInt32, clockRateHz: UInt32, at now: Instant
    ) -> Bool {
        guard clockRateHz > 0 else { return false }
        let moved = timestamp &+ current.timestampOffset
        let advance = Int64(Int32(bitPattern: moved &- newestTimestamp))
        let difference = advance &- elapsedTicks(clockRateHz: clockRateHz, at: now)
        return abs(difference) > Self.maximumTimestampJumpSeconds &* Int64(clockRateHz)
    }

    /// The time since the newest packet in ticks, at most 2^40.
    private func elapsedTicks(clockRateHz: UInt32, at now: Instant) -> Int64 {
        let nanoseconds = now.nanosecondsSince(newestArrival)
        let seconds = min(nanoseconds / 1_000_000_000, 1 << 31)
        let rest = nanoseconds % 1_000_000_000 &* UInt64(clockRateHz) / 1_000_000_000
        let ticks = seconds.multipliedReportingOverflow(by: UInt64(clockRateHz))
        return Int64(min(ticks.partialValue &+ rest, 1 << 40))
    }
}
