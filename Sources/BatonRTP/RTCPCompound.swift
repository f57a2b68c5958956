import BatonBase

/// Changes to a datagram of RTCP packets.
public enum RTCPCompound {
    /// Takes the feedback messages (RTPFB and PSFB, RFC 4585) out of the first `byteCount` bytes.
    /// - Returns: The new length, 0 when nothing is left.
    /// - Throws: ``RTCPParseError`` for a datagram that is not made of whole packets.
    public static func removeFeedback(
        in bytes: inout MutableRawSpan, byteCount: Int
    ) throws(RTCPParseError) -> Int {
        var offset = 0
        var end = 0
        while offset < byteCount {
            let header = try RTCPHeader(
                validating: bytes.bytes.extracting(first: byteCount), at: offset)
            let isFeedback =
                header.packetType == .transportFeedback || header.packetType == .payloadFeedback
            if !isFeedback {
                if end != offset { move(header.byteCount, from: offset, to: end, in: &bytes) }
                end &+= header.byteCount
            }
            offset &+= header.byteCount
        }
        return end
    }

    /// Packets are whole words long.
    private static func move(
        _ byteCount: Int, from source: Int, to target: Int, in bytes: inout MutableRawSpan
    ) {
        var index = 0
        while index < byteCount {
            let word = bytes.bytes.uint32(at: source &+ index)
            bytes.store(word, at: target &+ index)
            index &+= 4
        }
    }
}
