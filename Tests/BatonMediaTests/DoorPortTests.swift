import BatonBase
import BatonCrypto
import BatonICE
import Testing

@testable import BatonMedia

/// Ports 0 and 2 face a party with an agent; 4 and 5 are their doors at another address, 6 is a
/// door of port 0 at a third one.
private func fixture(
    isLite: Bool = true, certificate: DTLSCertificate? = nil,
    _ change: (inout [PortConfiguration]) -> Void = { _ in }
) -> RelayFixture {
    RelayFixture(certificate: certificate) { all in
        var ice = ICEParameters(
            localCredentials: iceCredentials(1),
            localCandidates: [
                iceCandidate(1, "192.0.2.100:30000", base: 0, rank: 1),
                iceCandidate(2, "192.0.2.100:30001", base: 2, rank: 1),
                iceCandidate(1, "[2001:db8::100]:30000", base: 4),
                iceCandidate(2, "[2001:db8::100]:30001", base: 5),
                iceCandidate(1, "192.0.2.101:30000", base: 6, rank: 2),
            ], role: .controlled, isLite: isLite)
        ice.remote = ICERemoteParameters(
            credentials: iceCredentials(2), candidates: [], isLite: false, isComplete: true)
        all[0].ice = ice
        all[0].remote = nil
        all[2].remote = nil
        for owner in [0, 2, 0] as [Int32] {
            var door = PortConfiguration(component: .rtp)
            door.doorOf = PortSlot(owner)
            all.append(door)
        }
        change(&all)
    }
}

/// What leaves: by which port's socket, and where to.
private struct Way: Equatable {
    var socket: Int32
    var destination: SocketAddress

    init(_ socket: Int32, _ destination: SocketAddress) {
        self.socket = socket
        self.destination = destination
    }

    init(_ transmit: Transmit) {
        self.init(transmit.socket.index, transmit.destination)
    }
}

extension RelayFixture {
    /// The way that a packet of B's takes to the party.
    fileprivate mutating func ways(_ sequence: Int = 7) -> [Way] {
        receive(rtp(sequence), from: RelayFixture.partyB, on: 1).map { Way($0.0) }
    }

    /// Checks a base and gives the ways of the answers.
    @discardableResult
    fileprivate mutating func check(
        _ source: SocketAddress, on port: Int32, nominates: Bool = true
    ) -> [Way] {
        _ = receive(iceCheck(nominates: nominates), from: source, on: port)
        return takeOutgoing().map { Way($0.0) }
    }

    /// Whether RTP of a source passes at a port.
    fileprivate mutating func hears(_ source: SocketAddress, on port: Int32) -> Bool {
        receive(rtp(1), from: source, on: port).count == 1
    }
}

@Suite("Ports at further addresses of an interface (RFC 8445 §5.1.1.1)")
struct DoorPortTests {
    private let v6 = endpoint("[2001:db8::30]:50000")
    private let v6RTCP = endpoint("[2001:db8::30]:50001")
    private let v4 = endpoint("198.51.100.30:50000")

