import BatonBase

/// A WAV file in memory: RIFF/WAVE, RF64 (EBU Tech 3306) and BW64 (ITU-R BS.2088).
///
/// The reader is a plain value that describes a file and does not keep its bytes; whoever holds
/// the bytes hands them to ``appendMono(frames:of:companding:to:)`` again. A file whose sample
/// bytes stop early, as a recorder that died leaves it, is read as far as it goes and says so in
/// ``missingByteCount``.
public struct WAVReader: Hashable, Sendable {
    /// What the samples are.
    public let format: WAVFormat
    /// Where the samples lie in the file: whole frames.
    public let sampleBytes: Range<Int>
    /// Sample bytes that the header promises and the file does not have. 0 too when the header
    /// leaves the size open.
    public let missingByteCount: UInt64

    /// What a file may have at most.
    public struct Limits: Hashable, Sendable {
        /// Bytes of a file.
        public var byteCountMax = 64 << 20
        /// Chunks before the samples.
        public var chunkCountMax = 1_000

        /// The defaults.
        public init() {}
    }

    /// Frames in the file.
    public var frameCount: Int { sampleBytes.count / format.bytesPerFrame }

    /// How long the file plays.
    public var duration: Duration {
        .nanoseconds(
            Int64(frameCount) * 1_000_000_000 / Int64(format.sampleRateHz))
    }

    /// Reads the structure of the file `bytes`.
    /// - Throws: ``MediaFileError``; `truncated` when the file ends before its samples begin.
    public init(_ bytes: RawSpan, limits: Limits = Limits()) throws(MediaFileError) {
        guard bytes.byteCount <= limits.byteCountMax else {
            throw .limitExceeded("\(bytes.byteCount) bytes, \(limits.byteCountMax) may be read")
        }
        var scan = try WAVChunkScan(bytes)
        var format: WAVFormat?
        for _ in 0..<limits.chunkCountMax {
            let chunk = try scan.next(in: bytes)
            switch chunk.name {
            case WAVChunkScan.formatName:
                format = try WAVFormat(chunk: bytes.extracting(scan.whole(chunk, in: bytes)))
            case WAVChunkScan.sizesName:
                try scan.readSizes(bytes.extracting(scan.whole(chunk, in: bytes)))
            case WAVChunkScan.dataName:
                guard let format else { throw .malformed("samples before their format") }
                self.init(format, chunk, in: bytes)
                return
            default: break
            }
            try scan.skip(chunk, in: bytes)
        }
        throw .limitExceeded("\(limits.chunkCountMax) chunks before the samples")
    }

    private init(_ format: WAVFormat, _ chunk: WAVChunkScan.Chunk, in bytes: RawSpan) {
        let there = bytes.byteCount - chunk.start
        let wanted = chunk.byteCount ?? UInt64(there)
        let byteCount = Int(min(wanted, UInt64(there)))
        self.format = format
        sampleBytes = chunk.start..<chunk.start + byteCount - byteCount % format.bytesPerFrame
        missingByteCount = wanted - UInt64(byteCount)
    }

    /// Appends `frames` as linear 16-bit samples: channels are averaged, wider samples rounded.
    ///
    /// Frames that the file does not have are left out. `companding` is the linear value of each
    /// G.711 code word, needed when the encoding is companded; `bytes` is the whole file.
    /// - Throws: `unsupported` for G.711 samples without a table of 256 values, `truncated` when
    ///   `bytes` is shorter than the file that was read.
    public func appendMono(
        frames: Range<Int>, of bytes: RawSpan, companding: [Int16] = [],
        to samples: inout [Int16]
    ) throws(MediaFileError) {
        guard bytes.byteCount >= sampleBytes.upperBound else { throw .truncated }
        guard !format.encoding.isCompanded || companding.count == 256 else {
            throw .unsupported("G.711 without a table of its values")
        }
        let frames = frames.clamped(to: 0..<frameCount)
        let channels = format.channelCount
        let width = format.encoding.bytesPerSample
        var offset = sampleBytes.lowerBound + frames.lowerBound * format.bytesPerFrame
        for _ in frames {
            var sum: Int64 = 0
            for _ in 0..<channels {
                sum += Int64(
                    format.encoding.sample(at: offset, of: bytes, companding: companding))
                offset += width
            }
            let mean = channels == 1 ? sum : sum / Int64(channels)
            samples.append(Int16(clamping: (mean + 0x8000) >> 16))
        }
    }

    /// The bytes of `frames` as they lie in the file, for samples that need no conversion.
    public func byteRange(frames: Range<Int>) -> Range<Int> {
        let frames = frames.clamped(to: 0..<frameCount)
        let start = sampleBytes.lowerBound
        return start + frames.lowerBound * format.bytesPerFrame..<start + frames.upperBound
            * format.bytesPerFrame
    }
}
