public import BatonBase

/// A port of ours that is bound and known to the media worker.
public struct LocalPort: Hashable, Sendable {
    /// The port's row at the session's worker.
    public var slot: PortSlot
    /// The address that its socket is bound to.
    public var address: SocketAddress
    /// The IP address to write into SDP: the interface's advertised one.
    public var advertised: IPAddress

    /// The port `slot`, bound to `address` and shown to peers as `advertised`.
    public init(slot: PortSlot, address: SocketAddress, advertised: IPAddress) {
        self.slot = slot
        self.address = address
        self.advertised = advertised
    }
}

/// An even RTP port and the odd RTCP port above it (RFC 3550 §11).
public struct PortPair: Hashable, Sendable {
    /// The even port.
    public var rtp: LocalPort
    /// The odd port.
    public var rtcp: LocalPort

    /// The pair of `rtp` and `rtcp`.
    public init(rtp: LocalPort, rtcp: LocalPort) {
        self.rtp = rtp
        self.rtcp = rtcp
    }
}

/// Why no ports could be had.
public enum PortError: Error, Hashable, Sendable {
    /// No interface has this name; `known` are the names that exist.
    case unknownInterface(String, known: [String])
    /// The interface has no address of the family.
    case noAddress(interface: String, family: IPAddress.Family)
    /// Every pair of the range is taken; `holders` are call-ids that hold the most.
    case exhausted(interface: String, range: ClosedRange<UInt16>, holders: [String])
    /// The system refused: the call, its errno and text, and the address.
    case system(call: String, errno: Int32, reason: String, address: SocketAddress)
    /// A limit of baton's own was reached: which, and its value.
    case limit(String, Int)
}

/// Where offer/answer gets its ports from. The server binds real sockets; tests hand out numbers.
public protocol PortSource {
    /// A new pair on the named interface (`nil`: the default one) for the address family.
    ///
    /// The pair belongs to the session that asks; the worker already has both sockets when this
    /// returns, and listens as soon as it gets their configuration.
    mutating func openPair(
        interface: String?, family: IPAddress.Family?
    ) throws(PortError) -> PortPair

    /// Further pairs for the stream that has `pair`: one at each other address of the named
    /// interface, in the order of the configuration, `limit` at most.
    ///
    /// They are had where they can be: an address that has none to give is passed over.
    mutating func openDoors(beside pair: PortPair, interface: String?, limit: Int) -> [PortPair]

    /// The address that ports of the named interface are shown with, for an SDP without any: of the
    /// family if the interface has one, of the default interface if there is none of the name.
    func advertisedAddress(interface: String?, family: IPAddress.Family?) -> IPAddress?
}
