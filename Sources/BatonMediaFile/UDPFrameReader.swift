import BatonBase

/// Finds the UDP datagram in a captured frame, the counterpart of ``UDPFrameWriter``.
struct UDPFrameReader {
    /// The addresses of the datagram.
    private(set) var source = SocketAddress(ip: IPAddress(v4: 0), port: 0)
    private(set) var destination = SocketAddress(ip: IPAddress(v4: 0), port: 0)
    /// Where its payload lies in the frame.
    private(set) var payload = 0..<0

    /// More VLAN tags or IPv6 extension headers than this are an attack or a mistake.
    private static let nestingMax = 8

    /// Reads a frame of which `isWhole` says whether the capture has all of it.
    init(_ frame: RawSpan, link: CaptureLink, isWhole: Bool) throws(UDPFrameFault) {
        let cut: UDPFrameFault = isWhole ? .malformed : .cutOff
        let offset = try Self.networkOffset(frame, link, cut)
        guard offset < frame.byteCount else { throw cut }
        switch frame.uint8(at: offset) >> 4 {
        case 4: try readIPv4(frame.extracting(offset...), at: offset, cut)
        case 6: try readIPv6(frame.extracting(offset...), at: offset, cut)
        default: throw .malformed
        }
    }

    /// Where the IP packet begins.
    private static func networkOffset(
        _ frame: RawSpan, _ link: CaptureLink, _ cut: UDPFrameFault
    ) throws(UDPFrameFault) -> Int {
        switch link {
        case .rawIP, .ipv4, .ipv6: return 0
        case .loopback: return 4
        case .ethernet: return try behindEtherType(frame, at: 12, headerByteCount: 14, cut)
        case .linuxCooked: return try behindEtherType(frame, at: 14, headerByteCount: 16, cut)
        case .linuxCooked2: return try behindEtherType(frame, at: 0, headerByteCount: 20, cut)
        }
    }

    /// The EtherType at `start` is that of what follows the header; VLAN tags (IEEE 802.1Q and
    /// 802.1ad) come between, each with two bytes of its own and the next EtherType.
    private static func behindEtherType(
        _ frame: RawSpan, at start: Int, headerByteCount: Int, _ cut: UDPFrameFault
    ) throws(UDPFrameFault) -> Int {
        var type = start
        var end = headerByteCount
        for _ in 0...nestingMax {
            guard frame.byteCount >= max(end, type + 2) else { throw cut }
            switch frame.uint16(at: type) {
            case 0x0800, 0x86dd: return end
            case 0x8100, 0x88a8, 0x9100:
                type = end + 2
                end += 4
            default: throw .notIP
            }
        }
        throw .malformed
    }

    /// RFC 791 §3.1. What follows the packet is padding of the link.
    private mutating func readIPv4(
        _ packet: RawSpan, at offset: Int, _ cut: UDPFrameFault
    ) throws(UDPFrameFault) {
        guard packet.byteCount >= 20 else { throw cut }
        let header = Int(packet.uint8(at: 0) & 15) * 4
        // A length of 0 is what segmentation by the network card leaves in captures.
        let length = Int(packet.uint16(at: 2))
        let total = length == 0 ? min(packet.byteCount, Int(UInt16.max)) : length
        guard header >= 20, total >= header else { throw .malformed }
        // "More fragments", or an offset.
        guard packet.uint16(at: 6) & 0x3fff == 0 else { throw .fragment }
        guard packet.uint8(at: 9) == 17 else { throw .notUDP }
        guard packet.byteCount >= total else { throw cut }
        let from = IPAddress(v4: packet.uint32(at: 12))
        let to = IPAddress(v4: packet.uint32(at: 16))
        try readUDP(packet.extracting(header..<total), at: offset + header, from, to)
    }

    /// RFC 8200 §3 and §4.
    private mutating func readIPv6(
        _ packet: RawSpan, at offset: Int, _ cut: UDPFrameFault
    ) throws(UDPFrameFault) {
        guard packet.byteCount >= 40 else { throw cut }
        let total = 40 + Int(packet.uint16(at: 4))
        let from = IPAddress(v6High: packet.uint64(at: 8), low: packet.uint64(at: 16))
        let to = IPAddress(v6High: packet.uint64(at: 24), low: packet.uint64(at: 32))
        let whole = packet.extracting(first: min(total, packet.byteCount))
        let start = try Self.behindExtensions(whole, whole.byteCount == total ? .malformed : cut)
        guard packet.byteCount >= total else { throw cut }
        try readUDP(packet.extracting(start..<total), at: offset + start, from, to)
    }

    /// Where the UDP header of an IPv6 packet begins, behind hop-by-hop options (0), routing (43),
    /// fragment (44), authentication (51) and destination options (60).
    private static func behindExtensions(
        _ packet: RawSpan, _ cut: UDPFrameFault
    ) throws(UDPFrameFault) -> Int {
        var next = packet.uint8(at: 6)
        var offset = 40
        for _ in 0...nestingMax {
            if next == 17 { return offset }
            guard [0, 43, 44, 51, 60].contains(next) else { throw .notUDP }
            guard packet.byteCount - offset >= 8 else { throw cut }
            let length = Int(packet.uint8(at: offset + 1))
            switch next {
            case 44:
                // RFC 6946: a packet may say of itself that it is its only fragment.
                guard packet.uint16(at: offset + 2) & 0xfff9 == 0 else { throw .fragment }
                next = packet.uint8(at: offset)
                offset += 8
            case 51:
                next = packet.uint8(at: offset)
                offset += 4 * (length + 2)
            default:
                next = packet.uint8(at: offset)
                offset += 8 * (length + 1)
            }
            guard packet.byteCount >= offset else { throw cut }
        }
        throw .malformed
    }

    /// RFC 768. Without a length it would be a jumbogram (RFC 2675), which does not happen to us.
    private mutating func readUDP(
        _ datagram: RawSpan, at offset: Int, _ from: IPAddress, _ to: IPAddress
    ) throws(UDPFrameFault) {
        guard datagram.byteCount >= 8 else { throw .malformed }
        let length = Int(datagram.uint16(at: 4))
        guard 8...datagram.byteCount ~= length else { throw .malformed }
        source = SocketAddress(ip: from, port: datagram.uint16(at: 0))
        destination = SocketAddress(ip: to, port: datagram.uint16(at: 2))
        payload = offset + 8..<offset + length
    }
}
