public import BatonBase

/// What a receiver keeps of a source for its reports about it, RFC 3550 §6.4.1.
public struct RTCPHeardSource: Sendable {
    /// The source.
    public let ssrc: UInt32
    /// What its last sender report said; `nil` before the first.
    public private(set) var report: RTCPSenderInformation?
    /// When that came.
    public private(set) var reportedAt = Instant(nanoseconds: 0)
    /// The source as it was in our last report about it.
    private var earlier: SourceStatistics?

    /// A source of which nothing has been said yet.
    public init(ssrc: UInt32) {
        self.ssrc = ssrc
    }

    /// Takes its sender report.
    public mutating func receive(_ report: RTCPSenderInformation, at now: Instant) {
        self.report = report
        reportedAt = now
    }

    /// The block about the source for a report of now; `nil` when nothing has come from it since
    /// the last one.
    public mutating func block(
        about statistics: SourceStatistics, at now: Instant
    ) -> RTCPReportBlock? {
        if let earlier, earlier.packets == statistics.packets { return nil }
        let delay = now.nanosecondsSince(reportedAt)
        let block = RTCPReportBlock(
            statistics, since: earlier,
            lastSenderReport: report?.ntpTimestamp.middleBits ?? 0,
            delaySinceLastSenderReport: report == nil
                ? 0 : NTPTimestamp(bits: 0).advanced(byNanoseconds: delay).middleBits)
        earlier = statistics
        return block
    }

    /// Where the source is at `now` by its last report: a wall-clock time and the timestamp of what
    /// it records at that moment. Time on the way is not known, and shifts both alike.
    public func reading(at now: Instant, clockRateHz: UInt32) -> RTCPClockReading? {
        guard let report, report.ntpTimestamp.bits != 0 else { return nil }
        let elapsed = now.nanosecondsSince(reportedAt)
        return RTCPClockReading(
            ntpTimestamp: report.ntpTimestamp.advanced(byNanoseconds: elapsed),
            rtpTimestamp: report.rtpTimestamp
                &+ MediaClock.ticks(elapsed, clockRateHz: clockRateHz))
    }
}
