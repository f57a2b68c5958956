import BatonBase
import BatonConfig
import BatonMedia
import BatonNG
import Testing

@testable import BatonServer

@Suite("Ports at every address of an interface (N17, RFC 8445 §5.1.1.1)")
struct DoorTests {
    private let addresses = ["127.0.0.1", "127.0.0.2", "::1"]
    private let ice = "a=ice-ufrag:abcd\r\na=ice-pwd:0123456789012345678901\r\n"
    private let start = Instant(nanoseconds: 1_000_000_000)

    /// An interface with three addresses, of which the second has room for one pair, and another.
    private func table() throws -> InterfaceTable {
        let resolved = try addresses.enumerated().map { index, text in
            let ip = try #require(IPAddress(text))
            return Config.ResolvedInterface(
                name: "default", address: ip, advertised: ip,
                ports: index == 1 ? 30_000...30_001 : 30_000...30_099)
        }
        let other = IPAddress(v4: 0x7f00_0003)
        return InterfaceTable(
            resolved + [
                Config.ResolvedInterface(
                    name: "other", address: other, advertised: other, ports: 30_000...30_099)
            ])
    }

    private func allocator<Sockets: PortSockets>(
        _ sockets: Sockets, workers: [FakeWorker] = [FakeWorker()]
    ) throws -> PortAllocator<Sockets> {
        var allocator = PortAllocator(
            interfaces: try table(), workers: workers, sockets: sockets,
            generator: SplitMix64(seed: 7))
        allocator.select(PortContext(worker: 0, holder: "call", now: start))
        return allocator
    }

    @Test("one pair at each other address, in the order of the configuration")
    func others() throws {
        let sockets = FakeSockets()
        var ports = try allocator(sockets)
        let first = try ports.openPair(interface: nil, family: nil)
        let doors = ports.openDoors(beside: first, interface: nil, limit: 4)
        #expect(doors.map { "\($0.rtp.address.ip)" } == ["127.0.0.2", "::1"])
        #expect(doors.allSatisfy { $0.rtcp.address.port == $0.rtp.address.port + 1 })
        #expect(ports.openPortCount == 6 && sockets.open.count == 6)
        #expect(ports.holder(of: doors[1].rtcp.slot, worker: 0) == "call")
        let six = try ports.openPair(interface: nil, family: .v6)
        let beside = ports.openDoors(beside: six, interface: "unknown", limit: 4)
        #expect(
            beside.map { "\($0.rtp.address.ip)" } == ["127.0.0.1"],
            "an address without a free pair is passed over")
        let other = try ports.openPair(interface: "other", family: nil)
        #expect(ports.openDoors(beside: other, interface: "other", limit: 4).isEmpty)
    }

    @Test("no more than asked for, and than the worker has room for")
    func limits() throws {
        var ports = try allocator(FakeSockets())
        let first = try ports.openPair(interface: nil, family: nil)
        #expect(ports.openDoors(beside: first, interface: nil, limit: 1).count == 1)
        #expect(ports.openDoors(beside: first, interface: nil, limit: 0).isEmpty)
        ports = try allocator(FakeSockets(), workers: [FakeWorker(capacity: 4)])
        let only = try ports.openPair(interface: nil, family: nil)
        #expect(ports.openDoors(beside: only, interface: nil, limit: 4).count == 1)
        #expect(ports.openDoors(beside: only, interface: nil, limit: 4).isEmpty)
    }

    @Test("the system gives sockets at each address of loopback")
    func system() throws {
        let sockets = SystemPortSockets()
        var ports = try allocator(sockets)
        let first = try ports.openPair(interface: nil, family: .v4)
        let doors = ports.openDoors(beside: first, interface: nil, limit: 4)
        #expect(doors.map { "\($0.rtp.address.ip)" }.contains("127.0.0.2"))
        #expect(ports.openPortCount == 2 + 2 * doors.count)
    }

    @Test("what is shown of a stream names the address that ICE has chosen")
    func inUse() throws {
        let harness = CoreHarness()
        harness.books.hasSecondAddress = true
        try harness.offer(sdp: CoreHarness.sdpA + ice)
        func ports() throws -> [String] {
            let detail = try #require(harness.core.detail(of: "call", at: harness.now))
            return try #require(detail.parties.first).streams[0].ports.map { "\($0.local.ip)" }
        }
        #expect(try ports() == ["127.0.0.1", "127.0.0.1"])
        let record = try #require(harness.core.table.record("call"))
        let stream = record.session.parties[0].streams[0]
        let (own, door) = (try #require(stream.ports), try #require(stream.doors.first))
        harness.books.counters[own.rtp.slot] = [.doorInUse: UInt64(door.rtp.slot.index) + 1]
        #expect(try ports() == ["::1", "127.0.0.1"])
    }

    @Test("doors are counted, get the request's TOS, and are closed with their session")
    func session() throws {
        let harness = CoreHarness()
        harness.books.hasSecondAddress = true
        try harness.offer(sdp: CoreHarness.sdpA + ice)
        try harness.offer(sdp: CoreHarness.sdpA + ice, ["TOS": 184])
        #expect(harness.books.opened.count == 4)
        let slots = Set(harness.books.opened.flatMap { [$0.rtp.slot, $0.rtcp.slot] })
        #expect(Set(harness.books.services.keys) == slots)
        try harness.send("delete", ["call-id": "call", "delete-delay": 0])
        harness.pass(.seconds(120))
        #expect(Set(harness.books.closed) == slots)
    }
}
