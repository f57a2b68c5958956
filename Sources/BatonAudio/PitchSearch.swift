/// Finds after how many samples a signal repeats itself: the pitch period of voiced speech.
///
/// The lag of the greatest normalized correlation, first at 4,000 Hz, then sample by sample around
/// what was found there.
struct PitchSearch: Sendable {
    /// Lags that are tried, in samples: 5 to 15 ms, which is 200 to 66 Hz. A higher voice repeats
    /// itself at a multiple of its period as well.
    let shortest: Int
    let longest: Int
    /// How many of the newest samples are compared with earlier ones: 20 ms.
    private let window: Int
    /// How many samples make one at 4,000 Hz.
    private let factor: Int
    private var coarse: [Int16]

    init(sampleRateHz: Int) {
        shortest = sampleRateHz / 200
        longest = sampleRateHz * 15 / 1_000
        window = sampleRateHz / 50
        factor = sampleRateHz / 4_000
        coarse = [Int16](repeating: 0, count: (window + longest) / factor + 1)
    }

    /// The period at the end of `samples`, which reach at least 35 ms back.
    mutating func period(of samples: [Int16]) -> Int {
        decimate(samples)
        let best = Self.bestLag(
            of: coarse, window: window / factor,
            lags: shortest / factor...longest / factor)
        let nearest = max(shortest, (best - 1) * factor)...min(longest, (best + 1) * factor)
        return Self.bestLag(of: samples, window: window, lags: nearest)
    }

    /// Fills `coarse` with means of `factor` samples, the last of which end with `samples`.
    private mutating func decimate(_ samples: [Int16]) {
        var end = samples.count
        for index in coarse.indices.reversed() {
            var sum = 0
            for place in max(0, end - factor)..<end { sum += Int(samples[place]) }
            coarse[index] = Int16(truncatingIfNeeded: sum / factor)
            end = max(0, end - factor)
        }
    }

    private static func bestLag(
        of samples: [Int16], window: Int, lags: ClosedRange<Int>
    ) -> Int {
        var (best, greatest) = (lags.lowerBound, -Double.infinity)
        for lag in lags {
            let match = correlation(samples.span, window: window, lag: lag)
            // A signal without energy matches nothing.
            let measure = Double(match.product) / (Double(match.energy) + 1).squareRoot()
            if measure > greatest { (best, greatest) = (lag, measure) }
        }
        return best
    }

    /// The newest `window` samples times those `lag` earlier, and the energy of the latter.
    private static func correlation(
        _ samples: Span<Int16>, window: Int, lag: Int
    ) -> (product: Int64, energy: Int64) {
        let newest = samples.extracting(last: window)
        let start = samples.count - window - lag
        let earlier = samples.extracting(start..<start + window)
        var (product, energy): (Int64, Int64) = (0, 0)
        for index in 0..<window {
            let value = Int32(earlier[index])
            product &+= Int64(Int32(newest[index]) &* value)
            energy &+= Int64(value &* value)
        }
        return (product, energy)
    }
}
