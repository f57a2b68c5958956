import BatonBase

/// Why something cannot be written to an Ogg Opus file.
public enum OggOpusWriteError: Error, Hashable, Sendable {
    /// Not an Opus packet: empty, or of no duration that can be.
    case malformedPacket
    /// More than ``OpusPacketShape/byteCountMax`` bytes.
    case packetTooLarge
    /// The comments are more than 60 KiB.
    case commentsTooLarge
    /// The stream was finished before.
    case finished
}

/// Writes Opus packets as an Ogg file, RFC 7845.
///
/// Pages go to the caller's buffer about once a second of sound, whole, so that a crash costs a
/// second at most. Time that has no packets is said by ``appendGap(sampleCount:as:to:)``: the
/// position in a file is the sum of its packets' durations, so a hole has to be filled.
public struct OggOpusWriter: Sendable {
    /// Samples of 48 kHz written so far, the pre-skip included.
    public private(set) var sampleCount: Int64 = 0
    /// Whether the last page is written.
    public private(set) var isFinished = false

    private let channelCount: Int
    private let pageSampleCount: Int64
    private var page = OggPage()
    private var segments: [UInt8] = []
    private var body: [UInt8] = []
    /// `sampleCount` at the end of the page before.
    private var pageStart: Int64 = 0
    private var gap: OpusGap
    private var gapPacket: [UInt8] = []

    /// A writer of the stream `serialNumber` (any number that no other stream of the file has), and
    /// the two header pages, which go to `bytes`.
    ///
    /// - Parameters:
    ///   - comments: `NAME=text`, as RFC 7845 §5.2 has them.
    ///   - pageSampleCount: samples of 48 kHz after which a page is written.
    /// - Throws: `commentsTooLarge`.
    public init(
        _ head: OpusHead, serialNumber: UInt32, vendor: String = "baton", comments: [String] = [],
        pageSampleCount: Int = 48_000, to bytes: inout [UInt8]
    ) throws(OggOpusWriteError) {
        channelCount = head.channelCount
        self.pageSampleCount = Int64(pageSampleCount)
        gap = OpusGap(channelCount: head.channelCount)
        page.serialNumber = serialNumber
        segments.reserveCapacity(OggPage.segmentCountMax)
        body.reserveCapacity(16_384)
        gapPacket.reserveCapacity(128)
        var tags: [UInt8] = []
        OpusTags.append(vendor: vendor, comments: comments, to: &tags)
        guard tags.count <= OpusPacketShape.byteCountMax else { throw .commentsTooLarge }
        head.append(to: &body)
        segments.append(UInt8(body.count))
        page.isFirst = true
        writePage(to: &bytes)
        page.isFirst = false
        addToPage(tags.span.bytes)
        writePage(to: &bytes)
    }

    /// Adds `packet`, which follows the one before without a gap.
    /// - Throws: ``OggOpusWriteError``; nothing is written then.
    public mutating func append(
        _ packet: RawSpan, to bytes: inout [UInt8]
    ) throws(OggOpusWriteError) {
        guard !isFinished else { throw .finished }
        guard packet.byteCount <= OpusPacketShape.byteCountMax else { throw .packetTooLarge }
        guard let samples = OpusPacketShape.sampleCount(of: packet) else { throw .malformedPacket }
        gap.configuration = packet.uint8(at: 0) >> 3
        add(packet, samples, to: &bytes)
    }

    /// Adds `sampleCount` samples of 48 kHz for which there are no packets, at most 24 hours.
    ///
    /// Opus knows no time shorter than 2.5 ms; what is left of a gap is kept for the next one.
    /// - Returns: the samples that were added.
    /// - Throws: `finished`.
    @discardableResult
    public mutating func appendGap(
        sampleCount: Int, as filling: OpusGapFilling, to bytes: inout [UInt8]
    ) throws(OggOpusWriteError) -> Int {
        guard !isFinished else { throw .finished }
        gap.add(sampleCount: sampleCount)
        let start = self.sampleCount
        while true {
            gapPacket.removeAll(keepingCapacity: true)
            let samples = gap.appendNextPacket(as: filling, to: &gapPacket)
            guard samples > 0 else { break }
            // The span of a stored property would bar the mutation of the others.
            let packet = gapPacket
            add(packet.span.bytes, samples, to: &bytes)
        }
        return Int(self.sampleCount - start)
    }

    /// Writes the last page. `endTrim` samples at the end are not to be heard (RFC 7845 §4.4), as
    /// far as they are on this page.
    /// - Throws: `finished`.
    public mutating func finish(
        endTrim: Int = 0, to bytes: inout [UInt8]
    ) throws(OggOpusWriteError) {
        guard !isFinished else { throw .finished }
        isFinished = true
        page.isLast = true
        let trim = max(0, min(Int64(endTrim), sampleCount - pageStart))
        sampleCount -= trim
        writePage(to: &bytes)
    }

    /// The page is written when a packet comes for which it has no room or no time, not when it is
    /// full: so there is always a packet left for the last page.
    private mutating func add(_ packet: RawSpan, _ samples: Int, to bytes: inout [UInt8]) {
        let needed = packet.byteCount / 255 + 1
        if segments.count + needed > OggPage.segmentCountMax
            || sampleCount - pageStart >= pageSampleCount
        {
            writePage(to: &bytes)
        }
        addToPage(packet)
        sampleCount += Int64(samples)
    }

    private mutating func addToPage(_ packet: RawSpan) {
        segments.append(contentsOf: repeatElement(255, count: packet.byteCount / 255))
        segments.append(UInt8(packet.byteCount % 255))
        body.append(packet)
    }

    private mutating func writePage(to bytes: inout [UInt8]) {
        page.granulePosition = sampleCount
        page.append(segments: segments, body: body, to: &bytes)
        page.sequenceNumber &+= 1
        segments.removeAll(keepingCapacity: true)
        body.removeAll(keepingCapacity: true)
        pageStart = sampleCount
    }
}
