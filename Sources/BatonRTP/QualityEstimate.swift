import BatonBase

/// An estimate of how a listener rates the speech, from what can be measured at a relay: a
/// simplified form of the E-model of ITU-T G.107 (03/2005).
///
/// Left at their defaults: noise, loudness, echo, the expectation factor. Loss counts as random
/// (BurstR 1). Jitter counts as delay: a de-jitter buffer of twice the jitter. Delay that nobody
/// measured counts as zero, so a MOS exists without RTCP; it is then an upper bound. All codecs are
/// rated on the narrowband scale: at most 4.4.
public struct QualityEstimate: Hashable, Sendable {
    /// The transmission rating factor R, 0…93.2.
    public let rFactor: Double

    /// The estimate for one codec under loss, jitter and delay.
    ///
    /// - Parameters:
    ///   - codec: What the packets carry.
    ///   - lossPercent: Packets lost out of those expected, clamped to 0…100.
    ///   - jitterMicroseconds: Interarrival jitter as in RFC 3550 §A.8.
    ///   - oneWayDelay: The network's delay from mouth to ear if it is known, such as half of a
    ///     round-trip time.
    public init(
        codec: QualityCodec = .g711, lossPercent: Double, jitterMicroseconds: UInt64,
        oneWayDelay: Duration? = nil
    ) {
        let jitterMs = Double(min(jitterMicroseconds, 10_000_000)) / 1000
        let networkMs = Double(oneWayDelay?.wholeNanoseconds ?? 0) / 1_000_000
        let delayMs = networkMs + 2 * jitterMs
        // Written so that "not a number" counts as no loss, and as the worst rating.
        let loss = lossPercent > 0 ? min(lossPercent, 100) : 0
        // Id in its usual piecewise linear form, and Ie-eff with BurstR = 1 (G.107 §3).
        let delayImpairment = 0.024 * delayMs + (delayMs > 177.3 ? 0.11 * (delayMs - 177.3) : 0)
        let lossImpairment =
            (95 - codec.equipmentImpairment) * loss / (loss + codec.packetLossRobustness)
        let rating = 93.2 - delayImpairment - codec.equipmentImpairment - lossImpairment
        rFactor = rating > 0 ? min(rating, 93.2) : 0
    }

    /// The mean opinion score, 1…4.41 (G.107 annex B).
    public var meanOpinionScore: Double {
        let score = 1 + 0.035 * rFactor + rFactor * (rFactor - 60) * (100 - rFactor) * 7e-6
        // The polynomial dips below 1 for a rating under 6.5.
        return max(score, 1)
    }

    /// The mean opinion score times ten, rounded, as the ng protocol reports it: 10…44.
    public var meanOpinionScoreTimesTen: Int {
        Int((meanOpinionScore * 10).rounded())
    }
}
