import BatonBase

/// The header of an Ogg page as plain values, RFC 3533 §6. Numbers are little-endian.
///
///      0 "OggS"                        18 page sequence number
///      4 version, 0                    22 checksum
///      5 flags                         26 number of segments
///      6 granule position, 64 bits     27 segment table, then the segments
///     14 serial number of the stream
///
/// A segment is up to 255 bytes; one of less than 255 ends a packet.
public struct OggPage: Hashable, Sendable {
    /// The first segment goes on with a packet of the page before.
    public var isContinued = false
    /// The first page of its logical stream.
    public var isFirst = false
    /// The last page of its logical stream.
    public var isLast = false
    /// Where the stream is after the last packet that ends on this page, in units that the codec
    /// defines; -1 when none ends here.
    public var granulePosition: Int64 = -1
    /// Which logical stream the page belongs to.
    public var serialNumber: UInt32 = 0
    /// Counts the pages of the stream.
    public var sequenceNumber: UInt32 = 0
    /// Where the segment table lies in the file.
    public internal(set) var segmentTable = 0..<0
    /// Where the segments lie in the file.
    public internal(set) var body = 0..<0

    static let headerByteCount = 27
    static let checksumField = 22..<26
    static let segmentCountMax = 255

    init() {}

    /// Why there is no page at some place.
    enum Absence: Error {
        /// What is there is no page, or a damaged one.
        case notAPage
        /// It may become a page with more bytes.
        case truncated
    }

    /// The page at `offset` of `bytes`, its checksum verified.
    init(_ bytes: RawSpan, at offset: Int) throws(Absence) {
        guard bytes.has("OggS", at: offset) else { throw .notAPage }
        let left = bytes.byteCount - offset
        guard left >= Self.headerByteCount else { throw .truncated }
        guard bytes.uint8(at: offset + 4) == 0 else { throw .notAPage }
        let tableStart = offset + Self.headerByteCount
        let bodyStart = tableStart + Int(bytes.uint8(at: offset + 26))
        guard bodyStart <= bytes.byteCount else { throw .truncated }
        var bodyEnd = bodyStart
        for index in tableStart..<bodyStart { bodyEnd += Int(bytes.uint8(at: index)) }
        guard bodyEnd <= bytes.byteCount else { throw .truncated }
        let checksum = OggChecksum.of(bytes.extracting(offset..<bodyEnd))
        guard checksum == bytes.uint32(at: offset + 22, .little) else { throw .notAPage }
        let flags = bytes.uint8(at: offset + 5)
        isContinued = flags & 1 != 0
        isFirst = flags & 2 != 0
        isLast = flags & 4 != 0
        granulePosition = Int64(bitPattern: bytes.uint64(at: offset + 6, .little))
        serialNumber = bytes.uint32(at: offset + 14, .little)
        sequenceNumber = bytes.uint32(at: offset + 18, .little)
        segmentTable = tableStart..<bodyStart
        body = bodyStart..<bodyEnd
    }

    /// Appends the page with these segments; the ranges of `self` do not count.
    func append(segments: [UInt8], body: [UInt8], to bytes: inout [UInt8]) {
        let start = bytes.count
        bytes.append(contentsOf: "OggS".utf8)
        bytes.append(0)
        bytes.append((isContinued ? 1 : 0) | (isFirst ? 2 : 0) | (isLast ? 4 : 0))
        bytes.append(UInt64(bitPattern: granulePosition), .little)
        bytes.append(serialNumber, .little)
        bytes.append(sequenceNumber, .little)
        bytes.append(0 as UInt32, .little)
        bytes.append(UInt8(clamping: segments.count))
        bytes.append(contentsOf: segments)
        bytes.append(contentsOf: body)
        let checksum = OggChecksum.of(bytes.span.bytes.extracting(start...))
        for (index, field) in Self.checksumField.enumerated() {
            bytes[start + field] = UInt8(truncatingIfNeeded: checksum >> UInt32(8 * index))
        }
    }
}
