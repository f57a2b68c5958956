internal import COpenSSL

/// X.509 certificates: making, reading, writing.
enum CertificateBuilder {
    /// A certificate for `key` that it signed itself.
    /// - Parameters:
    ///   - start: when it begins to hold, in seconds since 1970.
    ///   - end: when it ceases to hold, in seconds since 1970.
    static func selfSigned(
        by key: borrowing CertificateKey, commonName: String, from start: Int, to end: Int
    ) throws(DTLSError) -> [UInt8] {
        OpenSSLErrors.clear()
        let certificate = unsafe X509_new()
        defer { unsafe X509_free(certificate) }
        let name = unsafe X509_get_subject_name(certificate)
        let text = Array(commonName.utf8)
        // Version 2 is what X.509 calls v3.
        guard unsafe X509_set_version(certificate, 2) == 1,
            unsafe setRandomSerial(of: certificate),
            unsafe ASN1_TIME_set(X509_getm_notBefore(certificate), start) != nil,
            unsafe ASN1_TIME_set(X509_getm_notAfter(certificate), end) != nil,
            unsafe X509_NAME_add_entry_by_txt(
                name, "CN", MBSTRING_UTF8, text, CInt(clamping: text.count), -1, 0) == 1,
            unsafe X509_set_issuer_name(certificate, name) == 1,
            unsafe X509_set_pubkey(certificate, key.pointer) == 1,
            unsafe X509_sign(certificate, key.pointer, DigestFunction.sha256.method) > 0
        else { throw .library("making a certificate") }
        return try unsafe der(of: certificate)
    }

    /// The first certificate of a PEM text, in DER.
    static func certificate(
        pem: [UInt8], matching key: borrowing CertificateKey
    ) throws(DTLSError) -> [UInt8] {
        OpenSSLErrors.clear()
        let certificate = unsafe withBIO(pem) { unsafe PEM_read_bio_X509($0, nil, nil, nil) }
        defer { unsafe X509_free(certificate) }
        guard unsafe certificate != nil else {
            throw .certificateUnreadable(reason: OpenSSLErrors.takeReason() ?? "no certificate")
        }
        guard unsafe X509_check_private_key(certificate, key.pointer) == 1 else {
            OpenSSLErrors.clear()
            throw .keyDoesNotMatch
        }
        return try unsafe der(of: certificate)
    }

    /// Calls `body` with a source of OpenSSL's that reads `bytes`.
    static func withBIO<Result>(
        _ bytes: [UInt8], _ body: (OpaquePointer?) -> Result
    ) -> Result {
        unsafe bytes.withUnsafeBytes { buffer in
            let bio = unsafe BIO_new_mem_buf(
                buffer.baseAddress, CInt(clamping: buffer.count))
            defer { unsafe BIO_free(bio) }
            return unsafe body(bio)
        }
    }

    /// 127 random bits: positive, and at least the 64 bits of entropy that CAs owe.
    private static func setRandomSerial(of certificate: OpaquePointer?) -> Bool {
        let serial = unsafe BN_new()
        defer { unsafe BN_free(serial) }
        // The top bit is set (0), the bottom bit is not forced (0).
        guard unsafe BN_rand(serial, 127, 0, 0) == 1 else { return false }
        return unsafe BN_to_ASN1_INTEGER(serial, X509_get_serialNumber(certificate)) != nil
    }

    private static func der(of certificate: OpaquePointer?) throws(DTLSError) -> [UInt8] {
        var start: UnsafeMutablePointer<UInt8>?
        let count = unsafe i2d_X509(certificate, &start)
        guard count > 0, let bytes = unsafe start else { throw .library("writing a certificate") }
        defer { unsafe CRYPTO_free(bytes, nil, 0) }
        return unsafe Array(UnsafeBufferPointer(start: bytes, count: Int(count)))
    }
}

extension CertificateBuilder {
    /// The fingerprint of a certificate in OpenSSL's hands.
    static func fingerprint(
        of certificate: OpaquePointer?, _ function: DigestFunction
    ) -> CertificateFingerprint? {
        var bytes = [UInt8](repeating: 0, count: function.byteCount)
        guard unsafe certificate != nil,
            unsafe X509_digest(certificate, function.method, &bytes, nil) == 1
        else { return nil }
        return CertificateFingerprint(function, bytes: bytes)
    }

    /// Whether the certificate has one of the fingerprints, or these are not known yet.
    static func accepts(
        _ certificate: OpaquePointer?, _ fingerprints: [CertificateFingerprint]?
    ) -> Bool {
        guard let fingerprints else { return true }
        return fingerprints.contains {
            unsafe $0 == fingerprint(of: certificate, $0.function)
        }
    }
}
