/// The last samples of a stream.
struct SampleRing: Sendable {
    private var samples: [Int16]
    /// Where the oldest sample lies and the next goes.
    private var head = 0

    /// A ring of `count` samples of silence.
    init(count: Int) {
        samples = [Int16](repeating: 0, count: count)
    }

    /// Takes in `newest`; what is older than the ring is long falls out.
    mutating func push(_ newest: borrowing Span<Int16>) {
        var taken = max(0, newest.count - samples.count)
        while taken < newest.count {
            let start = head
            let count = min(newest.count - taken, samples.count - start)
            let source = newest.extracting(taken..<taken + count)
            var room = samples.mutableSpan
            for index in source.indices { room[start &+ index] = source[index] }
            taken += count
            head = start + count == samples.count ? 0 : start + count
        }
    }

    /// Copies all samples, oldest first, to the front of `output`.
    func copy(into output: inout [Int16]) {
        let newer = samples.count - head
        for index in 0..<newer { output[index] = samples[head + index] }
        for index in 0..<head { output[newer + index] = samples[index] }
    }

    /// Makes all samples silence.
    mutating func clear() {
        for index in samples.indices { samples[index] = 0 }
    }
}
