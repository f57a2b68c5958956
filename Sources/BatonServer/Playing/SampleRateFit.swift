import BatonAudio

/// Brings samples of any rate to one that the resampler knows.
enum SampleRateFit {
    /// The samples, and a rate of `AudioRate.supported`. Double rates are halved, other rates are
    /// interpolated to the next higher one.
    static func fit(_ samples: [Int16], _ rateHz: Int) -> (samples: [Int16], rateHz: Int) {
        var (samples, rateHz) = (samples, rateHz)
        while rateHz > 48_000, rateHz % 2 == 0 {
            samples = halved(samples)
            rateHz /= 2
        }
        if rateHz <= 0 || AudioRate.supported.contains(rateHz) { return (samples, rateHz) }
        let target = AudioRate.supported.first { $0 > rateHz } ?? 48_000
        return (interpolated(samples, rateHz, target), target)
    }

    private static func halved(_ samples: [Int16]) -> [Int16] {
        (0..<samples.count / 2).map { index in
            Int16(truncatingIfNeeded: (Int(samples[2 * index]) + Int(samples[2 * index + 1])) >> 1)
        }
    }

    private static func interpolated(_ samples: [Int16], _ from: Int, _ to: Int) -> [Int16] {
        guard let last = samples.last else { return [] }
        return (0..<samples.count * to / from).map { index in
            let (place, rest) = (index * from).quotientAndRemainder(dividingBy: to)
            let next = place + 1 < samples.count ? Int(samples[place + 1]) : Int(last)
            let step = (next - Int(samples[place])) * rest / to
            return Int16(clamping: Int(samples[place]) + step)
        }
    }
}
