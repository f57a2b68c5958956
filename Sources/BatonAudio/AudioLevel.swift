/// How loud a block is.
///
/// Two scales are in use. dBov counts from overload: 0 dBov is the power of a square wave of full
/// scale (RFC 3389 §3, RFC 6464 §3), a sine of full scale has -3.01. dBm0 counts from the test tone
/// of the telephone network: a sine of full scale has +3.14 dBm0 in A-law and +3.17 in µ-law
/// (ITU-T G.711 §5); 3.14 is used here, so 0 dBm0 is -6.15 dBov.
public enum AudioLevel {
    /// What silence and less than one step of 16 bits count as, in dBov.
    public static let lowest = -127

    /// 0 dBm0 in dBov.
    static let testToneDBov = -6.15

    /// The sum of the squares of `samples`.
    public static func energy(_ samples: borrowing Span<Int16>) -> UInt64 {
        let bytes = samples.bytes
        let vectors = samples.count / 8
        var sums = SIMD4<UInt64>(repeating: 0)
        for index in 0..<vectors {
            let block = bytes.unsafeLoadUnaligned(
                fromByteOffset: 16 &* index, as: SIMD8<Int16>.self)
            // Two squares of -32768 need the 32nd bit: the sum of a pair is unsigned.
            let squares = SIMD4<UInt32>(truncatingIfNeeded: pairwiseProducts(block, block))
            sums &+= SIMD4<UInt64>(truncatingIfNeeded: squares)
        }
        var energy = sums.wrappedSum()
        for index in vectors * 8..<samples.count {
            let value = Int32(samples[index])
            energy &+= UInt64(UInt32(bitPattern: value &* value))
        }
        return energy
    }

    /// The mean power of `samples` in dBov, rounded, from 0 down to `lowest`.
    public static func decibelsOverload(_ samples: borrowing Span<Int16>) -> Int {
        decibelsOverload(energy: energy(samples), count: samples.count)
    }

    /// The mean power in dBov of `count` samples whose squares add up to `energy`.
    public static func decibelsOverload(energy: UInt64, count: Int) -> Int {
        guard energy > 0, count > 0 else { return lowest }
        let mean = Double(energy) / Double(count) / fullScalePower
        return min(0, max(lowest, Int(AudioMath.decibels(power: mean).rounded())))
    }

    /// The amplitude of a sine of `level` dBm0.
    static func amplitude(dBm0 level: Double) -> Double {
        effective(dBov: level + testToneDBov) * 2.0.squareRoot()
    }

    /// The effective value of a signal of `level` dBov.
    static func effective(dBov level: Double) -> Double {
        32_768 * AudioMath.amplitude(decibels: level)
    }

    private static let fullScalePower = 32_768.0 * 32_768
}
