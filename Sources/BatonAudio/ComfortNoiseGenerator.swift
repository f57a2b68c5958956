public import BatonBase

/// Makes the noise that a comfort noise payload describes (RFC 3389 §4).
///
/// White noise goes through the synthesis lattice of the reflection coefficients. A new payload
/// takes over within 20 ms, so that the level does not jump. Used by one thread at a time.
public struct ComfortNoiseGenerator: Sendable {
    private var random: SplitMix64
    /// Reflection coefficients, and the lattice's delays.
    private var reflections = InlineArray<10, Float>(repeating: 0)
    private var delays = InlineArray<11, Float>(repeating: 0)
    private var order = 0
    /// The excitation's effective value now and in the end.
    private var gain: Float = 0
    private var goal: Float = 0
    private let approach: Float

    /// A generator that is silent until `update` is called. `random` gives the noise.
    public init(sampleRateHz: Int, random: SplitMix64) {
        self.random = random
        // The gain goes nine tenths of the way in 20 ms.
        approach = 2.3 / (Float(max(1, sampleRateHz)) / 50)
    }

    /// Takes over what a payload says.
    public mutating func update(_ noise: ComfortNoise) {
        order = noise.order
        // The lattice makes its input stronger by the inverse of the prediction's gain.
        var remainder = 1.0
        for index in 0..<order {
            // A resonance sharper than this is no noise, and would ring for seconds.
            let reflection = min(max(noise.reflection(index), -0.98), 0.98)
            reflections[index] = Float(reflection)
            remainder *= 1 - reflection * reflection
        }
        let effective =
            noise.level >= 127 ? 0 : AudioLevel.effective(dBov: -Double(noise.level))
        goal = Float(effective * remainder.squareRoot())
        // Delays of another spectrum could ring.
        for index in order..<11 { delays[index] = 0 }
    }

    /// Fills `output` with noise.
    public mutating func generate(into output: inout MutableSpan<Int16>) {
        for index in output.indices {
            gain += (goal - gain) * approach
            let value = filtered(gain * white())
            output[index] = Int16(min(max(value, -32_768), 32_767))
        }
    }

    /// A random number of mean 0 and variance 1: the sum of four even ones.
    private mutating func white() -> Float {
        let bits = random.next()
        let lanes = SIMD4<UInt16>(
            UInt16(truncatingIfNeeded: bits), UInt16(truncatingIfNeeded: bits >> 16),
            UInt16(truncatingIfNeeded: bits >> 32), UInt16(truncatingIfNeeded: bits >> 48))
        let sum = Int32(SIMD4<Int32>(truncatingIfNeeded: lanes).wrappedSum()) - 131_070
        return Float(sum) * Self.unit
    }

    /// One over the deviation of the sum of four numbers that are even in 0 ... 65,535.
    private static let unit: Float = 1 / 37_837.23

    /// The all-pole lattice (RFC 3389 §4 names the coefficients k).
    @inline(__always)
    private mutating func filtered(_ input: Float) -> Float {
        var forward = input
        for index in (0..<order).reversed() {
            forward -= reflections[index] * delays[index]
            delays[index + 1] = delays[index] + reflections[index] * forward
        }
        delays[0] = forward
        return forward
    }
}
