import BatonBase
import BatonMedia

@testable import BatonServer

/// Ports that are numbers only, and counters that tests set.
struct FakePlane: MediaPlane {
    /// What tests look at and set.
    final class Books: PortCounterReader {
        var counters: [PortSlot: [PortCounter: UInt64]] = [:]
        var sources: [PortSlot: [[SourceCounter: UInt64]]] = [:]
        var commands: [PortCommand] = []
        var closed: [PortSlot] = []
        var opened: [PortPair] = []
        var services: [PortSlot: UInt8] = [:]
        var contexts: [PortContext] = []
        var failure: PortError?
        var leastLoaded = 0
        var nextSlot: Int32 = 0
        /// Whether there is a further address for a door.
        var hasSecondAddress = false

        func count(_ counter: PortCounter, of slot: PortSlot, worker: Int) -> UInt64 {
            counters[slot]?[counter] ?? 0
        }

        func count(
            _ counter: SourceCounter, index: Int, of slot: PortSlot, worker: Int
        ) -> UInt64 {
            guard let blocks = sources[slot], blocks.indices.contains(index) else { return 0 }
            return blocks[index][counter] ?? 0
        }
    }

    let books = Books()
    var counters: Books { books }
    var interfaceUsage: [InterfaceUsage] {
        [
            InterfaceUsage(
                name: "default", address: IPAddress(v4: 0x7f00_0001),
                advertised: IPAddress(v4: 0x7f00_0001), range: 30_000...40_000,
                portsTotal: 10_000, portsUsed: books.opened.count * 2, portsResting: 0)
        ]
    }

    func leastLoadedWorker() -> Int { books.leastLoaded }

    mutating func select(_ context: PortContext) { books.contexts.append(context) }

    func setTypeOfService(_ value: UInt8, of slot: PortSlot, worker: Int) {
        books.services[slot] = value
    }

    mutating func submit(_ commands: [PortCommand], worker: Int) {
        books.commands += commands
        for case .close(let slot) in commands { books.closed.append(slot) }
    }

    mutating func openPair(
        interface: String?, family: IPAddress.Family?
    ) throws(PortError) -> PortPair {
        if let failure = books.failure { throw failure }
        if let interface, interface != "default" {
            throw .unknownInterface(interface, known: ["default"])
        }
        let ip =
            family == .v6 ? IPAddress(v6High: 0, low: 1) : IPAddress(v4: 0x7f00_0001)
        let pair = PortPair(rtp: port(ip), rtcp: port(ip))
        books.opened.append(pair)
        return pair
    }

    mutating func openDoors(beside pair: PortPair, interface: String?, limit: Int) -> [PortPair] {
        guard books.hasSecondAddress, limit > 0 else { return [] }
        let ip = IPAddress(v6High: 0, low: 1)
        let door = PortPair(rtp: port(ip), rtcp: port(ip))
        books.opened.append(door)
        return [door]
    }

    func advertisedAddress(interface: String?, family: IPAddress.Family?) -> IPAddress? {
        family == .v6 ? IPAddress(v6High: 0, low: 1) : IPAddress(v4: 0x7f00_0001)
    }

    private func port(_ ip: IPAddress) -> LocalPort {
        let slot = PortSlot(books.nextSlot)
        let port = LocalPort(
            slot: slot, address: SocketAddress(ip: ip, port: 30_000 + UInt16(slot.index)),
            advertised: ip)
        books.nextSlot += 1
        return port
    }
}
