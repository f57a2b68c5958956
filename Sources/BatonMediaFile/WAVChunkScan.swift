import BatonBase

/// Goes through the chunks of a RIFF, RF64 or BW64 file.
///
///     RIFF size WAVE { name size content [pad] }…
///
/// In RF64 and BW64 a size of 0xffffffff stands for the 64-bit one in the ds64 chunk.
struct WAVChunkScan {
    static let formatName: UInt32 = 0x666d_7420  // "fmt "
    static let dataName: UInt32 = 0x6461_7461  // "data"
    static let sizesName: UInt32 = 0x6473_3634  // "ds64"

    struct Chunk {
        let name: UInt32
        let start: Int
        /// `nil` when the writer left it open.
        let byteCount: UInt64?
    }

    private let is64: Bool
    /// What the header says about the file's size, the first 8 bytes not counted.
    private var riffByteCount: UInt64?
    private var dataByteCount: UInt64?
    private var position = 12

    init(_ bytes: RawSpan) throws(MediaFileError) {
        if bytes.has("RIFX", at: 0) { throw .unsupported("a WAV file of big-endian numbers") }
        is64 = bytes.has("RF64", at: 0) || bytes.has("BW64", at: 0)
        guard is64 || bytes.has("RIFF", at: 0) else {
            throw bytes.byteCount < 4 ? .truncated : .unknownFormat
        }
        guard bytes.byteCount >= 12 else { throw .truncated }
        guard bytes.has("WAVE", at: 8) else { throw .unknownFormat }
        riffByteCount = Self.size(bytes.uint32(at: 4, .little))
    }

    private static func size(_ field: UInt32) -> UInt64? {
        field == .max ? nil : UInt64(field)
    }

    /// The chunk at the present position.
    func next(in bytes: RawSpan) throws(MediaFileError) -> Chunk {
        guard bytes.byteCount - position >= 8 else { throw .truncated }
        let name = bytes.uint32(at: position)
        var size = Self.size(bytes.uint32(at: position + 4, .little))
        let start = position + 8
        if name == Self.dataName {
            if is64, size == nil { size = dataByteCount }
            if size == 0, isOpen(at: start) { size = nil }
        }
        return Chunk(name: name, start: start, byteCount: size)
    }

    /// Whether an empty data chunk at `start` only looks so because its writer never came to fill
    /// in the sizes: the header's own size ends where the samples begin, or earlier.
    private func isOpen(at start: Int) -> Bool {
        guard let riffByteCount else { return true }
        return riffByteCount <= UInt64(start - 8)
    }

    /// The range of a chunk that has to be there in whole.
    func whole(_ chunk: Chunk, in bytes: RawSpan) throws(MediaFileError) -> Range<Int> {
        guard let size = chunk.byteCount, size <= UInt64(bytes.byteCount - chunk.start) else {
            throw .truncated
        }
        return chunk.start..<chunk.start + Int(size)
    }

    /// Goes on behind `chunk`, which is padded to an even size.
    mutating func skip(_ chunk: Chunk, in bytes: RawSpan) throws(MediaFileError) {
        let end = try whole(chunk, in: bytes).upperBound
        position = end + (end - chunk.start) % 2
        if position > bytes.byteCount { throw .truncated }
    }

    /// EBU Tech 3306 §3.5: riffSize, dataSize and sampleCount of 64 bits, then a table for other
    /// chunks, none of which could be that large in a file that fits into memory.
    mutating func readSizes(_ content: RawSpan) throws(MediaFileError) {
        guard content.byteCount >= 24 else { throw .malformed("the ds64 chunk is too short") }
        if riffByteCount == nil { riffByteCount = content.uint64(at: 0, .little) }
        dataByteCount = content.uint64(at: 8, .little)
    }
}
