/// Why bytes are no STUN message, RFC 8489 §6.3.
public enum STUNParseError: Error, Hashable, Sendable {
    /// Shorter than the header.
    case truncated
    /// The two highest bits are not 0, or the magic cookie is another.
    case notSTUN
    /// The length field is no multiple of 4, or not that of the datagram.
    case invalidLength
    /// An attribute goes beyond the message's end.
    case attributeTruncated
    /// An attribute has a length that its type does not have.
    case invalidAttribute(UInt16)
}
