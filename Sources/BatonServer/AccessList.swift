public import BatonBase

/// A block of addresses: `192.0.2.0/24`.
public struct AddressBlock: Hashable, Sendable, CustomStringConvertible {
    /// An address of the block.
    public var ip: IPAddress
    /// How many leading bits count.
    public var prefixBits: Int

    /// The block of addresses that share `prefixBits` bits with `ip`.
    public init(ip: IPAddress, prefixBits: Int) {
        self.ip = ip
        self.prefixBits = prefixBits
    }

    /// The block that `text` writes as `ADDRESS` or `ADDRESS/BITS`; `nil` when it is neither.
    public init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let head = parts.first, let ip = IPAddress(head) else { return nil }
        let width = ip.family == .v4 ? 32 : 128
        guard parts.count == 2 else {
            self.init(ip: ip, prefixBits: width)
            return
        }
        guard let bits = Int(parts[1]), (0...width).contains(bits) else { return nil }
        self.init(ip: ip, prefixBits: bits)
    }

    /// `192.0.2.0/24`.
    public var description: String { "\(ip)/\(prefixBits)" }
}

/// Who may use the control protocol (N6). Loopback always may.
public struct AccessList: Hashable, Sendable {
    /// The permitted blocks beside loopback.
    public var blocks: [AddressBlock]

    /// Permits loopback and `blocks`.
    public init(_ blocks: [AddressBlock] = []) {
        self.blocks = blocks
    }

    /// Whether `address` may use the control protocol. An IPv4-mapped address counts as IPv4.
    public func permits(_ address: IPAddress) -> Bool {
        let plain = address.unmapped
        return plain.isLoopback
            || blocks.contains { plain.hasSamePrefix(as: $0.ip, bits: $0.prefixBits) }
    }
}
