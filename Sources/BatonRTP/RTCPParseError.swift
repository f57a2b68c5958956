/// Why bytes are no RTCP (RFC 3550 §A.2).
public enum RTCPParseError: Error, Hashable, Sendable {
    /// Fewer than the 4 bytes of a header, at the start or after the last packet.
    case tooShort
    /// The version field is not 2.
    case wrongVersion
    /// The length field points beyond the end.
    case lengthBeyondEnd
    /// The first packet is no SR or RR, and reduced size (RFC 5506) was not allowed.
    case noReportFirst
    /// Padding in another packet than the last, or a padding count that cannot be.
    case invalidPadding
    /// The packet ends before what its count and type promise.
    case contentTruncated
}
