public import BatonBase

/// A range of addresses in CIDR notation (RFC 4632): `10.0.0.0/8`, `2001:db8::/32`, or one address.
public struct IPNetwork: Hashable, Sendable {
    /// An address of the network; the bits behind the prefix do not matter.
    public let address: IPAddress
    /// How many leading bits must agree: 0…32 for IPv4, 0…128 for IPv6.
    public let prefixBits: Int

    /// 127.0.0.0/8 and ::1.
    public static let loopback = [
        IPNetwork(address: IPAddress(v4: 0x7f00_0000), prefixBits: 8),
        IPNetwork(address: IPAddress(v6High: 0, low: 1), prefixBits: 128),
    ]

    /// The network of all addresses that share the first `prefixBits` bits with `address`; the
    /// number is clamped to the family's range.
    public init(address: IPAddress, prefixBits: Int) {
        self.address = address
        self.prefixBits = min(max(prefixBits, 0), address.family == .v4 ? 32 : 128)
    }

    /// The network that `text` writes, `nil` when it is neither an address nor CIDR notation.
    public init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let head = parts.first, let address = IPAddress(head) else { return nil }
        let widest = address.family == .v4 ? 32 : 128
        guard parts.count == 2 else {
            self.init(address: address, prefixBits: widest)
            return
        }
        guard let bits = Int(parts[1]), (0...widest).contains(bits), !parts[1].hasPrefix("+")
        else { return nil }
        self.init(address: address, prefixBits: bits)
    }

    /// Whether `other` lies in the network. An IPv4-mapped IPv6 address counts as IPv4.
    public func contains(_ other: IPAddress) -> Bool {
        address.hasSamePrefix(as: other.unmapped, bits: prefixBits)
    }
}

extension IPNetwork: CustomStringConvertible {
    /// `ADDRESS/BITS`.
    public var description: String { "\(address)/\(prefixBits)" }
}
