public import BatonBase

/// What a configuration is checked against; whoever checks looks it up.
public struct MachineFacts: Hashable, Sendable {
    /// An address of this machine and the network device that has it.
    public struct DeviceAddress: Hashable, Sendable {
        /// The device's name, such as `eth0`.
        public var device: String
        /// The address.
        public var address: IPAddress

        /// `address` of `device`.
        public init(device: String, address: IPAddress) {
            self.device = device
            self.address = address
        }
    }

    /// The addresses, in the system's order.
    public var addresses: [DeviceAddress]
    /// How many processors the process may use.
    public var processors: Int

    /// A machine with these addresses and processors.
    public init(addresses: [DeviceAddress], processors: Int) {
        self.addresses = addresses
        self.processors = processors
    }

    /// Whether `address` is one of the machine's; all of 127.0.0.0/8 is.
    public func has(_ address: IPAddress) -> Bool {
        (address.family == .v4 && address.isLoopback)
            || addresses.contains { Self.isSame($0.address, address) }
    }

    private static func isSame(_ one: IPAddress, _ other: IPAddress) -> Bool {
        one.high == other.high && one.low == other.low && one.family == other.family
            && (one.scope == other.scope || one.scope == 0 || other.scope == 0)
    }

    /// "10.0.0.1 and 10.0.0.2 are": the end of a sentence that begins with what is not.
    var addressesThatAre: String {
        Self.list(addresses.map { $0.address.description }, none: "there is none")
    }

    /// "eth0 and lo are".
    var devicesThatAre: String {
        var names: [String] = []
        for entry in addresses where !names.contains(entry.device) { names.append(entry.device) }
        return Self.list(names, none: "there is none")
    }

    private static func list(_ names: [String], none: String) -> String {
        guard let last = names.last else { return none }
        if names.count == 1 { return "\(last) is" }
        return names.dropLast().joined(separator: ", ") + " and \(last) are"
    }
}
