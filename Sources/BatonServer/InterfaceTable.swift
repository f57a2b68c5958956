public import BatonBase

/// An interface as configured: a name, where its ports are bound, and what peers are told.
public struct InterfaceSpecification: Hashable, Sendable {
    /// The name that `direction` and `interface` of a request give.
    public var name: String
    /// An IP address of this machine or the name of a network device.
    public var addressOrDevice: String
    /// The address to write into SDP in place of the bound one.
    public var advertised: IPAddress?
    /// The ports to use.
    public var ports: ClosedRange<UInt16>

    /// The interface `name` on `addressOrDevice`.
    public init(
        name: String, addressOrDevice: String, advertised: IPAddress? = nil,
        ports: ClosedRange<UInt16>
    ) {
        self.name = name
        self.addressOrDevice = addressOrDevice
        self.advertised = advertised
        self.ports = ports
    }
}

/// An address of this machine and the network device that has it.
public struct MachineAddress: Hashable, Sendable {
    /// The device, such as `eth0`.
    public var device: String
    /// The address.
    public var ip: IPAddress

    /// `ip` on `device`.
    public init(device: String, ip: IPAddress) {
        self.device = device
        self.ip = ip
    }
}

/// One sentence that names the thing that cannot be used, what is wrong and what to do.
public struct SetupError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The sentence.
    public var description: String

    /// An error that says `description`.
    public init(_ description: String) {
        self.description = description
    }
}

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

    /// An interface: at most one IPv4 and one IPv6 address.
    public struct Interface: Hashable, Sendable {
        /// The name.
        public var name: String
        /// The IPv4 address, if it has one.
        public var v4: Address?
        /// The IPv6 address, if it has one.
        public var v6: Address?

        /// Its addresses, IPv4 first.
        public var addresses: [Address] { [v4, v6].compactMap(\.self) }
    }

    /// The interfaces in the order of the configuration; the first is the default one.
    public private(set) var interfaces: [Interface] = []
    private var indexByName: [String: Int] = [:]

    /// Resolves the specifications against the machine's addresses. Two specifications of one name
    /// give it an IPv4 and an IPv6 address.
    /// - Throws: ``SetupError`` for an address that this machine does not have, an unknown device, a
    ///   second address of the same family, or a range without a pair of ports.
    public init(
        _ specifications: [InterfaceSpecification], machine: [MachineAddress]
    ) throws(SetupError) {
        guard !specifications.isEmpty else {
            throw SetupError(
                "no interface is configured; name one with --interface ADDRESS, for example "
                    + "--interface \(machine.first?.ip.description ?? "127.0.0.1")")
        }
        for specification in specifications {
            let found = try Self.resolve(specification, machine)
            for address in found { try add(address, named: specification.name) }
        }
    }

    /// The place of the interface `name`, or of the default one for `nil`.
    public func index(of name: String?) -> Int? {
        guard let name, !name.isEmpty else { return interfaces.isEmpty ? nil : 0 }
        return indexByName[name]
    }

    private mutating func add(_ address: Address, named name: String) throws(SetupError) {
        let index = indexByName[name] ?? interfaces.count
        if index == interfaces.count {
            interfaces.append(Interface(name: name))
            indexByName[name] = index
        }
        let path: WritableKeyPath<Interface, Address?> =
            address.bound.family == .v4 ? \.v4 : \.v6
        if let other = interfaces[index][keyPath: path] {
            throw SetupError(
                "interface '\(name)': \(other.bound) and \(address.bound) are of the same family; "
                    + "give one of them another name")
        }
        interfaces[index][keyPath: path] = address
    }

    private static func resolve(
        _ specification: InterfaceSpecification, _ machine: [MachineAddress]
    ) throws(SetupError) -> [Address] {
        let first = Int(specification.ports.lowerBound) + Int(specification.ports.lowerBound & 1)
        guard first >= 2, first + 1 <= Int(specification.ports.upperBound) else {
            throw SetupError(
                "interface '\(specification.name)': the ports "
                    + "\(specification.ports.lowerBound)-\(specification.ports.upperBound) hold no "
                    + "even port with the odd one above it; give a wider range")
        }
        return try boundAddresses(specification, machine).map { bound in
            let advertised = specification.advertised.flatMap { given in
                given.family == bound.family ? given : nil
            }
            return Address(
                bound: bound, advertised: advertised ?? bound, ports: specification.ports)
        }
    }

    private static func boundAddresses(
        _ specification: InterfaceSpecification, _ machine: [MachineAddress]
    ) throws(SetupError) -> [IPAddress] {
        let text = specification.addressOrDevice
        if let ip = IPAddress(text) {
            let isOurs = machine.contains { $0.ip.hasSameBits(as: ip) } || ip.isLoopback
            guard isOurs, !ip.isUnspecified else {
                throw SetupError(
                    "interface '\(specification.name)': \(text) is not an address of this machine; "
                        + list(machine.map(\.ip.description)))
            }
            return [ip]
        }
        let onDevice = machine.filter { $0.device == text && !$0.ip.isLinkLocalV6 }.map(\.ip)
        let first = [IPAddress.Family.v4, .v6].compactMap { family in
            onDevice.first { $0.family == family }
        }
        guard !first.isEmpty else {
            throw SetupError(
                "interface '\(specification.name)': \(text) is neither an address nor a device "
                    + "with an address; devices: "
                    + Set(machine.map(\.device)).sorted().joined(separator: ", "))
        }
        return first
    }

    /// "127.0.0.1 and 192.0.2.7 are", as the end of a sentence.
    private static func list(_ names: [String]) -> String {
        guard let last = names.last else { return "it has none" }
        let head = names.dropLast().joined(separator: ", ")
        return head.isEmpty ? "\(last) is" : "\(head) and \(last) are"
    }
}

extension IPAddress {
    /// Whether family and bits are equal, whatever the scope.
    func hasSameBits(as other: IPAddress) -> Bool {
        family == other.family && high == other.high && low == other.low
    }
}
