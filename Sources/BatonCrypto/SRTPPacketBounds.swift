internal import BatonBase

/// What has to be known of a packet before libsrtp2 sees it.
///
/// libsrtp2 2.5.0 subtracts the lengths of tag and identifier from a packet's length without
/// looking in every case whether they fit; so that is looked at here, for each packet.
struct SRTPPacketBounds {
    /// The source: of the RTP packet, or of the first RTCP packet's sender.
    let ssrc: UInt32
    /// The length of what is never encrypted, in bytes.
    let headerBytes: Int

    /// The bounds of the RTP packet in the first `byteCount` bytes (RFC 3550 §5.1).
    /// - Throws: `malformed`: not version 2, or a header longer than the packet.
    init(rtp bytes: RawSpan, byteCount: Int) throws(SRTPError) {
        guard byteCount >= 12, bytes.uint8(at: 0) >> 6 == 2 else { throw .malformed }
        let first = bytes.uint8(at: 0)
        var length = 12 + 4 * Int(first & 0x0f)
        if first & 0x10 != 0 {
            guard byteCount >= length + 4 else { throw .malformed }
            length += 4 + 4 * Int(bytes.uint16(at: length + 2))
        }
        guard byteCount >= length else { throw .malformed }
        ssrc = bytes.uint32(at: 8)
        headerBytes = length
    }

    /// The bounds of the compound RTCP packet in the first `byteCount` bytes (RFC 3550 §6.1).
    /// - Throws: `malformed`: not version 2, or shorter than the first header with its sender.
    init(rtcp bytes: RawSpan, byteCount: Int) throws(SRTPError) {
        guard byteCount >= 8, bytes.uint8(at: 0) >> 6 == 2 else { throw .malformed }
        ssrc = bytes.uint32(at: 4)
        headerBytes = 8
    }
}
