/// Changes the sample rate of a stream: polyphase windowed sinc, in blocks of any size.
///
/// Output sample *k* belongs to the input's time *k · input rate / output rate*, reckoned in whole
/// numbers, so that no error adds up however long the stream. The cut of blocks does not show in
/// the output. Flat within 0.5 dB up to 0.45 of the lower rate, at least 60 dB down from 0.52 of
/// it. Used by one thread at a time; filters are shared by all resamplers of the same ratio.
public struct AudioResampler: Sendable {
    /// Samples a second of the input.
    public let inputRateHz: Int
    /// Samples a second of the output.
    public let outputRateHz: Int

    private let filter: PolyphaseFilter
    /// The samples that the next output needs, oldest first, and the room for a chunk of input.
    private var samples: [Int16]
    /// How many of `samples` are filled.
    private var filled: Int
    private var cursor = Cursor()

    /// Where the next output lies.
    private struct Cursor {
        /// Where in `samples` its window begins.
        var position = 0
        /// How far it lies past a sample, in parts of the filter's phases.
        var phase = 0
    }

    /// How many input samples are taken in at once.
    private static let chunk = 512

    /// A resampler between two rates of `AudioRate.supported`, which has heard silence so far.
    public init(inputRateHz: Int, outputRateHz: Int) throws(AudioRateError) {
        filter = try PolyphaseFilter.shared(from: inputRateHz, to: outputRateHz)
        self.inputRateHz = inputRateHz
        self.outputRateHz = outputRateHz
        samples = [Int16](repeating: 0, count: filter.taps + Self.chunk)
        filled = filter.taps - 1
    }

    /// Forgets what was heard: the next block begins a new stream.
    public mutating func reset() {
        for index in samples.indices { samples[index] = 0 }
        (filled, cursor) = (filter.taps - 1, Cursor())
    }

    /// How many samples at most `resample` writes for `inputCount` samples.
    public func outputCapacity(for inputCount: Int) -> Int {
        (inputCount * filter.phases + filter.step - 1) / filter.step
    }

    /// By how many input samples the output lags behind.
    public var delaySamples: Int { filter.taps / 2 }

    /// Takes `input` in and writes all samples that it completes to the front of `output`, which
    /// has room for `outputCapacity(for: input.count)`. Returns how many were written.
    public mutating func resample(
        _ input: borrowing Span<Int16>, into output: inout MutableSpan<Int16>
    ) -> Int {
        precondition(
            output.count >= outputCapacity(for: input.count), "room for what the input gives")
        if inputRateHz == outputRateHz {
            for index in input.indices { output[index] = input[index] }
            return input.count
        }
        var (taken, written) = (0, 0)
        while taken < input.count {
            taken += buffer(input, from: taken)
            var cursor = cursor
            written = Self.filter(
                samples.span.extracting(..<filled).bytes, with: filter, at: &cursor,
                into: &output, from: written)
            self.cursor = cursor
            dropUsed()
        }
        return written
    }

    /// Takes in as many of `input`, from `first` on, as there is room for; returns how many.
    private mutating func buffer(_ input: borrowing Span<Int16>, from first: Int) -> Int {
        let count = min(input.count - first, samples.count - filled)
        let start = filled
        var room = samples.mutableSpan
        for index in 0..<count { room[start + index] = input[first + index] }
        filled += count
        return count
    }

    /// Writes the outputs whose windows are complete, from `first` on; returns the next index.
    private static func filter(
        _ samples: RawSpan, with filter: PolyphaseFilter, at cursor: inout Cursor,
        into output: inout MutableSpan<Int16>, from first: Int
    ) -> Int {
        var index = first
        let last = samples.byteCount / 2 - filter.taps
        while cursor.position <= last {
            output[index] = filter.output(samples, at: cursor.position, phase: cursor.phase)
            index += 1
            cursor.position += filter.wholeStep
            cursor.phase += filter.restStep
            if cursor.phase >= filter.phases {
                cursor.phase -= filter.phases
                cursor.position += 1
            }
        }
        return index
    }

    /// Moves the samples that are still needed to the front.
    private mutating func dropUsed() {
        let used = min(cursor.position, filled)
        let kept = filled - used
        var all = samples.mutableSpan
        for index in 0..<kept { all[index] = all[used + index] }
        filled = kept
        cursor.position -= used
    }
}
