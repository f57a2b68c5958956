/// The level of some audio.
public struct AudioLevel: Hashable, Sendable {
    /// The mean of the squared samples, 0…2³⁰.
    public var meanSquare: UInt32

    /// The level of `samples`; none at all count as silence.
    public init(_ samples: borrowing Span<Int16>) {
        var sum: UInt64 = 0
        for index in samples.indices {
            let sample = Int32(samples[index])
            sum &+= UInt64(UInt32(bitPattern: sample &* sample))
        }
        meanSquare = samples.isEmpty ? 0 : UInt32(clamping: sum / UInt64(samples.count))
    }

    /// The level in dBov, 0…-127, rounded to whole decibels: 0 dBov is the mean square of a square
    /// wave at full scale, RFC 3389 §3 and RFC 6464 §3. -127 stands for silence.
    public var dBov: Int {
        guard meanSquare > 0 else { return -127 }
        // 3.0103 dB for each power of two, the rest between two of them by a straight line; the
        // error stays below 0.26 dB. 2³⁰ is 0 dBov.
        let exponent = 31 - meanSquare.leadingZeroBitCount
        let mantissa = Int((UInt64(meanSquare) << 10) >> UInt64(exponent)) - 1_024
        let octaves = (exponent - 30) * 1_024 + mantissa
        return min(max((octaves * 30_103 / 1_024 - 5_000) / 10_000, -127), 0)
    }
}
