/// A sine that never loses its phase: a turning pointer.
struct Oscillator: Sendable {
    private var real: Double
    private var imaginary = 0.0
    private let cosine: Double
    private let sine: Double

    /// A sine of `amplitude` that begins at zero.
    init(frequencyHz: Double, amplitude: Double, sampleRateHz: Int) {
        let turns = frequencyHz / Double(sampleRateHz)
        (cosine, sine) = (AudioMath.cosine(turns: turns), AudioMath.sine(turns: turns))
        real = amplitude
    }

    /// The value now; turns on by one sample.
    @inline(__always)
    mutating func next() -> Double {
        let value = imaginary
        (real, imaginary) = (real * cosine - imaginary * sine, real * sine + imaginary * cosine)
        return value
    }
}

/// The sample nearest to `value`, which is a number. Rounding to nearest by a function of the C
/// library costs more than all the rest of an oscillator.
@inline(__always)
func nearestSample(_ value: Double) -> Int16 {
    let shifted = min(max(value, -32_768), 32_767) + 32_768.5
    return Int16(truncatingIfNeeded: Int32(shifted) &- 32_768)
}
