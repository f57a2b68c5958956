public import BatonBase

/// What a datagram on a media port is, by its first two bytes.
public enum MediaDatagramKind: UInt8, Hashable, Sendable {
    /// RTP or SRTP.
    case rtp
    /// RTCP or SRTCP.
    case rtcp
    /// STUN (RFC 8489).
    case stun
    /// DTLS (RFC 5764 §5.1.2).
    case dtls
    /// Anything else: ZRTP, TURN channels, QUIC, garbage, an empty datagram.
    case other
}

/// Tells apart what shares a media port, RFC 7983 §7 and RFC 5761 §4.
public enum RTPDemultiplexer {
    /// The kind of the datagram `bytes`. Only its first two bytes are looked at: parse it to know
    /// whether the rest holds.
    @inlinable public static func classify(_ bytes: RawSpan) -> MediaDatagramKind {
        guard bytes.byteCount >= 2 else { return .other }
        let word = bytes.uint16(at: 0)
        // +----------------+
        // |        [0..3] -+--> STUN
        // |      [20..63] -+--> DTLS
        // |    [128..191] -+--> RTP, or RTCP if the second byte is 192…223
        // +----------------+
        if word >> 14 == 2 { return word & 0xff >= 192 && word & 0xff <= 223 ? .rtcp : .rtp }
        switch word >> 8 {
        case 0...3: return .stun
        case 20...63: return .dtls
        default: return .other
        }
    }
}
