import BatonBase
import BatonCrypto
import Testing

@Suite("DTLS associations after the handshake")
struct DTLSAfterHandshakeTests {
    private func connected() throws -> DTLSSimulation {
        var simulation = try DTLSFixture.simulation()
        simulation.start()
        simulation.run()
        return simulation
    }

    private static func record(_ type: UInt8, epoch: UInt8, length: UInt8) -> [UInt8] {
        [type, 0xfe, 0xfd, 0, epoch, 0, 0, 0, 0, 0, 9, 0, length]
            + [UInt8](repeating: 0x55, count: Int(length))
    }

    @Test("records that are too short for their cipher are dropped, not fatal")
    func shortRecords() throws {
        for type in [20, 21, 22] as [UInt8] {
            for length in 0..<60 as Range<UInt8> {
                var simulation = try connected()
                let sent = simulation.sentLengths.count
                simulation.inject(Self.record(type, epoch: 1, length: length), toActive: true)
                #expect(simulation.sentLengths.count == sent, "type \(type) length \(length)")
                simulation.passive.close()
                simulation.collect()
                simulation.run()
                let last = simulation.activeSide.events.last
                #expect(last == .closed, "type \(type) length \(length)")
            }
        }
    }

    @Test("closing tells the peer, which is closed then; neither has a deadline")
    func close() throws {
        var simulation = try connected()
        simulation.active.close()
        simulation.collect()
        simulation.run()
        #expect(simulation.activeSide.state == .closed && simulation.activeSide.events.count == 1)
        #expect(simulation.passiveSide.state == .closed)
        #expect(simulation.passiveSide.events.last == .closed)
        let deadlines = (simulation.active.nextDeadline, simulation.passive.nextDeadline)
        #expect(deadlines == (nil, nil))
    }

    @Test("closing before the handshake is over sends nothing")
    func closeEarly() throws {
        var simulation = try DTLSFixture.simulation()
        simulation.start()
        let count = simulation.sentLengths.count
        simulation.active.close()
        simulation.collect()
        #expect(simulation.sentLengths.count == count && simulation.activeSide.events.isEmpty)
        #expect(simulation.activeSide.state == .closed)
    }

    @Test("what comes after the end is counted and dropped")
    func afterEnd() throws {
        var simulation = try connected()
        simulation.passive.close()
        simulation.inject(Self.record(22, epoch: 1, length: 40), toActive: false)
        #expect(simulation.passiveSide.counters.afterEnd == 1)
    }

    @Test("application data, garbage, late copies and long datagrams are counted and dropped")
    func drops() throws {
        var simulation = try connected()
        let sent = simulation.sentLengths.count
        simulation.inject(Self.record(23, epoch: 1, length: 30), toActive: true)
        simulation.inject(Self.record(21, epoch: 0, length: 2), toActive: true)
        simulation.inject(Self.record(22, epoch: 1, length: 60), toActive: true)
        simulation.inject([0x80, 0, 0, 1], toActive: true)
        simulation.inject([], toActive: true)
        simulation.inject([UInt8](repeating: 22, count: 5_000), toActive: true)
        let side = simulation.activeSide
        #expect(side.state == .connected && simulation.sentLengths.count == sent)
        #expect(side.counters.applicationData == 1 && side.counters.stale == 1)
        #expect(side.counters.malformed == 2 && side.counters.oversized == 1)
    }

    @Test("a ClientHello of nobody's does not disturb a connected association")
    func strangersClientHello() throws {
        var simulation = try connected()
        var other = try DTLSFixture.simulation()
        var hello: [UInt8] = []
        other.passes = { datagram in
            hello = datagram.bytes
            return false
        }
        other.start()
        simulation.inject(hello, toActive: false)
        #expect(simulation.passiveSide.counters.stale == 1)
        #expect(simulation.passiveSide.state == .connected)
    }

    @Test("after the time of retention a connected association stays connected without OpenSSL")
    func retention() throws {
        var settings = DTLSSettings()
        settings.retentionTime = .seconds(240)
        var simulation = try DTLSFixture.simulation(settings, activeExpects: [])
        let start = simulation.now
        simulation.start()
        simulation.run(for: .seconds(10))
        let deadline = simulation.passiveDeadline
        #expect(try #require(deadline) > start + .seconds(239))
        simulation.run(for: .seconds(600))
        let released = (simulation.passiveDeadline, simulation.passiveSide.state)
        #expect(released == (nil, .connected))

        // The side that has no keys yet keeps what it needs to make them.
        simulation.active.setFingerprints([try DTLSFixture.passiveFingerprint])
        simulation.collect()
        try expectEqualKeys(simulation.activeSide, simulation.passiveSide)

        let sent = simulation.sentLengths.count
        simulation.inject(Self.record(22, epoch: 1, length: 40), toActive: false)
        simulation.passive.close()
        simulation.collect()
        #expect(simulation.passiveSide.counters.afterEnd == 1)
        #expect(simulation.sentLengths.count == sent && simulation.passiveSide.state == .closed)
    }
}
