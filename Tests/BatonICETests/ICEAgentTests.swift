import BatonBase
import BatonICE
import Testing

private func settings(isLite: Bool) -> ICESettings {
    var settings = ICESettings()
    settings.isLite = isLite
    return settings
}

private let full = settings(isLite: false)
private let lite = settings(isLite: true)
private let here = ["192.0.2.1:30000", "192.0.2.1:30001"]
private let there = ["198.51.100.9:40000", "198.51.100.9:40001"]

private func address(_ text: String) -> SocketAddress? { SocketAddress(text) }

@Suite("ICE agents (RFC 8445)")
struct ICEAgentTests {
    @Test(
        "two full agents find each other, for both components, whatever is lost", arguments: 0..<20)
    func fullToFull(seed: UInt64) throws {
        var network = ICESimulation(seed: seed)
        network.lossPercent = Int(seed) * 2
        try network.add(here, settings: full, role: .controlling)
        try network.add(there, settings: full, role: .controlled)
        network.signal(to: 1)
        network.signal(to: 0)
        network.run(for: .seconds(20))
        for component in 1...2 as ClosedRange<UInt8> {
            let port = Int(component) - 1
            #expect(
                network.hosts[0].agent.selection(of: component)?.remote == address(there[port]))
            #expect(
                network.hosts[1].agent.selection(of: component)?.remote == address(here[port]))
        }
    }

    @Test("without loss both sides have selected within a few round trips")
    func isPrompt() throws {
        var network = ICESimulation(seed: 1)
        try network.add(here, settings: full, role: .controlling)
        try network.add(there, settings: full, role: .controlled)
        network.signal(to: 1)
        network.signal(to: 0)
        network.run(for: .milliseconds(200))
        for host in network.hosts {
            #expect(host.agent.selection(of: 1) != nil)
            #expect(host.agent.selection(of: 2) != nil)
        }
    }

    @Test("a lite agent answers, follows the nomination and sends no check", arguments: 0..<10)
    func liteToFull(seed: UInt64) throws {
        var network = ICESimulation(seed: seed)
        network.lossPercent = Int(seed) * 3
        try network.add(here, settings: lite, role: .controlling)
        try network.add(there, settings: full, role: .controlled)
        network.signal(to: 1)
        network.signal(to: 0)
        network.run(for: .seconds(10))
        #expect(network.hosts[1].agent.role == .controlling)
        #expect(network.hosts[0].agent.role == .controlled)
        #expect(network.hosts[0].agent.nextDeadline == nil)
        #expect(network.hosts[0].agent.selection(of: 1)?.remote == address(there[0]))
        #expect(network.hosts[1].agent.selection(of: 2)?.remote == address(here[1]))
    }

    @Test("two lite agents use each other's best candidate at once, RFC 8445 §8.2")
    func liteToLite() throws {
        var network = ICESimulation(seed: 1)
        try network.add(here, settings: lite, role: .controlling)
        try network.add(there, settings: lite, role: .controlled)
        network.signal(to: 1)
        network.signal(to: 0)
        #expect(network.hosts[0].agent.selection(of: 1)?.remote == address(there[0]))
        #expect(network.hosts[1].agent.selection(of: 2)?.remote == address(here[1]))
        network.run(for: .seconds(5))
        #expect(network.sentCount == 0)
    }

    @Test(
        "a peer behind a NAT is reached where its checks come from, §7.3.1.3",
        arguments: [true, false])
    func peerReflexive(isLite: Bool) throws {
        var network = ICESimulation(seed: 3)
        try network.add(here, settings: isLite ? lite : full, role: .controlling)
        try network.add(
            ["10.0.0.5:40000", "10.0.0.5:40001"], settings: full, role: .controlled,
            publicIP: "203.0.113.77")
        network.signal(to: 1)
        network.signal(to: 0)
        network.run(for: .seconds(5))
        #expect(
            network.hosts[0].agent.selection(of: 1)?.remote == address("203.0.113.77:40000"))
        #expect(network.hosts[1].agent.selection(of: 1)?.remote == address(here[0]))
    }

    @Test("a role conflict is settled, §7.3.1.1", arguments: [ICERole.controlling, .controlled])
    func roleConflict(role: ICERole) throws {
        for seed in 0..<8 as Range<UInt64> {
            var network = ICESimulation(seed: seed)
            try network.add(here, settings: full, role: role)
            try network.add(there, settings: full, role: role)
            network.signal(to: 1)
            network.signal(to: 0)
            network.run(for: .seconds(10))
            let roles = network.hosts.map(\.agent.role)
            #expect(Set(roles).count == 2)
            for host in network.hosts { #expect(host.agent.selection(of: 1) != nil) }
        }
    }

    @Test("the better family is nominated when both work")
    func prefersPriority() throws {
        var network = ICESimulation(seed: 4)
        try network.add(
            ["192.0.2.1:30000", "[2001:db8::1]:30000"], settings: full, role: .controlling)
        try network.add(
            ["198.51.100.9:40000", "[2001:db8::9]:40000"], settings: full, role: .controlled)
        network.signal(to: 1)
        network.signal(to: 0)
        network.run(for: .seconds(3))
        #expect(network.hosts[0].agent.selection(of: 1)?.remote == address("[2001:db8::9]:40000"))
        #expect(network.hosts[1].agent.selection(of: 1)?.remote == address("[2001:db8::1]:30000"))
    }

    @Test("candidates that trickle in later are used; before, nothing has failed")
    func trickle() throws {
        var network = ICESimulation(seed: 5)
        try network.add(here, settings: full, role: .controlling)
        try network.add(there, settings: full, role: .controlled)
        network.signal(to: 1, candidates: false, isComplete: false)
        network.signal(to: 0, candidates: false, isComplete: false)
        network.run(for: .seconds(2))
        #expect(network.hosts.allSatisfy { $0.events.isEmpty })
        network.signal(to: 0)
        network.run(for: .seconds(2))
        // The peer was never told of ours: it has learned them from our checks.
        for host in network.hosts { #expect(host.agent.selection(of: 1) != nil) }
    }

    @Test("nobody there: each component fails once, when all checks were given up")
    func failure() throws {
        var network = ICESimulation(seed: 6)
        try network.add(here, settings: full, role: .controlling)
        try network.add(there, settings: full, role: .controlled)
        network.hosts[1].isConnected = false
        network.signal(to: 0)
        network.run(for: .seconds(120))
        #expect(
            Set(network.hosts[0].events) == [.failed(component: 1), .failed(component: 2)])
        #expect(network.hosts[0].events.count == 2)
        #expect(network.sentCount == 2 * 7)
    }

    @Test("a wrong password moves nothing and is counted")
    func wrongPassword() throws {
        var network = ICESimulation(seed: 7)
        try network.add(here, settings: lite, role: .controlled)
        try network.add(there, settings: full, role: .controlling)
        network.signal(to: 0)
        var wrong = network.hosts[0].agent.localCredentials
        wrong.password[0] ^= 1
        network.hosts[1].agent.setRemote(
            wrong, candidates: network.hosts[0].agent.localCandidates.map(\.candidate),
            isLite: true, isComplete: true, at: network.now)
        network.run(for: .seconds(10))
        #expect(network.hosts[0].agent.selection(of: 1) == nil)
        #expect(network.hosts[0].agent.counters.unauthenticated > 0)
        #expect(network.hosts[0].agent.remoteCandidates.count == 2)
    }

    @Test("a restart keeps the selection until the new one, §9")
    func restart() throws {
        var network = ICESimulation(seed: 8)
        try network.add(here, settings: full, role: .controlling)
        try network.add(there, settings: full, role: .controlled)
        network.signal(to: 1)
        network.signal(to: 0)
        network.run(for: .seconds(3))
        var generator = SplitMix64(seed: 99)
        let old = network.hosts[0].agent.localCredentials
        network.hosts[0].agent.restart(ICECredentials(using: &generator), role: .controlling)
        network.hosts[1].agent.restart(ICECredentials(using: &generator), role: .controlled)
        #expect(network.hosts[0].agent.localCredentials != old)
        #expect(network.hosts[0].agent.selection(of: 1)?.remote == address(there[0]))
        network.signal(to: 1)
        network.signal(to: 0)
        network.run(for: .seconds(3))
        #expect(network.hosts[0].agent.selection(of: 1)?.remote == address(there[0]))
        #expect(
            !network.hosts[0].events.contains { if case .consentLost = $0 { true } else { false } })
    }

    @Test("more candidates than the limit cost nothing but a count")
    func limits() throws {
        var network = ICESimulation(seed: 9)
        try network.add(here, settings: full, role: .controlling)
        let candidates = (0..<200).map { index in
            ICECandidate(
                component: 1, type: .host, priority: UInt32(index + 1),
                address: SocketAddress(ip: IPAddress(v4: 0xc000_0200), port: UInt16(index + 1)),
                foundation: "\(index)")
        }
        network.hosts[0].agent.setRemote(
            ICECredentials(usernameFragment: [1], password: [2]), candidates: candidates,
            isLite: false, isComplete: true, at: network.now)
        #expect(network.hosts[0].agent.remoteCandidates.count == 32)
        #expect(network.hosts[0].agent.counters.ignoredCandidates == 168)
    }
}

