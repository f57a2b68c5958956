/// Encodes ITU-T G.722 at 64 kbit/s: two samples at 16,000 Hz give an octet.
public struct G722Encoder: Sendable {
    private var lower = G722Band(scale: 32)
    private var higher = G722Band(scale: 8)
    private var filter = G722MirrorFilter()

    /// An encoder that has heard nothing yet.
    public init() {}

    /// Encodes `samples`, an even number, to the front of `octets`, which has room for half as
    /// many.
    public mutating func encode(
        _ samples: borrowing Span<Int16>, into octets: inout MutableSpan<UInt8>
    ) {
        precondition(samples.count & 1 == 0, "two samples for each octet")
        precondition(octets.count >= samples.count / 2, "an octet for two samples")
        for index in 0..<samples.count / 2 {
            let (low, high) = analyze(Int32(samples[2 * index]), Int32(samples[2 * index + 1]))
            octets[index] = encodeHigher(high) << 6 | encodeLower(low)
        }
    }

    private mutating func analyze(_ first: Int32, _ second: Int32) -> (Int32, Int32) {
        let sums = filter.sums(adding: first, second)
        return ((sums.newer + sums.older) >> 14, (sums.newer - sums.older) >> 14)
    }

    private mutating func encodeLower(_ sample: Int32) -> UInt8 {
        let difference = saturated(sample - lower.estimate)
        let magnitude = difference >= 0 ? difference : -(difference + 1)
        var level = 1
        while level < 30, magnitude >= (G722Tables.q6[level] * lower.scale) >> 12 { level += 1 }
        let code = difference < 0 ? G722Tables.iln[level] : G722Tables.ilp[level]
        lower.take(lowerCode: Int(code))
        return code
    }

    private mutating func encodeHigher(_ sample: Int32) -> UInt8 {
        let difference = saturated(sample - higher.estimate)
        let magnitude = difference >= 0 ? difference : -(difference + 1)
        let level = magnitude >= (564 * higher.scale) >> 12 ? 2 : 1
        let code = difference < 0 ? G722Tables.ihn[level] : G722Tables.ihp[level]
        higher.take(higherCode: Int(code))
        return code
    }
}
