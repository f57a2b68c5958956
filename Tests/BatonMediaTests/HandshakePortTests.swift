import BatonBase
import BatonCrypto
import BatonICE
import Testing

@testable import BatonMedia

private func parameters(
    _ role: DTLSParameters.Role, _ certificate: DTLSCertificate? = TestCertificates.peer,
    generation: UInt32 = 1
) -> DTLSParameters {
    DTLSParameters(
        role: role, fingerprints: certificate.map { [$0.fingerprint()] } ?? [],
        generation: generation)
}

/// Party A shakes hands on ports 0 and, with `separate`, 2; party B is plain.
private func fixture(
    _ parameters: DTLSParameters, separate: Bool = false,
    _ change: (inout [PortConfiguration]) -> Void = { _ in }
) -> RelayFixture {
    RelayFixture(certificate: TestCertificates.ours) { all in
        all[0].protection = .dtls(parameters)
        all[0].component = separate ? .rtp : .multiplexed
        all[2].protection = separate ? .dtls(parameters) : .keysOf(PortSlot(0))
        if !separate {
            all[1].rtcpSink = PortSlot(0)
            all[3].rtcpSink = PortSlot(0)
        }
        change(&all)
    }
}

@Suite("Ports with a DTLS association (N19, RFC 5763, RFC 5764)")
struct HandshakePortTests {
    private let a = RelayFixture.partyA
    private let b = RelayFixture.partyB

