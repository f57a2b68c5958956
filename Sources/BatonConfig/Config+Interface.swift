public import BatonBase

extension Config {
    /// A place where media flows: `[NAME/]ADDRESS[!ADVERTISED]` (N17).
    ///
    /// A name may occur several times, for instance once for IPv4 and once for IPv6: the entries
    /// together are then the interface of that name.
    public struct Interface: Hashable, Sendable {
        /// The address or device that sockets are bound to.
        public enum Place: Hashable, Sendable {
            /// An address of this machine.
            case address(IPAddress)
            /// A network device such as `eth0`, whose addresses are looked up at start.
            case device(String)
        }

        /// The name by which ng's `interface` and `direction` ask for it.
        public var name: String
        /// The address or device that sockets are bound to.
        public var place: Place
        /// The address that is written into SDP instead of the bound one.
        public var advertised: IPAddress?
        /// The ports of this interface alone; `nil` for ``Media/ports``.
        public var ports: ClosedRange<UInt16>?

        /// The interface `name` at `place`, shown to peers as `advertised` when given.
        public init(
            name: String, place: Place, advertised: IPAddress? = nil,
            ports: ClosedRange<UInt16>? = nil
        ) {
            self.name = name
            self.place = place
            self.advertised = advertised
            self.ports = ports
        }
    }

    /// An interface entry after its device has been looked up: one address of this machine.
    public struct ResolvedInterface: Hashable, Sendable {
        /// The name by which ng asks for it.
        public var name: String
        /// The address to bind to.
        public var address: IPAddress
        /// The address to write into SDP; the bound one unless another is configured.
        public var advertised: IPAddress
        /// The RTP ports.
        public var ports: ClosedRange<UInt16>

        /// The interface `name` at `address`.
        public init(
            name: String, address: IPAddress, advertised: IPAddress, ports: ClosedRange<UInt16>
        ) {
            self.name = name
            self.address = address
            self.advertised = advertised
            self.ports = ports
        }
    }
}