@Suite("Consent (RFC 7675)")
struct ICEConsentTests {
    @Test("consent holds while the peer answers, and is lost 30 s after it has gone")
    func consent() throws {
        var network = ICESimulation(seed: 1)
        try network.add(here, settings: full, role: .controlling)
        try network.add(there, settings: full, role: .controlled)
        network.signal(to: 1)
        network.signal(to: 0)
        network.run(for: .seconds(300))
        #expect(network.hosts[0].agent.selection(of: 1) != nil)
        network.hosts[1].isConnected = false
        network.run(for: .seconds(24))
        #expect(network.hosts[0].agent.selection(of: 1) != nil)
        network.run(for: .seconds(12))
        #expect(network.hosts[0].agent.selection(of: 1) == nil)
        #expect(network.hosts[0].events.contains(.consentLost(component: 1)))
    }

    @Test("a fifth of the checks may be lost")
    func toleratesLoss() throws {
        var network = ICESimulation(seed: 2)
        try network.add(here, settings: full, role: .controlling)
        try network.add(there, settings: full, role: .controlled)
        network.signal(to: 1)
        network.signal(to: 0)
        network.run(for: .seconds(2))
        network.lossPercent = 20
        network.run(for: .seconds(600))
        #expect(network.hosts[0].agent.selection(of: 1) != nil)
        #expect(network.hosts[1].agent.selection(of: 2) != nil)
    }
}
