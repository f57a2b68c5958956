import BatonBase
import BatonCrypto
import Testing

@Suite("Who the peer is, RFC 8122 §6 and RFC 5763 §5")
struct DTLSFingerprintTests {
    private func stranger() throws -> CertificateFingerprint {
        try DTLSCertificate(selfSignedAt: DTLSFixture.now).fingerprint()
    }

    @Test("an active side that meets a stranger sends bad_certificate and gives no keys")
    func activeMismatch() throws {
        var simulation = try DTLSFixture.simulation(activeExpects: [try stranger()])
        simulation.start()
        simulation.run()
        #expect(simulation.activeSide.events == [.failed(.fingerprintMismatch)])
        #expect(simulation.passiveSide.events == [.failed(.alert(42))])
    }

    @Test("a passive side that meets a stranger sends bad_certificate and gives no keys")
    func passiveMismatch() throws {
        var simulation = try DTLSFixture.simulation(passiveExpects: [try stranger()])
        simulation.start()
        simulation.run()
        #expect(simulation.passiveSide.events == [.failed(.fingerprintMismatch)])
        #expect(simulation.activeSide.events == [.failed(.alert(42))])
    }

    @Test("the handshake runs without a fingerprint; the keys come when it is known")
    func lateFingerprint() throws {
        var simulation = try DTLSFixture.simulation(activeExpects: [], passiveExpects: [])
        simulation.start()
        simulation.run()
        #expect(simulation.activeSide.state == .awaitingFingerprint)
        #expect(simulation.activeSide.events.isEmpty && simulation.passiveSide.events.isEmpty)
        let deadline = simulation.active.nextDeadline
        #expect(deadline == nil)

        simulation.active.setFingerprints([try DTLSFixture.passiveFingerprint])
        simulation.passive.setFingerprints([try DTLSFixture.activeFingerprint])
        simulation.collect()
        try expectEqualKeys(simulation.activeSide, simulation.passiveSide)
    }

    @Test("a wrong fingerprint that comes late fails the association and tells the peer")
    func lateMismatch() throws {
        var simulation = try DTLSFixture.simulation(activeExpects: [])
        simulation.start()
        simulation.run()
        simulation.active.setFingerprints([try stranger()])
        simulation.collect()
        simulation.run()
        #expect(simulation.activeSide.events == [.failed(.fingerprintMismatch)])
        #expect(simulation.passiveSide.events.last == .closed)
    }

    @Test("a fingerprint that comes between certificate and end of the handshake counts")
    func fingerprintInBetween() throws {
        var simulation = try DTLSFixture.simulation(activeExpects: [])
        simulation.start()
        simulation.run(for: .milliseconds(45))
        #expect(simulation.activeSide.state == .connecting && simulation.sentLengths.count == 3)
        simulation.active.setFingerprints([try stranger()])
        simulation.run()
        #expect(simulation.activeSide.events == [.failed(.fingerprintMismatch)])
    }

    @Test(
        "each hash function from SHA-256 on identifies",
        arguments: [.sha256, .sha384, .sha512] as [DigestFunction])
    func functions(function: DigestFunction) throws {
        let expected = try DTLSFixture.passiveCertificate.get().fingerprint(function)
        var simulation = try DTLSFixture.simulation(activeExpects: [expected])
        simulation.start()
        simulation.run()
        try expectEqualKeys(simulation.activeSide, simulation.passiveSide)
        #expect(simulation.activeSide.connection?.peerFingerprint == expected)
    }

    @Test("of several fingerprints any of the strongest function will do, and only those")
    func strongestCounts() throws {
        let certificate = try DTLSFixture.passiveCertificate.get()
        let other = try DTLSCertificate(selfSignedAt: DTLSFixture.now)
        var accepted = try DTLSFixture.simulation(
            activeExpects: [other.fingerprint(), certificate.fingerprint()])
        accepted.start()
        accepted.run()
        try expectEqualKeys(accepted.activeSide, accepted.passiveSide)

        var refused = try DTLSFixture.simulation(
            activeExpects: [certificate.fingerprint(.sha256), other.fingerprint(.sha512)])
        refused.start()
        refused.run()
        #expect(refused.activeSide.events == [.failed(.fingerprintMismatch)])
    }

    @Test("SHA-1 alone identifies only where the settings say so, MD5 never")
    func weakFingerprints() throws {
        let certificate = try DTLSFixture.passiveCertificate.get()
        let weak = try DTLSFixture.simulation(activeExpects: [certificate.fingerprint(.sha1)])
        #expect(weak.activeSide.state == .failed)

        var settings = DTLSSettings()
        settings.acceptsSHA1Fingerprints = true
        var allowed = try DTLSFixture.simulation(
            settings, activeExpects: [certificate.fingerprint(.sha1)])
        allowed.start()
        allowed.run()
        try expectEqualKeys(allowed.activeSide, allowed.passiveSide)

        var broken = try DTLSFixture.simulation(
            settings, activeExpects: [certificate.fingerprint(.md5)])
        broken.start()
        broken.collect()
        #expect(broken.activeSide.events == [.failed(.fingerprintTooWeak)])
    }
}
