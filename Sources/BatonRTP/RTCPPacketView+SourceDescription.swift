import BatonBase

/// One item of a source description, RFC 3550 §6.5.
public struct RTCPSourceDescriptionItem: Hashable, Sendable {
    /// The item type of the canonical name (§6.5.1).
    public static let canonicalName: UInt8 = 1

    /// The source that the item describes.
    public var ssrc: UInt32
    /// The item type: 1 CNAME, 2 NAME, … 8 PRIV.
    public var type: UInt8
    /// Where the item's text lies in the packet's bytes.
    public var range: Range<Int>
}

extension RTCPPacketView {
    /// Gives every item of an SDES packet to `body`, in order.
    public func forEachDescriptionItem(_ body: (RTCPSourceDescriptionItem) -> Void) {
        guard packetType == .sourceDescription else { return }
        _ = walkSourceDescription(body)
    }

    /// Goes through the chunks; whether they end within the packet.
    ///
    /// A chunk is an SSRC, items of type, length and text, and zeros from the list's end to the
    /// next 32-bit boundary, at least one.
    func walkSourceDescription(_ body: (RTCPSourceDescriptionItem) -> Void) -> Bool {
        var offset = RTCPHeader.length
        for _ in 0..<header.count {
            guard contentLength &- offset >= 4 else { return false }
            let ssrc = bytes.uint32(at: offset)
            offset &+= 4
            while true {
                guard offset < contentLength else { return false }
                let type = bytes.uint8(at: offset)
                if type == 0 { break }
                guard contentLength &- offset >= 2 else { return false }
                let start = offset &+ 2
                offset = start &+ Int(bytes.uint8(at: offset &+ 1))
                guard offset <= contentLength else { return false }
                body(RTCPSourceDescriptionItem(ssrc: ssrc, type: type, range: start..<offset))
            }
            offset = (offset &+ 4) & ~3
        }
        return offset <= contentLength
    }
}
