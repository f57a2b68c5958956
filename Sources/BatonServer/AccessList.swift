public import BatonBase
public import BatonConfig

/// Who may use the control protocol (N6).
public struct AccessList: Hashable, Sendable {
    /// The permitted networks.
    public var networks: [IPNetwork]

    /// Permits `networks`.
    public init(_ networks: [IPNetwork] = IPNetwork.loopback) {
        self.networks = networks
    }

    /// Whether `address` may use the control protocol. An IPv4-mapped address counts as IPv4.
    public func permits(_ address: IPAddress) -> Bool {
        networks.contains { $0.contains(address) }
    }
}
