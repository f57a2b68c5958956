import Foundation

/// Signals and measurements by formulas of their own, in floating point, for tests.
enum Signals {
    /// `count` samples of a sine of `frequency` Hz.
    static func tone(
        _ frequency: Double, rateHz: Int, amplitude: Double = 16_000, count: Int,
        phase: Double = 0
    ) -> [Int16] {
        (0..<count).map { index in
            let turns = frequency * Double(index) / Double(rateHz)
            return Int16((amplitude * sin(2 * .pi * turns + phase)).rounded())
        }
    }

    /// A square wave of full scale.
    static func square(halfWave: Int, count: Int) -> [Int16] {
        (0..<count).map { index in index / halfWave % 2 == 0 ? Int16.max : Int16.min }
    }

    /// The sum of signals of the same length.
    static func sum(_ signals: [Int16]...) -> [Int16] {
        signals[0].indices.map { index in
            Int16(clamping: signals.reduce(0) { $0 + Int($1[index]) })
        }
    }

    /// White noise of Gaussian distribution.
    static func noise(
        deviation: Double, count: Int, using generator: inout some RandomNumberGenerator
    ) -> [Int16] {
        (0..<count).map { _ in
            let uniform = Double.random(in: Double.leastNonzeroMagnitude..<1, using: &generator)
            let angle = Double.random(in: 0..<2 * .pi, using: &generator)
            let value = deviation * (-2 * log(uniform)).squareRoot() * cos(angle)
            return Int16(clamping: Int(value.rounded()))
        }
    }

    /// The root of the mean square.
    static func effective(_ samples: some Collection<Int16>) -> Double {
        let sum = samples.reduce(0.0) { $0 + Double($1) * Double($1) }
        return (sum / Double(samples.count)).squareRoot()
    }

    /// The amplitude of the best fitting sine of `frequency` Hz, and the effective value of what is
    /// left without it.
    static func fit(
        _ samples: some Collection<Int16>, frequency: Double, rateHz: Int
    ) -> (amplitude: Double, residue: Double) {
        var (cc, cs, ss, xc, xs, xx) = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
        for (index, sample) in samples.enumerated() {
            let angle = 2 * .pi * frequency * Double(index) / Double(rateHz)
            let (cosine, sine, value) = (cos(angle), sin(angle), Double(sample))
            cc += cosine * cosine
            cs += cosine * sine
            ss += sine * sine
            xc += value * cosine
            xs += value * sine
            xx += value * value
        }
        let determinant = cc * ss - cs * cs
        let real = (xc * ss - xs * cs) / determinant
        let imaginary = (xs * cc - xc * cs) / determinant
        let left = max(0, xx - real * xc - imaginary * xs) / Double(samples.count)
        return ((real * real + imaginary * imaginary).squareRoot(), left.squareRoot())
    }

    /// A ratio of amplitudes in decibels.
    static func decibels(_ ratio: Double) -> Double {
        20 * log10(max(ratio, 1e-12))
    }
}
