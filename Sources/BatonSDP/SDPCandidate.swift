public import BatonBase

/// `a=candidate:`: an address that may carry one component of a stream (RFC 8839 §5.1,
/// RFC 6544 §4.5).
///
///     a=candidate:<foundation> <component> <transport> <priority> <address> <port> typ <type>
///         [raddr <address>] [rport <port>] [tcptype <type>] *(<name> <value>)
public struct SDPCandidate: Hashable, Sendable {
    /// Equal for candidates of one type, base, server and transport; 1 to 32 characters.
    public var foundation: String
    /// 1 for RTP, 2 for RTCP; at most 256.
    public var component: UInt16
    /// The transport protocol.
    public var transport: Transport
    /// The priority, 1 to 2³¹ − 1.
    public var priority: UInt32
    /// The address: IPv4, IPv6 or a name, for example `….local` that only mDNS resolves.
    public var address: String
    /// The port; 9 as a rule for TCP candidates that only connect.
    public var port: UInt16
    /// What the address is.
    public var type: CandidateType
    /// `raddr` and `rport`: the address that this one was derived from.
    public var related: RelatedAddress?
    /// `tcptype`: who opens the connection; `nil` for UDP.
    public var tcpType: TCPType?
    /// Further names with their values, in order, for example `generation 0`.
    public var extensions: [Extension]

    /// The transport protocol of a candidate.
    public enum Transport: Hashable, Sendable {
        /// UDP.
        case udp
        /// TCP with the framing of RFC 4571.
        case tcp
        /// Another one, as written; such a candidate is of no use.
        case other(String)
    }

    /// What the address of a candidate is.
    public enum CandidateType: Hashable, Sendable {
        /// `host`: an address of the host itself.
        case host
        /// `srflx`: an address that a STUN server has shown.
        case serverReflexive
        /// `prflx`: an address that a check has shown.
        case peerReflexive
        /// `relay`: an address at a TURN server.
        case relayed
        /// Another one, as written.
        case other(String)
    }

    /// The values of `tcptype` (RFC 6544 §4.5).
    public enum TCPType: String, Hashable, Sendable, CaseIterable {
        /// It connects.
        case active
        /// It waits for a connection.
        case passive
        /// Both at once.
        case simultaneousOpen = "so"
    }

    /// The values of `raddr` and `rport`.
    public struct RelatedAddress: Hashable, Sendable {
        /// The address as text; often hidden as 0.0.0.0.
        public var address: String
        /// The port, `nil` when it is not given.
        public var port: UInt16?

        /// The address with a port.
        public init(address: String, port: UInt16?) {
            self.address = address
            self.port = port
        }
    }

    /// A name and a value that RFC 8839 does not define.
    public struct Extension: Hashable, Sendable {
        /// The name.
        public var name: String
        /// The value.
        public var value: String

        /// The extension with this value.
        public init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    /// The most extensions that are read from one candidate.
    public static let extensionsMax = 16
    /// The longest foundation in characters.
    public static let foundationMax = 32

    /// A candidate at an IP address.
    public init(
        foundation: String, component: UInt16, transport: Transport = .udp, priority: UInt32,
        address: SocketAddress, type: CandidateType, related: RelatedAddress? = nil,
        tcpType: TCPType? = nil
    ) {
        self.foundation = foundation
        self.component = component
        self.transport = transport
        self.priority = priority
        self.address = "\(address.ip)"
        port = address.port
        self.type = type
        self.related = related
        self.tcpType = tcpType
        extensions = []
    }

    /// ``address`` and ``port``; `nil` when the address is a name, which is never resolved.
    public var socketAddress: SocketAddress? {
        IPAddress(address).map { SocketAddress(ip: $0, port: port) }
    }

    /// Whether the address is a name that only multicast DNS can resolve.
    public var isMulticastDNSName: Bool {
        address.utf8.count > 6
            && SDPText.equalIgnoringCase(ArraySlice(address.utf8.suffix(6)), ".local")
    }
}
