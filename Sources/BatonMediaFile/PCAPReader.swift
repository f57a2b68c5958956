import BatonBase

/// Goes through the records of a libpcap file in memory, and finds the UDP datagrams in them.
///
/// Both byte orders, times in microseconds or nanoseconds, and the links of ``CaptureLink``.
/// IP fragments are not put together: they are counted, like everything else that is passed over.
public struct PCAPReader: Hashable, Sendable {
    /// What the file's frames are.
    public let link: CaptureLink
    /// How fine its times are.
    public let resolution: CaptureResolution
    /// Records so far.
    public private(set) var recordCount = 0
    /// What was no UDP datagram.
    public private(set) var passedOver = PassedOver()

    private let order: ByteOrder
    private var position = Self.headerByteCount

    static let headerByteCount = 24
    static let recordHeaderByteCount = 16
    static let microsecondMagic: UInt32 = 0xa1b2_c3d4
    static let nanosecondMagic: UInt32 = 0xa1b2_3c4d
    /// What libpcap takes for the longest record that can be.
    static let snapshotByteCount = 262_144

    /// Counts of records by why they were passed over.
    public struct PassedOver: Hashable, Sendable {
        /// ARP, LLDP and the like.
        public var notIP = 0
        /// TCP, ICMP, …
        public var notUDP = 0
        /// Parts of IP packets.
        public var fragments = 0
        /// Packets of which the capture has only the beginning.
        public var cutOff = 0
        /// Packets whose lengths contradict each other.
        public var malformed = 0

        /// Nothing passed over.
        public init() {}
    }

    /// A record of the file.
    public struct Record: Hashable, Sendable {
        /// Nanoseconds since 1970-01-01 00:00 UTC.
        public var unixNanoseconds: UInt64
        /// Where the frame lies in the file.
        public var frame: Range<Int>
        /// Bytes that the frame had on the wire, at least as many as were kept.
        public var originalByteCount: Int
    }

    /// Reads the header of the file `bytes`.
    /// - Throws: ``MediaFileError``.
    public init(_ bytes: RawSpan) throws(MediaFileError) {
        guard bytes.byteCount >= 4 else { throw .truncated }
        (order, resolution) = try Self.magic(bytes.uint32(at: 0))
        guard bytes.byteCount >= Self.headerByteCount else { throw .truncated }
        guard bytes.uint16(at: 4, order) == 2 else {
            throw .unsupported("version \(bytes.uint16(at: 4, order)) of libpcap files")
        }
        // The upper bits tell whether frames end in a checksum.
        let number = bytes.uint32(at: 20, order) & 0x03ff_ffff
        // 12 and 14 are the DLT numbers that some systems write for bare IP packets.
        let link = number == 12 || number == 14 ? .rawIP : CaptureLink(rawValue: number)
        guard let link else { throw .unsupported("link type \(number)") }
        self.link = link
    }

    private static func magic(
        _ bigEndian: UInt32
    ) throws(MediaFileError) -> (ByteOrder, CaptureResolution) {
        switch bigEndian {
        case microsecondMagic: return (.big, .microseconds)
        case nanosecondMagic: return (.big, .nanoseconds)
        case microsecondMagic.byteSwapped: return (.little, .microseconds)
        case nanosecondMagic.byteSwapped: return (.little, .nanoseconds)
        case 0x0a0d_0d0a: throw .unsupported("pcapng (editcap -F pcap makes a pcap file of it)")
        case 0xa1b2_cd34, 0x34cd_b2a1: throw .unsupported("the modified libpcap format")
        default: throw .unknownFormat
        }
    }

    /// The next record, `nil` at the end of the file.
    /// - Throws: `truncated` when the file ends in a record, as after a crash of its writer;
    ///   `malformed` for a size that cannot be. Nothing can be read behind either.
    public mutating func nextRecord(in bytes: RawSpan) throws(MediaFileError) -> Record? {
        let left = bytes.byteCount - position
        guard left > 0 else { return nil }
        guard left >= Self.recordHeaderByteCount else { throw .truncated }
        let seconds = UInt64(bytes.uint32(at: position, order))
        // A whole second or more in the fraction is a mistake of the writer.
        let fraction = min(
            UInt64(bytes.uint32(at: position + 4, order)),
            999_999_999 / resolution.nanoseconds)
        let kept = Int(bytes.uint32(at: position + 8, order))
        let original = Int(bytes.uint32(at: position + 12, order))
        guard kept <= Self.snapshotByteCount else { throw .malformed("a record of \(kept) bytes") }
        guard left - Self.recordHeaderByteCount >= kept else { throw .truncated }
        let start = position + Self.recordHeaderByteCount
        position = start + kept
        recordCount += 1
        return Record(
            unixNanoseconds: seconds * 1_000_000_000 + fraction * resolution.nanoseconds,
            frame: start..<start + kept, originalByteCount: max(original, kept))
    }

    /// The next UDP datagram, `nil` at the end of the file.
    /// - Throws: as ``nextRecord(in:)`` does.
    public mutating func nextDatagram(
        in bytes: RawSpan
    ) throws(MediaFileError) -> CapturedDatagram? {
        while let record = try nextRecord(in: bytes) {
            do throws(UDPFrameFault) {
                let frame = try UDPFrameReader(
                    bytes.extracting(record.frame), link: link,
                    isWhole: record.originalByteCount == record.frame.count)
                let start = record.frame.lowerBound
                return CapturedDatagram(
                    unixNanoseconds: record.unixNanoseconds, source: frame.source,
                    destination: frame.destination,
                    payload: start + frame.payload.lowerBound..<start + frame.payload.upperBound)
            } catch {
                passOver(error)
            }
        }
        return nil
    }

    private mutating func passOver(_ fault: UDPFrameFault) {
        switch fault {
        case .notIP: passedOver.notIP += 1
        case .notUDP: passedOver.notUDP += 1
        case .fragment: passedOver.fragments += 1
        case .cutOff: passedOver.cutOff += 1
        case .malformed: passedOver.malformed += 1
        }
    }
}
