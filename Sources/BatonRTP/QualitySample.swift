public import BatonBase

/// The quality of one stretch of a stream.
public struct QualitySample: Hashable, Sendable {
    /// When the stretch ended.
    public var time: Instant
    /// The mean opinion score times ten.
    public var meanOpinionScoreTimesTen: Int
    /// The transmission rating R (``QualityEstimate/rFactor``) of one stretch; `nil` for a mean.
    public var rFactor: Double?
    /// Packets lost over the stretch in per cent, 0…100.
    public var lossPercent: Double
    /// The jitter at its end in microseconds.
    public var jitterMicroseconds: UInt64
    /// The round-trip time in microseconds, `nil` where none is known.
    public var roundTripMicroseconds: UInt64?

    /// A sample with these values.
    public init(
        time: Instant, meanOpinionScoreTimesTen: Int, lossPercent: Double,
        jitterMicroseconds: UInt64, roundTripMicroseconds: UInt64? = nil
    ) {
        self.time = time
        self.meanOpinionScoreTimesTen = meanOpinionScoreTimesTen
        self.lossPercent = lossPercent
        self.jitterMicroseconds = jitterMicroseconds
        self.roundTripMicroseconds = roundTripMicroseconds
    }
}

/// What the counters of a source say at one time; all count from its start.
public struct QualityReading: Hashable, Sendable {
    /// Packets received without duplicates.
    public var packets: UInt64
    /// Packets missing, as a signed number (RFC 3550 §A.3).
    public var lost: Int64
    /// Interarrival jitter in microseconds.
    public var jitterMicroseconds: UInt64
    /// The round-trip time, `nil` where none is known.
    public var roundTripTime: Duration?

    /// A reading of these counters.
    public init(
        packets: UInt64, lost: Int64, jitterMicroseconds: UInt64, roundTripTime: Duration? = nil
    ) {
        self.packets = packets
        self.lost = lost
        self.jitterMicroseconds = jitterMicroseconds
        self.roundTripTime = roundTripTime
    }

    /// A reading of a source's statistics.
    public init(_ statistics: SourceStatistics, roundTripTime: Duration? = nil) {
        self.init(
            packets: statistics.packets, lost: statistics.lost,
            jitterMicroseconds: statistics.jitterMicroseconds, roundTripTime: roundTripTime)
    }
}

extension QualitySample {
    /// The quality between two readings of the same source, the later of which was made at `time`;
    /// without an `earlier` one, since the start. `nil` when no packet came in between: silence
    /// and hold are no bad quality.
    public init?(
        from earlier: QualityReading?, to later: QualityReading, codec: QualityCodec,
        at time: Instant
    ) {
        let packets = Int64(clamping: later.packets &- (earlier?.packets ?? 0))
        guard packets > 0 else { return nil }
        let lost = max(later.lost &- (earlier?.lost ?? 0), 0)
        let lossPercent = 100 * Double(lost) / (Double(lost) + Double(packets))
        let estimate = QualityEstimate(
            codec: codec, lossPercent: lossPercent, jitterMicroseconds: later.jitterMicroseconds,
            oneWayDelay: later.roundTripTime.map { $0 / 2 })
        self.init(
            time: time, meanOpinionScoreTimesTen: estimate.meanOpinionScoreTimesTen,
            lossPercent: lossPercent, jitterMicroseconds: later.jitterMicroseconds,
            roundTripMicroseconds: later.roundTripTime.map { $0.wholeNanoseconds / 1000 })
        rFactor = estimate.rFactor
    }
}
