public import BatonBase

/// The header of an RTP packet as plain values, RFC 3550 §5.1.
///
/// This is what the packet path reads: it holds no borrow, so the packet can be changed in place
/// afterwards. The padding count is not looked at, because SRTP encrypts it; ``RTPPacketView``
/// does.
public struct RTPHeader: Hashable, Sendable {
    /// The length of the fixed header in bytes.
    public static let fixedLength = 12

    /// The synchronization source.
    public var ssrc: UInt32
    /// The media timestamp, in ticks of the payload type's clock.
    public var timestamp: UInt32
    /// The length of the fixed header, the contributing sources and the extension, in bytes.
    public var headerLength: Int
    /// Counts up by one a packet, modulo 65,536.
    public var sequenceNumber: UInt16
    /// The payload type, 0…127.
    public var payloadType: UInt8
    /// The number of contributing sources, 0…15.
    public var csrcCount: UInt8
    /// The marker bit: for audio, the first packet after a silence.
    public var marker: Bool
    /// The padding bit.
    public var hasPadding: Bool
    /// The extension bit.
    public var hasExtension: Bool

    /// The header of `bytes`, whose lengths are checked once, here.
    /// - Throws: ``RTPParseError``: too short, not version 2, or a header longer than the packet.
    @inlinable @inline(__always)
    public init(validating bytes: RawSpan) throws(RTPParseError) {
        guard bytes.byteCount >= RTPHeader.fixedLength else { throw .tooShort }
        //  0                   1                   2                   3
        //  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
        // +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
        // |V=2|P|X|  CC   |M|     PT      |       sequence number         |
        // +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
        // |                           timestamp                           |
        // +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
        // |           synchronization source (SSRC) identifier            |
        // +=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+
        let words = bytes.uint64(at: 0)
        ssrc = bytes.uint32(at: 8)
        guard words >> 62 == 2 else { throw .wrongVersion }
        hasPadding = words & 1 << 61 != 0
        hasExtension = words & 1 << 60 != 0
        csrcCount = UInt8(truncatingIfNeeded: words >> 56 & 0x0f)
        marker = words & 1 << 55 != 0
        payloadType = UInt8(truncatingIfNeeded: words >> 48 & 0x7f)
        sequenceNumber = UInt16(truncatingIfNeeded: words >> 32)
        timestamp = UInt32(truncatingIfNeeded: words)
        headerLength = RTPHeader.fixedLength
        if words & 0x1f << 56 != 0 { headerLength = try RTPHeader.variableLength(of: bytes) }
    }

    /// The header's length when contributing sources or an extension follow its fixed part.
    ///
    /// `bytes` hold at least the fixed part. The extension's length is in 32-bit words and leaves
    /// out its own first word (RFC 3550 §5.3.1).
    @usableFromInline static func variableLength(of bytes: RawSpan) throws(RTPParseError) -> Int {
        let first = bytes.uint8(at: 0)
        var length = fixedLength &+ 4 &* Int(first & 0x0f)
        if first & 0x10 != 0 {
            guard bytes.byteCount >= length &+ 4 else { throw .headerTruncated }
            length = length &+ 4 &+ 4 &* Int(bytes.uint16(at: length &+ 2))
        }
        guard bytes.byteCount >= length else { throw .headerTruncated }
        return length
    }
}

extension RTPHeader {
    /// Replaces sequence number, timestamp and SSRC in the packet `bytes`, and nothing else.
    ///
    /// `bytes` have passed ``init(validating:)``.
    @inlinable public static func rewrite(
        sequenceNumber: UInt16, timestamp: UInt32, ssrc: UInt32, in bytes: inout MutableRawSpan
    ) {
        precondition(bytes.byteCount >= fixedLength, "the packet has been validated before")
        bytes.store(sequenceNumber, at: 2)
        bytes.store(UInt64(timestamp) << 32 | UInt64(ssrc), at: 4)
    }

    /// Replaces the marker bit in the packet `bytes`, which have passed ``init(validating:)``.
    @inlinable public static func rewrite(marker: Bool, in bytes: inout MutableRawSpan) {
        let payloadType = bytes.bytes.uint8(at: 1) & 0x7f
        bytes.store(payloadType | (marker ? 0x80 : 0), at: 1)
    }

    /// Replaces the payload type (0…127) in the packet `bytes`, which have passed
    /// ``init(validating:)``.
    @inlinable public static func rewrite(payloadType: UInt8, in bytes: inout MutableRawSpan) {
        let marker = bytes.bytes.uint8(at: 1) & 0x80
        bytes.store(marker | (payloadType & 0x7f), at: 1)
    }
}
