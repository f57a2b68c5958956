/// Elementary functions for tables and levels: the standard library has none, and cores do not
/// import a C library for six lines of series. Errors are below 1e-11.
enum AudioMath {
    /// The sine of an angle in turns: `sine(0.25)` is 1.
    static func sine(turns: Double) -> Double {
        var turn = turns - turns.rounded(.down)
        // Into -0.25 ... 0.25, where the series is short.
        if turn > 0.75 { turn -= 1 } else if turn > 0.25 { turn = 0.5 - turn }
        let angle = 2 * Double.pi * turn
        let square = angle * angle
        var (term, sum) = (angle, angle)
        for index in 1...9 {
            term *= -square / Double(2 * index * (2 * index + 1))
            sum += term
        }
        return sum
    }

    /// The cosine of an angle in turns.
    static func cosine(turns: Double) -> Double {
        sine(turns: turns + 0.25)
    }

    /// The binary logarithm of a positive, finite number.
    static func log2(_ value: Double) -> Double {
        // ln m = 2 atanh((m - 1) / (m + 1)), where m lies between 1 and 2.
        let ratio = (value.significand - 1) / (value.significand + 1)
        let square = ratio * ratio
        var (power, sum) = (ratio, 0.0)
        for index in 0..<12 {
            sum += power / Double(2 * index + 1)
            power *= square
        }
        return Double(value.exponent) + 2 * sum * log2OfE
    }

    /// 2 to the power of `exponent`, which is kept within ±1,000.
    static func exp2(_ exponent: Double) -> Double {
        let clamped = min(max(exponent, -1_000), 1_000)
        let whole = clamped.rounded()
        let rest = (clamped - whole) / log2OfE
        var (term, sum) = (1.0, 1.0)
        for index in 1...12 {
            term *= rest / Double(index)
            sum += term
        }
        return Double(sign: .plus, exponent: Int(whole), significand: 1) * sum
    }

    /// The power ratio `ratio` in decibels.
    static func decibels(power ratio: Double) -> Double {
        10 * log2(ratio) / log2Of10
    }

    /// The factor of amplitude that `decibels` stand for.
    static func amplitude(decibels: Double) -> Double {
        exp2(decibels / 20 * log2Of10)
    }

    private static let log2OfE = 1.442_695_040_888_963_4
    private static let log2Of10 = 3.321_928_094_887_362
}
