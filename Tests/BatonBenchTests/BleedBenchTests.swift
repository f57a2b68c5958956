import BatonBase
import BatonIO
import Testing

@testable import BatonBench

@Suite("Bench of a relay under attack (N23)", .serialized)
struct BleedBenchTests {
    private func attack(
        _ sources: FakeRelay.Sources, ports: ClosedRange<UInt16>
    ) throws -> BenchReport {
        var faults = FakeRelay.Faults()
        faults.sources = sources
        faults.ports = ports
        let relay = try FakeRelay(faults)
        defer { relay.stop() }
        var options = BleedBenchOptions(target: relay.address, ports: ports)
        options.attackPacketsPerSecond = 4000
        options.relay.calls = 3
        options.relay.duration = .milliseconds(400)
        options.relay.warmUp = .milliseconds(200)
        options.relay.tick = .milliseconds(1)
        return try BleedBench.run(options)
    }

    @Test("a relay that takes the signalled parties' packets only lets nothing through")
    func strictRelay() throws {
        let report = try attack(.signalled, ports: 10001...10060)
        #expect(report.isPassed, "\(report.text)")
        for phase in ["before", "setUp", "media", "ownAddress"] {
            #expect(report.number(phase, "attackPackets") ?? 0 > 500)
            #expect(report.number(phase, "injected") == 0)
            #expect(report.number(phase, "captured") == 0)
        }
        #expect(report.number("media", "lost") == 0)
    }

    @Test("a relay that takes anybody's packets lets them through to the parties")
    func openRelay() throws {
        let report = try attack(.anyone, ports: 10061...10120)
        #expect(!report.isPassed)
        #expect(report.number("before", "injected") == 0)
        for phase in ["setUp", "media", "ownAddress"] {
            #expect(report.number(phase, "injected") ?? 0 > 10, "\(phase)")
        }
    }

    @Test("a relay that answers whoever sent last gives media away")
    func bleedingRelay() throws {
        let report = try attack(.latest, ports: 10121...10180)
        #expect(!report.isPassed)
        #expect(report.number("media", "captured") ?? 0 > 0)
        #expect(report.number("media", "lost") ?? 0 > 0)
    }
}

@Suite("Bench of a relay's sessions (N8, N26, N27)", .serialized)
struct ChurnBenchTests {
    private func churn(_ faults: FakeRelay.Faults) throws -> BenchReport {
        let relay = try FakeRelay(faults)
        defer { relay.stop() }
        var options = ChurnBenchOptions(target: relay.address)
        options.sessions = 30
        options.waves = 2
        options.duration = .seconds(2)
        options.actionsPerSecond = 100
        options.settle = .milliseconds(50)
        // The fake relay lives in this process.
        options.processID = ProcessProbe.own.processID
        options.growthLimit = 10
        options.sourcePorts = 10200...10400
        return try ChurnBench.run(options)
    }

    @Test("sessions come and go, their media arrives, and nothing is left behind")
    func soundRelay() throws {
        let report = try churn(.init())
        let made = report.number("sessions", "made") ?? 0
        #expect(made >= 60 && made == report.number("sessions", "ended"))
        #expect(report.number("sessions", "reoffered") ?? 0 > 20)
        #expect(report.number("sessions", "failed") == 0)
        #expect(report.number("sessions", "packetsWrong") == 0)
        let sent = report.number("sessions", "packetsSent") ?? 0
        #expect(sent > 500 && report.number("sessions", "packetsReceived") ?? 0 > sent * 0.8)
    }

    @Test("descriptors that do not come back are noticed")
    func leakyRelay() throws {
        var faults = FakeRelay.Faults()
        faults.isLeaky = true
        let report = try churn(faults)
        #expect(!report.isPassed)
        #expect(report.remarks.contains { $0.contains("descriptors have not come back") })
    }

    @Test("refused sessions are counted with their reason")
    func refusingRelay() throws {
        let report = try churn(.init(mostCalls: 20))
        #expect(!report.isPassed && report.number("sessions", "failed") ?? 0 >= 10)
        #expect(report.remarks.contains { $0.contains("Ran out of ports") })
    }
}
