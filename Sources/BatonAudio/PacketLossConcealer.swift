/// Fills gaps in decoded audio whose codec cannot do it itself: G.711, G.722, L16.
///
/// A gap is filled with the last pitch periods heard: one for 20 ms, then two, then three, so that
/// a long one does not buzz. From 10 ms on they fade, and after 60 ms there is silence. The first
/// good block after a gap is cross-faded with what would have gone on. In the spirit of ITU-T G.711
/// Appendix I, but without its delay of 3.75 ms: where the appendix blends the last good samples
/// into the first made up ones, here the step between them is taken out of the latter.
///
/// Memory is that of 150 ms of samples. Used by one thread at a time.
public struct PacketLossConcealer: Sendable {
    /// Samples a second.
    public let sampleRateHz: Int
    /// Whether the last block was made up.
    public private(set) var isConcealing = false

    /// What was heard, or made up, before now.
    private var history: SampleRing
    private var repetition: PitchRepetition

    /// A concealer for a rate of `AudioRate.supported` that has heard silence so far.
    public init(sampleRateHz: Int) throws(AudioRateError) {
        guard AudioRate.supported.contains(sampleRateHz) else {
            throw AudioRateError(rateHz: sampleRateHz)
        }
        self.sampleRateHz = sampleRateHz
        repetition = PitchRepetition(sampleRateHz: sampleRateHz)
        history = SampleRing(count: repetition.historyCount)
    }

    /// Takes a block that arrived. After a gap its beginning is cross-faded in place.
    public mutating func accept(_ good: inout MutableSpan<Int16>) {
        if isConcealing { blend(&good) }
        isConcealing = false
        history.push(good.span)
    }

    /// Fills `output` with what may have been in the gap.
    public mutating func conceal(into output: inout MutableSpan<Int16>) {
        if !isConcealing { repetition.begin(after: history) }
        isConcealing = true
        for index in output.indices { output[index] = repetition.next() }
        history.push(output.span)
    }

    /// Forgets what was heard.
    public mutating func reset() {
        history.clear()
        isConcealing = false
    }

    /// Passes from the repetition to `good`.
    private mutating func blend(_ good: inout MutableSpan<Int16>) {
        let count = min(repetition.overlap, good.count)
        for index in 0..<count {
            let weight = Int32(((index + 1) << 15) / (count + 1))
            let made = Int32(repetition.next())
            let mixed = made &* (32_768 &- weight) &+ Int32(good[index]) &* weight
            good[index] = Int16(truncatingIfNeeded: mixed >> 15)
        }
    }
}
