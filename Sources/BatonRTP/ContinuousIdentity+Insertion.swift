public import BatonBase

/// Packets that the relay itself puts into a line, between those of its source: keys that are
/// played as if the source had pressed them.
extension ContinuousIdentity {
    /// Gives a packet that is not the source's the next place on the line.
    public mutating func insert() -> UInt16 {
        current.newestPlace &+= 1
        leaveBehind()
        return UInt16(truncatingIfNeeded: current.newestPlace)
    }

    /// Takes note of a packet of the source that is not sent: it leaves no gap in the line.
    public mutating func skip(ssrc: UInt32, sequenceNumber: UInt16) {
        let step = sequenceNumber &- current.newest
        guard ssrc == current.ssrc, step > 0, step < SourceStatistics.maximumDropout else { return }
        current.newest = sequenceNumber
        leaveBehind()
    }

    /// The timestamp of what is inserted now. `clockRateHz` is the clock of the source's payload.
    public func timestamp(clockRateHz: UInt32, at now: Instant) -> UInt32 {
        continuedTimestamp(clockRateHz: clockRateHz, at: now)
    }

    /// The source's packets until now have no other place any more than the one that they had.
    private mutating func leaveBehind() {
        current.firstPlace = current.newestPlace &+ 1
    }
}
