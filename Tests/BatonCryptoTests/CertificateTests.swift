import BatonBase
import BatonCrypto
import BatonTestKit
import Testing

@Suite("Certificates and their fingerprints, RFC 8122 §5")
struct CertificateTests {
    private func text(_ file: String) throws -> String {
        String(decoding: try digestVectors.bytes(file), as: UTF8.self)
    }

    private func loaded(_ name: String) throws -> DTLSCertificate {
        try DTLSCertificate(
            pemCertificate: try digestVectors.bytes("\(name).crt"),
            pemPrivateKey: try digestVectors.bytes("\(name).key"))
    }

    @Test("fingerprints are those that OpenSSL prints")
    func fingerprints() throws {
        let certificate = try loaded("rsa4096")
        let expected = try text("rsa4096.fingerprints").split(separator: "\n").map(String.init)
        let functions: [DigestFunction] = [.sha1, .sha256, .sha384, .sha512]
        #expect(functions.map { "\(certificate.fingerprint($0))" } == expected)
        #expect("\(certificate.fingerprint())" == expected[1])
    }

    @Test("what is printed is read again, whatever its letters")
    func roundTrip() throws {
        let certificate = try loaded("p256")
        for function in DigestFunction.allCases {
            let fingerprint = certificate.fingerprint(function)
            let text = "\(fingerprint)"
            #expect(CertificateFingerprint(text) == fingerprint)
            #expect(CertificateFingerprint(text.lowercased()) == fingerprint)
            #expect(CertificateFingerprint(text.uppercased()) == fingerprint)
        }
    }

    @Test(
        "what is no fingerprint is refused",
        arguments: [
            "", "sha-256", "sha-256 ", "sha-256 AB:CD", "sha-1 AB", "md2 AB", "sha-224 AB:CD",
            "md5 AA:BB:CC:DD:EE:FF:00:11:22:33:44:55:66:77:88:9",
            "md5 AA:BB:CC:DD:EE:FF:00:11:22:33:44:55:66:77:88:9G",
            "md5 AA:BB:CC:DD:EE:FF:00:11:22:33:44:55:66:77:88:99:",
            "md5 AA-BB:CC:DD:EE:FF:00:11:22:33:44:55:66:77:88:99",
            "md5 AA:BB:CC:DD:EE:FF:00:11:22:33:44:55:66:77:88:99 x",
        ])
    func refuses(value: String) {
        #expect(CertificateFingerprint(value) == nil)
    }

    @Test("SHA-256 and stronger are strong enough, SHA-1 and MD5 are not")
    func strength() throws {
        let certificate = try loaded("p256")
        let strong = DigestFunction.allCases.filter { certificate.fingerprint($0).isStrongEnough }
        #expect(strong == [.sha256, .sha384, .sha512])
    }

    @Test("a fingerprint needs as many bytes as its function gives")
    func lengths() {
        #expect(CertificateFingerprint(.sha256, bytes: [UInt8](repeating: 1, count: 20)) == nil)
        #expect(CertificateFingerprint(.sha1, bytes: [UInt8](repeating: 1, count: 20)) != nil)
    }

    @Test("certificates that baton makes differ, hold from a day before, and carry the name baton")
    func selfSigned() throws {
        // 2026-11-21T00:00:00Z.
        let now = 1_795_219_200
        let certificate = try DTLSCertificate(selfSignedAt: now, validDays: 30)
        let other = try DTLSCertificate(selfSignedAt: now, validDays: 30)
        #expect(certificate.fingerprint() != other.fingerprint())
        let der = certificate.certificate
        func contains(_ text: String) -> Bool {
            let wanted = Array(text.utf8)
            return der.indices.contains { der[$0...].starts(with: wanted) }
        }
        #expect(contains("261120000000Z") && contains("261221000000Z") && contains("baton"))
    }

    @Test("a certificate with another's key, an encrypted key, or no PEM at all is refused")
    func refusesFiles() throws {
        let certificate = try digestVectors.bytes("p256.crt")
        #expect(throws: DTLSError.keyDoesNotMatch) {
            try DTLSCertificate(
                pemCertificate: certificate,
                pemPrivateKey: try digestVectors.bytes("rsa4096.key"))
        }
        for key in [try digestVectors.bytes("p256-encrypted.key"), certificate, []] {
            #expect {
                try DTLSCertificate(pemCertificate: certificate, pemPrivateKey: key)
            } throws: { error in
                if case .privateKeyUnreadable = error as? DTLSError { true } else { false }
            }
        }
        #expect {
            try DTLSCertificate(
                pemCertificate: Array("nothing".utf8),
                pemPrivateKey: try digestVectors.bytes("p256.key"))
        } throws: { error in
            if case .certificateUnreadable = error as? DTLSError { true } else { false }
        }
    }

    @Test("peers with RSA and with P-256 certificates from files connect, either side")
    func connectsWithFiles() throws {
        for name in ["rsa4096", "p256"] {
            let file = try loaded(name)
            let own = try DTLSFixture.activeCertificate.get()
            for (active, passive) in [(file, own), (own, file)] {
                var simulation = DTLSSimulation(
                    active: try DTLSAssociation(
                        try DTLSContext(active), role: .active,
                        fingerprints: [passive.fingerprint()]),
                    passive: try DTLSAssociation(
                        try DTLSContext(passive), role: .passive,
                        fingerprints: [active.fingerprint()]))
                simulation.start()
                simulation.run()
                try expectEqualKeys(simulation.activeSide, simulation.passiveSide, "\(name)")
            }
        }
    }
}
