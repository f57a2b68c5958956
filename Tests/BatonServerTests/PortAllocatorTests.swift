import BatonBase
import BatonConfig
import BatonMedia
import Testing

@testable import BatonServer

@Suite("ports (N26, N17)")
struct PortAllocatorTests {
    private let sockets = FakeSockets()
    private let start = Instant(nanoseconds: 1_000_000_000)
    private let local = IPAddress(v4: 0x7f00_0001)

    private func allocator(
        _ range: ClosedRange<UInt16>, workers: [FakeWorker] = [FakeWorker()]
    ) -> PortAllocator<FakeSockets> {
        let table = InterfaceTable([
            Config.ResolvedInterface(
                name: "default", address: local, advertised: local, ports: range)
        ])
        return PortAllocator(
            interfaces: table, workers: workers, sockets: sockets,
            generator: SplitMix64(seed: 7))
    }

    private func take(
        _ allocator: inout PortAllocator<FakeSockets>, _ holder: String = "call",
        at now: Instant? = nil, worker: Int = 0
    ) throws -> PortPair {
        allocator.select(PortContext(worker: worker, holder: holder, now: now ?? start))
        return try allocator.openPair(interface: nil, family: nil)
    }

    /// The session closes a pair and the worker does so.
    private func release(
        _ pair: PortPair, _ allocator: inout PortAllocator<FakeSockets>, at now: Instant
    ) {
        allocator.submit([.close(pair.rtp.slot), .close(pair.rtcp.slot)], worker: 0)
        for (descriptor, address) in sockets.open
        where [pair.rtp.address, pair.rtcp.address].contains(address) {
            sockets.close(descriptor)
        }
        allocator.portClosed(pair.rtp.slot, worker: 0, at: now)
        allocator.portClosed(pair.rtcp.slot, worker: 0, at: now)
    }

    @Test("N26: pairs are an even port and the odd one above, within the range, in random order")
    func pairs() throws {
        var ports = allocator(30_001...30_199)
        let pairs = try (0..<99).map { _ in try take(&ports) }
        for pair in pairs {
            #expect(pair.rtp.address.port % 2 == 0)
            #expect(pair.rtcp.address.port == pair.rtp.address.port + 1)
            #expect((30_002...30_198).contains(pair.rtp.address.port))
        }
        let numbers = pairs.map(\.rtp.address.port)
        #expect(Set(numbers).count == 99)
        #expect(numbers != numbers.sorted())
    }

