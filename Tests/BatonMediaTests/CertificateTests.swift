import BatonBase
import BatonCrypto
import Testing

@testable import BatonMedia

@Suite("A certificate that is renewed (N19, RFC 8842)")
struct CertificateTests {
    private func parameters(_ number: UInt32) -> DTLSParameters {
        DTLSParameters(
            role: .passive, fingerprints: [TestCertificates.peer.fingerprint()], generation: 1,
            certificateNumber: number)
    }

    /// Whether a peer that was shown `certificate` gets keys at a port with this number.
    private func connects(
        _ number: UInt32, _ certificate: DTLSCertificate, renewals: UInt32
    ) throws -> Bool {
        var relay = RelayFixture(certificate: TestCertificates.ours)
        for renewal in 1..<(renewals + 1) {
            relay.core.addDTLSContext(try DTLSContext(TestCertificates.other), number: renewal)
        }
        var facing = RelayFixture.configuration(.rtp, RelayFixture.partyA, rtp: 1, rtcp: 3)
        facing.protection = .dtls(parameters(number))
        relay.core.configure(PortSlot(0), facing, at: relay.now)
        var peer = try DTLSPeer(.active, expects: certificate)
        peer.association.start(at: relay.now)
        try relay.shakeHands(&peer, from: RelayFixture.partyA, on: 0)
        let state = peer.association.state
        return state == .connected
    }

    @Test("a port shakes hands with the certificate that its party was shown")
    func shown() throws {
        #expect(try connects(0, TestCertificates.ours, renewals: 1))
        #expect(try connects(1, TestCertificates.other, renewals: 1))
        #expect(try !connects(1, TestCertificates.ours, renewals: 1))
    }

    @Test("the last two are kept; an older number has the newest")
    func twoKept() throws {
        #expect(try !connects(0, TestCertificates.ours, renewals: 2))
        #expect(try connects(0, TestCertificates.other, renewals: 2))
    }
}
