import BatonBase

/// Writes the frame around a UDP payload: Ethernet II where wanted, IPv4 or IPv6, UDP (RFC 791,
/// RFC 8200, RFC 768). ``UDPFrameReader`` is its counterpart.
struct UDPFrameWriter: Hashable, Sendable {
    let link: CaptureLink
    /// Counts IPv4 packets, so that no two look like fragments of one.
    private var identification: UInt16 = 0

    /// Payload bytes that fit beside the headers into the length field of IPv4; IPv6 does not count
    /// its own header.
    static func payloadByteCountMax(_ family: IPAddress.Family) -> Int {
        family == .v4 ? 65_535 - 28 : 65_535 - 8
    }

    init(link: CaptureLink) {
        self.link = link
    }

    /// Bytes of all headers.
    func headerByteCount(_ family: IPAddress.Family) -> Int {
        (link == .ethernet ? 14 : 0) + (family == .v4 ? 20 : 40) + 8
    }

    /// Appends the frame. Both addresses are of one family and the payload is not too long.
    mutating func append(
        _ payload: RawSpan, from source: SocketAddress, to destination: SocketAddress,
        into bytes: inout [UInt8]
    ) {
        let family = source.ip.family
        if link == .ethernet {
            Self.appendHardwareAddress(of: destination.ip, to: &bytes)
            Self.appendHardwareAddress(of: source.ip, to: &bytes)
            bytes.append((family == .v4 ? 0x0800 : 0x86dd) as UInt16, .big)
        }
        let udpByteCount = UInt16(clamping: payload.byteCount + 8)
        if family == .v4 {
            appendIPv4(udpByteCount, from: source.ip, to: destination.ip, into: &bytes)
        } else {
            Self.appendIPv6(udpByteCount, from: source.ip, to: destination.ip, into: &bytes)
        }
        let start = bytes.count
        bytes.append(source.port, .big)
        bytes.append(destination.port, .big)
        bytes.append(udpByteCount, .big)
        bytes.append(0 as UInt16, .big)
        bytes.append(payload)
        let checksum = Self.udpChecksum(
            bytes.span.bytes.extracting(start...), from: source.ip, to: destination.ip)
        bytes[start + 6] = UInt8(truncatingIfNeeded: checksum >> 8)
        bytes[start + 7] = UInt8(truncatingIfNeeded: checksum)
    }

    /// A locally administered address that ends in the last 32 bits of the IP address.
    private static func appendHardwareAddress(of ip: IPAddress, to bytes: inout [UInt8]) {
        bytes.append(0x0200 as UInt16, .big)
        bytes.append(UInt32(truncatingIfNeeded: ip.low), .big)
    }

    /// RFC 791 §3.1, without options, not to be fragmented, 64 hops.
    private mutating func appendIPv4(
        _ udpByteCount: UInt16, from source: IPAddress, to destination: IPAddress,
        into bytes: inout [UInt8]
    ) {
        let start = bytes.count
        bytes.append(0x4500 as UInt16, .big)
        bytes.append(udpByteCount &+ 20, .big)
        bytes.append(identification, .big)
        bytes.append(0x4000 as UInt16, .big)
        bytes.append(64 << 8 | 17 as UInt16, .big)
        bytes.append(0 as UInt16, .big)
        bytes.append(UInt32(truncatingIfNeeded: source.low), .big)
        bytes.append(UInt32(truncatingIfNeeded: destination.low), .big)
        identification &+= 1
        var checksum = InternetChecksum()
        checksum.add(bytes.span.bytes.extracting(start...))
        bytes[start + 10] = UInt8(truncatingIfNeeded: checksum.value >> 8)
        bytes[start + 11] = UInt8(truncatingIfNeeded: checksum.value)
    }

    /// RFC 8200 §3.
    private static func appendIPv6(
        _ udpByteCount: UInt16, from source: IPAddress, to destination: IPAddress,
        into bytes: inout [UInt8]
    ) {
        bytes.append(0x6000_0000 as UInt32, .big)
        bytes.append(udpByteCount, .big)
        bytes.append(17 << 8 | 64 as UInt16, .big)
        for ip in [source, destination] {
            bytes.append(ip.high, .big)
            bytes.append(ip.low, .big)
        }
    }

    /// RFC 768 and RFC 8200 §8.1: over a pseudo-header, the UDP header and the payload; a sum of 0
    /// is written as 0xffff, because 0 says that there is none.
    static func udpChecksum(
        _ datagram: RawSpan, from source: IPAddress, to destination: IPAddress
    ) -> UInt16 {
        var checksum = InternetChecksum()
        for bits in [source.high, source.low, destination.high, destination.low] {
            checksum.add(Int(truncatingIfNeeded: bits >> 32))
            checksum.add(Int(truncatingIfNeeded: bits))
        }
        checksum.add(17)
        checksum.add(datagram.byteCount)
        checksum.add(datagram)
        return checksum.value == 0 ? 0xffff : checksum.value
    }
}