    @Test("N26: an exhausted range is told with the calls that hold the most")
    func exhaustion() throws {
        var ports = allocator(30_000...30_007)
        for _ in 0..<3 { _ = try take(&ports, "greedy") }
        _ = try take(&ports, "modest")
        #expect(
            throws: PortError.exhausted(
                interface: "default", range: 30_000...30_007,
                holders: ["greedy (6 ports)", "modest (2 ports)"])
        ) { try take(&ports, "late") }
    }

    @Test("N26: a flood of refused offers looks for the holders once a second only")
    func holdersAreRemembered() throws {
        var ports = allocator(30_000...30_003)
        let pair = try take(&ports, "first")
        _ = try take(&ports, "second")
        func holders(at now: Instant) throws -> [String] {
            do {
                _ = try take(&ports, at: now)
            } catch let error as PortError {
                if case .exhausted(_, _, let names) = error { return names }
            }
            return []
        }
        #expect(try holders(at: start) == ["first (2 ports)", "second (2 ports)"])
        release(pair, &ports, at: start)
        #expect(try holders(at: start + .milliseconds(50)).count == 2)
        _ = try take(&ports, "third", at: start + .milliseconds(200))
        #expect(
            try holders(at: start + .seconds(2)) == ["second (2 ports)", "third (2 ports)"])
    }

    @Test("N26: a released pair rests; the longest rested comes first when nothing else is free")
    func rest() throws {
        var ports = allocator(30_000...30_007)
        let pairs = try (0..<4).map { _ in try take(&ports) }
        release(pairs[2], &ports, at: start)
        release(pairs[0], &ports, at: start + .milliseconds(10))
        #expect(throws: PortError.self) { try take(&ports, at: start + .milliseconds(50)) }
        let early = try take(&ports, at: start + .milliseconds(120))
        #expect(early.rtp.address == pairs[2].rtp.address)
        #expect(ports.interfaceUsage.first?.portsResting == 2)
        let rested = try take(&ports, at: start + .seconds(6))
        #expect(rested.rtp.address == pairs[0].rtp.address)
    }

    @Test("N26: a resting pair is not used while others are free")
    func restsWhileOthersAreFree() throws {
        var ports = allocator(30_000...30_199)
        let first = try take(&ports)
        release(first, &ports, at: start)
        for _ in 0..<99 { #expect(try take(&ports).rtp.address != first.rtp.address) }
    }

    @Test("N26: a port that another program holds is skipped, and nothing of the pair is left open")
    func taken() throws {
        var ports = allocator(30_000...30_007)
        for port: UInt16 in [30_000, 30_003, 30_005] {
            sockets.taken.insert(SocketAddress(ip: local, port: port))
        }
        #expect(try take(&ports).rtp.address.port == 30_006)
        #expect(sockets.open.count == 2)
    }

    @Test(
        "N26: when other programs hold everything the error is of the system, not exhaustion",
        arguments: [4, 200])
    func allTaken(pairs: UInt16) throws {
        let range = 30_000...(30_000 + pairs * 2 - 1)
        var ports = allocator(range)
        sockets.taken = Set(range.map { SocketAddress(ip: local, port: $0) })
        for _ in 0..<2 {
            let error = #expect(throws: PortError.self) { try take(&ports) }
            guard case .system("bind", errno: 98, _, let address) = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(address.ip == local && range.contains(address.port))
        }
        // The second request finds the few pairs at rest and has nothing to try.
        #expect(ports.portsTakenByOthers == (pairs == 4 ? 4 : 128))
        #expect(sockets.open.isEmpty)
    }

    @Test("N26: with the last pair held by others the cause is theirs; after that it is the calls'")
    func lastPairTaken() throws {
        var ports = allocator(30_000...30_003)
        sockets.taken.insert(SocketAddress(ip: local, port: 30_002))
        _ = try take(&ports, "first")
        let system = PortError.system(
            call: "bind", errno: 98, reason: "Address already in use",
            address: SocketAddress(ip: local, port: 30_002))
        // The pair is tried at most once: by the first request, or by this one.
        let tried = ports.portsTakenByOthers == 0
        let exhausted = PortError.exhausted(
            interface: "default", range: 30_000...30_003, holders: ["first (2 ports)"])
        #expect(throws: tried ? system : exhausted) { try take(&ports) }
        #expect(throws: exhausted) { try take(&ports) }
    }

    @Test("N26: a failure to bind is forgotten when a pair could be had")
    func failureForgotten() throws {
        var ports = allocator(30_000...30_001)
        let blocked = SocketAddress(ip: local, port: 30_001)
        sockets.taken = [blocked]
        #expect(throws: PortError.self) { try take(&ports) }
        sockets.taken = []
        let pair = try take(&ports, at: start + .milliseconds(200))
        release(pair, &ports, at: start + .milliseconds(200))
        #expect(
            throws: PortError.exhausted(
                interface: "default", range: 30_000...30_001, holders: [])
        ) { try take(&ports, at: start + .milliseconds(250)) }
    }

    @Test(
        "N26: other refusals of the system are told at once, with the call and errno",
        arguments: [("socket", Int32(24)), ("bind", 99), ("bind", 13)])
    func systemErrors(call: String, errno: Int32) throws {
        var ports = allocator(30_000...30_099)
        sockets.failure = PortSocketError(
            call: call, errno: errno, reason: "text", isPortTaken: false)
        do {
            _ = try take(&ports)
            Issue.record("the system refused")
        } catch let error as PortError {
            guard case .system(call, errno, "text", let address) = error else {
                Issue.record("\(error)")
                return
            }
            #expect(address.ip == local)
        }
        sockets.failure = nil
        #expect(throws: Never.self) { try take(&ports) }
    }

    @Test("N26: out of descriptors at the second port of a pair leaves the first one closed")
    func outOfDescriptors() throws {
        var ports = allocator(30_000...30_099)
        _ = try take(&ports)
        sockets.descriptorMax = 3
        #expect(throws: PortError.self) { try take(&ports) }
        #expect(sockets.open.count == 2)
        #expect(ports.openPortCount == 2)
        sockets.descriptorMax = 4
        #expect(throws: Never.self) { try take(&ports) }
    }

    @Test("N26: everything returns: 10,000 pairs through a range of 50 leave it as it was")
    func everythingReturns() throws {
        var ports = allocator(30_000...30_099)
        var now = start
        for _ in 0..<10_000 {
            now = now + .milliseconds(200)
            let pair = try take(&ports, at: now)
            release(pair, &ports, at: now)
        }
        #expect(sockets.open.isEmpty)
        #expect(ports.openPortCount == 0)
        #expect(ports.interfaceUsage.first?.portsUsed == 0)
        #expect(ports.leastLoadedWorker() == 0)
    }

    @Test("a session goes to the worker with the fewest ports, and its worker's limit is an error")
    func workers() throws {
        let workers = [FakeWorker(capacity: 4), FakeWorker(capacity: 4)]
        var ports = allocator(30_000...30_199, workers: workers)
        #expect(ports.leastLoadedWorker() == 0)
        _ = try take(&ports)
        #expect(ports.leastLoadedWorker() == 1)
        _ = try take(&ports, worker: 1)
        _ = try take(&ports, worker: 1)
        #expect(ports.leastLoadedWorker() == 0)
        #expect(throws: PortError.limit("ports of one media worker", 4)) {
            try take(&ports, worker: 1)
        }
        ports.flush()
        #expect(workers[0].opened.count == 2)
        #expect(workers[1].opened.count == 4)
    }

    @Test("a row's counters are zero before the worker gets the port")
    func clearedCounters() throws {
        let worker = FakeWorker()
        for row in 0..<worker.portCapacity { worker.portCounters.store(9, row: row, column: 0) }
        var ports = allocator(30_000...30_099, workers: [worker])
        let pair = try take(&ports)
        #expect(ports.counters.count(.packetsIn, of: pair.rtp.slot, worker: 0) == 0)
    }

    @Test("N26: a port that the worker could not watch returns when its session ends")
    func failedPort() throws {
        var ports = allocator(30_000...30_003)
        let pair = try take(&ports)
        ports.portFailed(pair.rtp.slot, worker: 0, at: start)
        #expect(ports.openPortCount == 2)
        ports.submit([.close(pair.rtp.slot), .close(pair.rtcp.slot)], worker: 0)
        #expect(ports.openPortCount == 1)
        ports.portClosed(pair.rtcp.slot, worker: 0, at: start)
        #expect(ports.openPortCount == 0)
        #expect(ports.interfaceUsage.first?.portsResting == 2)
    }

    @Test("N21: the request's TOS is set on new ports, the configured one otherwise")
    func typeOfService() throws {
        var ports = allocator(30_000...30_099)
        ports.settings.typeOfService = 8
        _ = try take(&ports)
        ports.select(PortContext(worker: 0, holder: "x", typeOfService: 184, now: start))
        let pair = try ports.openPair(interface: nil, family: nil)
        ports.setTypeOfService(32, of: pair.rtp.slot, worker: 0)
        #expect(sockets.services == [8, 8, 184, 184, 32])
    }
}
