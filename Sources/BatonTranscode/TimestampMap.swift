/// Carries timestamps from one clock rate to another without rounding errors that add up.
///
/// It keeps a pair of positions that belong together and the fraction between ticks, so that
/// neither a long stream nor wrapping around makes numbers grow.
struct TimestampMap: Hashable, Sendable {
    /// Ticks a second of what comes in.
    let inputRateHz: Int
    /// Ticks a second of what goes out.
    let outputRateHz: Int
    private var input: UInt32
    private var output: UInt32
    /// In parts of `inputRateHz` of an output tick.
    private var fraction: Int64 = 0

    /// A map on which timestamp `input` becomes `output`.
    init(from inputRateHz: Int, to outputRateHz: Int, input: UInt32, output: UInt32) {
        precondition(inputRateHz > 0 && outputRateHz > 0, "rates are positive")
        self.inputRateHz = inputRateHz
        self.outputRateHz = outputRateHz
        self.input = input
        self.output = output
    }

    /// A map that multiplies the 32-bit timestamps themselves: the identity between equal rates.
    init(scalingFrom inputRateHz: Int, to outputRateHz: Int, input: UInt32) {
        let scaled = UInt64(input) * UInt64(max(outputRateHz, 1)) / UInt64(max(inputRateHz, 1))
        self.init(
            from: inputRateHz, to: outputRateHz, input: input,
            output: UInt32(truncatingIfNeeded: scaled))
    }

    /// The outgoing timestamp of `timestamp`, at most 2³¹ ticks from the last one.
    func position(of timestamp: UInt32) -> UInt32 {
        output &+ UInt32(truncatingIfNeeded: moved(to: timestamp).ticks)
    }

    /// The same, and the map goes on from there.
    mutating func advance(to timestamp: UInt32) -> UInt32 {
        let (ticks, fraction) = moved(to: timestamp)
        input = timestamp
        output &+= UInt32(truncatingIfNeeded: ticks)
        self.fraction = fraction
        return output
    }

    private func moved(to timestamp: UInt32) -> (ticks: Int64, fraction: Int64) {
        let distance = Int64(Int32(bitPattern: timestamp &- input))
        // Below 2³¹ · 2¹⁸ for every clock rate that there is.
        let parts = distance &* Int64(outputRateHz) &+ fraction
        let rate = Int64(inputRateHz)
        // Rounded down, for both signs.
        let rest = ((parts % rate) + rate) % rate
        return ((parts &- rest) / rate, rest)
    }
}
