import BatonBase
import Testing

@testable import BatonMedia

@Suite("A browser calls a plain phone, on virtual time (N18, N19, N20)")
struct CallSimulationTests {
    /// Both hear most of what is said in a second: 50 packets less what is lost.
    private func expectTalk(
        _ simulation: inout CallSimulation, _ seed: Int, atLeast: Int = 35,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let heard = try simulation.hear(for: .seconds(1))
        #expect(
            heard.browser >= atLeast, "the browser, seed \(seed)", sourceLocation: sourceLocation)
        #expect(heard.phone >= atLeast, "the phone, seed \(seed)", sourceLocation: sourceLocation)
    }

    @Test(
        "offer, answer, checks, handshake, media; with and without loss", arguments: 0..<6)
    func talks(seed: Int) throws {
        var simulation = try CallSimulation(seed: UInt64(seed))
        simulation.lossPercent = seed < 2 ? 0 : 10
        try simulation.negotiate()
        try simulation.run(for: seed < 2 ? .seconds(1) : .seconds(8))
        try expectTalk(&simulation, seed, atLeast: seed < 2 ? 48 : 35)
        simulation.end()
        #expect(simulation.relay.tables() == Tables(), "seed \(seed)")
    }

    @Test("the browser changes its network and restarts ICE: media follows", arguments: 0..<3)
    func restarts(seed: Int) throws {
        var simulation = try CallSimulation(seed: UInt64(seed))
        simulation.lossPercent = 5
        try simulation.negotiate()
        try simulation.run(for: .seconds(8))
        try expectTalk(&simulation, seed)
        simulation.browser.restart(
            at: endpoint("198.51.100.77:50100"), seed: UInt64(seed + 100), simulation.relay.now)
        try simulation.negotiate()
        try simulation.run(for: .seconds(4))
        try expectTalk(&simulation, seed)
        #expect(simulation.relay.tables().associations == 1, "the association is the same")
        simulation.end()
        #expect(simulation.relay.tables() == Tables(), "seed \(seed)")
    }

    @Test("the browser has a new certificate: a new association, and media again")
    func renews() throws {
        var simulation = try CallSimulation(seed: 3)
        try simulation.negotiate()
        try simulation.run(for: .seconds(2))
        try expectTalk(&simulation, 3)
        try simulation.browser.renew(TestCertificates.other)
        try simulation.negotiate()
        try simulation.run(for: .seconds(3))
        try expectTalk(&simulation, 3)
        simulation.end()
        #expect(simulation.relay.tables() == Tables())
    }

    @Test("the phone is on hold and comes back; the browser's side stays as it is")
    func holds() throws {
        var simulation = try CallSimulation(seed: 4)
        try simulation.negotiate()
        try simulation.run(for: .seconds(2))
        try expectTalk(&simulation, 4)
        let phone = simulation.phoneAddress
        simulation.phoneAddress = endpoint("0.0.0.0:4000")
        try simulation.negotiate()
        simulation.phoneAddress = phone
        let held = try simulation.hear(for: .seconds(1))
        #expect(held.phone <= 5, "nothing is sent to who is on hold")
        try simulation.negotiate()
        try simulation.run(for: .seconds(1))
        try expectTalk(&simulation, 4)
        simulation.end()
        #expect(simulation.relay.tables() == Tables())
    }
}
