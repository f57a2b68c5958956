import BatonBase
import BatonCrypto
import Testing

@Suite("DTLS over bad networks, RFC 6347 §4.2.4")
struct DTLSNetworkTests {
    @Test(
        "up to 30 % loss with duplicates and reordering, both sides connect",
        arguments: [0, 10, 30], 1...8)
    func connects(lossPercent: Int, seed: UInt64) throws {
        var settings = DTLSSettings()
        settings.handshakeTime = .seconds(600)
        var simulation = try DTLSFixture.simulation(settings, seed: seed)
        simulation.network = .init(
            lossPercent: lossPercent, duplicatePercent: 20, jitterMilliseconds: 80)
        simulation.start()
        simulation.run(for: .seconds(900))
        try expectEqualKeys(
            simulation.activeSide, simulation.passiveSide, "loss \(lossPercent) seed \(seed)")
    }

    @Test("with 60 % loss each side connects or gives up in time", arguments: 1...20)
    func endsUnderHeavyLoss(seed: UInt64) throws {
        var simulation = try DTLSFixture.simulation(seed: seed)
        simulation.network = .init(
            lossPercent: 60, duplicatePercent: 10, jitterMilliseconds: 200)
        let start = simulation.now
        simulation.start()
        simulation.run(for: .seconds(900))
        let active = simulation.activeSide
        let passive = simulation.passiveSide
        for side in [active, passive] where side.keys == nil {
            // The passive side is still new when no ClientHello ever came.
            #expect(side.events == [.failed(.timedOut)] || side.state == .new, "seed \(seed)")
        }
        if active.keys != nil { try #require(passive.keys != nil, "seed \(seed)") }
        #expect(simulation.now <= start + .seconds(62), "seed \(seed)")
    }

    @Test("a lost datagram is sent again after 1, 2, 4, 8 and 16 s; after 30 s that is the end")
    func retransmissionTimes() throws {
        var simulation = try DTLSFixture.simulation()
        simulation.passes = { _ in false }
        let start = simulation.now
        simulation.start()
        var times: [Int] = []
        while let deadline = simulation.active.nextDeadline {
            let count = simulation.sentLengths.count
            simulation.now = deadline
            simulation.active.handleTimeout(at: deadline)
            simulation.collect()
            if simulation.sentLengths.count > count {
                times.append((deadline - start).wholeMilliseconds)
            }
        }
        #expect(times == [1_000, 3_000, 7_000, 15_000])
        #expect(simulation.now == start + .seconds(30))
        let side = simulation.activeSide
        #expect(side.events == [.failed(.timedOut)] && side.counters.retransmissions == 4)
    }

    @Test("the times of retransmission and the end are the settings'")
    func timesAreSettings() throws {
        var settings = DTLSSettings()
        settings.retransmissionTime = .milliseconds(50)
        settings.handshakeTime = .seconds(2)
        var simulation = try DTLSFixture.simulation(settings)
        simulation.passes = { _ in false }
        let start = simulation.now
        simulation.start()
        let first = simulation.active.nextDeadline
        #expect(first == start + .milliseconds(50))
        simulation.run()
        let side = simulation.activeSide
        #expect(simulation.now == start + .seconds(2))
        #expect(side.events == [.failed(.timedOut)] && side.counters.retransmissions == 5)
    }

    @Test("an answer sets the time of retransmission back to its beginning")
    func timeIsSetBack() throws {
        var simulation = try DTLSFixture.simulation()
        var copies = 0
        simulation.passes = { datagram in
            copies += datagram.goesToActive ? 0 : 1
            // Of the active side only the third ClientHello comes through.
            return datagram.goesToActive || copies == 3
        }
        simulation.start()
        simulation.run(for: .milliseconds(3_100))
        let side = simulation.activeSide
        #expect(side.counters.retransmissions == 2 && copies > 3)
        let next = simulation.activeDeadline
        let deadline = try #require(next)
        #expect((deadline - simulation.now).wholeMilliseconds <= 1_000)
    }

    @Test("nothing is sent again before its time, however much arrives")
    func noEarlyRetransmission() throws {
        var simulation = try DTLSFixture.simulation()
        simulation.passes = { _ in false }
        simulation.start()
        // The first byte of a ServerHello of 100, again and again, with a new number each time.
        let fragment: [UInt8] = [2, 0, 0, 100, 0, 0, 0, 0, 0, 0, 0, 1, 0xfe]
        for number in 0..<50 as Range<UInt8> {
            let header: [UInt8] = [22, 0xfe, 0xfd, 0, 0, 0, 0, 0, 0, 0, number, 0, 13]
            simulation.inject(header + fragment, toActive: true)
        }
        let side = simulation.activeSide
        #expect(simulation.sentLengths.count == 1 && side.counters.retransmissions == 0)
    }

    @Test("a passive side has no deadline before the peer has sent something")
    func passiveWaits() throws {
        let simulation = try DTLSFixture.simulation()
        let deadline = simulation.passive.nextDeadline
        #expect(deadline == nil)
    }

    @Test("the last flight is sent again when its copy asks for it; the keys are given once")
    func finalFlightLost() throws {
        var simulation = try DTLSFixture.simulation()
        var toActive = 0
        // The passive side's flights: ServerHello to ServerHelloDone, then the Finished.
        simulation.passes = { datagram in
            toActive += datagram.goesToActive ? 1 : 0
            return !datagram.goesToActive || toActive == 1 || toActive > 3
        }
        simulation.start()
        simulation.run(for: .milliseconds(500))
        let before = (simulation.activeSide.state, simulation.passiveSide.state)
        #expect(before == (.connecting, .connected))
        simulation.run()
        try expectEqualKeys(simulation.activeSide, simulation.passiveSide)
        #expect(simulation.activeSide.counters.retransmissions == 2)
    }
}
