public import BatonBase

/// What the records of a capture file are, by its LINKTYPE number
/// (https://www.tcpdump.org/linktypes.html).
public enum CaptureLink: UInt32, Hashable, Sendable, CaseIterable {
    /// A family number of the capturing host, then the IP packet: its loopback interface.
    case loopback = 0
    /// Ethernet II, with or without VLAN tags.
    case ethernet = 1
    /// Bare IPv4 or IPv6 packets.
    case rawIP = 101
    /// Linux "cooked" packets, version 1.
    case linuxCooked = 113
    /// Bare IPv4 packets.
    case ipv4 = 228
    /// Bare IPv6 packets.
    case ipv6 = 229
    /// Linux "cooked" packets, version 2.
    case linuxCooked2 = 276
}

/// A UDP datagram found in a capture.
public struct CapturedDatagram: Hashable, Sendable {
    /// Nanoseconds since 1970-01-01 00:00 UTC.
    public var unixNanoseconds: UInt64
    /// Who sent it.
    public var source: SocketAddress
    /// To whom.
    public var destination: SocketAddress
    /// Where its payload lies in the file.
    public var payload: Range<Int>
}

/// What a captured frame is, when it is not a UDP datagram in whole.
enum UDPFrameFault: Error, Hashable {
    /// ARP, LLDP and the like.
    case notIP
    /// TCP, ICMP, …
    case notUDP
    /// A part of an IP packet.
    case fragment
    /// The capture kept only the first bytes of the packet.
    case cutOff
    /// Lengths that contradict each other.
    case malformed
}
