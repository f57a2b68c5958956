/// Stretches or shrinks a stream by up to 0.5 %, so that a sender whose clock runs at another speed
/// than ours neither fills nor empties a buffer. For mixing and recording; a relay passes packets
/// on as they are.
///
/// A polyphase filter of 128 places, with linear interpolation between them. The ratio goes to what
/// was asked for at most by 0.05 % in 10 ms at 8 kHz, which nobody hears. Used by one thread at a
/// time.
public struct ElasticResampler: Sendable {
    /// The most by which a stream is stretched or shrunk, as a part of its length.
    public static let greatestStretch = 0.005

    private let filter: PolyphaseFilter
    private var window: SampleWindow
    private var cursor = Cursor()

    private struct Cursor {
        /// Where in the window the next output's samples begin.
        var position = 0
        /// How far past a sample it lies, in 2^-32.
        var fraction: Int64 = 0
        /// How far it is to the output after it, in 2^-32 samples: now, and in the end.
        var step: Int64 = 1 << 32
        var goal: Int64 = 1 << 32
    }

    private static let phases = 128
    private static let filter = PolyphaseFilter(phases: phases, step: phases, cutoff: 1)
    /// How much `step` may change from output to output.
    private static let greatestChange: Int64 = (1 << 32) / 160_000

    /// A resampler that changes nothing yet; its output lags behind by `delaySamples`.
    public init() {
        filter = Self.filter
        window = SampleWindow(history: filter.taps - 1)
    }

    /// By how many samples the output lags behind.
    public var delaySamples: Int { filter.taps / 2 }

    /// Asks for `ratio` output samples for each input sample; clamped to 1 ± `greatestStretch`.
    public mutating func setRatio(_ ratio: Double) {
        guard ratio.isFinite else { return }
        let clamped = min(max(ratio, 1 - Self.greatestStretch), 1 + Self.greatestStretch)
        cursor.goal = Int64((4_294_967_296 / clamped).rounded())
    }

    /// How many samples at most `resample` writes for `inputCount` samples.
    public func outputCapacity(for inputCount: Int) -> Int {
        inputCount + inputCount / 128 + 2
    }

    /// Takes `input` in and writes all samples that it completes to the front of `output`, which
    /// has room for `outputCapacity(for: input.count)`. Returns how many were written.
    public mutating func resample(
        _ input: borrowing Span<Int16>, into output: inout MutableSpan<Int16>
    ) -> Int {
        precondition(
            output.count >= outputCapacity(for: input.count), "room for what the input gives")
        var (taken, written) = (0, 0)
        while taken < input.count {
            taken += window.take(input, from: taken)
            var cursor = cursor
            written = Self.filter(
                window.samples.span.extracting(..<window.filled).bytes, with: filter,
                at: &cursor, into: &output, from: written)
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
        // One more for the row after the last.
        let last = samples.byteCount / 2 - filter.taps - 1
        while cursor.position <= last {
            output[index] = interpolated(samples, with: filter, at: cursor)
            index += 1
            let change = cursor.goal - cursor.step
            cursor.step += min(max(change, -greatestChange), greatestChange)
            cursor.fraction += cursor.step
            cursor.position += Int(cursor.fraction >> 32)
            cursor.fraction &= 0xffff_ffff
        }
        return index
    }

    /// Between the outputs of the two places next to the cursor.
    @inline(__always)
    private static func interpolated(
        _ samples: RawSpan, with filter: PolyphaseFilter, at cursor: Cursor
    ) -> Int16 {
        let phase = Int(cursor.fraction >> 25)
        let weight = Int32(cursor.fraction >> 10 & 0x7fff)
        let isLast = phase == phases - 1
        let first = filter.output(samples, at: cursor.position, phase: phase)
        let second = filter.output(
            samples, at: isLast ? cursor.position + 1 : cursor.position,
            phase: isLast ? 0 : phase + 1)
        let difference = (Int32(second) - Int32(first)) * weight
        return Int16(truncatingIfNeeded: Int32(first) + (difference + 0x4000) >> 15)
    }
}