    @Test("a check at a door is answered by it, and media goes and comes there from then on")
    func selects() {
        var relay = fixture()
        #expect(relay.check(v6, on: 4) == [Way(4, v6)])
        let sent = relay.receive(rtp(7), from: RelayFixture.partyB, on: 1)
        #expect(sent.map { Way($0.0) } == [Way(4, v6)])
        #expect(sent.map(\.0.sink) == [PortSlot(0)], "it counts at the stream's own port")
        #expect(relay.receive(rtp(1), from: v6, on: 4).map(\.0.sink) == [PortSlot(1)])
        #expect(relay.count(.packetsIn, 0) == 1 && relay.count(.packetsOut, 0) == 1)
        #expect(relay.count(.packetsIn, 4) == 0)
        #expect(relay.count(.iceState, 0) == UInt64(ICEState.connected.rawValue))
        #expect(relay.count(.stunMessagesIn, 0) == 1)
        #expect(relay.count(.remoteFamilyAndPort, 0) == 6 << 16 | 50_000)
        #expect(relay.count(.isConfirmed, 0) == 1)
        #expect(relay.count(.doorInUse, 0) == 5, "slot 4")
        var events: [RelayEvent] = []
        relay.core.drainEvents(into: &events)
        #expect(
            events == [
                .iceStateChanged(PortSlot(0), .connected), .endpointChanged(PortSlot(0), v6),
            ])
    }

    @Test("RTCP has doors of its own")
    func components() {
        var relay = fixture()
        relay.check(v6, on: 4)
        #expect(relay.check(v6RTCP, on: 5) == [Way(5, v6RTCP)])
        let down = relay.receive(receiverReport, from: RelayFixture.partyBRTCP, on: 3)
        #expect(down.map { Way($0.0) } == [Way(5, v6RTCP)])
        #expect(relay.receive(receiverReport, from: v6RTCP, on: 5).count == 1)
        #expect(relay.count(.rtcpPacketsIn, 2) == 1)
    }

    @Test("what comes by a base that ICE has not chosen is foreign, from the party's address too")
    func foreign() {
        var relay = fixture()
        #expect(relay.hears(v6, on: 4) == false, "before any pair")
        relay.check(v6, on: 4)
        #expect(!relay.hears(v4, on: 6) && !relay.hears(v6, on: 6))
        #expect(!relay.hears(v6, on: 0) && !relay.hears(v4, on: 0))
        #expect(relay.hears(endpoint("[2001:db8::31]:50000"), on: 4) == false)
        #expect(relay.count(.droppedForeignSource, 0) == 6)
        #expect(relay.hears(v6, on: 4) == true)
    }

    @Test("the pair changes from a door to the port itself, to another door, and back")
    func changes() {
        var relay = fixture()
        let pairs: [(Int32, SocketAddress)] = [(4, v6), (0, v4), (6, v4), (0, v4), (4, v6)]
        for (base, source) in pairs {
            relay.check(source, on: base)
            #expect(relay.ways() == [Way(base, source)])
            for other in [0, 4, 6] as [Int32] {
                #expect(relay.hears(source, on: other) == (other == base), "\(other), \(base)")
            }
        }
        #expect(relay.count(.iceState, 0) == UInt64(ICEState.connected.rawValue))
    }

    @Test("a configuration again changes nothing; a restart keeps the pair until the next one")
    func restart() {
        var relay = fixture()
        relay.check(v6, on: 4)
        var again = relay.core.configurations[0]
        again.learningGeneration += 1
        again.remote = v4
        relay.core.configure(PortSlot(0), again, at: relay.now)
        #expect(relay.ways() == [Way(4, v6)] && relay.hears(v6, on: 4))
        again.ice?.localCredentials = iceCredentials(3)
        again.ice?.remote?.credentials = iceCredentials(4)
        relay.core.configure(PortSlot(0), again, at: relay.now)
        #expect(relay.ways() == [Way(4, v6)] && relay.hears(v6, on: 4))
        let check = iceCheck(from: iceCredentials(4), to: iceCredentials(3))
        _ = relay.receive(check, from: v4, on: 0)
        #expect(relay.ways() == [Way(0, v4)] && relay.hears(v4, on: 0))
    }

    @Test("a port that gives ICE up learns its peer's address as a plain one does")
    func givesUp() {
        var relay = fixture { all in
            all[0].remote = RelayFixture.partyA
            all[2].remote = RelayFixture.partyARTCP
        }
        relay.check(v6, on: 4)
        relay.check(v6RTCP, on: 5)
        var plain = relay.core.configurations[0]
        plain.ice = nil
        relay.core.configure(PortSlot(0), plain, at: relay.now)
        for port in [4, 5, 6] as [Int32] { relay.core.close(PortSlot(port)) }
        #expect(relay.ways() == [Way(0, RelayFixture.partyA)])
        #expect(relay.hears(RelayFixture.partyA, on: 0) == true)
        let sent = relay.receive(receiverReport, from: RelayFixture.partyBRTCP, on: 3)
        #expect(sent.map { Way($0.0) } == [Way(2, RelayFixture.partyARTCP)])
        #expect(relay.tables().agents == 0)
        #expect(relay.count(.doorInUse, 0) == 0)
    }

    @Test("RFC 5761 §5.1.3: RTCP joins RTP; its door is one no more, RTP's pair goes on")
    func multiplexing() {
        var relay = fixture()
        relay.check(v6, on: 4)
        relay.check(v6RTCP, on: 5)
        var joined = relay.core.configurations[0]
        joined.component = .multiplexed
        joined.ice?.localCandidates.removeAll { $0.candidate.component == 2 }
        relay.core.configure(PortSlot(0), joined, at: relay.now)
        #expect(relay.ways() == [Way(4, v6)] && relay.hears(v6, on: 4))
        #expect(relay.receive(receiverReport, from: v6, on: 4).map(\.0.sink) == [PortSlot(3)])
        #expect(relay.check(v6RTCP, on: 5).isEmpty)
        #expect(relay.receive(receiverReport, from: v6RTCP, on: 5).isEmpty)
    }

    @Test("RFC 7675 §5.1: who stops answering at a door is sent nothing, until a check works again")
    func consent() throws {
        var relay = fixture(isLite: false)
        try relay.connect(v6, 4)
        #expect(relay.ways() == [Way(4, v6)])
        for _ in 0..<40 { _ = relay.pass(.seconds(1)) }
        #expect(relay.count(.iceState, 0) == UInt64(ICEState.consentLost.rawValue))
        #expect(relay.ways().isEmpty)
        #expect(relay.count(.remoteFamilyAndPort, 0) == 0)
        var events: [RelayEvent] = []
        relay.core.drainEvents(into: &events)
        #expect(events.filter { $0 == .iceStateChanged(PortSlot(0), .consentLost) }.count == 1)
        try relay.connect(v4, 0)
        #expect(relay.ways() == [Way(0, v4)])
        try relay.connect(v6, 4)
        #expect(relay.ways() == [Way(4, v6)] && relay.hears(v6, on: 4))
    }

    @Test("a door that closes takes its pair with it; another pair is found")
    func closesDoor() throws {
        var relay = fixture(isLite: false)
        try relay.connect(v6, 4)
        relay.core.close(PortSlot(4))
        #expect(relay.ways().isEmpty)
        relay.core.open(PortSlot(4), at: relay.now)
        #expect(relay.ways().isEmpty && !relay.hears(v6, on: 4))
        let sent = relay.pass(.seconds(1))
        #expect(sent.allSatisfy { $0.0.socket != PortSlot(4) })
        try relay.connect(v4, 0)
        #expect(relay.ways() == [Way(0, v4)] && relay.hears(v4, on: 0))
    }

    @Test("a port that closes leaves doors where nothing is heard, and no agent")
    func closesOwner() {
        var relay = fixture()
        relay.check(v6, on: 4)
        relay.core.close(PortSlot(0))
        #expect(relay.tables().agents == 0)
        #expect(relay.check(v6, on: 4).isEmpty && !relay.hears(v6, on: 4))
        relay.core.open(PortSlot(0), at: relay.now)
        #expect(relay.hears(v6, on: 4) == false, "the next opening has nothing to do with it")
        #expect(relay.count(.droppedForeignSource, 0) == 0)
    }

    @Test("a handshake goes by the door, and so do the keys' media and the closing alert")
    func handshake() throws {
        var relay = fixture(certificate: TestCertificates.ours) { all in
            all[0].component = .multiplexed
            all[0].ice?.localCandidates.removeAll { $0.candidate.component == 2 }
            all[0].protection = .dtls(
                DTLSParameters(
                    role: .active, fingerprints: [TestCertificates.peer.fingerprint()],
                    generation: 1))
            all[2].protection = .keysOf(PortSlot(0))
            all[1].rtcpSink = PortSlot(0)
        }
        var peer = try DTLSPeer(.passive)
        _ = relay.receive(iceCheck(), from: v6, on: 4)
        let first = relay.takeOutgoing()
        #expect(first.count >= 2 && first.allSatisfy { Way($0.0) == Way(4, v6) })
        for (_, bytes) in first where bytes[0] == 22 { try peer.receive(bytes, at: relay.now) }
        for _ in 0..<8 {
            for datagram in peer.datagrams() { _ = relay.receive(datagram, from: v6, on: 4) }
            relay.core.runHandshakes(64, at: relay.now)
            for (transmit, bytes) in relay.takeOutgoing() {
                #expect(Way(transmit) == Way(4, v6))
                try peer.receive(bytes, at: relay.now)
            }
        }
        #expect(relay.count(.dtlsState, 0) == UInt64(HandshakeState.connected.rawValue))
        let up = relay.receive(try peer.protect(rtp(1)), from: v6, on: 4)
        #expect(up.map(\.1) == [rtp(1)])
        let down = relay.receive(rtp(2), from: RelayFixture.partyB, on: 1)
        #expect(down.map { Way($0.0) } == [Way(4, v6)])
        #expect(try peer.open(down.first?.1 ?? []) == rtp(2))
        relay.core.close(PortSlot(0))
        let alert = relay.takeOutgoing()
        #expect(alert.map { Way($0.0) } == [Way(4, v6)] && alert.first?.1.first == 21)
    }

    @Test("a handshake that the peer begins before our check has worked is taken at a door")
    func earlyHandshake() throws {
        var relay = fixture(isLite: false, certificate: TestCertificates.ours) { all in
            all[0].sourcePolicy.permitsAnyAddress = true
            all[0].remote = RelayFixture.partyA
            all[0].protection = .dtls(
                DTLSParameters(
                    role: .passive, fingerprints: [TestCertificates.peer.fingerprint()],
                    generation: 1))
        }
        var peer = try DTLSPeer(.active)
        peer.association.start(at: relay.now)
        for datagram in peer.datagrams() { _ = relay.receive(datagram, from: v6, on: 4) }
        #expect(relay.count(.dtlsDatagramsIn, 0) > 0)
        #expect(relay.hears(v6, on: 4) == false)
    }

    @Test("RFC 9143: lines that a port carries leave by its door")
    func bundle() {
        var relay = fixture { all in
            all[0].component = .multiplexed
            all[0].ice?.localCandidates.removeAll { $0.candidate.component == 2 }
            all[0].bundle = [BundledLine(port: PortSlot(0)), BundledLine(port: PortSlot(2))]
            all[2].carrier = PortSlot(0)
            all[1].rtpSink = PortSlot(2)
        }
        relay.check(v6, on: 4)
        #expect(relay.ways() == [Way(4, v6)])
        #expect(relay.count(.remoteFamilyAndPort, 0) == 6 << 16 | 50_000)
        #expect(relay.count(.doorInUse, 2) == 5)
        relay.check(v4, on: 0)
        #expect(relay.ways() == [Way(0, v4)])
        #expect(relay.count(.doorInUse, 2) == 0 && relay.count(.doorInUse, 0) == 0)
    }
}
