/// Finds DTMF digits in audio (ITU-T Q.24).
///
/// Every 5 ms it looks at the last 25 ms. A digit begins when it is found three times in a row: two
/// frequencies within 2.5 % of their places, at most 8 dB apart, steady, 7.5 dB above all else. It
/// ends when 20 ms go by without it, so that interruptions of up to 10 ms do not split it. Used by
/// one thread at a time.
public struct DTMFDetector: Sendable {
    /// What was found.
    public enum Event: Hashable, Sendable {
        /// A digit has begun, at least 35 ms ago; the stronger frequency's level in dBm0.
        case began(DTMFDigit, levelDBm0: Int)
        /// It is over after so many milliseconds, to 5 ms; its greatest level in dBm0.
        case ended(DTMFDigit, durationMilliseconds: Int, levelDBm0: Int)
    }

    /// The digit that sounds now.
    public var current: DTMFDigit? { sounding?.digit }

    private var slots: DTMFSlots
    private var window: DTMFWindow
    private let leastPower: Float
    /// The samples of a slot that is not full yet.
    private var partial: [Int16]
    private var filled = 0
    /// A digit that was found, but not yet often enough, and how often.
    private var candidate: (match: DTMFWindow.Match, times: Int)?
    private var sounding: Sounding?

    private struct Sounding {
        var digit: DTMFDigit
        /// Slots since it began, the absent ones at its end among them.
        var length: Int
        /// Slots without it, at the end.
        var absent = 0
        /// Slots since the window last matched.
        var unmatched = 0
        var lowIndex: Int
        var highIndex: Int
        /// Squares of amplitudes when it began.
        var low: Float
        var high: Float
        var greatest: Float
    }

    /// How often in a row a digit must be found.
    private static let neededTimes = 3
    /// Slots without the digit that end it: 20 ms.
    private static let absentSlots = 4
    /// Slots after which a sound that is not pure any more ends it, though its frequencies are in
    /// it: speech that begins meanwhile.
    private static let unmatchedSlots = 12

    /// A detector for samples at 8, 16, 24, 32 or 48 kHz that hears digits whose frequencies have
    /// `leastLevelDBm0` each.
    public init(sampleRateHz: Int, leastLevelDBm0: Double = -32) throws(AudioRateError) {
        guard [8_000, 16_000, 24_000, 32_000, 48_000].contains(sampleRateHz) else {
            throw AudioRateError(rateHz: sampleRateHz)
        }
        slots = DTMFSlots(sampleRateHz: sampleRateHz)
        window = DTMFWindow(slots)
        partial = [Int16](repeating: 0, count: slots.count)
        let amplitude = AudioLevel.amplitude(dBm0: max(leastLevelDBm0, -60))
        leastPower = Float(amplitude * amplitude)
    }

    /// Takes `samples` in and reports what begins and ends in them.
    public mutating func process(_ samples: borrowing Span<Int16>, report: (Event) -> Void) {
        var taken = 0
        while taken < samples.count {
            if filled == 0, samples.count - taken >= slots.count {
                process(slot: samples.extracting(taken..<taken + slots.count), report)
                taken += slots.count
            } else {
                taken += collect(samples.extracting(taken...), report)
            }
        }
    }

    /// Fills the slot that is not full yet; returns how many samples it took.
    private mutating func collect(
        _ samples: borrowing Span<Int16>, _ report: (Event) -> Void
    ) -> Int {
        let count = min(samples.count, slots.count - filled)
        for index in 0..<count { partial[filled + index] = samples[index] }
        filled += count
        guard filled == slots.count else { return count }
        filled = 0
        let slot = partial
        process(slot: slot.span, report)
        return count
    }

    /// Ends a digit that sounds, because the stream ends.
    public mutating func finish(report: (Event) -> Void) {
        if let sounding { report(Self.end(of: sounding)) }
        sounding = nil
        candidate = nil
    }

    private mutating func process(slot: borrowing Span<Int16>, _ report: (Event) -> Void) {
        let energy = Float(AudioLevel.energy(slot))
        window.add(slots.spectrum(of: slot), energy: energy)
        let match = window.match(leastPower: leastPower)
        goOn(match, report)
        guard let match else {
            candidate = nil
            return
        }
        guard match.digit != sounding?.digit else { return }
        var times = 1
        if let candidate, candidate.match.isSteady(to: match) { times += candidate.times }
        candidate = (match, times)
        if times == Self.neededTimes { begin(match, report) }
    }

    private mutating func begin(_ match: DTMFWindow.Match, _ report: (Event) -> Void) {
        if let sounding { report(Self.end(of: sounding)) }
        candidate = nil
        let greatest = max(match.low, match.high)
        sounding = Sounding(
            digit: match.digit, length: DTMFWindow.slots + Self.neededTimes - 1,
            lowIndex: match.lowIndex, highIndex: match.highIndex, low: match.low,
            high: match.high, greatest: greatest)
        report(.began(match.digit, levelDBm0: Self.level(greatest)))
    }

    /// Sees whether the digit that sounds is in the newest slot.
    private mutating func goOn(_ match: DTMFWindow.Match?, _ report: (Event) -> Void) {
        guard var now = sounding else { return }
        now.length += 1
        if let match, match.digit == now.digit {
            now.unmatched = 0
            now.greatest = max(now.greatest, match.low, match.high)
        } else {
            now.unmatched += 1
        }
        // A slot alone cannot tell neighbours apart, but it tells on from off.
        let isPresent =
            window.newestPower(at: now.lowIndex) > now.low / 8
            && window.newestPower(at: now.highIndex) > now.high / 8
        now.absent = isPresent ? 0 : now.absent + 1
        let isOver = now.absent == Self.absentSlots || now.unmatched == Self.unmatchedSlots
        if isOver { report(Self.end(of: now)) }
        sounding = isOver ? nil : now
    }

    private static func end(of sounding: Sounding) -> Event {
        let silent = max(sounding.absent, sounding.unmatched == unmatchedSlots ? unmatchedSlots : 0)
        return .ended(
            sounding.digit, durationMilliseconds: 5 * max(1, sounding.length - silent),
            levelDBm0: level(sounding.greatest))
    }

    /// The level of a sine whose amplitude has this square.
    private static func level(_ power: Float) -> Int {
        let ratio = Double(power) / 2 / (32_768 * 32_768)
        guard ratio > 0 else { return AudioLevel.lowest }
        return Int((AudioMath.decibels(power: ratio) - AudioLevel.testToneDBov).rounded())
    }
}
