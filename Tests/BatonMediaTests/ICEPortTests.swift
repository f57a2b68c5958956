import BatonBase
import BatonCrypto
import BatonICE
import Testing

@testable import BatonMedia

/// Ports 0 (RTP) and 2 (RTCP) face a party with an agent; baton is a lite one.
private func fixture(_ change: (inout ICEParameters) -> Void = { _ in }) -> RelayFixture {
    RelayFixture { all in
        var ice = ICEParameters(
            localCredentials: iceCredentials(1),
            localCandidates: [
                iceCandidate(1, "192.0.2.100:30000", base: 0),
                iceCandidate(2, "192.0.2.100:30001", base: 2),
            ], role: .controlled, isLite: true)
        ice.remote = ICERemoteParameters(
            credentials: iceCredentials(2), candidates: [], isLite: false, isComplete: true)
        change(&ice)
        all[0].ice = ice
        all[0].remote = nil
        all[2].remote = nil
    }
}

extension RelayFixture {
    /// Nobody answers checks of consent for longer than it lasts.
    fileprivate mutating func lapse() {
        for _ in 0..<40 { _ = pass(.seconds(1)) }
    }

    /// What the core has made itself, as (port, destination, first byte).
    fileprivate mutating func outgoing() -> [(Int32, SocketAddress, UInt8)] {
        var sent: [(Int32, SocketAddress, UInt8)] = []
        for index in 0..<core.outgoingCount {
            let transmit = core.outgoing(index)
            let first = core.outgoingBytes(index).uint8(at: 0)
            sent.append((transmit.sink.index, transmit.destination, first))
        }
        core.removeOutgoing()
        return sent
    }
}

@Suite("ICE at ports (N19, RFC 8445)")
struct ICEPortTests {
    private let browser = endpoint("198.51.100.30:50000")
    private let browserRTCP = endpoint("198.51.100.30:50001")

    @Test("N19: a check is answered where it came from, and media goes there from then on")
    func selects() {
        var relay = fixture()
        #expect(relay.receive(rtp(1), from: RelayFixture.partyB, on: 1).isEmpty)
        #expect(relay.receive(iceCheck(), from: browser, on: 0).isEmpty)
        let answers = relay.outgoing()
        #expect(answers.map(\.0) == [0] && answers.map(\.1) == [browser])
        #expect(answers.first?.2 == 1, "a success response")
        let toBrowser = relay.receive(rtp(2), from: RelayFixture.partyB, on: 1)
        #expect(toBrowser.map(\.0.destination) == [browser])
        #expect(relay.receive(rtp(1), from: browser, on: 0).count == 1)
        #expect(relay.count(.iceState, 0) == UInt64(ICEState.connected.rawValue))
        #expect(relay.count(.stunMessagesIn, 0) == 1)
    }

    @Test("N24: a pair that works is told once, whatever checks follow")
    func told() {
        var relay = fixture()
        _ = relay.receive(iceCheck(), from: browser, on: 0)
        _ = relay.receive(iceCheck(), from: browser, on: 0)
        _ = relay.outgoing()
        var events: [RelayEvent] = []
        relay.core.drainEvents(into: &events)
        #expect(events.filter { $0 == .iceStateChanged(PortSlot(0), .connected) }.count == 1)
    }

    @Test("N19: the RTCP port is the second component of the same agent")
    func components() {
        var relay = fixture()
        _ = relay.receive(iceCheck(), from: browserRTCP, on: 2)
        #expect(relay.outgoing().map(\.0) == [2])
        #expect(relay.count(.iceState, 2) == UInt64(ICEState.connected.rawValue))
        #expect(relay.count(.iceState, 0) == UInt64(ICEState.checking.rawValue))
        let sent = relay.receive(receiverReport, from: RelayFixture.partyBRTCP, on: 3)
        #expect(sent.map(\.0.destination) == [browserRTCP])
    }

    @Test("N23: nobody but the peer that ICE has found is heard")
    func isExclusive() {
        var relay = fixture()
        _ = relay.receive(iceCheck(), from: browser, on: 0)
        _ = relay.outgoing()
        #expect(relay.receive(rtp(1), from: endpoint("198.51.100.30:50002"), on: 0).isEmpty)
        #expect(relay.receive(rtp(1), from: endpoint("198.51.100.31:50000"), on: 0).isEmpty)
        #expect(relay.receive(rtp(1), from: browser, on: 0).count == 1)
    }

    @Test("N19: a check with wrong credentials moves nothing, and is refused")
    func wrongCredentials() {
        var relay = fixture()
        _ = relay.receive(iceCheck(to: iceCredentials(9)), from: browser, on: 0)
        #expect(relay.outgoing().map(\.2) == [1], "an error response")
        #expect(relay.receive(rtp(2), from: RelayFixture.partyB, on: 1).isEmpty)
        #expect(relay.count(.iceState, 0) == UInt64(ICEState.checking.rawValue))
    }

