public import BatonBase

/// A connection address: the value of a `c=` line (RFC 8866 §5.7).
///
///     c=<nettype> <addrtype> <connection-address>[/<ttl>][/<number of addresses>]
public struct SDPConnection: Hashable, Sendable {
    /// The network type, `IN`.
    public var networkType: String
    /// The address type, `IP4` or `IP6`.
    public var addressType: String
    /// The address or host name as text, without ``suffix``.
    public var address: String
    /// What follows the address from its first `/` on (a multicast TTL or a number of
    /// addresses); empty as a rule.
    public var suffix: String

    /// The parts of the value of a `c=` line; `nil` when there are fewer than three words.
    public init?(_ value: ArraySlice<UInt8>) {
        var rest = value
        guard let networkType = SDPText.word(&rest), let addressType = SDPText.word(&rest),
            let address = SDPText.word(&rest)
        else { return nil }
        let slash = address.firstIndex(of: SDPText.slash) ?? address.endIndex
        self.networkType = SDPText.string(networkType)
        self.addressType = SDPText.string(addressType)
        self.address = SDPText.string(address[..<slash])
        suffix = SDPText.string(address[slash...])
    }

    /// The connection address `ip`.
    public init(_ ip: IPAddress) {
        networkType = "IN"
        addressType = ip.family.sdpName
        address = "\(ip)"
        suffix = ""
    }

    /// ``address`` as an IP address; `nil` when it is a host name, which is never resolved.
    public var ip: IPAddress? { IPAddress(address) }

    /// The value of the `c=` line.
    public var text: String { "\(networkType) \(addressType) \(address)\(suffix)" }

    /// The `c=` line.
    public var line: SDPLine { SDPLine(.connection, text) }
}

extension IPAddress.Family {
    /// `IP4` or `IP6`, as `c=`, `o=` and `a=rtcp:` write it.
    public var sdpName: String {
        switch self {
        case .v4: "IP4"
        case .v6: "IP6"
        }
    }
}
