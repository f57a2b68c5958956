/// Makes comfort noise payloads (RFC 3389) from background noise.
///
/// Takes in the blocks in which nobody speaks and forgets them within a few hundred milliseconds.
/// The spectrum is found by the Levinson–Durbin recursion over correlations that are averaged from
/// block to block. Used by one thread at a time.
public struct ComfortNoiseAnalyzer: Sendable {
    private let order: Int
    private var correlations = InlineArray<11, Double>(repeating: 0)
    private var hasHeard = false
    /// The newest samples of the block before.
    private var previous = InlineArray<10, Int16>(repeating: 0)

    /// How much a new block counts.
    private static let weight = 0.15

    /// An analyzer for payloads with `order` reflection coefficients, 0 to 10.
    public init(order: Int = 6) {
        self.order = min(max(0, order), ComfortNoise.maximumOrder)
    }

    /// Takes a block of background noise in.
    public mutating func add(_ samples: borrowing Span<Int16>) {
        guard !samples.isEmpty else { return }
        let weight = hasHeard ? Self.weight : 1
        for lag in 0...order {
            let mean = correlation(samples, lag: lag) / Double(samples.count)
            correlations[lag] += (mean - correlations[lag]) * weight
        }
        hasHeard = true
        for index in 0..<10 {
            let place = samples.count - 10 + index
            previous[index] = place < 0 ? 0 : samples[place]
        }
    }

    /// Each sample times the one `lag` earlier, which may lie in the block before.
    private func correlation(_ samples: borrowing Span<Int16>, lag: Int) -> Double {
        var sum: Int64 = 0
        for index in 0..<min(lag, samples.count) {
            let earlier = Int32(previous[10 - lag + index])
            sum &+= Int64(Int32(samples[index]) &* earlier)
        }
        guard samples.count > lag else { return Double(sum) }
        let count = samples.count - lag
        let newer = samples.extracting(lag...)
        let older = samples.extracting(..<count)
        for index in 0..<count {
            sum &+= Int64(Int32(newer[index]) &* Int32(older[index]))
        }
        return Double(sum)
    }

    /// What the payload says about the noise so far.
    public func noise() -> ComfortNoise {
        let power = correlations[0] / (32_768 * 32_768)
        guard power > 0 else { return ComfortNoise(levelDBov: AudioLevel.lowest) }
        let level = AudioMath.decibels(power: power).rounded()
        var noise = ComfortNoise(levelDBov: Int(max(level, -127)))
        addReflections(to: &noise)
        return noise
    }

    /// Levinson and Durbin's recursion; a floor of white noise 40 dB down keeps it stable.
    private func addReflections(to noise: inout ComfortNoise) {
        var predictor = InlineArray<11, Double>(repeating: 0)
        predictor[0] = 1
        var error = correlations[0] * 1.000_1
        for step in 1..<order + 1 {
            var sum = 0.0
            for index in 0..<step { sum += predictor[index] * correlations[step - index] }
            let reflection = min(max(-sum / error, -0.99), 0.99)
            let old = predictor
            for index in 1...step {
                predictor[index] = old[index] + reflection * old[step - index]
            }
            error *= 1 - reflection * reflection
            noise.append(reflection: reflection)
        }
    }
}
