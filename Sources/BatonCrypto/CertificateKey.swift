internal import COpenSSL

/// A private key in OpenSSL's hands.
@safe struct CertificateKey: ~Copyable {
    let pointer: OpaquePointer

    private init(owning pointer: OpaquePointer) {
        unsafe self.pointer = unsafe pointer
    }

    deinit { unsafe EVP_PKEY_free(pointer) }

    /// A new key on the curve P-256.
    static func makeP256() throws(DTLSError) -> CertificateKey {
        OpenSSLErrors.clear()
        let context = unsafe EVP_PKEY_CTX_new_from_name(nil, "EC", nil)
        defer { unsafe EVP_PKEY_CTX_free(context) }
        var key: OpaquePointer?
        guard unsafe context != nil, unsafe EVP_PKEY_keygen_init(context) == 1,
            unsafe EVP_PKEY_CTX_set_group_name(context, "P-256") == 1,
            unsafe EVP_PKEY_generate(context, &key) == 1, let key = unsafe key
        else { throw .library("making a P-256 key") }
        return unsafe CertificateKey(owning: key)
    }

    /// The key in a PEM text. Encrypted ones are refused; nobody is asked for a password.
    init(pem: [UInt8]) throws(DTLSError) {
        OpenSSLErrors.clear()
        let key = unsafe CertificateBuilder.withBIO(pem) { bio in
            unsafe PEM_read_bio_PrivateKey(bio, nil, { _, _, _, _ in -1 }, nil)
        }
        guard let key = unsafe key else {
            throw .privateKeyUnreadable(reason: OpenSSLErrors.takeReason() ?? "no private key")
        }
        unsafe self.init(owning: key)
    }

    /// The key whose PKCS #8 form is `der`.
    init(der: [UInt8]) throws(DTLSError) {
        OpenSSLErrors.clear()
        let key = unsafe der.withUnsafeBufferPointer { bytes in
            var start = bytes.baseAddress
            return unsafe d2i_AutoPrivateKey(nil, &start, bytes.count)
        }
        guard let key = unsafe key else { throw .library("reading a private key") }
        unsafe self.init(owning: key)
    }

    /// The PKCS #8 form.
    borrowing func der() throws(DTLSError) -> [UInt8] {
        OpenSSLErrors.clear()
        let info = unsafe EVP_PKEY2PKCS8(pointer)
        defer { unsafe PKCS8_PRIV_KEY_INFO_free(info) }
        var start: UnsafeMutablePointer<UInt8>?
        let count = unsafe i2d_PKCS8_PRIV_KEY_INFO(info, &start)
        guard count > 0, let bytes = unsafe start else { throw .library("writing a private key") }
        defer { unsafe CRYPTO_clear_free(bytes, Int(count), nil, 0) }
        return unsafe Array(UnsafeBufferPointer(start: bytes, count: Int(count)))
    }
}
