import BatonBase
import BatonIO

/// How long a UDP reply to a peer may be (N5): what one packet of the route carries.
struct ReplyLimits {
    private var known: [IPAddress: Int] = [:]
    private var age = 0

    /// How many peers are remembered.
    static let peersMax = 1_024
    /// How many looks of the driver the values live.
    static let lifetime = 60
    /// The longest UDP payload there is (RFC 768, over IPv4).
    static let datagramMax = 65_507

    /// The limit for `peer`: the configured one, or what the MTU leaves behind the IP and UDP
    /// headers.
    mutating func limit(for peer: SocketAddress, configured: Int?) -> Int {
        if let configured { return configured }
        if peer.ip.isLoopback { return Self.datagramMax }
        if let limit = known[peer.ip] { return limit }
        let headers = peer.ip.family == .v4 ? 28 : 48
        let limit = min(max((RoutePath.mtu(to: peer) ?? 1_500) - headers, 512), Self.datagramMax)
        if known.count >= Self.peersMax { known.removeAll() }
        known[peer.ip] = limit
        return limit
    }

    /// Forgets everything now and then, since routes change.
    mutating func forget() {
        age += 1
        guard age >= Self.lifetime else { return }
        age = 0
        known.removeAll()
    }
}
