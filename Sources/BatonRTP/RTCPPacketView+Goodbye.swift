import BatonBase

extension RTCPPacketView {
    /// How many sources a BYE names, 0…31 (RFC 3550 §6.6).
    public var goodbyeSourceCount: Int { packetType == .goodbye ? Int(header.count) : 0 }

    /// The leaving source at `index`, 0 ..< ``goodbyeSourceCount``.
    public func goodbyeSource(at index: Int) -> UInt32 {
        precondition(
            index >= 0 && index < goodbyeSourceCount, "the index is below goodbyeSourceCount")
        return bytes.uint32(at: RTCPHeader.length &+ 4 &* index)
    }

    /// Where the reason for leaving lies in the packet's bytes, `nil` when a BYE gives none.
    public var goodbyeReasonRange: Range<Int>? {
        guard packetType == .goodbye, goodbyeReasonStart < contentLength else { return nil }
        return (goodbyeReasonStart &+ 1)..<goodbyeReasonEnd
    }

    private var goodbyeReasonStart: Int { RTCPHeader.length &+ 4 &* Int(header.count) }

    /// Where the reason's text ends by its own length byte.
    var goodbyeReasonEnd: Int {
        let start = goodbyeReasonStart
        return start < contentLength ? start &+ 1 &+ Int(bytes.uint8(at: start)) : start
    }
}
