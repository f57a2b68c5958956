internal import COpenSSL

/// The certificate by which baton proves to DTLS peers that it is the one its SDP speaks of.
///
/// A value of plain bytes that may go to every thread; each worker makes its own ``DTLSContext``
/// of it. To rotate, make a new one: associations that exist keep theirs.
public struct DTLSCertificate: Sendable {
    /// The certificate, X.509 in DER.
    public let certificate: [UInt8]
    /// The private key, PKCS #8 in DER.
    let privateKey: [UInt8]

    /// Makes a P-256 key and a certificate that it signed itself (RFC 5763 §5, RFC 8827 §6.5).
    ///
    /// The serial number is random and the name says nothing about the host: peers look at the
    /// fingerprint only.
    /// - Parameters:
    ///   - unixSeconds: the present time in seconds since 1970. The certificate holds from a day
    ///     before, for peers whose clock is slow.
    ///   - days: how long it holds from then on.
    /// - Throws: ``DTLSError`` when OpenSSL cannot.
    public init(selfSignedAt unixSeconds: Int, validDays days: Int = 30) throws(DTLSError) {
        let key = try CertificateKey.makeP256()
        let certificate = try CertificateBuilder.selfSigned(
            by: key, commonName: "baton", from: unixSeconds &- 86_400,
            to: unixSeconds &+ days &* 86_400)
        self.certificate = certificate
        privateKey = try key.der()
    }

    /// Takes a certificate and its private key from the contents of PEM files.
    ///
    /// Of several certificates the first is taken: who checks a fingerprint needs no chain.
    /// - Throws: ``DTLSError`` when either cannot be read, the key is encrypted, or they do not
    ///   belong together.
    public init(pemCertificate: [UInt8], pemPrivateKey: [UInt8]) throws(DTLSError) {
        let key = try CertificateKey(pem: pemPrivateKey)
        certificate = try CertificateBuilder.certificate(pem: pemCertificate, matching: key)
        privateKey = try key.der()
    }

    /// The fingerprint for an `a=fingerprint` line, RFC 8122 §5.
    public func fingerprint(_ function: DigestFunction = .sha256) -> CertificateFingerprint {
        CertificateFingerprint(of: certificate, function)
    }
}

extension DTLSCertificate: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable
{
    /// The fingerprint: the private key is a secret.
    public var description: String { "DTLSCertificate(\(fingerprint(.sha256)))" }

    /// The fingerprint.
    public var debugDescription: String { description }

    /// Nothing, so that `dump` shows the fingerprint only.
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}
