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
    private var window: SampleWindow
    private var cursor = Cursor()

    /// Where the next output lies.
    private struct Cursor {
        /// Where in the window its samples begin.
        var position = 0
        /// How far it lies past a sample, in parts of the filter's phases.
        var phase = 0
    }

    /// A resampler between two rates of `AudioRate.supported`, which has heard silence so far.
    public init(inputRateHz: Int, outputRateHz: Int) throws(AudioRateError) {
        filter = try PolyphaseFilter.shared(from: inputRateHz, to: outputRateHz)
        self.inputRateHz = inputRateHz
        self.outputRateHz = outputRateHz
        window = SampleWindow(history: filter.taps - 1)
    }

    /// Forgets what was heard: the next block begins a new stream.
    public mutating func reset() {
        window.reset()
        cursor = Cursor()
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
            taken += window.take(input, from: taken)
            var cursor = cursor
            written = Self.filter(
                window.samples.span.extracting(..<window.filled).bytes, with: filter, at: &cursor,
                into: &output, from: written)
            self.cursor = cursor
            self.cursor.position -= window.drop(cursor.position)
        }
        return written
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
}
