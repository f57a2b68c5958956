/// An IP address and a UDP or TCP port.
public struct SocketAddress: Hashable, BitwiseCopyable, Sendable {
    /// The IP address.
    public var ip: IPAddress
    /// The port in host order.
    public var port: UInt16

    /// The address `ip`, port `port`.
    @inlinable public init(ip: IPAddress, port: UInt16) {
        self.ip = ip
        self.port = port
    }

    /// Whether address and port are equal. Written out to be inlined on the packet path.
    @inlinable public static func == (lhs: SocketAddress, rhs: SocketAddress) -> Bool {
        lhs.port == rhs.port && lhs.ip == rhs.ip
    }

    /// The address that `text` writes as `192.0.2.1:5060` or `[2001:db8::1]:5060`, else `nil`.
    public init?(_ text: some StringProtocol) {
        guard let colon = text.lastIndex(of: ":"),
            let port = UInt16(text[text.index(after: colon)...])
        else { return nil }
        let host = text[..<colon]
        let isBracketed = host.hasPrefix("[") && host.hasSuffix("]")
        guard let ip = IPAddress(isBracketed ? host.dropFirst().dropLast() : host),
            (ip.family == .v6) == isBracketed
        else { return nil }
        self.init(ip: ip, port: port)
    }
}

extension SocketAddress: CustomStringConvertible {
    /// `192.0.2.1:5060` or `[2001:db8::1]:5060`.
    public var description: String {
        ip.family == .v4 ? "\(ip):\(port)" : "[\(ip)]:\(port)"
    }
}
