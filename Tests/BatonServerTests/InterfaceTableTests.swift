import BatonBase
import BatonConfig
import BatonMedia
import Testing

@testable import BatonServer

@Suite("interfaces (N17)")
struct InterfaceTableTests {
    private let v4 = IPAddress(v4: 0x7f00_0001)
    private let v6 = IPAddress(v6High: 0, low: 1)

    private func allocator() -> PortAllocator<FakeSockets> {
        let table = InterfaceTable([
            .init(name: "inside", address: v4, advertised: v4, ports: 30_000...30_003),
            .init(
                name: "outside", address: v4, advertised: IPAddress(v4: 0xcb00_7107),
                ports: 31_000...31_003),
            .init(name: "inside", address: v6, advertised: v6, ports: 30_000...30_003),
            .init(
                name: "inside", address: IPAddress(v4: 0x7f00_0002), advertised: v4,
                ports: 30_000...30_003),
        ])
        return PortAllocator(
            interfaces: table, workers: [FakeWorker()], sockets: FakeSockets(),
            generator: SplitMix64(seed: 1))
    }

    @Test("N17: entries of one name are one interface; the first name is the default")
    func names() {
        let table = allocator().interfaces
        #expect(table.names == ["inside", "outside"])
        #expect(table.interface(named: nil)?.name == "inside")
        #expect(table.interface(named: "outside")?.addresses.count == 1)
        #expect(table.interface(named: "nowhere") == nil)
    }

    @Test("N17: a pair has the family asked for, and SDP shows the advertised address")
    func families() throws {
        var ports = allocator()
        #expect(try ports.openPair(interface: "inside", family: .v6).rtp.address.ip == v6)
        #expect(try ports.openPair(interface: nil, family: nil).rtp.address.ip == v4)
        let outside = try ports.openPair(interface: "outside", family: .v4)
        #expect(outside.rtp.advertised.description == "203.0.113.7")
        #expect((31_000...31_003).contains(outside.rtp.address.port))
    }

    @Test("N13, N17: the address for an SDP without ports is the one that ports would show")
    func advertised() {
        let ports = allocator()
        let shown = { (name: String?, family: IPAddress.Family?) in
            ports.advertisedAddress(interface: name, family: family)?.description
        }
        #expect(shown("inside", .v6) == v6.description)
        #expect(shown(nil, nil) == v4.description)
        #expect(shown("outside", .v6) == "203.0.113.7", "there is no other")
        #expect(shown("nowhere", .v4) == v4.description)
    }

    @Test("N17: an unknown name gives the names that exist, a missing family the interface")
    func errors() {
        var ports = allocator()
        #expect(throws: PortError.unknownInterface("nowhere", known: ["inside", "outside"])) {
            try ports.openPair(interface: "nowhere", family: nil)
        }
        #expect(throws: PortError.noAddress(interface: "outside", family: .v6)) {
            try ports.openPair(interface: "outside", family: .v6)
        }
    }

    @Test("N17: a second address of the family is used when the first one's ports are taken")
    func secondAddress() throws {
        var ports = allocator()
        let pairs = try (0..<4).map { _ in try ports.openPair(interface: "inside", family: .v4) }
        #expect(pairs.filter { $0.rtp.address.ip == v4 }.count == 2)
        #expect(pairs.filter { $0.rtp.address.ip.low == 0x7f00_0002 }.count == 2)
        #expect(throws: PortError.self) { try ports.openPair(interface: "inside", family: .v4) }
    }
}