    @Test("N19: the same configuration again keeps the pair; a restart keeps it until the next one")
    func restart() {
        var relay = fixture()
        _ = relay.receive(iceCheck(), from: browser, on: 0)
        _ = relay.outgoing()
        var again = relay.core.configurations[0]
        again.learningGeneration += 1
        relay.core.configure(PortSlot(0), again, at: relay.now)
        #expect(
            relay.receive(rtp(2), from: RelayFixture.partyB, on: 1).map(\.0.destination)
                == [browser])
        again.ice?.localCredentials = iceCredentials(3)
        again.ice?.remote?.credentials = iceCredentials(4)
        relay.core.configure(PortSlot(0), again, at: relay.now)
        #expect(
            relay.receive(rtp(3), from: RelayFixture.partyB, on: 1).map(\.0.destination)
                == [browser])
        let moved = endpoint("198.51.100.30:50100")
        _ = relay.receive(
            iceCheck(from: iceCredentials(4), to: iceCredentials(3)), from: moved, on: 0)
        _ = relay.outgoing()
        #expect(
            relay.receive(rtp(4), from: RelayFixture.partyB, on: 1).map(\.0.destination)
                == [moved])
    }

    @Test("RFC 7675 §5.1: who stops answering is sent nothing, by no re-offer; by a check again")
    func consent() throws {
        var relay = fixture { $0.isLite = false }
        try relay.connect(browser, 0)
        try relay.connect(browserRTCP, 2)
        #expect(relay.count(.iceState, 0) == UInt64(ICEState.connected.rawValue))
        relay.lapse()
        #expect(relay.count(.iceState, 0) == UInt64(ICEState.consentLost.rawValue))
        for generation in 1...2 as ClosedRange<UInt32> {
            for port in [0, 2] as [Int32] {
                var again = relay.core.configurations[Int(port)]
                again.learningGeneration = generation
                again.remote = endpoint("198.51.100.30:50000")
                relay.core.configure(PortSlot(port), again, at: relay.now)
            }
            #expect(relay.receive(rtp(2), from: RelayFixture.partyB, on: 1).isEmpty)
            #expect(
                relay.receive(receiverReport, from: RelayFixture.partyBRTCP, on: 3).isEmpty)
            #expect(relay.count(.remoteFamilyAndPort, 0) == 0)
        }
        // It begins again, and does not answer: then there is no pair either.
        _ = relay.receive(iceCheck(), from: browser, on: 0)
        _ = relay.pass(.seconds(60))
        var last = relay.core.configurations[0]
        last.learningGeneration += 1
        relay.core.configure(PortSlot(0), last, at: relay.now)
        _ = relay.receive(rtp(7), from: browser, on: 0)
        #expect(relay.receive(rtp(3), from: RelayFixture.partyB, on: 1).isEmpty)
        try relay.connect(browser, 0)
        #expect(
            relay.receive(rtp(4), from: RelayFixture.partyB, on: 1).map(\.0.destination)
                == [browser])
    }

    @Test("RFC 7675 §5.1: after a restart media begins as at the first time")
    func consentAfterRestart() throws {
        var relay = fixture { $0.isLite = false }
        try relay.connect(browser, 0)
        try relay.connect(browserRTCP, 2)
        relay.lapse()
        var again = relay.core.configurations[0]
        again.ice?.localCredentials = iceCredentials(3)
        again.ice?.remote?.credentials = iceCredentials(4)
        again.remote = browser
        relay.core.configure(PortSlot(0), again, at: relay.now)
        #expect(relay.count(.iceState, 0) == UInt64(ICEState.checking.rawValue))
        #expect(relay.count(.iceState, 2) == UInt64(ICEState.checking.rawValue))
        #expect(
            relay.receive(rtp(2), from: RelayFixture.partyB, on: 1).map(\.0.destination)
                == [browser])
    }

    @Test("N19: without ICE a STUN message is no media; a port that gives ICE up is a plain one")
    func without() {
        var relay = RelayFixture()
        #expect(relay.receive(iceCheck(), from: RelayFixture.partyA, on: 0).isEmpty)
        #expect(relay.count(.droppedMalformed, 0) == 1)
        var secured = fixture()
        var plain = secured.core.configurations[0]
        plain.ice = nil
        plain.remote = RelayFixture.partyA
        secured.core.configure(PortSlot(0), plain, at: secured.now)
        #expect(secured.count(.iceState, 0) == 0 && secured.count(.iceState, 2) == 0)
        #expect(secured.receive(rtp(1), from: RelayFixture.partyA, on: 0).count == 1)
    }

    @Test("N19: a full agent checks the peer's candidates by itself, and sends where it works")
    func full() {
        var relay = fixture { ice in
            ice.isLite = false
            ice.role = .controlling
            ice.remote?.candidates = [
                ICECandidate(
                    component: 1, type: .host, priority: 2_130_706_431,
                    address: endpoint("198.51.100.30:50000"), foundation: "1")
            ]
        }
        relay.now = relay.now + .milliseconds(100)
        _ = relay.core.nextDueAction(at: relay.now)
        let sent = relay.outgoing()
        #expect(sent.map(\.0) == [0] && sent.map(\.1) == [browser])
        #expect(sent.first?.2 == 0, "a request")
    }

    @Test("RFC 5761 §5.1.3: RTCP joins RTP and leaves it again; the pair of RTP goes on")
    func multiplexing() throws {
        var relay = fixture()
        _ = relay.receive(iceCheck(), from: browser, on: 0)
        _ = relay.receive(iceCheck(), from: browserRTCP, on: 2)
        _ = relay.outgoing()
        let separate = relay.core.configurations[0]
        var joined = separate
        joined.component = .multiplexed
        joined.ice?.localCandidates.removeLast()
        relay.core.configure(PortSlot(0), joined, at: relay.now)
        #expect(relay.count(.iceState, 0) == UInt64(ICEState.connected.rawValue))
        #expect(relay.count(.iceState, 2) == UInt64(ICEState.none.rawValue))
        #expect(
            relay.receive(rtp(2), from: RelayFixture.partyB, on: 1).map(\.0.destination)
                == [browser])
        #expect(relay.receive(rtp(1), from: browser, on: 0).count == 1)
        #expect(relay.receive(iceCheck(), from: browserRTCP, on: 2).isEmpty)
        #expect(relay.outgoing().isEmpty, "the RTCP port has no agent any more")
        relay.core.configure(PortSlot(0), separate, at: relay.now)
        #expect(relay.count(.iceState, 0) == UInt64(ICEState.connected.rawValue))
        #expect(relay.count(.iceState, 2) == UInt64(ICEState.checking.rawValue))
        _ = relay.receive(iceCheck(), from: browserRTCP, on: 2)
        #expect(relay.outgoing().map(\.0) == [2])
        #expect(relay.count(.iceState, 2) == UInt64(ICEState.connected.rawValue))
        #expect(relay.tables().agents == 1)
    }

    @Test("N26: an RTCP port that closes takes its component with it")
    func closesComponent() {
        var relay = fixture()
        _ = relay.receive(iceCheck(), from: browser, on: 0)
        _ = relay.outgoing()
        relay.core.close(PortSlot(2))
        relay.core.open(PortSlot(2), at: relay.now)
        _ = relay.receive(iceCheck(), from: browserRTCP, on: 2)
        #expect(relay.outgoing().isEmpty)
        #expect(
            relay.receive(rtp(2), from: RelayFixture.partyB, on: 1).map(\.0.destination)
                == [browser])
        relay.core.close(PortSlot(0))
        #expect(relay.tables().agents == 0)
    }

    @Test("N26: an agent that checks sends nothing by a port that is no component any more")
    func leavesComponent() throws {
        var relay = fixture { $0.isLite = false }
        try relay.connect(browser, 0)
        try relay.connect(browserRTCP, 2)
        relay.core.close(PortSlot(2))
        relay.core.open(PortSlot(2), at: relay.now)
        let sent = relay.pass(.seconds(20)).map(\.0.sink)
        #expect(sent.contains(PortSlot(0)) && !sent.contains(PortSlot(2)))
    }

    @Test("RFC 8445 §12: a handshake of ours begins when a pair is known to work, not before")
    func handshakeWaits() throws {
        var relay = RelayFixture(certificate: TestCertificates.ours) { all in
            var ice = ICEParameters(
                localCredentials: iceCredentials(1),
                localCandidates: [iceCandidate(1, "192.0.2.100:30000", base: 0)],
                role: .controlled, isLite: true)
            ice.remote = ICERemoteParameters(
                credentials: iceCredentials(2), candidates: [], isLite: false, isComplete: true)
            all[0].component = .multiplexed
            all[0].ice = ice
            all[0].protection = .dtls(
                DTLSParameters(
                    role: .active, fingerprints: [TestCertificates.peer.fingerprint()],
                    generation: 1))
        }
        #expect(relay.outgoing().isEmpty)
        #expect(relay.pass(.seconds(2)).isEmpty)
        _ = relay.receive(iceCheck(), from: browser, on: 0)
        let sent = relay.outgoing()
        #expect(sent.count >= 2 && sent.allSatisfy { $0.1 == browser })
        #expect(sent.contains { $0.2 == 22 }, "a ClientHello")
    }
}
