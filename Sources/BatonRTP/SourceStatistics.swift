public import BatonBase

/// How a packet stands to those of its source that came before it.
public enum SourceArrival: UInt8, Hashable, Sendable {
    /// It is the newest so far; packets may be missing before it.
    case inOrder
    /// It is older than the newest and had not come before.
    case reordered
    /// It had come before; it is counted as a duplicate only.
    case duplicate
    /// Its sequence number is far off. It counts as a stray unless its successor comes next: then
    /// both belong to a source that started anew.
    case unexpected
    /// It confirms that the source started anew, with the unexpected packet before it.
    case restarted
}

/// What a receiver knows about one RTP source: counts, loss, order and jitter of RFC 3550 §6.4.1,
/// computed as §A.1, §A.3 and §A.8 do, from the first packet on (no probation).
///
/// A plain value without heap storage, made for the packet path. Duplicates are told from reordered
/// packets by a window of the last 128 sequence numbers and never count as received, so
/// that they hide no loss.
public struct SourceStatistics: Hashable, BitwiseCopyable, Sendable {
    /// A sequence number this far ahead of the newest, or farther, is a jump (§A.1).
    public static let maximumDropout: UInt16 = 3000
    /// A sequence number this far behind the newest, or farther, is a jump (§A.1).
    public static let maximumMisorder: UInt16 = 100
    /// A change of transit time beyond this is a new timeline of the sender and no jitter: 10 s.
    public static let maximumTransitChangeNanoseconds: Int64 = 10_000_000_000

    // What a packet in sequence reads or writes comes first: less than two cache lines.

    /// The synchronization source.
    public let ssrc: UInt32
    @usableFromInline var newestTimestamp: UInt32
    /// The newest sequence number plus 65,536 for each wrap.
    @usableFromInline var highest: Int64
    /// Bit i: ``highest`` − i has come.
    @usableFromInline var window: UInt64 = 1
    /// Bit i: ``highest`` − 64 − i has come.
    @usableFromInline var olderWindow: UInt64 = 0
    @usableFromInline var packetCount: UInt64
    @usableFromInline var byteCount: UInt64
    /// Expected packets are ``highest`` less this number.
    @usableFromInline var origin: Int64
    /// The sequence number that would confirm a restart; above 65,535: none.
    @usableFromInline var pendingSequenceNumber = Self.nonePending
    /// The clock rate that ``tickLength`` was computed for.
    @usableFromInline var clockRateHz: UInt32
    /// The length of a clock tick in 1/4,096 ns; 0 without a usable clock rate: no jitter then.
    @usableFromInline var tickLength: Int64
    /// When the packet came that the next transit time is compared with.
    @usableFromInline var referenceArrival: UInt64
    /// That packet's timestamp.
    @usableFromInline var referenceTimestamp: UInt32
    @usableFromInline var newestPayloadType: UInt8
    /// The jitter of §A.8 in nanoseconds, scaled by 16.
    @usableFromInline var scaledJitter: Int64 = 0

    /// Packets that arrived after a later one.
    public internal(set) var reordered: UInt64 = 0
    /// Packets that arrived twice.
    public internal(set) var duplicates: UInt64 = 0
    /// Packets far from the sequence whose successor did not follow.
    public internal(set) var strays: UInt64 = 0
    /// How often the source started anew.
    public internal(set) var restarts: UInt64 = 0
    /// The oldest sequence number since the start or the last restart, extended likewise.
    @usableFromInline var base: Int64
    /// The bytes of the unexpected packet that waits for its successor.
    @usableFromInline var pendingBytes: UInt32 = 0

    @usableFromInline static let nonePending: UInt32 = 1 << 16

    /// The statistics of a source after its first packet. `clockRateHz` 0 means unknown.
    @inlinable public init(
        ssrc: UInt32, sequenceNumber: UInt16, timestamp: UInt32, payloadType: UInt8, bytes: Int,
        clockRateHz: UInt32, at now: Instant
    ) {
        self.ssrc = ssrc
        newestTimestamp = timestamp
        newestPayloadType = payloadType
        byteCount = UInt64(truncatingIfNeeded: bytes)
        packetCount = 1
        highest = Int64(sequenceNumber)
        base = Int64(sequenceNumber)
        origin = Int64(sequenceNumber) &- 1
        self.clockRateHz = clockRateHz
        tickLength = Self.tickLength(clockRateHz: clockRateHz)
        referenceTimestamp = timestamp
        referenceArrival = now.nanoseconds
    }

    /// The statistics of a source after its first packet, whose header this is.
    @inlinable public init(
        _ header: RTPHeader, bytes: Int, clockRateHz: UInt32, at now: Instant
    ) {
        self.init(
            ssrc: header.ssrc, sequenceNumber: header.sequenceNumber, timestamp: header.timestamp,
            payloadType: header.payloadType, bytes: bytes, clockRateHz: clockRateHz, at: now)
    }

    /// The timestamp of the newest packet.
    @inlinable public var timestamp: UInt32 { newestTimestamp }

    /// The payload type of the newest packet.
    @inlinable public var payloadType: UInt8 { newestPayloadType }

    /// Packets received, without duplicates and strays.
    @inlinable public var packets: UInt64 { packetCount }

    /// Their bytes, as the caller counts them.
    @inlinable public var bytes: UInt64 { byteCount }

    /// Packets missing: expected less received (§A.3), over all restarts.
    @inlinable public var lost: Int64 { highest &- origin &- Int64(truncatingIfNeeded: packets) }

    /// Packets expected: received and missing ones (§A.3).
    @inlinable public var expected: UInt64 { UInt64(bitPattern: highest &- origin) }

    /// The newest sequence number plus 65,536 for each wrap since the start or the last restart.
    @inlinable public var extendedSequenceNumber: UInt64 { UInt64(bitPattern: highest) }

    /// The interarrival jitter of §A.8 in microseconds.
    @inlinable public var jitterMicroseconds: UInt64 {
        UInt64(bitPattern: scaledJitter) / 16_000
    }

    /// When the last packet came that had a timestamp of its own.
    @inlinable public var latestArrival: Instant { Instant(nanoseconds: referenceArrival) }

    /// The interarrival jitter in ticks of the media clock, as a reception report carries it.
    public var jitterTicks: UInt32 {
        let ticks = (scaledJitter >> 4).multipliedReportingOverflow(by: Int64(clockRateHz))
        return ticks.overflow ? .max : UInt32(clamping: ticks.partialValue / 1_000_000_000)
    }

    @usableFromInline static func tickLength(clockRateHz: UInt32) -> Int64 {
        // A slower clock than 1 kHz is no media clock, and could make a product overflow.
        clockRateHz < 1000 ? 0 : (1_000_000_000 << tickFractionBits) / Int64(clockRateHz)
    }

    @usableFromInline static let tickFractionBits: Int64 = 12
}
