/// One sub-band of ITU-T G.722: an adaptive quantizer's scale and the predictor behind it.
///
/// Names of steps are those of the standard's blocks (§6.2). All values are 16-bit numbers in 32
/// bits, saturated where the standard says so.
struct G722Band: Sendable {
    /// The predictor's estimate of the next sample: SL or SH.
    private(set) var estimate: Int32 = 0
    /// The quantizer's scale: DETL or DETH.
    private(set) var scale: Int32
    /// The scale's logarithm: NBL or NBH.
    private var logarithm: Int32 = 0
    private var zeroEstimate: Int32 = 0
    private var reconstructed = InlineArray<3, Int32>(repeating: 0)
    private var partial = InlineArray<3, Int32>(repeating: 0)
    private var poles = InlineArray<3, Int32>(repeating: 0)
    private var differences = InlineArray<7, Int32>(repeating: 0)
    private var zeros = InlineArray<7, Int32>(repeating: 0)

    /// A band whose scale begins at `scale`.
    init(scale: Int32) {
        self.scale = scale
    }

    /// 2 to the power of a fraction, in 32 steps: the table ILB.
    private static let powers: InlineArray<32, Int32> = [
        2048, 2093, 2139, 2186, 2233, 2282, 2332, 2383, 2435, 2489, 2543, 2599, 2656, 2714, 2774,
        2834, 2896, 2960, 3025, 3091, 3158, 3228, 3298, 3371, 3444, 3520, 3597, 3676, 3756, 3838,
        3922, 4008,
    ]

    /// LOGSCL and SCALEL, or LOGSCH and SCALEH: the next scale. `shift` is 8 or 10.
    mutating func adaptScale(by step: Int32, limit: Int32, shift: Int32) {
        logarithm = min(max((logarithm * 127) >> 7 + step, 0), limit)
        let power = Self.powers[Int(logarithm >> 6 & 31)]
        let exponent = shift - logarithm >> 11
        scale = (exponent < 0 ? power << -exponent : power >> exponent) << 2
    }

    /// Block 4: takes the quantized difference in and predicts the next sample.
    mutating func predict(_ difference: Int32) {
        differences[0] = difference
        reconstructed[0] = saturated(estimate + difference)  // RECONS
        partial[0] = saturated(zeroEstimate + difference)  // PARREC
        adaptPoles()
        adaptZeros()
        shiftHistory()
        filter()
    }

    /// UPPOL2 and UPPOL1.
    private mutating func adaptPoles() {
        let isSameAsFirst = partial[0] >> 15 == partial[1] >> 15
        let isSameAsSecond = partial[0] >> 15 == partial[2] >> 15
        let first = saturated(poles[1] << 2)
        let turned = min(isSameAsFirst ? -first : first, 32_767)
        var second: Int32 = (isSameAsSecond ? 128 : -128) + turned >> 7
        second += (poles[2] * 32_512) >> 15
        poles[2] = min(max(second, -12_288), 12_288)
        let next = saturated((isSameAsFirst ? 192 : -192) + (poles[1] * 32_640) >> 15)
        let bound = saturated(15_360 - poles[2])
        poles[1] = min(max(next, -bound), bound)
    }

    /// UPZERO.
    private mutating func adaptZeros() {
        let step: Int32 = differences[0] == 0 ? 0 : 128
        let sign = differences[0] >> 15
        for index in 1...6 {
            let towards = differences[index] >> 15 == sign ? step : -step
            zeros[index] = saturated(towards + (zeros[index] * 32_640) >> 15)
        }
    }

    /// DELAYA.
    private mutating func shiftHistory() {
        for index in (1...6).reversed() { differences[index] = differences[index - 1] }
        for index in (1...2).reversed() {
            reconstructed[index] = reconstructed[index - 1]
            partial[index] = partial[index - 1]
        }
    }

    /// FILTEP, FILTEZ and PREDIC.
    private mutating func filter() {
        let first = (poles[1] * saturated(reconstructed[1] * 2)) >> 15
        let second = (poles[2] * saturated(reconstructed[2] * 2)) >> 15
        let poleEstimate = saturated(first + second)
        var sum: Int32 = 0
        for index in (1...6).reversed() {
            sum += (zeros[index] * saturated(differences[index] * 2)) >> 15
        }
        zeroEstimate = saturated(sum)
        estimate = saturated(poleEstimate + zeroEstimate)
    }
}

/// The nearest number of 16 bits.
@inline(__always)
func saturated(_ value: Int32) -> Int32 {
    min(max(value, -32_768), 32_767)
}
