import BatonBase

/// Writes linear 16-bit samples as a WAV file.
///
/// The header has a fixed size and comes first. Its sizes are those of the samples appended so far,
/// so whoever writes the file stores ``appendHeader(to:)`` over its first ``headerByteCount`` bytes
/// from time to time: after a crash the file is readable up to then. A file of more than 4 GiB
/// becomes RF64, for which the header holds room from the start (EBU Tech 3306 §4).
public struct WAVWriter: Hashable, Sendable {
    /// Bytes before the first sample.
    public static let headerByteCount = 80
    /// What is written.
    public let format: WAVFormat
    /// Bytes of samples so far.
    public private(set) var sampleByteCount: UInt64 = 0

    /// A writer of `channelCount` (1…8) interleaved channels.
    public init(sampleRateHz: Int, channelCount: Int) {
        precondition(
            WAVFormat.sampleRatesHz.contains(sampleRateHz), "a sample rate that a file can name")
        precondition(
            1...WAVFormat.channelCountMax ~= channelCount, "between 1 and 8 channels in a file")
        format = WAVFormat(
            encoding: .signed16, sampleRateHz: sampleRateHz, channelCount: channelCount)
    }

    /// A writer that goes on behind `sampleByteCount` bytes of samples written before.
    public init(continuing format: WAVFormat, sampleByteCount: UInt64) {
        self.init(sampleRateHz: format.sampleRateHz, channelCount: format.channelCount)
        self.sampleByteCount = sampleByteCount
    }

    /// Frames so far.
    public var frameCount: UInt64 { sampleByteCount / UInt64(format.bytesPerFrame) }

    /// Whether the file is too large for RIFF.
    public var isRF64: Bool { sampleByteCount > UInt64(UInt32.max) - 80 }

    /// Appends the header for the samples so far: ``headerByteCount`` bytes.
    public func appendHeader(to bytes: inout [UInt8]) {
        let riffByteCount = sampleByteCount &+ UInt64(Self.headerByteCount - 8)
        let field = { (size: UInt64) in isRF64 ? UInt32.max : UInt32(clamping: size) }
        bytes.append(contentsOf: (isRF64 ? "RF64" : "RIFF").utf8)
        bytes.append(field(riffByteCount), .little)
        bytes.append(contentsOf: "WAVE".utf8)
        bytes.append(contentsOf: (isRF64 ? "ds64" : "JUNK").utf8)
        bytes.append(28 as UInt32, .little)
        bytes.append(isRF64 ? riffByteCount : 0, .little)
        bytes.append(isRF64 ? sampleByteCount : 0, .little)
        bytes.append(isRF64 ? frameCount : 0, .little)
        bytes.append(0 as UInt32, .little)
        bytes.append(contentsOf: "fmt ".utf8)
        bytes.append(16 as UInt32, .little)
        format.appendPCMChunk(to: &bytes)
        bytes.append(contentsOf: "data".utf8)
        bytes.append(field(sampleByteCount), .little)
    }

    /// Appends interleaved `samples`; a number that is no multiple of the channel count is an error
    /// of the caller.
    public mutating func append(_ samples: Span<Int16>, to bytes: inout [UInt8]) {
        precondition(samples.count.isMultiple(of: format.channelCount), "whole frames")
        let start = grow(samples.count, &bytes)
        var elements = bytes.mutableSpan
        var target = elements.mutableBytes
        for index in samples.indices {
            target.store(samples[index].bitPattern.byteSwapped, at: start + 2 * index)
        }
    }

    /// Appends a stereo file's frames from its two channels; the shorter one ends in silence.
    public mutating func append(
        left: Span<Int16>, right: Span<Int16>, to bytes: inout [UInt8]
    ) {
        precondition(format.channelCount == 2, "left and right are for stereo files")
        let frames = max(left.count, right.count)
        let start = grow(frames * 2, &bytes)
        var elements = bytes.mutableSpan
        var target = elements.mutableBytes
        for index in left.indices {
            target.store(left[index].bitPattern.byteSwapped, at: start + 4 * index)
        }
        for index in right.indices {
            target.store(right[index].bitPattern.byteSwapped, at: start + 4 * index + 2)
        }
    }

    /// Appends silence, as for a pause that keeps its time in the recording.
    public mutating func appendSilence(frameCount: Int, to bytes: inout [UInt8]) {
        _ = grow(frameCount * format.channelCount, &bytes)
    }

    /// Makes room for `sampleCount` samples of silence, and gives its start.
    private mutating func grow(_ sampleCount: Int, _ bytes: inout [UInt8]) -> Int {
        let start = bytes.count
        bytes.appendZeros(2 * sampleCount)
        sampleByteCount &+= UInt64(2 * sampleCount)
        return start
    }
}

extension Int16 {
    fileprivate var bitPattern: UInt16 { UInt16(bitPattern: self) }
}
