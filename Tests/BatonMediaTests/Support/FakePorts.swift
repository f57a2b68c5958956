import BatonBase
import BatonMedia

/// Hands out numbers instead of sockets, and knows which are out.
struct FakePorts: PortSource {
    struct Interface {
        var v4: (bound: String, advertised: String)?
        var v6: (bound: String, advertised: String)?
    }

    /// The first is the default.
    var names = ["default", "pub", "priv"]
    var interfaces: [String: Interface] = [
        "default": Interface(
            v4: ("192.0.2.1", "192.0.2.1"), v6: ("2001:db8::1", "2001:db8::1")),
        "pub": Interface(v4: ("10.0.0.1", "203.0.113.1"), v6: nil),
        "priv": Interface(v4: ("10.1.0.1", "10.1.0.1"), v6: ("fd00::1", "fd00::1")),
    ]
    /// Further addresses of an interface, in their order.
    var further: [String: [String]] = [:]
    /// Further addresses that have no ports left.
    var exhausted: Set<String> = []
    var nextPort: UInt16 = 30_000
    var nextSlot: Int32 = 0
    var open: Set<PortSlot> = []
    var openedPairs = 0
    /// Pairs that may still be opened.
    var left = Int.max
    var failure = PortError.exhausted(
        interface: "default", range: 30_000...40_000, holders: ["busy-call"])

    mutating func openPair(
        interface: String?, family: IPAddress.Family?
    ) throws(PortError) -> PortPair {
        let name = interface ?? names[0]
        guard let found = interfaces[name] else {
            throw .unknownInterface(name, known: names)
        }
        let chosen = family == .v6 ? found.v6 : family == .v4 ? found.v4 : found.v4 ?? found.v6
        guard let chosen, let bound = IPAddress(chosen.bound),
            let advertised = IPAddress(chosen.advertised)
        else { throw .noAddress(interface: name, family: family ?? .v4) }
        guard left > 0 else { throw failure }
        return open(bound, advertised)
    }

    mutating func openDoors(beside pair: PortPair, interface: String?, limit: Int) -> [PortPair] {
        let known = interface.flatMap { interfaces[$0] == nil ? nil : $0 }
        let addresses = further[known ?? names[0]] ?? []
        var doors: [PortPair] = []
        for text in addresses where doors.count < limit && left > 0 && !exhausted.contains(text) {
            guard let address = IPAddress(text), address != pair.rtp.address.ip else { continue }
            doors.append(open(address, address))
        }
        return doors
    }

    private mutating func open(_ bound: IPAddress, _ advertised: IPAddress) -> PortPair {
        left -= 1
        openedPairs += 1
        let pair = PortPair(
            rtp: port(bound, advertised, 0), rtcp: port(bound, advertised, 1))
        nextPort = nextPort > 60_000 ? 30_000 : nextPort + 2
        nextSlot += 2
        open.formUnion([pair.rtp.slot, pair.rtcp.slot])
        return pair
    }

    func advertisedAddress(interface: String?, family: IPAddress.Family?) -> IPAddress? {
        let found = interfaces[interface ?? names[0]] ?? interfaces[names[0]]
        let chosen = family == .v6 ? found?.v6 ?? found?.v4 : found?.v4 ?? found?.v6
        return chosen.flatMap { IPAddress($0.advertised) }
    }

    private func port(_ bound: IPAddress, _ advertised: IPAddress, _ offset: UInt16) -> LocalPort {
        LocalPort(
            slot: PortSlot(nextSlot + Int32(offset)),
            address: SocketAddress(ip: bound, port: nextPort + offset), advertised: advertised)
    }
}
