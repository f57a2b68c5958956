import BatonBase

/// How long a media file plays, as its ends tell without a look at the rest.
public enum MediaFileSummary {
    /// The duration of the WAV or Ogg Opus file that begins with `start` and ends with `end`;
    /// `nil` when they do not say.
    ///
    /// - Parameters:
    ///   - start: The first bytes, 4 KiB or more; the whole file if it is short.
    ///   - end: The last bytes, 128 KiB or more; they may overlap with `start`.
    ///   - byteCount: The size of the file.
    /// - Throws: ``MediaFileError``: it is neither, or has what is not supported.
    public static func duration(
        start: RawSpan, end: RawSpan, byteCount: Int
    ) throws(MediaFileError) -> Duration? {
        if start.has("OggS", at: 0) { return opusDuration(start, end) }
        let reader: WAVReader
        do throws(MediaFileError) {
            reader = try WAVReader(start)
        } catch .truncated where byteCount > start.byteCount {
            return nil
        }
        let behind = max(byteCount - reader.sampleBytes.lowerBound, 0)
        let promised = UInt64(reader.sampleBytes.count) &+ reader.missingByteCount
        let endsInside = reader.sampleBytes.upperBound + reader.format.bytesPerFrame
        // A header that leaves the size open is taken to mean the rest of the file.
        let isOpen = reader.missingByteCount == 0 && endsInside > start.byteCount
        let bytes = isOpen ? behind : min(Int(clamping: promised), behind)
        let frames = bytes / reader.format.bytesPerFrame
        return .nanoseconds(
            Int64(frames) * 1_000_000_000 / Int64(reader.format.sampleRateHz))
    }

    /// The last page's position less the pre-skip (RFC 7845 §4.3).
    private static func opusDuration(_ start: RawSpan, _ end: RawSpan) -> Duration? {
        guard let head = try? OggPage(start, at: 0), head.body.count >= OpusHead.byteCount,
            start.has(OpusHead.magic, at: head.body.lowerBound)
        else { return nil }
        let preSkip = Int64(start.uint16(at: head.body.lowerBound + 10, .little))
        var offset = end.byteCount - OggPage.headerByteCount
        while offset >= 0 {
            if end.has("OggS", at: offset), let page = try? OggPage(end, at: offset),
                page.granulePosition >= 0, page.serialNumber == head.serialNumber
            {
                let samples = max(page.granulePosition &- preSkip, 0)
                return .microseconds(samples.multipliedReportingOverflow(by: 1_000).0 / 48)
            }
            offset -= 1
        }
        return nil
    }
}
