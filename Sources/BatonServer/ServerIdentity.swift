public import BatonCrypto
public import BatonSDP

/// What sets this process apart from every other one: made when it starts, gone when it ends.
public struct ServerIdentity: Sendable {
    /// What marks an SDP as written by this process.
    public let instanceName: String
    /// What handshakes are made with (RFC 5763 §5).
    public let certificate: DTLSCertificate
    /// Counts the certificates of this process, from 0.
    public let certificateNumber: UInt32
    /// The certificate's `a=fingerprint`, by each hash function; SHA-256's first.
    public let fingerprints: [SDPFingerprint]

    /// How long a certificate is valid.
    static let validDays = 30
    /// How long it is shown to new parties: as long again it serves the calls that were shown it.
    static let certificateAge = Duration.seconds(validDays * 86_400 / 2)

    /// A new identity, valid from `now` on, in seconds since 1970 UTC.
    ///
    /// - Throws: ``SetupError`` when the cryptography of the system fails its tests, or makes no
    ///   certificate.
    public init(at now: Int) throws(SetupError) {
        let instanceName = "baton-" + String(UInt64.random(in: 0 ... .max), radix: 16)
        do {
            try SRTPLibrary.start()
            self.init(
                instanceName: instanceName, number: 0,
                try DTLSCertificate(selfSignedAt: now, validDays: Self.validDays))
        } catch {
            throw SetupError(
                "the system's cryptography (OpenSSL, libsrtp2) cannot be used: \(error); check "
                    + "that libssl3 and libsrtp2-1 are whole")
        }
    }

    /// The same process with its next certificate, valid from `now` on.
    func renewed(at now: Int) throws(DTLSError) -> ServerIdentity {
        ServerIdentity(
            instanceName: instanceName, number: certificateNumber &+ 1,
            try DTLSCertificate(selfSignedAt: now, validDays: Self.validDays))
    }

    private init(instanceName: String, number: UInt32, _ certificate: DTLSCertificate) {
        self.instanceName = instanceName
        self.certificate = certificate
        certificateNumber = number
        let functions: [(DigestFunction, SDPFingerprint.HashFunction)] = [
            (.sha256, .sha256), (.sha384, .sha384), (.sha512, .sha512), (.sha1, .sha1),
        ]
        fingerprints = functions.map { own, name in
            SDPFingerprint(name, digest: certificate.fingerprint(own).bytes)
        }
    }
}
