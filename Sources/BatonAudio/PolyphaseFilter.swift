import Synchronization

/// The low-pass filter of one ratio of rates, as one row of coefficients for each place between two
/// input samples where an output can lie.
struct PolyphaseFilter: Sendable {
    /// Places between two input samples: the output's part of the ratio in lowest terms.
    let phases: Int
    /// How far it is from output to output, in phases: the input's part of the ratio.
    let step: Int
    /// Input samples that an output is made of: a multiple of 16.
    let taps: Int
    /// `step` as whole input samples and the rest of phases.
    let wholeStep: Int
    let restStep: Int
    /// How many bits the coefficients are shifted to the left.
    private let shift: Int64
    /// One half at that shift, for rounding.
    private let half: Int64
    /// Row after row, sixteen coefficients at a time.
    private let rows: [SIMD16<Int16>]
    /// How many of `rows` are one row.
    private let blocks: Int

    /// Filters by input and output rate; made once each, and never more than the pairs of
    /// `AudioRate.supported`.
    private static let made = Mutex<[SIMD2<Int>: PolyphaseFilter]>([:])

    /// The filter of these rates.
    static func shared(from input: Int, to output: Int) throws(AudioRateError) -> PolyphaseFilter {
        for rate in [input, output] where !AudioRate.supported.contains(rate) {
            throw AudioRateError(rateHz: rate)
        }
        return made.withLock { made in
            let key = SIMD2(input, output)
            if let filter = made[key] { return filter }
            let filter = PolyphaseFilter(from: input, to: output)
            made[key] = filter
            return filter
        }
    }

    /// A filter for one ratio of rates.
    private init(from input: Int, to output: Int) {
        let divisor = Self.greatestCommonDivisor(input, output)
        self.init(
            phases: output / divisor, step: input / divisor,
            cutoff: min(1, Double(output) / Double(input)))
    }

    /// A filter with rows for `phases` places; `cutoff` is the lower rate as a part of the input's.
    init(phases: Int, step: Int, cutoff: Double) {
        self.phases = phases
        self.step = step
        wholeStep = step / phases
        restStep = step % phases
        let prototype = LowPassPrototype(cutoff: cutoff)
        taps = prototype.taps
        let exact = (0..<phases).map { phase in
            prototype.row(offset: Double(phase) / Double(phases))
        }
        let shift = Self.shift(for: exact)
        self.shift = Int64(shift)
        half = 1 << (Int64(shift) - 1)
        blocks = taps / 16
        rows = exact.flatMap { Self.quantized($0, shift: shift) }
    }

    /// The sample that row `phase` makes of the window that begins at sample `position`.
    @inline(__always)
    func output(_ samples: RawSpan, at position: Int, phase: Int) -> Int16 {
        var sums = SIMD4<Int32>(repeating: 0)
        var offset = position &* 2
        let first = phase &* blocks
        for block in first..<first &+ blocks {
            let heard = samples.unsafeLoadUnaligned(
                fromByteOffset: offset, as: SIMD16<Int16>.self)
            let row = rows[block]
            sums &+= pairwiseProducts(heard.lowHalf, row.lowHalf)
            sums &+= pairwiseProducts(heard.highHalf, row.highHalf)
            offset &+= 32
        }
        // Each lane holds 32 bits; together they could need more.
        let pair =
            SIMD2<Int64>(truncatingIfNeeded: sums.lowHalf)
            &+ SIMD2<Int64>(truncatingIfNeeded: sums.highHalf)
        return Int16(clamping: (pair[0] &+ pair[1] &+ half) &>> shift)
    }

    /// The greatest shift at which no coefficient and no lane's sum can overflow.
    private static func shift(for rows: [[Double]]) -> Int {
        let greatest = rows.joined().reduce(0) { max($0, $1.magnitude) }
        let greatestLane = rows.reduce(0) { max($0, laneMagnitude($1)) }
        var shift = 17
        while greatest * Double(1 << shift) > 32_766
            || greatestLane * Double(1 << shift) > 65_400
        {
            shift -= 1
        }
        return shift
    }

    /// The greatest sum of magnitudes that one of the four lanes adds up.
    private static func laneMagnitude(_ row: [Double]) -> Double {
        var lanes = SIMD4<Double>(repeating: 0)
        for (index, value) in row.enumerated() { lanes[index / 2 % 4] += value.magnitude }
        return lanes.max()
    }

    /// The row in whole numbers. Errors of rounding are carried on, so that constant input keeps
    /// its level at every phase.
    private static func quantized(_ row: [Double], shift: Int) -> [SIMD16<Int16>] {
        var carried = 0.0
        let scale = Double(1 << shift)
        let numbers = row.map { value in
            let wanted = value * scale + carried
            let rounded = wanted.rounded()
            carried = wanted - rounded
            return Int16(rounded)
        }
        return stride(from: 0, to: numbers.count, by: 16).map { SIMD16(numbers[$0..<$0 + 16]) }
    }

    private static func greatestCommonDivisor(_ first: Int, _ second: Int) -> Int {
        second == 0 ? first : greatestCommonDivisor(second, first % second)
    }
}
