public import BatonBase

/// The first four bytes of an RTCP packet as plain values, RFC 3550 §6.1.
public struct RTCPHeader: Hashable, Sendable {
    /// The header's own length in bytes.
    public static let length = 4

    /// What the packet is.
    public var packetType: RTCPPacketType
    /// Report blocks, sources or chunks that follow; the subtype of APP; the format of feedback.
    public var count: UInt8
    /// The padding bit.
    public var hasPadding: Bool
    /// The length of the whole packet in bytes, padding included: a multiple of 4.
    public var byteCount: Int

    /// The header at `offset` of `bytes`, whose packet lies within `bytes`.
    /// - Throws: ``RTCPParseError``: too short, not version 2, or a length beyond the end.
    @inlinable public init(validating bytes: RawSpan, at offset: Int = 0) throws(RTCPParseError) {
        guard offset >= 0, bytes.byteCount &- offset >= RTCPHeader.length else { throw .tooShort }
        //  0                   1                   2                   3
        //  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
        // +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
        // |V=2|P|  count  |      PT       |             length            |
        // +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
        let word = bytes.uint32(at: offset)
        guard word >> 30 == 2 else { throw .wrongVersion }
        hasPadding = word & 1 << 29 != 0
        count = UInt8(truncatingIfNeeded: word >> 24 & 0x1f)
        packetType = RTCPPacketType(rawValue: UInt8(truncatingIfNeeded: word >> 16))
        byteCount = 4 &* (Int(word & 0xffff) &+ 1)
        guard bytes.byteCount &- offset >= byteCount else { throw .lengthBeyondEnd }
    }

    /// Writes a header without padding at `offset`; `byteCount` is a multiple of 4.
    static func write(
        _ packetType: RTCPPacketType, count: Int, byteCount: Int, at offset: Int,
        into bytes: inout MutableRawSpan
    ) {
        bytes.store(0x80 | UInt8(truncatingIfNeeded: count & 0x1f), at: offset)
        bytes.store(packetType.rawValue, at: offset &+ 1)
        bytes.store(UInt16(truncatingIfNeeded: byteCount / 4 &- 1), at: offset &+ 2)
    }
}
