/// Goes on with a signal by repeating its last pitch periods, ever quieter.
struct PitchRepetition: Sendable {
    /// How many samples of the past are needed.
    let historyCount: Int

    private let tenMilliseconds: Int
    private var search: PitchSearch
    /// The past, oldest first; its last quarter period leads over to the cycle's beginning.
    private var past: [Int16]
    /// The last quarter period as it was.
    private var lastQuarter: [Int16]
    /// What the shorter cycle would have gone on with, while a longer one sets in.
    private var leaving: [Int16]
    private var leavingPlace = 0
    /// The pitch period and a quarter of it, in samples.
    private var period = 1
    private var quarter = 0
    /// How many samples are repeated, one to three periods, and the next one's place in them.
    private var cycle = 1
    private var place = 0
    /// The step between the past and the first repeated sample.
    private var step: Int32 = 0
    /// Samples since the gap began.
    private var elapsed = 0

    init(sampleRateHz: Int) {
        tenMilliseconds = sampleRateHz / 100
        search = PitchSearch(sampleRateHz: sampleRateHz)
        let longestQuarter = search.longest / 4
        // Three periods, and the quarter before them.
        historyCount = 3 * search.longest + longestQuarter + 1
        past = [Int16](repeating: 0, count: historyCount)
        lastQuarter = [Int16](repeating: 0, count: longestQuarter)
        leaving = lastQuarter
    }

    /// How many samples the way back to the signal takes: a quarter period. The appendix takes 4 ms
    /// more for each 10 ms of the gap, which PESQ likes less.
    var overlap: Int { quarter }

    /// Begins a gap after `history`.
    mutating func begin(after history: SampleRing) {
        history.copy(into: &past)
        period = search.period(of: past)
        quarter = period / 4
        for index in 0..<quarter { lastQuarter[index] = past[historyCount - quarter + index] }
        step = Int32(past[historyCount - 1]) - Int32(past[historyCount - 1 - period])
        cycle = period
        (place, elapsed, leavingPlace) = (0, 0, quarter)
        joinEnds()
    }

    /// The next sample.
    mutating func next() -> Int16 {
        guard elapsed < 6 * tenMilliseconds else { return 0 }
        if elapsed == 2 * tenMilliseconds || elapsed == 4 * tenMilliseconds { lengthen() }
        var value = Int32(repeated())
        if leavingPlace < quarter {
            value = mix(Int32(leaving[leavingPlace]), value, leavingPlace)
            leavingPlace += 1
        }
        if elapsed < quarter { value += step * Int32(quarter - elapsed) / Int32(quarter + 1) }
        let gain = Int32(gain)
        elapsed += 1
        return Int16(clamping: (value * gain) >> 14)
    }

    /// 2^14 for 10 ms, then falling to 0 at 60 ms.
    private var gain: Int {
        guard elapsed >= tenMilliseconds else { return 1 << 14 }
        return ((6 * tenMilliseconds - elapsed) << 14) / (5 * tenMilliseconds)
    }

    private mutating func repeated() -> Int16 {
        let value = past[historyCount - cycle + place]
        place = place + 1 == cycle ? 0 : place + 1
        return value
    }

    /// Repeats one period more from now on.
    private mutating func lengthen() {
        let resumed = place % period
        for index in 0..<quarter { leaving[index] = repeated() }
        leavingPlace = 0
        cycle += period
        place = resumed
        joinEnds()
    }

    /// Makes the cycle's end lead over to its beginning: what was before the beginning fades in.
    private mutating func joinEnds() {
        let start = historyCount - quarter
        for index in 0..<quarter {
            past[start + index] = Int16(
                truncatingIfNeeded: mix(
                    Int32(lastQuarter[index]), Int32(past[start - cycle + index]), index))
        }
    }

    /// Between `first` and `second`, `index` samples into a quarter period.
    private func mix(_ first: Int32, _ second: Int32, _ index: Int) -> Int32 {
        let span = Int32(quarter + 1)
        let weight = Int32(index + 1)
        return (first * (span - weight) + second * weight) / span
    }
}
