import BatonBase

/// Goes through the pages of an Ogg file in memory, RFC 3533.
///
/// A page whose checksum is wrong is skipped like any other garbage: the reader goes on at the next
/// sound page. Pages of all logical streams come in the order of the file.
public struct OggReader: Hashable, Sendable {
    /// Where the next page is looked for.
    public private(set) var position = 0
    /// Bytes that belonged to no page.
    public private(set) var skippedByteCount = 0
    /// Places that began like a page and were none: damaged ones, mostly.
    public private(set) var damagedPageCount = 0
    /// Whether the file ends in the middle of a page.
    public private(set) var endsInPage = false

    private let damagedPageCountMax: Int

    /// A reader at the start of a file, which gives up at more than `damagedPageCountMax` damaged
    /// pages: each costs the checksum of up to 64 KiB.
    public init(damagedPageCountMax: Int = 1_000) {
        self.damagedPageCountMax = damagedPageCountMax
    }

    /// The next page, `nil` at the end of the file.
    /// - Throws: `limitExceeded` at too many damaged pages.
    public mutating func nextPage(in bytes: RawSpan) throws(MediaFileError) -> OggPage? {
        while let start = Self.capturePattern(in: bytes, from: position) {
            skippedByteCount += start - position
            position = start
            do throws(OggPage.Absence) {
                let page = try OggPage(bytes, at: start)
                position = page.body.upperBound
                endsInPage = false
                return page
            } catch {
                endsInPage = error == .truncated
                damagedPageCount += 1
                skippedByteCount += 1
                position += 1
            }
            if damagedPageCount > damagedPageCountMax {
                throw .limitExceeded("more than \(damagedPageCountMax) damaged pages")
            }
        }
        skippedByteCount += bytes.byteCount - position
        position = bytes.byteCount
        return nil
    }

    /// The offset of the next "OggS", so of its first byte, from `start` on.
    private static func capturePattern(in bytes: RawSpan, from start: Int) -> Int? {
        var offset = start
        while bytes.byteCount - offset >= 4 {
            if bytes.uint32(at: offset) == 0x4f67_6753 { return offset }
            offset += 1
        }
        return nil
    }
}
