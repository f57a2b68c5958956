import BatonBase

/// An Opus stream out of an Ogg file, RFC 7845: its packets in order and their times.
///
/// The first Opus stream of the file is taken up to its end; other logical streams, and what is
/// chained behind it, are left. Damage costs the packets it hits and leaves gaps that keep the time
/// of the rest. All times are samples of 48 kHz.
public struct OggOpusReader: Sendable {
    /// What the stream says about itself.
    public let head: OpusHead
    /// Packets and gaps in order.
    public let packets: [OggOpusPacket]
    /// The bytes of all packets; ``OggOpusPacket/byteRange`` is a range of it.
    public let payload: [UInt8]
    /// Samples to throw away at the end of the last packet (RFC 7845 §4.4).
    public let endTrim: Int
    /// Whether the stream's last page was found. A recorder that died leaves none.
    public let isComplete: Bool
    /// What was wrong with the file.
    public let damage: Damage

    /// What a file may have at most.
    public struct Limits: Hashable, Sendable {
        /// Bytes of a file.
        public var byteCountMax = 64 << 20
        /// Packets and gaps, each of which takes 12 bytes.
        public var packetCountMax = 2_000_000
        /// Bytes of the comment header, which is skipped: pictures of albums are in it.
        public var tagsByteCountMax = 4 << 20
        /// Pages with a wrong checksum.
        public var damagedPageCountMax = 1_000
        /// Samples of a hole that are kept as a gap; at a longer one the time goes on as if there
        /// were none.
        public var gapSampleCountMax = 60 * 48_000

        /// The defaults.
        public init() {}
    }

    /// Counts of what was wrong with a file.
    public struct Damage: Hashable, Sendable {
        /// Pages whose checksum was wrong, of any stream.
        public var damagedPageCount = 0
        /// Pages of the stream that are missing by its sequence numbers.
        public var lostPageCount = 0
        /// Packets that are no Opus packets, or whose other half is missing.
        public var malformedPacketCount = 0
        /// Holes longer than ``Limits/gapSampleCountMax``, and time that ran backwards.
        public var discontinuityCount = 0
        /// Bytes that belong to no page.
        public var skippedByteCount = 0

        /// Nothing wrong.
        public init() {}
    }

    /// Reads the file `bytes`.
    /// - Throws: ``MediaFileError``; `truncated` when the file ends before its first packet.
    public init(_ bytes: RawSpan, limits: Limits = Limits()) throws(MediaFileError) {
        guard bytes.byteCount <= limits.byteCountMax else {
            throw .limitExceeded("\(bytes.byteCount) bytes, \(limits.byteCountMax) may be read")
        }
        var pages = OggReader(damagedPageCountMax: limits.damagedPageCountMax)
        var assembly = OggOpusAssembly(limits: limits)
        var pageCount = 0
        while !assembly.isEnded, let page = try pages.nextPage(in: bytes) {
            pageCount += 1
            try assembly.take(page, of: bytes)
        }
        assembly.finish()
        guard let head = assembly.head else {
            if pageCount > 0 { throw .unsupported("an Ogg file without an Opus stream") }
            throw pages.endsInPage || bytes.byteCount < 4 ? .truncated : .unknownFormat
        }
        guard assembly.hasHeaders, assembly.isComplete || !assembly.packets.isEmpty else {
            throw .truncated
        }
        self.head = head
        packets = assembly.packets
        payload = assembly.payload
        endTrim = assembly.endTrim
        isComplete = assembly.isComplete
        var damage = assembly.damage
        damage.damagedPageCount = pages.damagedPageCount
        damage.skippedByteCount = pages.skippedByteCount
        self.damage = damage
    }

    /// Samples that are heard: those of all packets and gaps without pre-skip and end trim.
    public var sampleCount: Int {
        let total = packets.reduce(0) { $0 + $1.sampleCount }
        return max(0, total - head.preSkip - endTrim)
    }

    /// How long the stream plays.
    public var duration: Duration {
        .microseconds(Int64(sampleCount) * 1_000 / 48)
    }
}

/// A packet of an Opus stream in a file, or a gap of lost ones.
public struct OggOpusPacket: Hashable, Sendable {
    private let start: UInt32
    private let byteCount: UInt32
    private let samples: UInt32

    init(start: Int, byteCount: Int, sampleCount: Int) {
        self.start = UInt32(clamping: start)
        self.byteCount = UInt32(clamping: byteCount)
        samples = UInt32(clamping: sampleCount)
    }

    /// Its place in ``OggOpusReader/payload``; empty for a gap.
    public var byteRange: Range<Int> { Int(start)..<Int(start) + Int(byteCount) }
    /// Samples of 48 kHz that it lasts.
    public var sampleCount: Int { Int(samples) }
    /// Whether there is nothing to decode for this time.
    public var isGap: Bool { byteCount == 0 }
}
