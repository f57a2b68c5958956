/// Decodes ITU-T G.722 at 64 kbit/s: an octet gives two samples at 16,000 Hz.
///
/// RTP counts its timestamps at 8,000 Hz all the same (RFC 3551 §4.5.2).
public struct G722Decoder: Sendable {
    private var lower = G722Band(scale: 32)
    private var higher = G722Band(scale: 8)
    private var filter = G722MirrorFilter()

    /// A decoder that has heard nothing yet.
    public init() {}

    /// Decodes `octets` to the front of `samples`, which has room for twice as many.
    public mutating func decode(
        _ octets: borrowing Span<UInt8>, into samples: inout MutableSpan<Int16>
    ) {
        precondition(samples.count >= 2 * octets.count, "two samples for each octet")
        for index in octets.indices {
            let octet = Int(octets[index])
            let low = decodeLower(octet & 0x3f)
            let high = decodeHigher(octet >> 6)
            let (first, second) = synthesize(low, high)
            samples[2 * index] = Int16(first)
            samples[2 * index + 1] = Int16(second)
        }
    }

    private mutating func decodeLower(_ code: Int) -> Int32 {
        let heard = lower.estimate + (lower.scale * G722Tables.qm6[code]) >> 15
        lower.take(lowerCode: code)
        return min(max(heard, -16_384), 16_383)
    }

    private mutating func decodeHigher(_ code: Int) -> Int32 {
        let heard = higher.estimate + (higher.scale * G722Tables.qm2[code]) >> 15
        higher.take(higherCode: code)
        return min(max(heard, -16_384), 16_383)
    }

    private mutating func synthesize(_ low: Int32, _ high: Int32) -> (Int32, Int32) {
        let sums = filter.sums(adding: low + high, low - high)
        return (saturated(sums.newer >> 11), saturated(sums.older >> 11))
    }
}

extension G722Band {
    /// What encoder and decoder do with a code of the lower band, so that they stay alike.
    mutating func take(lowerCode code: Int) {
        let bits = code >> 2
        let difference = (scale * G722Tables.qm4[bits]) >> 15
        adaptScale(by: G722Tables.wl[Int(G722Tables.rl42[bits])], limit: 18_432, shift: 8)
        predict(difference)
    }

    /// The same of the higher band.
    mutating func take(higherCode code: Int) {
        let difference = (scale * G722Tables.qm2[code]) >> 15
        adaptScale(by: G722Tables.wh[Int(G722Tables.rh2[code])], limit: 22_528, shift: 10)
        predict(difference)
    }
}
