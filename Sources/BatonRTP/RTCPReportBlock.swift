import BatonBase

/// What a receiver reports about one source, RFC 3550 §6.4.1.
public struct RTCPReportBlock: Hashable, Sendable {
    /// The length on the wire in bytes.
    public static let length = 24

    /// The source that is reported about.
    public var ssrc: UInt32
    /// Packets lost since the last report, in 1/256 of those expected.
    public var fractionLost: UInt8
    /// Packets lost since the start, −8,388,608…8,388,607.
    public var cumulativeLost: Int32
    /// The highest sequence number received, wraps in the upper 16 bits.
    public var extendedSequenceNumber: UInt32
    /// Interarrival jitter in ticks of the media clock.
    public var jitter: UInt32
    /// The middle bits of the last SR's NTP time, 0 when none has come.
    public var lastSenderReport: UInt32
    /// The time from that SR to this report in 1/65,536 s.
    public var delaySinceLastSenderReport: UInt32

    /// A block with these values; `cumulativeLost` is clamped to its 24 bits when written.
    public init(
        ssrc: UInt32, fractionLost: UInt8, cumulativeLost: Int32, extendedSequenceNumber: UInt32,
        jitter: UInt32, lastSenderReport: UInt32 = 0, delaySinceLastSenderReport: UInt32 = 0
    ) {
        self.ssrc = ssrc
        self.fractionLost = fractionLost
        self.cumulativeLost = cumulativeLost
        self.extendedSequenceNumber = extendedSequenceNumber
        self.jitter = jitter
        self.lastSenderReport = lastSenderReport
        self.delaySinceLastSenderReport = delaySinceLastSenderReport
    }

    /// The block about a source that was as `earlier` at the last report (§A.3).
    ///
    /// When loss over the interval is negative, the fraction is 0.
    public init(
        _ statistics: SourceStatistics, since earlier: SourceStatistics?,
        lastSenderReport: UInt32 = 0, delaySinceLastSenderReport: UInt32 = 0
    ) {
        let expected = statistics.expected &- (earlier?.expected ?? 0)
        let lost = statistics.lost &- (earlier?.lost ?? 0)
        let hasLoss = lost > 0 && expected > 0
        self.init(
            ssrc: statistics.ssrc,
            fractionLost: hasLoss
                ? UInt8(clamping: min(UInt64(lost), 1 << 32) << 8 / expected) : 0,
            cumulativeLost: Int32(clamping: statistics.lost),
            extendedSequenceNumber: UInt32(truncatingIfNeeded: statistics.extendedSequenceNumber),
            jitter: statistics.jitterTicks, lastSenderReport: lastSenderReport,
            delaySinceLastSenderReport: delaySinceLastSenderReport)
    }

    /// The round-trip time that this block shows when it arrives at `now` at the sender of the
    /// source (§6.4.1). `nil` when no SR is named or the times contradict each other.
    public func roundTripTime(at now: NTPTimestamp) -> Duration? {
        guard lastSenderReport != 0 else { return nil }
        let units = Int32(
            bitPattern: now.middleBits &- lastSenderReport &- delaySinceLastSenderReport)
        guard units >= 0 else { return nil }
        return .nanoseconds(Int64(units) * 1_000_000_000 / 65_536)
    }

    /// The block at `offset` of `bytes`, which reach at least ``length`` bytes farther.
    init(at offset: Int, of bytes: RawSpan) {
        //  0                   1                   2                   3
        //  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
        // +=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+
        // |                 SSRC (SSRC of source)                         |
        // +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
        // | fraction lost |       cumulative number of packets lost       |
        // +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
        // |           extended highest sequence number received           |
        // +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
        // |                      interarrival jitter                      |
        // +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
        // |                         last SR (LSR)                         |
        // +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
        // |                   delay since last SR (DLSR)                  |
        // +=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+
        let loss = bytes.uint32(at: offset &+ 4)
        ssrc = bytes.uint32(at: offset)
        fractionLost = UInt8(truncatingIfNeeded: loss >> 24)
        cumulativeLost = Int32(bitPattern: loss << 8) >> 8
        extendedSequenceNumber = bytes.uint32(at: offset &+ 8)
        jitter = bytes.uint32(at: offset &+ 12)
        lastSenderReport = bytes.uint32(at: offset &+ 16)
        delaySinceLastSenderReport = bytes.uint32(at: offset &+ 20)
    }

    /// Writes the block at `offset` of `bytes`, which reach at least ``length`` bytes farther.
    func write(at offset: Int, into bytes: inout MutableRawSpan) {
        let lost = UInt32(bitPattern: min(max(cumulativeLost, -0x80_0000), 0x7f_ffff))
        bytes.store(ssrc, at: offset)
        bytes.store(UInt32(fractionLost) << 24 | (lost & 0xff_ffff), at: offset &+ 4)
        bytes.store(extendedSequenceNumber, at: offset &+ 8)
        bytes.store(jitter, at: offset &+ 12)
        bytes.store(lastSenderReport, at: offset &+ 16)
        bytes.store(delaySinceLastSenderReport, at: offset &+ 20)
    }
}
