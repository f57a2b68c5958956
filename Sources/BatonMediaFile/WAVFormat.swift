import BatonBase

/// What the samples of a WAV file are.
public struct WAVFormat: Hashable, Sendable {
    /// How one sample is coded.
    public var encoding: SampleEncoding
    /// Frames a second.
    public var sampleRateHz: Int
    /// Samples in a frame, interleaved.
    public var channelCount: Int

    /// Samples of `encoding`, `channelCount` of them `sampleRateHz` times a second.
    public init(encoding: SampleEncoding, sampleRateHz: Int, channelCount: Int) {
        self.encoding = encoding
        self.sampleRateHz = sampleRateHz
        self.channelCount = channelCount
    }

    /// Bytes of one sample of each channel.
    public var bytesPerFrame: Int { encoding.bytesPerSample * channelCount }
}

// The "fmt " chunk: WAVEFORMAT, WAVEFORMATEX or WAVEFORMATEXTENSIBLE, little-endian.
//
//    0  2 wFormatTag         1 PCM, 3 float, 6 A-law, 7 µ-law, 0xfffe extensible
//    2  2 nChannels
//    4  4 nSamplesPerSec
//    8  4 nAvgBytesPerSec
//   12  2 nBlockAlign        bytes of a frame
//   14  2 wBitsPerSample
//   16  2 cbSize             absent in the shortest form
//   18  2 wValidBitsPerSample, extensible only
//   20  4 dwChannelMask
//   24 16 SubFormat          the format tag, then 14 bytes that are always the same
extension WAVFormat {
    /// The rates that are taken for real; others are a broken header.
    static let sampleRatesHz = 1...768_000
    static let channelCountMax = 8

    /// Reads the content of a "fmt " chunk.
    init(chunk: RawSpan) throws(MediaFileError) {
        guard chunk.byteCount >= 16 else { throw .malformed("the fmt chunk is too short") }
        let tag = try Self.formatTag(chunk)
        let channels = Int(chunk.uint16(at: 2, .little))
        let rate = chunk.uint32(at: 4, .little)
        let frame = Int(chunk.uint16(at: 12, .little))
        let bits = Int(chunk.uint16(at: 14, .little))
        guard channels > 0 else { throw .malformed("no channels") }
        guard channels <= Self.channelCountMax else { throw .unsupported("\(channels) channels") }
        guard Self.sampleRatesHz.contains(Int(rate)) else {
            throw .malformed("a sample rate of \(rate) Hz")
        }
        let encoding = try Self.encoding(tag: tag, bits: bits)
        self.init(encoding: encoding, sampleRateHz: Int(rate), channelCount: channels)
        guard frame == bytesPerFrame else {
            throw .malformed("frames of \(frame) bytes for \(channels) × \(bits) bits")
        }
    }

    /// The tag, which the extensible form moves into its GUID.
    private static func formatTag(_ chunk: RawSpan) throws(MediaFileError) -> UInt16 {
        let tag = chunk.uint16(at: 0, .little)
        guard tag == 0xfffe else { return tag }
        guard chunk.byteCount >= 40 else { throw .malformed("the extensible fmt chunk is short") }
        // 0000-0010-8000-00aa00389b71, the suffix of every format that has a tag.
        guard chunk.uint16(at: 26) == 0, chunk.uint32(at: 28) == 0x0000_1000,
            chunk.uint64(at: 32) == 0x8000_00aa_0038_9b71
        else { throw .unsupported("a WAV format known only by its GUID") }
        return chunk.uint16(at: 24, .little)
    }

    /// Samples with fewer bits than their bytes hold are aligned to the left, so bits round up.
    private static func encoding(tag: UInt16, bits: Int) throws(MediaFileError) -> SampleEncoding {
        switch (tag, bits) {
        case (1, 1...8): return .unsigned8
        case (1, 9...16): return .signed16
        case (1, 17...24): return .signed24
        case (1, 25...32): return .signed32
        case (3, 32): return .float32
        case (3, 64): return .float64
        case (6, 8): return .aLaw
        case (7, 8): return .muLaw
        case (1, _), (3, _), (6, _), (7, _): throw .unsupported("WAV format \(tag), \(bits) bits")
        default: throw .unsupported("WAV format \(tag)")
        }
    }

    /// Appends the content of the 16-byte "fmt " chunk of linear 16-bit samples.
    func appendPCMChunk(to bytes: inout [UInt8]) {
        let rate = UInt32(clamping: sampleRateHz)
        let frame = UInt16(clamping: bytesPerFrame)
        bytes.append(1 as UInt16, .little)
        bytes.append(UInt16(clamping: channelCount), .little)
        bytes.append(rate, .little)
        bytes.append(rate &* UInt32(frame), .little)
        bytes.append(frame, .little)
        bytes.append(UInt16(clamping: encoding.bytesPerSample * 8), .little)
    }
}
