/// The last 25 ms of DTMF's eight frequencies: is there a digit in them?
///
/// How far a frequency is off shows in the angle by which its sums turn from slot to slot, and much
/// more sharply than in its strength: 25 ms tell 1.5 % from 3.5 %.
struct DTMFWindow: Sendable {
    /// A digit, and how strong each of its frequencies is.
    struct Match: Sendable {
        var digit: DTMFDigit
        /// Squares of amplitudes.
        var low: Float
        var high: Float
        /// Places in a spectrum.
        var lowIndex: Int
        var highIndex: Int

        /// Whether `next`, 5 ms later, is the same digit with the same strengths. Voices change
        /// faster than telephones.
        func isSteady(to next: Match) -> Bool {
            next.digit == digit
                && max(low, next.low) <= DTMFWindow.greatestChange * min(low, next.low)
                && max(high, next.high) <= DTMFWindow.greatestChange * min(high, next.high)
        }
    }

    /// Slots in the window.
    static let slots = 5

    private var spectra = InlineArray<5, DTMFSlots.Spectrum>(repeating: .init())
    private var energies = InlineArray<5, Float>(repeating: 0)
    private let slotCount: Float
    private let gain: Float
    /// The cosine of the angle by which a frequency may turn in 5 ms.
    private let leastCosines: InlineArray<8, Float>

    /// What part of all power the two frequencies must have: 7.5 dB above the rest.
    private static let leastPurity: Float = 0.85
    /// By how much one frequency may be stronger than the other: 8 dB, as a ratio of powers.
    private static let greatestTwist: Float = 6.31
    /// By how much a strength may change in 5 ms: 1 dB, as a ratio of powers.
    private static let greatestChange: Float = 1.26
    /// How far a frequency may be off: between the 1.5 % that must be taken and the 3.5 % that must
    /// be refused (ITU-T Q.24 table A-1).
    private static let greatestDeviation = 0.025

    init(_ slots: DTMFSlots) {
        slotCount = Float(slots.count)
        gain = slots.gain
        var cosines = InlineArray<8, Float>(repeating: 0)
        for (index, frequency) in DTMFDigit.frequenciesHz.enumerated() {
            let turns = Self.greatestDeviation * Double(frequency) / 200
            cosines[index] = Float(AudioMath.cosine(turns: turns))
        }
        leastCosines = cosines
    }

    /// Takes the next slot in, with the sum of the squares of its samples.
    mutating func add(_ spectrum: DTMFSlots.Spectrum, energy: Float) {
        for index in 1..<Self.slots {
            spectra[index - 1] = spectra[index]
            energies[index - 1] = energies[index]
        }
        spectra[Self.slots - 1] = spectrum
        energies[Self.slots - 1] = energy
    }

    /// The square of the amplitude that the newest slot alone has at `index` of a spectrum.
    func newestPower(at index: Int) -> Float {
        let newest = spectra[Self.slots - 1]
        let (real, imaginary) = (newest.real[index], newest.imaginary[index])
        return (real * real + imaginary * imaginary) / (gain * gain)
    }

    /// The digit in the window, when each of its frequencies has an amplitude whose square is at
    /// least `leastPower`.
    func match(leastPower: Float) -> Match? {
        var (energy, least) = (Float(0), Float.infinity)
        for index in 0..<Self.slots {
            energy += energies[index]
            least = min(least, energies[index])
        }
        let mean = energy / (slotCount * Float(Self.slots))
        // A sine's power is half the square of its amplitude. A window that a digit only begins or
        // ends in does not count: 20 ms are not to be taken for a digit.
        guard mean >= leastPower * 0.8, least >= mean * slotCount / 4 else { return nil }
        let turn = self.turn()
        let magnitude =
            (turn.real * turn.real + turn.imaginary * turn.imaginary).squareRoot()
        let low = Self.strongest(magnitude, in: 0..<4)
        let high = Self.strongest(magnitude, in: 4..<8)
        guard
            let lowPower = power(at: low, turn, magnitude),
            let highPower = power(at: high, turn, magnitude),
            min(lowPower, highPower) >= leastPower,
            max(lowPower, highPower) <= Self.greatestTwist * min(lowPower, highPower),
            (lowPower + highPower) / 2 >= Self.leastPurity * mean
        else { return nil }
        return Match(
            digit: DTMFDigit(low: low, high: high - 4), low: lowPower, high: highPower,
            lowIndex: low, highIndex: high)
    }

    /// How the sums turn from slot to slot. Three slots at a time are weighted 1 : 2 : 1 first, so
    /// that the other frequency of the pair does not leak in.
    private func turn() -> DTMFSlots.Spectrum {
        let (first, second, third) = (smoothed(0), smoothed(1), smoothed(2))
        var turn = DTMFSlots.Spectrum()
        turn.real =
            second.real * first.real + second.imaginary * first.imaginary
            + third.real * second.real + third.imaginary * second.imaginary
        turn.imaginary =
            second.imaginary * first.real - second.real * first.imaginary
            + third.imaginary * second.real - third.real * second.imaginary
        return turn
    }

    private func smoothed(_ index: Int) -> DTMFSlots.Spectrum {
        let (before, middle, after) = (spectra[index], spectra[index + 1], spectra[index + 2])
        return DTMFSlots.Spectrum(
            real: (before.real + after.real) * 0.25 + middle.real * 0.5,
            imaginary: (before.imaginary + after.imaginary) * 0.25 + middle.imaginary * 0.5)
    }

    /// The square of the amplitude at `index`; nil when the frequency is off.
    private func power(
        at index: Int, _ turn: DTMFSlots.Spectrum, _ magnitude: SIMD8<Float>
    ) -> Float? {
        let cosine = turn.real[index] / max(magnitude[index], .leastNormalMagnitude)
        guard cosine >= leastCosines[index] else { return nil }
        // What smoothing took away because the sums turned.
        let loss = (1 + cosine) / 2
        return magnitude[index] / (2 * gain * gain * loss * loss)
    }

    private static func strongest(_ magnitude: SIMD8<Float>, in range: Range<Int>) -> Int {
        var best = range.lowerBound
        for index in range where magnitude[index] > magnitude[best] { best = index }
        return best
    }
}
