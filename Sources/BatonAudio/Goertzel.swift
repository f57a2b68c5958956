/// The strength of one frequency in a block: a second-order resonator instead of a transform.
///
/// Floating point, so that a block of any length and level is exact enough.
public struct Goertzel: Hashable, Sendable {
    /// Twice the cosine of the step in angle from sample to sample.
    @usableFromInline let coefficient: Float
    @usableFromInline var newer: Float = 0
    @usableFromInline var older: Float = 0

    /// A resonator at `frequencyHz` for samples at `sampleRateHz`.
    public init(frequencyHz: Double, sampleRateHz: Int) {
        let turns = frequencyHz / Double(max(1, sampleRateHz))
        coefficient = Float(2 * AudioMath.cosine(turns: turns))
    }

    /// Takes a sample in.
    @inlinable public mutating func add(_ sample: Float) {
        let next = sample + coefficient * newer - older
        older = newer
        newer = next
    }

    /// Takes a block in.
    public mutating func add(_ samples: borrowing Span<Int16>) {
        for index in samples.indices { add(Float(samples[index])) }
    }

    /// The square of the magnitude of the sum of all samples, each turned back by the frequency's
    /// angle: for *n* samples of a sine of amplitude *a* at this frequency, *(a n / 2)²*.
    @inlinable public var power: Float {
        newer * newer + older * older - coefficient * newer * older
    }

    /// Begins a new block.
    @inlinable public mutating func reset() {
        (newer, older) = (0, 0)
    }

    /// The amplitude of `frequencyHz` in `samples`.
    public static func amplitude(
        of frequencyHz: Double, in samples: borrowing Span<Int16>, sampleRateHz: Int
    ) -> Double {
        var resonator = Goertzel(frequencyHz: frequencyHz, sampleRateHz: sampleRateHz)
        resonator.add(samples)
        let power = Double(max(0, resonator.power))
        return samples.isEmpty ? 0 : 2 * power.squareRoot() / Double(samples.count)
    }
}