    /// Both directions carry `sequence`, as it was.
    private func expectMedia(
        _ relay: inout RelayFixture, _ peer: inout DTLSPeer, _ sequence: Int,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let toB = relay.receive(try peer.protect(rtp(sequence)), from: a, on: 0)
        #expect(toB.map(\.1) == [rtp(sequence)], sourceLocation: sourceLocation)
        let toA = relay.receive(rtp(sequence), from: b, on: 1)
        #expect(toA.count == 1, sourceLocation: sourceLocation)
        #expect(
            try peer.open(toA.first?.1 ?? []) == rtp(sequence), sourceLocation: sourceLocation)
    }

    @Test(
        "N19: a handshake in either role gives keys, and media passes both ways",
        arguments: [DTLSParameters.Role.active, .passive])
    func bothRoles(role: DTLSParameters.Role) throws {
        var relay = fixture(parameters(role))
        var peer = try DTLSPeer(role == .active ? .passive : .active)
        peer.association.start(at: relay.now)
        #expect(relay.receive(rtp(1), from: b, on: 1).isEmpty, "nothing leaves without keys")
        try relay.shakeHands(&peer, from: a, on: 0)
        let state = peer.association.state
        #expect(state == .connected)
        #expect(relay.count(.dtlsState, 0) == UInt64(HandshakeState.connected.rawValue))
        let events = relay.takeEvents()
        #expect(events.contains { if case .secured = $0 { true } else { false } })
        for sequence in 0..<20 { try expectMedia(&relay, &peer, sequence) }
        let report = relay.receive(
            try peer.protect(receiverReport, isRTCP: true), from: a, on: 0)
        #expect(report.map(\.1) == [receiverReport] && report.map(\.0.sink) == [PortSlot(3)])
        let back = relay.receive(receiverReport, from: RelayFixture.partyBRTCP, on: 3)
        #expect(back.map(\.0.sink) == [PortSlot(0)])
        #expect(try peer.open(back.first?.1 ?? [], isRTCP: true) == receiverReport)
    }

    @Test("N19: media right behind the last flight of a handshake, which waits, is not lost")
    func mediaBehindHandshake() throws {
        var relay = fixture(parameters(.active))
        var peer = try DTLSPeer(.passive)
        peer.association.start(at: relay.now)
        for _ in 0..<10 where peer.sends == nil {
            for datagram in peer.datagrams() { _ = relay.receive(datagram, from: a, on: 0) }
            relay.core.runHandshakes(64, at: relay.now)
            for (_, bytes) in relay.takeOutgoing() { try peer.receive(bytes, at: relay.now) }
        }
        for datagram in peer.datagrams() { _ = relay.receive(datagram, from: a, on: 0) }
        #expect(relay.handshakeCount() > 0)
        let heard = relay.receive(try peer.protect(rtp(1)), from: a, on: 0)
        #expect(heard.map(\.1) == [rtp(1)])
        #expect(relay.handshakeCount() == 0)
        #expect(relay.count(.droppedWithoutKeys, 0) == 0)
    }

    @Test("N19: RTCP on a port of its own has an association of its own")
    func separateRTCP() throws {
        var relay = fixture(parameters(.passive), separate: true)
        var media = try DTLSPeer(.active)
        var control = try DTLSPeer(.active)
        media.association.start(at: relay.now)
        control.association.start(at: relay.now)
        try relay.shakeHands(&media, from: a, on: 0)
        #expect(
            relay.receive(receiverReport, from: RelayFixture.partyBRTCP, on: 3).isEmpty,
            "its keys are not there yet")
        try relay.shakeHands(&control, from: RelayFixture.partyARTCP, on: 2)
        try expectMedia(&relay, &media, 1)
        let sent = relay.receive(receiverReport, from: RelayFixture.partyBRTCP, on: 3)
        #expect(sent.map(\.0.sink) == [PortSlot(2)])
        #expect(try control.open(sent.first?.1 ?? [], isRTCP: true) == receiverReport)
    }

    @Test("N19: a ClientHello that overtakes the answer is kept, and at most three datagrams")
    func early() throws {
        var relay = fixture(parameters(.passive, nil)) { all in all[0].remote = nil }
        var peer = try DTLSPeer(.active)
        peer.association.start(at: relay.now)
        let hello = peer.datagrams()
        for datagram in hello { _ = relay.receive(datagram, from: a, on: 0) }
        for _ in 0..<10 { _ = relay.receive(hello[0], from: a, on: 0) }
        #expect(relay.count(.droppedHandshakes, 0) == UInt64(10 + hello.count - 3))
        #expect(relay.handshakeCount() == 0 && relay.takeOutgoing().isEmpty)
        var answered = relay.core.configurations[0]
        answered.remote = a
        answered.protection = .dtls(parameters(.passive))
        relay.core.configure(PortSlot(0), answered, at: relay.now)
        #expect(relay.handshakeCount() > 0)
        try relay.shakeHands(&peer, from: a, on: 0)
        try expectMedia(&relay, &peer, 1)
    }

    @Test("N19: a certificate that the answer does not name gives no media, and an event")
    func wrongFingerprint() throws {
        var relay = fixture(parameters(.passive, TestCertificates.other))
        var peer = try DTLSPeer(.active)
        peer.association.start(at: relay.now)
        try relay.shakeHands(&peer, from: a, on: 0)
        #expect(relay.count(.dtlsState, 0) == UInt64(HandshakeState.failed.rawValue))
        #expect(
            relay.takeEvents().contains { if case .securityFailed = $0 { true } else { false } })
        #expect(relay.receive(rtp(1), from: b, on: 1).isEmpty)
        #expect(relay.receive(try peer.protect(rtp(1)), from: a, on: 0).isEmpty)
        #expect(relay.receive(rtp(1), from: a, on: 0).isEmpty)
    }

    @Test("N19: a handshake may end before the answer; its keys count when the answer names them")
    func lateFingerprint() throws {
        var relay = fixture(parameters(.passive, nil))
        var peer = try DTLSPeer(.active)
        peer.association.start(at: relay.now)
        try relay.shakeHands(&peer, from: a, on: 0)
        #expect(
            relay.count(.dtlsState, 0) == UInt64(HandshakeState.awaitingFingerprint.rawValue))
        #expect(relay.receive(try peer.protect(rtp(1)), from: a, on: 0).isEmpty)
        var answered = relay.core.configurations[0]
        answered.protection = .dtls(parameters(.passive))
        relay.core.configure(PortSlot(0), answered, at: relay.now)
        try expectMedia(&relay, &peer, 2)
    }

    @Test("RFC 8842 §4: media goes on under the old keys until a new association has others")
    func newGeneration() throws {
        var relay = fixture(parameters(.passive))
        var before = try DTLSPeer(.active)
        before.association.start(at: relay.now)
        try relay.shakeHands(&before, from: a, on: 0)
        try expectMedia(&relay, &before, 1)
        var again = relay.core.configurations[0]
        again.protection = .dtls(parameters(.passive, TestCertificates.other, generation: 2))
        relay.core.configure(PortSlot(0), again, at: relay.now)
        #expect(relay.takeOutgoing().isEmpty, "no alert disturbs what begins")
        try expectMedia(&relay, &before, 2)
        var after = try DTLSPeer(.active, TestCertificates.other)
        after.association.start(at: relay.now)
        try relay.shakeHands(&after, from: a, on: 0)
        try expectMedia(&relay, &after, 3)
        #expect(relay.receive(try before.protect(rtp(4)), from: a, on: 0).isEmpty)
        #expect(relay.tables().associations == 1 && relay.tables().contexts == 2)
    }

    @Test("N19: a new association that fails takes the old keys with it")
    func newGenerationFails() throws {
        var relay = fixture(parameters(.passive))
        var peer = try DTLSPeer(.active)
        peer.association.start(at: relay.now)
        try relay.shakeHands(&peer, from: a, on: 0)
        var again = relay.core.configurations[0]
        again.protection = .dtls(parameters(.passive, TestCertificates.other, generation: 2))
        relay.core.configure(PortSlot(0), again, at: relay.now)
        var impostor = try DTLSPeer(.active)
        impostor.association.start(at: relay.now)
        try relay.shakeHands(&impostor, from: a, on: 0)
        #expect(relay.receive(try peer.protect(rtp(4)), from: a, on: 0).isEmpty)
        #expect(relay.receive(rtp(4), from: b, on: 1).isEmpty)
        #expect(relay.tables().contexts == 0)
    }

    @Test("N19: after a failed handshake a re-offer with the same fingerprint begins another")
    func retries() throws {
        var relay = fixture(parameters(.passive))
        var impostor = try DTLSPeer(.active, TestCertificates.other)
        impostor.association.start(at: relay.now)
        try relay.shakeHands(&impostor, from: a, on: 0)
        #expect(relay.count(.dtlsState, 0) == UInt64(HandshakeState.failed.rawValue))
        var same = relay.core.configurations[0]
        same.piercesNAT = true
        relay.core.configure(PortSlot(0), same, at: relay.now)
        #expect(relay.count(.dtlsState, 0) == UInt64(HandshakeState.failed.rawValue))
        same.learningGeneration += 1
        relay.core.configure(PortSlot(0), same, at: relay.now)
        #expect(relay.count(.dtlsState, 0) == UInt64(HandshakeState.new.rawValue))
        #expect(relay.receive(rtp(1), from: b, on: 1).isEmpty)
        var peer = try DTLSPeer(.active)
        peer.association.start(at: relay.now)
        try relay.shakeHands(&peer, from: a, on: 0)
        try expectMedia(&relay, &peer, 1)
        same.learningGeneration += 1
        relay.core.configure(PortSlot(0), same, at: relay.now)
        try expectMedia(&relay, &peer, 2)
        #expect(relay.tables().associations == 1 && relay.tables().contexts == 2)
    }

    @Test("N19: where the handshake is ours to begin, the next attempt is too")
    func retriesActively() throws {
        var relay = fixture(parameters(.active, TestCertificates.other))
        var peer = try DTLSPeer(.passive)
        try relay.shakeHands(&peer, from: a, on: 0)
        #expect(relay.count(.dtlsState, 0) == UInt64(HandshakeState.failed.rawValue))
        var corrected = relay.core.configurations[0]
        corrected.protection = .dtls(parameters(.active))
        relay.core.configure(PortSlot(0), corrected, at: relay.now)
        #expect(relay.count(.dtlsState, 0) == UInt64(HandshakeState.connecting.rawValue))
        var another = try DTLSPeer(.passive)
        try relay.shakeHands(&another, from: a, on: 0)
        try expectMedia(&relay, &another, 1)
    }

    @Test("N19: a port that closes tells its peer, and leaves nothing behind")
    func closes() throws {
        var relay = fixture(parameters(.active))
        var peer = try DTLSPeer(.passive)
        try relay.shakeHands(&peer, from: a, on: 0)
        relay.core.close(PortSlot(0))
        let last = relay.takeOutgoing()
        #expect(last.map(\.0.sink) == [PortSlot(0)] && last.map(\.0.destination) == [a])
        try peer.receive(last.first?.1 ?? [], at: relay.now)
        let state = peer.association.state
        #expect(state == .closed)
        #expect(relay.tables().associations == 0 && relay.tables().contexts == 0)
    }

    @Test("RFC 6347 §4.2.4: a lost flight is sent again when its time has come")
    func retransmits() throws {
        var relay = fixture(parameters(.active))
        var peer = try DTLSPeer(.passive)
        #expect(!relay.takeOutgoing().isEmpty, "the first flight, which is lost")
        let again = relay.pass(.seconds(2)).filter { $0.0.sink == PortSlot(0) }
        #expect(!again.isEmpty)
        for (_, bytes) in again { try peer.receive(bytes, at: relay.now) }
        try relay.shakeHands(&peer, from: a, on: 0)
        try expectMedia(&relay, &peer, 1)
    }

    @Test("RFC 7983: DTLS neither passes nor reaches a port with keys")
    func stranger() throws {
        var peer = try DTLSPeer(.active)
        peer.association.start(at: Instant(nanoseconds: 1))
        let hello = peer.datagrams()[0]
        var relay = fixture(parameters(.passive))
        #expect(relay.receive(hello, from: b, on: 1).isEmpty, "towards a port with keys")
        #expect(relay.count(.protectionErrors, 0) == 1)
        let key = SRTPKeys(
            profile: .aes128CMSHA1Tag80, masterKey: [UInt8](repeating: 1, count: 16),
            masterSalt: [UInt8](repeating: 1, count: 14))
        var keyed = RelayFixture { all in
            all[0].protection = .keys(inbound: key, outbound: key)
        }
        #expect(keyed.receive(hello, from: a, on: 0).isEmpty, "from a port with keys")
        #expect(keyed.count(.droppedWithoutKeys, 0) == 1)
    }

    @Test("N19: a peer that floods its port leaves other handshakes their room")
    func flood() throws {
        var relay = fixture(parameters(.passive), separate: true)
        var peer = try DTLSPeer(.active)
        peer.association.start(at: relay.now)
        let junk = [22, 254, 253] + [UInt8](repeating: 0, count: 200)
        for _ in 0..<1_000 { _ = relay.receive(junk, from: a, on: 0) }
        #expect(relay.count(.droppedHandshakes, 0) == 1_000 - UInt64(HandshakeQueue.portMax))
        try relay.shakeHands(&peer, from: RelayFixture.partyARTCP, on: 2)
        let state = peer.association.state
        #expect(state == .connected)
        #expect(relay.count(.droppedHandshakes, 2) == 0)
    }

    @Test("N19: what waited for a port that was closed does not reach the next call there")
    func reopened() throws {
        var relay = fixture(parameters(.passive))
        var peer = try DTLSPeer(.active)
        peer.association.start(at: relay.now)
        for datagram in peer.datagrams() { _ = relay.receive(datagram, from: a, on: 0) }
        #expect(relay.handshakeCount() > 0)
        let configuration = relay.core.configurations[0]
        relay.core.close(PortSlot(0))
        relay.core.open(PortSlot(0), at: relay.now)
        relay.core.configure(PortSlot(0), configuration, at: relay.now)
        relay.core.runHandshakes(8, at: relay.now)
        #expect(relay.handshakeCount() == 0 && relay.takeOutgoing().isEmpty)
        #expect(relay.count(.dtlsState, 0) == UInt64(HandshakeState.new.rawValue))
    }

    @Test("N18: keys of a port that was closed and opened again are not its RTCP port's")
    func borrowedKeys() throws {
        var relay = fixture(parameters(.passive))
        let key = SRTPKeys(
            profile: .aes128CMSHA1Tag80, masterKey: [UInt8](repeating: 1, count: 16),
            masterSalt: [UInt8](repeating: 1, count: 14))
        relay.core.close(PortSlot(0))
        relay.core.open(PortSlot(0), at: relay.now)
        var other = RelayFixture.configuration(.rtp, a, rtp: 1, rtcp: 3)
        other.protection = .keys(inbound: key, outbound: key)
        relay.core.configure(PortSlot(0), other, at: relay.now)
        var sender = RelayFixture.configuration(.rtcp, RelayFixture.partyBRTCP, rtp: nil, rtcp: 2)
        sender.learningGeneration = 1
        relay.core.configure(PortSlot(3), sender, at: relay.now)
        #expect(relay.receive(receiverReport, from: RelayFixture.partyBRTCP, on: 3).isEmpty)
        #expect(relay.count(.protectionErrors, 2) == 1)
    }
}
