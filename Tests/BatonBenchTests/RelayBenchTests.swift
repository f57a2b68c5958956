import BatonBase
import BatonIO
import Testing

@testable import BatonBench

extension BenchReport {
    /// A figure that must be there: −1 when it is not.
    fileprivate func figure(_ section: String, _ key: String) -> Double {
        number(section, key) ?? -1
    }
}

@Suite("Bench of a relay", .serialized)
struct RelayBenchTests {
    private func options(_ relay: FakeRelay, calls: Int = 4) -> RelayBenchOptions {
        var options = RelayBenchOptions(target: relay.address)
        options.calls = calls
        options.packetsPerSecond = 100
        options.duration = .milliseconds(500)
        options.warmUp = .milliseconds(100)
        options.tick = .milliseconds(1)
        return options
    }

    private func run(
        _ faults: FakeRelay.Faults, calls: Int = 4,
        change: (inout RelayBenchOptions) -> Void = { _ in }
    ) throws -> BenchReport {
        let relay = try FakeRelay(faults)
        defer { relay.stop() }
        var options = options(relay, calls: calls)
        change(&options)
        return try RelayBench.run(options)
    }

    @Test("a sound relay: every packet arrives, and its times are counted")
    func soundRelay() throws {
        let report = try run(.init())
        #expect(report.isPassed, "\(report.text)")
        #expect(report.number("setUps", "finished") == 4)
        #expect(report.number("media", "sent") == 400)
        #expect(report.number("media", "received") == 400)
        #expect(report.figure("media", "latencyP50") > 0)
        #expect(report.figure("generator", "cpuPerPacket") > 0)
    }

    @Test("one way only: half the packets, all at the callees")
    func oneWay() throws {
        let report = try run(.init()) { $0.isBothWays = false }
        #expect(report.isPassed && report.number("media", "received") == 200)
        #expect(!report.remarks.contains { $0.contains("received nothing") })
    }

    @Test("lost packets are counted and fail the bench")
    func loss() throws {
        let report = try run(.init(dropEvery: 10))
        #expect(!report.isPassed)
        let lost = report.figure("media", "lost")
        #expect(lost >= 36 && lost <= 44)
    }

    @Test("copies, changed packets and packets at the wrong party are told apart")
    func otherFaults() throws {
        let copies = try run(.init(doubleEvery: 8))
        #expect(!copies.isPassed && copies.number("media", "lost") == 0)
        #expect(copies.figure("media", "duplicates") >= 45)
        let changed = try run(.init(corruptEvery: 8))
        #expect(!changed.isPassed && changed.figure("media", "corrupt") >= 45)
        let strayed = try run(.init(misdirectEvery: 8))
        #expect(!strayed.isPassed && strayed.figure("media", "misdirected") >= 40)
    }

    @Test("a relay that forwards nothing: all is lost")
    func silence() throws {
        let report = try run(.init(isSilent: true))
        #expect(!report.isPassed && report.number("media", "loss") == 100)
    }

    @Test("a relay whose ports are closed: what it refuses is its loss, not the generator's fault")
    func closedPorts() throws {
        var faults = FakeRelay.Faults()
        faults.namesClosedPort = true
        let report = try run(faults)
        #expect(!report.isPassed && report.number("media", "loss") == 100)
        #expect(report.figure("media", "refused") > 100)
        #expect(report.number("generator", "unsent") == 0)
    }

    @Test("N3: requests without a reply are sent again with the same cookie")
    func repeats() throws {
        let report = try run(.init(muteEvery: 5), calls: 8)
        #expect(report.isPassed && report.figure("setUps", "copies") >= 3)
    }

    @Test("a refusal ends the bench with the relay's reason")
    func refusal() throws {
        let error = #expect(throws: BenchError.self) { try run(.init(mostCalls: 2)) }
        #expect(error == .refused("2 of 4 calls failed: Ran out of ports"))
        #expect(error?.exitCode == 1)
    }

    @Test("nobody at the target: unreachable")
    func unreachable() throws {
        let relay = try FakeRelay()
        let options = options(relay)
        relay.stop()
        let error = #expect(throws: BenchError.self) { try RelayBench.run(options) }
        #expect(error?.exitCode == 3)
    }

    @Test("set-ups only: no media, all calls ended again")
    func setUps() throws {
        let report = try run(.init(), calls: 50) { $0.mode = .setUps }
        #expect(report.isPassed && report.number("setUps", "finished") == 50)
        #expect(report.number("deletions", "finished") == 50)
        #expect(report.number("media", "sent") == nil)
    }

    @Test("the search for the capacity ends at the relay's refusal with what was carried")
    func capacity() throws {
        let report = try run(.init(mostCalls: 10), calls: 2) {
            $0.mode = .capacity
            $0.duration = .milliseconds(200)
            $0.warmUp = .milliseconds(20)
            $0.lossLimit = 0.5
            $0.latenessLimit = .seconds(60)
            $0.greatestLateFraction = 1
        }
        #expect(report.figure("capacity", "calls") >= 2)
        #expect(report.remarks.contains { $0.contains("Ran out of ports") })
    }

    @Test("its own process can be watched")
    func watchesProcess() throws {
        let report = try run(.init()) { $0.processID = ProcessProbe.own.processID }
        #expect(report.figure("process", "cpuPerPacket") > 0)
        #expect(report.figure("process", "resident") > 1)
        #expect(throws: BenchError.self) { try run(.init()) { $0.processID = 0x7fff_fff0 } }
    }

    @Test(
        "options that cannot be are refused before anything is sent",
        arguments: [
            { $0.calls = 0 }, { $0.payloadBytes = 31 }, { $0.packetsPerSecond = 0 },
            { $0.outstanding = 0 }, { $0.calls = 10_000 }, { $0.target.port = 0 },
            { $0.mediaAddress = IPAddress("::1") },
        ] as [@Sendable (inout RelayBenchOptions) -> Void])
    func refusesOptions(change: @Sendable (inout RelayBenchOptions) -> Void) throws {
        var options = RelayBenchOptions(
            target: SocketAddress(ip: IPAddress(v4: 0x7f00_0001), port: 9))
        change(&options)
        let error = #expect(throws: BenchError.self) { try RelayBench.run(options) }
        #expect(error?.exitCode == 2)
    }
}
