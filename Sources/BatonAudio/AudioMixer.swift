/// Arithmetic on blocks of samples: sums, gains and fades. Sums have 32 bits, results are clamped
/// to 16.
public enum AudioMixer {
    /// Adds `samples` to `sums`, which has room for as many. Up to 65,536 blocks can be added
    /// before a sum can overflow; then it wraps.
    public static func add(
        _ samples: borrowing Span<Int16>, to sums: inout MutableSpan<Int32>
    ) {
        precondition(sums.count >= samples.count, "a sum for each sample")
        for index in samples.indices { sums[index] &+= Int32(samples[index]) }
    }

    /// Adds `samples`, of which each counts `gain`, to `sums`, which has room for as many.
    public static func add(
        _ samples: borrowing Span<Int16>, gain: AudioGain, to sums: inout MutableSpan<Int32>
    ) {
        precondition(sums.count >= samples.count, "a sum for each sample")
        for index in samples.indices { sums[index] &+= gain.scaled(samples[index]) }
    }

    /// Writes `sums`, clamped, to the front of `output`, which has room for as many: what a
    /// listener hears who does not speak.
    public static func mix(
        _ sums: borrowing Span<Int32>, into output: inout MutableSpan<Int16>
    ) {
        precondition(output.count >= sums.count, "a sample for each sum")
        for index in sums.indices { output[index] = Int16(clamping: sums[index]) }
    }

    /// Writes `sums` without `own`, clamped, to the front of `output`, which has room for as many:
    /// what a listener hears who speaks. `own` is what was added for them, without a gain.
    public static func mix(
        _ sums: borrowing Span<Int32>, minus own: borrowing Span<Int16>,
        into output: inout MutableSpan<Int16>
    ) {
        precondition(output.count >= sums.count, "a sample for each sum")
        precondition(own.count >= sums.count, "an own sample for each sum")
        for index in sums.indices {
            output[index] = Int16(clamping: sums[index] &- Int32(own[index]))
        }
    }

    /// Writes `sums` without `own` at the gain with which it was added.
    public static func mix(
        _ sums: borrowing Span<Int32>, minus own: borrowing Span<Int16>, gain: AudioGain,
        into output: inout MutableSpan<Int16>
    ) {
        precondition(output.count >= sums.count, "a sample for each sum")
        precondition(own.count >= sums.count, "an own sample for each sum")
        for index in sums.indices {
            output[index] = Int16(clamping: sums[index] &- gain.scaled(own[index]))
        }
    }

    /// Makes `samples` louder or quieter.
    public static func apply(_ gain: AudioGain, to samples: inout MutableSpan<Int16>) {
        for index in samples.indices {
            samples[index] = Int16(clamping: gain.scaled(samples[index]))
        }
    }

    /// Changes the gain of `samples` steadily from `first` to `last`, which the sample after the
    /// block has: a fade in, a fade out, or a change without a click.
    public static func fade(
        from first: AudioGain, to last: AudioGain, in samples: inout MutableSpan<Int16>
    ) {
        guard !samples.isEmpty else { return }
        let step = (Int64(last.factor) - Int64(first.factor)) << 16 / Int64(samples.count)
        var factor = Int64(first.factor) << 16
        for index in samples.indices {
            let gain = AudioGain(factor: Int32(truncatingIfNeeded: factor >> 16))
            samples[index] = Int16(clamping: gain.scaled(samples[index]))
            factor &+= step
        }
    }
}

/// A factor of amplitude as a whole number of 1/32,768 (Q15): from silence to +24 dB.
public struct AudioGain: Hashable, Sendable {
    /// The factor times 32,768.
    public let factor: Int32

    /// Nothing is heard.
    public static let silence = AudioGain(factor: 0)
    /// Nothing changes.
    public static let unity = AudioGain(factor: 1 << 15)
    /// +24 dB: the greatest.
    public static let greatest = AudioGain(decibels: 24)

    /// A gain of `decibels`, at most 24; below -90 it is silence.
    public init(decibels: Double) {
        guard decibels >= -90 else {
            factor = 0
            return
        }
        let amplitude = AudioMath.amplitude(decibels: min(decibels, 24))
        factor = Int32((amplitude * 32_768).rounded())
    }

    init(factor: Int32) {
        self.factor = factor
    }

    /// `sample` at this gain, rounded, in more than 16 bits.
    @inline(__always)
    func scaled(_ sample: Int16) -> Int32 {
        // The upper and the lower half of the factor, so that products fit 32 bits and the loop
        // needs no wider ones.
        let (whole, part) = (factor >> 15, factor & 0x7fff)
        return Int32(sample) &* whole &+ (Int32(sample) &* part &+ 0x4000) >> 15
    }
}
