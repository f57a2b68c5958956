public import BatonBase
public import BatonConfig

/// The named interfaces with their addresses (N17).
public struct InterfaceTable: Sendable {
    /// One address of an interface.
    public struct Address: Hashable, Sendable {
        /// Where ports are bound.
        public var bound: IPAddress
        /// What is written into SDP.
        public var advertised: IPAddress
        /// The ports to use.
        public var ports: ClosedRange<UInt16>
    }

    /// An interface: a name with addresses, tried in this order.
    public struct Interface: Hashable, Sendable {
        /// The name.
        public var name: String
        /// Its addresses.
        public var addresses: [Address]
    }

    /// The interfaces in the order of the configuration; the first is the default one.
    public private(set) var interfaces: [Interface] = []
    private var indexByName: [String: Int] = [:]

    /// The table of what the configuration names, devices looked up
    /// (`Config.resolvedInterfaces(on:)`). Entries of one name become one interface.
    public init(_ resolved: [Config.ResolvedInterface]) {
        for entry in resolved {
            let index = indexByName[entry.name] ?? interfaces.count
            if index == interfaces.count {
                interfaces.append(Interface(name: entry.name, addresses: []))
                indexByName[entry.name] = index
            }
            interfaces[index].addresses.append(
                Address(bound: entry.address, advertised: entry.advertised, ports: entry.ports))
        }
    }

    /// The interface `name`, or the default one for `nil` and for an empty name.
    public func interface(named name: String?) -> Interface? {
        guard let name, !name.isEmpty else { return interfaces.first }
        return indexByName[name].map { interfaces[$0] }
    }

    /// The names, in order.
    public var names: [String] { interfaces.map(\.name) }
}
