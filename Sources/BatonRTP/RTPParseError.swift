/// Why bytes are no RTP packet (RFC 3550 §5.1, §A.1).
public enum RTPParseError: Error, Hashable, Sendable {
    /// Fewer than the 12 bytes of the fixed header.
    case tooShort
    /// The version field is not 2.
    case wrongVersion
    /// The contributing sources or the header extension reach beyond the end.
    case headerTruncated
    /// The padding count is 0 or larger than what follows the header.
    case invalidPadding
}
