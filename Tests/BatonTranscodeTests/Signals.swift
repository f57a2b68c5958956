import Foundation

/// A sine wave.
func tone(_ hertz: Double, rate: Int, count: Int, amplitude: Double = 8_000) -> [Int16] {
    (0..<count).map { index in
        Int16(amplitude * sin(2 * .pi * hertz * Double(index) / Double(rate)))
    }
}

/// How much of the power of `samples` is at `hertz`, by Goertzel's way: the ratio of what is there
/// to all else, in decibels.
func signalToNoise(_ samples: ArraySlice<Int16>, hertz: Double, rate: Int) -> Double {
    let count = Double(samples.count)
    var (cosine, sine, power) = (0.0, 0.0, 0.0)
    for (index, sample) in samples.enumerated() {
        let angle = 2 * .pi * hertz * Double(index) / Double(rate)
        cosine += Double(sample) * cos(angle)
        sine += Double(sample) * sin(angle)
        power += Double(sample) * Double(sample)
    }
    let signal = 2 * (cosine * cosine + sine * sine) / count
    return 10 * log10(signal / max(power - signal, 1e-9))
}

/// The amplitude of the sine at `hertz`.
func amplitude(_ samples: ArraySlice<Int16>, hertz: Double, rate: Int) -> Double {
    var (cosine, sine) = (0.0, 0.0)
    for (index, sample) in samples.enumerated() {
        let angle = 2 * .pi * hertz * Double(index) / Double(rate)
        cosine += Double(sample) * cos(angle)
        sine += Double(sample) * sin(angle)
    }
    return 2 * (cosine * cosine + sine * sine).squareRoot() / Double(samples.count)
}
