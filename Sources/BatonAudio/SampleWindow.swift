/// The input of a resampler: the samples that the next output needs, and room for more.
struct SampleWindow: Sendable {
    /// Oldest first.
    private(set) var samples: [Int16]
    /// How many of `samples` are filled.
    private(set) var filled: Int
    private let history: Int

    /// How many samples are taken in at once.
    private static let chunk = 512

    /// A window that begins with `history` samples of silence.
    init(history: Int) {
        self.history = history
        samples = [Int16](repeating: 0, count: history + 1 + Self.chunk)
        filled = history
    }

    /// Takes in as many of `input`, from `first` on, as there is room for; returns how many.
    mutating func take(_ input: borrowing Span<Int16>, from first: Int) -> Int {
        let start = filled
        let count = min(input.count - first, samples.count - start)
        var room = samples.mutableSpan
        for index in 0..<count { room[start + index] = input[first + index] }
        filled += count
        return count
    }

    /// Drops the oldest `count` samples, or all there are; returns how many.
    mutating func drop(_ count: Int) -> Int {
        let used = min(count, filled)
        let kept = filled - used
        var all = samples.mutableSpan
        for index in 0..<kept { all[index] = all[used + index] }
        filled = kept
        return used
    }

    /// Begins again with silence.
    mutating func reset() {
        for index in samples.indices { samples[index] = 0 }
        filled = history
    }
}
