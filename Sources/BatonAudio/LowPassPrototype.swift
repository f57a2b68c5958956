/// A sinc under a Kaiser window, at the rate of the input.
struct LowPassPrototype {
    /// Coefficients on each side of the middle.
    private let reach: Double
    /// The corner, as a part of the input's rate.
    private let corner: Double
    /// Coefficients in a row: a multiple of 16.
    let taps: Int

    /// Taps at the lower of the two rates.
    private static let tapsAtLowerRate = 48.0
    /// Where the sinc is cut off, as a part of the lower rate. Chosen with `tapsAtLowerRate` and
    /// `beta` so that 0.45 of the rate loses less than 0.5 dB and 0.52 more than 60.
    private static let cornerAtLowerRate = 0.476
    /// The shape of the window: side lobes 63 dB down.
    private static let beta = 5.9

    /// `cutoff` is the lower rate as a part of the input's.
    init(cutoff: Double) {
        corner = Self.cornerAtLowerRate * cutoff
        taps = Int((Self.tapsAtLowerRate / cutoff / 16).rounded(.up)) * 16
        reach = Double(taps) / 2
    }

    /// The coefficients for an output that lies `offset` samples after the middle of its window;
    /// their sum is 1.
    func row(offset: Double) -> [Double] {
        let row = (0..<taps).map { index in
            value(at: offset + reach - 1 - Double(index))
        }
        let sum = row.reduce(0, +)
        return row.map { $0 / sum }
    }

    private func value(at distance: Double) -> Double {
        let place = distance / reach
        guard place.magnitude < 1 else { return 0 }
        let window = Self.bessel(Self.beta * (1 - place * place).squareRoot())
        guard distance != 0 else { return 2 * corner * window }
        return window * AudioMath.sine(turns: corner * distance) / (Double.pi * distance)
    }

    /// The modified Bessel function of the first kind, of order 0.
    private static func bessel(_ value: Double) -> Double {
        var (term, sum) = (1.0, 1.0)
        for index in 1...24 {
            let factor = value / Double(2 * index)
            term *= factor * factor
            sum += term
        }
        return sum
    }
}
