import BatonBase

/// Puts the packets of one Opus stream together from pages, RFC 3533 §5 and RFC 7845 §3 and §4.
struct OggOpusAssembly {
    private(set) var head: OpusHead?
    private(set) var packets: [OggOpusPacket] = []
    private(set) var payload: [UInt8] = []
    private(set) var endTrim = 0
    private(set) var hasHeaders = false
    /// Whether the stream's last page was there.
    private(set) var isComplete = false
    /// Whether no page can belong to the stream any more.
    private(set) var isEnded = false
    private(set) var damage = OggOpusReader.Damage()

    private let limits: OggOpusReader.Limits
    private var serialNumber: UInt32 = 0
    private var nextSequenceNumber: UInt32 = 0
    /// Whether a page was lost since the headers began.
    private var hasLostPages = false
    /// Where the packet that goes on with the next page began in `payload`.
    private var openPacket: Int?
    /// The open packet has grown too large; the rest of it is left out.
    private var isDiscarding = false
    /// The granule position after the last page.
    private var granulePosition: Int64?

    init(limits: OggOpusReader.Limits) {
        self.limits = limits
    }

    /// Takes the next page of the file, which may be of any stream.
    mutating func take(_ page: OggPage, of bytes: RawSpan) throws(MediaFileError) {
        guard head != nil else { return try begin(page, of: bytes) }
        guard page.serialNumber == serialNumber else { return }
        // A chained stream that uses the same serial number again, with our last page lost.
        guard !page.isFirst else {
            isEnded = true
            return
        }
        checkSequence(page)
        let firstPacket = packets.count
        let hadHeaders = hasHeaders
        try takeSegments(page, of: bytes)
        if hadHeaders || !packets.isEmpty { try takeGranulePosition(page, from: firstPacket) }
        isComplete = page.isLast
        isEnded = page.isLast
    }

    /// No page follows: a packet that is still open will not end.
    mutating func finish() {
        dropOpenPacket()
    }

    /// RFC 7845 §3: the identification header is alone on the stream's first page.
    private mutating func begin(_ page: OggPage, of bytes: RawSpan) throws(MediaFileError) {
        guard page.isFirst, page.body.count >= OpusHead.magic.utf8.count,
            bytes.has(OpusHead.magic, at: page.body.lowerBound)
        else { return }
        head = try OpusHead(packet: bytes.extracting(page.body))
        serialNumber = page.serialNumber
        nextSequenceNumber = page.sequenceNumber &+ 1
        isComplete = page.isLast
        isEnded = page.isLast
        hasHeaders = page.isLast
    }

    private mutating func checkSequence(_ page: OggPage) {
        let lost = page.sequenceNumber &- nextSequenceNumber
        nextSequenceNumber = page.sequenceNumber &+ 1
        if lost != 0 {
            // Behind the expected one: the writer counted wrongly, or a page came twice.
            damage.lostPageCount += lost < 1 << 31 ? Int(lost) : 1
            hasLostPages = true
        }
        if lost != 0 || !page.isContinued { dropOpenPacket() }
    }

    private mutating func takeSegments(
        _ page: OggPage, of bytes: RawSpan
    ) throws(MediaFileError) {
        var isBeginningMissing = page.isContinued && openPacket == nil
        var offset = page.body.lowerBound
        var end = offset
        for index in page.segmentTable {
            let lacing = Int(bytes.uint8(at: index))
            end += lacing
            let isEnd = lacing < 255
            guard isEnd || index == page.segmentTable.upperBound - 1 else { continue }
            if isBeginningMissing {
                isBeginningMissing = false
                if isEnd { damage.malformedPacketCount += 1 }
            } else {
                try append(bytes.extracting(offset..<end))
                if isEnd { try endPacket() }
            }
            offset = end
        }
    }

    private mutating func append(_ part: RawSpan) throws(MediaFileError) {
        let start = openPacket ?? payload.count
        openPacket = start
        let byteCount = payload.count - start + part.byteCount
        if hasHeaders {
            isDiscarding = isDiscarding || byteCount > OpusPacketShape.byteCountMax
        } else if byteCount > limits.tagsByteCountMax {
            throw .limitExceeded("a comment header of over \(limits.tagsByteCountMax) bytes")
        }
        if !isDiscarding { payload.append(part) }
    }

    private mutating func endPacket() throws(MediaFileError) {
        guard let start = openPacket else { return }
        if !hasHeaders {
            let isTags = payload.span.bytes.has(OpusTags.magic, at: start)
            guard isTags || hasLostPages else { throw .malformed("no comment header") }
            hasHeaders = true
            if isTags {
                payload.removeAll()
                openPacket = nil
                return
            }
        }
        let byteCount = payload.count - start
        guard !isDiscarding, byteCount <= OpusPacketShape.byteCountMax,
            let sampleCount = OpusPacketShape.sampleCount(
                of: payload.span.bytes.extracting(start...))
        else { return dropOpenPacket() }
        openPacket = nil
        try insert(
            OggOpusPacket(start: start, byteCount: byteCount, sampleCount: sampleCount),
            at: packets.count)
    }

    private mutating func dropOpenPacket() {
        guard let start = openPacket else { return }
        damage.malformedPacketCount += 1
        payload.removeSubrange(start...)
        openPacket = nil
        isDiscarding = false
    }

    private mutating func insert(
        _ packet: OggOpusPacket, at index: Int
    ) throws(MediaFileError) {
        guard packets.count < limits.packetCountMax else {
            throw .limitExceeded("more than \(limits.packetCountMax) packets")
        }
        packets.insert(packet, at: index)
    }
}

extension OggOpusAssembly {
    /// RFC 7845 §4: the granule position is the time after the last packet that ends on the page.
    /// Before the first audio page anything goes (§4.3); on the last page it may be less than the
    /// packets' time, which cuts the end off (§4.4); elsewhere more is a hole.
    private mutating func takeGranulePosition(
        _ page: OggPage, from firstPacket: Int
    ) throws(MediaFileError) {
        let samples = packets[firstPacket...].reduce(0) { $0 + Int64($1.sampleCount) }
        let actual = page.granulePosition
        guard actual >= 0 else {
            granulePosition = granulePosition.map { $0 &+ samples }
            return
        }
        let expected = (granulePosition ?? max(0, actual &- samples)) &+ samples
        granulePosition = actual
        if actual < expected {
            if page.isLast {
                endTrim = Int(clamping: min(expected - actual, samples))
            } else {
                damage.discontinuityCount += 1
            }
        } else if actual > expected {
            let gap = actual &- expected
            guard 1...Int64(limits.gapSampleCountMax) ~= gap else {
                damage.discontinuityCount += 1
                return
            }
            let start =
                packets.indices.contains(firstPacket)
                ? packets[firstPacket].byteRange.lowerBound : openPacket ?? payload.count
            try insert(
                OggOpusPacket(start: start, byteCount: 0, sampleCount: Int(gap)), at: firstPacket)
        }
    }
}
