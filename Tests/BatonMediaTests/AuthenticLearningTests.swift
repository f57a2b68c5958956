import BatonBase
import BatonCrypto
import Testing

@testable import BatonMedia

@Suite("Where a secured party is, is learned from what is authentic (N22, RFC 3711)")
struct AuthenticLearningTests {
    private let b = RelayFixture.partyB
    /// Another port of party A's IP, as behind a NAT, and a stranger's beside it.
    private let behindNAT = endpoint("192.0.2.1:6200")
    private let neighbour = endpoint("192.0.2.1:6300")

    private func keyed() -> RelayFixture {
        RelayFixture { all in
            all[0].component = .multiplexed
            all[0].protection = .keys(inbound: srtpKeys(1), outbound: srtpKeys(2))
        }
    }

    private func destination(_ relay: inout RelayFixture) -> SocketAddress? {
        relay.receive(rtp(1), from: b, on: 1).first?.0.destination
    }

    @Test("a forged packet moves nothing, an authentic one does")
    func forged() throws {
        var relay = keyed()
        var phone = try SecurePhone(own: srtpKeys(1), relay: srtpKeys(2))
        var forged = try phone.protect(rtp(1))
        forged[50] ^= 1
        for packet in [forged, rtp(1), [0x80, 0], [7, 1, 2, 3]] {
            #expect(relay.receive(packet, from: neighbour, on: 0).isEmpty)
        }
        #expect(destination(&relay) == RelayFixture.partyA)
        #expect(relay.count(.endpointChanges, 0) == 0 && relay.takeEvents().isEmpty)
        #expect(relay.receive(try phone.protect(rtp(2)), from: behindNAT, on: 0).count == 1)
        #expect(destination(&relay) == behindNAT)
        #expect(relay.takeEvents() == [.endpointChanged(PortSlot(0), behindNAT)])
    }

    @Test("forged packets do not keep a party that has moved from being heard")
    func silence() throws {
        var relay = keyed()
        relay.core.configurations[0].sourcePolicy.mediaHandover = true
        relay.core.configure(PortSlot(0), relay.core.configurations[0], at: relay.now)
        var phone = try SecurePhone(own: srtpKeys(1), relay: srtpKeys(2))
        let first = try phone.protect(rtp(1))
        #expect(relay.receive(first, from: RelayFixture.partyA, on: 0).count == 1)
        for _ in 0..<20 {
            relay.now = relay.now + .milliseconds(20)
            _ = relay.receive(rtp(9), from: RelayFixture.partyA, on: 0)
        }
        #expect(relay.receive(try phone.protect(rtp(2)), from: behindNAT, on: 0).count == 1)
        #expect(destination(&relay) == behindNAT)
    }

    @Test("a packet from another IP with a known SSRC is followed if it is authentic")
    func handover() throws {
        var relay = keyed()
        relay.core.configurations[0].sourcePolicy.mediaHandover = true
        relay.core.configure(PortSlot(0), relay.core.configurations[0], at: relay.now)
        var phone = try SecurePhone(own: srtpKeys(1), relay: srtpKeys(2))
        let first = try phone.protect(rtp(1))
        #expect(relay.receive(first, from: RelayFixture.partyA, on: 0).count == 1)
        relay.now = relay.now + .milliseconds(300)
        let (far, mobile) = (endpoint("203.0.113.66:9"), endpoint("203.0.113.5:40000"))
        #expect(relay.receive(rtp(2), from: far, on: 0).isEmpty)
        #expect(relay.count(.droppedUnauthenticated, 0) == 1)
        #expect(destination(&relay) == RelayFixture.partyA)
        #expect(relay.receive(try phone.protect(rtp(2)), from: mobile, on: 0).count == 1)
        #expect(destination(&relay) == mobile)
    }

    @Test("what comes from elsewhere is refused before anything is computed")
    func foreign() throws {
        var relay = keyed()
        var phone = try SecurePhone(own: srtpKeys(1), relay: srtpKeys(2))
        let packet = try phone.protect(rtp(1))
        #expect(relay.receive(packet, from: endpoint("203.0.113.66:9"), on: 0).isEmpty)
        #expect(relay.count(.droppedForeignSource, 0) == 1)
        #expect(relay.receive(packet, from: RelayFixture.partyA, on: 0).count == 1)
    }

    private func handshaking() -> RelayFixture {
        RelayFixture(certificate: TestCertificates.ours) { all in
            all[0].component = .multiplexed
            all[0].protection = .dtls(
                DTLSParameters(
                    role: .passive, fingerprints: [TestCertificates.peer.fingerprint()],
                    generation: 1))
            all[2].protection = .keysOf(PortSlot(0))
        }
    }

    @Test("RFC 5763: a ClientHello is answered where it came from; only its end moves media")
    func handshake() throws {
        var relay = handshaking()
        var peer = try DTLSPeer(.active)
        peer.association.start(at: relay.now)
        for datagram in peer.datagrams() { _ = relay.receive(datagram, from: behindNAT, on: 0) }
        relay.core.runHandshakes(8, at: relay.now)
        let answers = relay.takeOutgoing()
        #expect(!answers.isEmpty && answers.allSatisfy { $0.0.destination == behindNAT })
        #expect(relay.core.ports[0].learner.remote == RelayFixture.partyA)
        for (_, bytes) in answers { try peer.receive(bytes, at: relay.now) }
        try relay.shakeHands(&peer, from: behindNAT, on: 0)
        #expect(relay.count(.dtlsState, 0) == UInt64(HandshakeState.connected.rawValue))
        #expect(destination(&relay) == behindNAT, "although nothing was heard from there yet")
        #expect(relay.receive(try peer.protect(rtp(1)), from: behindNAT, on: 0).count == 1)
    }

    @Test("a stranger's datagram of a handshake leaves the party where it is")
    func stranger() throws {
        var relay = handshaking()
        var peer = try DTLSPeer(.active)
        peer.association.start(at: relay.now)
        try relay.shakeHands(&peer, from: RelayFixture.partyA, on: 0)
        var again = relay.core.configurations[0]
        again.learningGeneration += 1
        relay.core.configure(PortSlot(0), again, at: relay.now)
        let junk: [UInt8] = [22, 254, 253] + [UInt8](repeating: 0, count: 40)
        for source in [neighbour, endpoint("203.0.113.66:9")] {
            _ = relay.receive(junk, from: source, on: 0)
            relay.core.runHandshakes(8, at: relay.now)
        }
        #expect(relay.count(.droppedForeignSource, 0) == 1)
        #expect(destination(&relay) == RelayFixture.partyA)
        let packet = try peer.protect(rtp(1))
        #expect(relay.receive(packet, from: RelayFixture.partyA, on: 0).count == 1)
    }
}
