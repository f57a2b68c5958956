internal import COpenSSL

/// What the DTLS associations of one worker thread share: certificate, ciphers, profiles.
///
/// It belongs to the thread that made it, with all its associations. Rotating the certificate means
/// making a new context; associations keep the one they began with.
@safe public final class DTLSContext {
    /// The settings it was made with.
    public let settings: DTLSSettings
    /// The fingerprint of the certificate that peers see, with SHA-256.
    public let fingerprint: CertificateFingerprint

    let pointer: OpaquePointer
    private let bio: DTLSBIO

    /// Sets OpenSSL up with `certificate` and `settings`.
    /// - Throws: ``DTLSError`` when OpenSSL refuses one of them.
    public init(_ certificate: DTLSCertificate, _ settings: DTLSSettings = .init())
        throws(DTLSError)
    {
        OpenSSLErrors.clear()
        guard let pointer = unsafe SSL_CTX_new(DTLS_method()) else {
            throw .library("making a DTLS context")
        }
        unsafe self.pointer = pointer
        self.settings = settings
        fingerprint = certificate.fingerprint()
        bio = try DTLSBIO()
        try useProtocol()
        try useProfiles()
        try use(certificate)
        useVerification()
        useCookies()
    }

    deinit { unsafe SSL_CTX_free(pointer) }

    /// A new connection of OpenSSL's whose datagrams go over `wire`.
    func makeSSL(_ wire: DTLSWire) throws(DTLSError) -> OpaquePointer {
        OpenSSLErrors.clear()
        guard let ssl = unsafe SSL_new(pointer) else { throw .library("making an association") }
        do throws(DTLSError) {
            try unsafe bio.attach(wire, to: ssl)
        } catch {
            unsafe SSL_free(ssl)
            throw error
        }
        unsafe SSL_ctrl(ssl, SSL_CTRL_SET_MTU, wire.mtu, nil)
        unsafe DTLS_set_timer_cb(ssl) { ssl, _ in
            unsafe dtlsWire(of: SSL_get_rbio(ssl))?.timerMicroseconds ?? 1_000_000
        }
        return unsafe ssl
    }
}

extension DTLSContext {
    /// The bits of OpenSSL's SSL_OP_…, whose macros Swift cannot read.
    private enum Option {
        /// A server without the renegotiation extension (RFC 5746) will do: nobody renegotiates.
        static let legacyServerConnect: UInt64 = 1 << 2
        static let noQueryMTU: UInt64 = 1 << 12
        static let cookieExchange: UInt64 = 1 << 13
        static let noTicket: UInt64 = 1 << 14
        static let noCompression: UInt64 = 1 << 17
        static let cipherServerPreference: UInt64 = 1 << 22
        static let noRenegotiation: UInt64 = 1 << 30
    }

    /// ECDHE with AES-GCM; ECDSA first, which is what this side and browsers have. One message in
    /// each direction is encrypted with it, so there is nothing to gain from ChaCha20, and with
    /// one kind of cipher ``DTLSRecords`` knows how short a record may be.
    private static let ciphers = [
        "ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-ECDSA-AES256-GCM-SHA384",
        "ECDHE-RSA-AES128-GCM-SHA256", "ECDHE-RSA-AES256-GCM-SHA384",
    ]
    /// What DTLS 1.0 has, besides.
    private static let oldCiphers = [
        "ECDHE-ECDSA-AES128-SHA", "ECDHE-RSA-AES128-SHA", "ECDHE-ECDSA-AES256-SHA",
        "ECDHE-RSA-AES256-SHA",
    ]

    /// Versions, ciphers, options and limits.
    private func useProtocol() throws(DTLSError) {
        let old = settings.allowsDTLS10
        let version = Int(old ? DTLS1_VERSION : DTLS1_2_VERSION)
        let names = (Self.ciphers + (old ? Self.oldCiphers : [])).joined(separator: ":")
        // 112 bits at least, whatever openssl.cnf says; DTLS 1.0 needs SHA-1 and MD5.
        unsafe SSL_CTX_set_security_level(pointer, old ? 0 : 2)
        unsafe SSL_CTX_set_options(
            pointer,
            Option.noQueryMTU | Option.noTicket | Option.noCompression | Option.noRenegotiation
                | Option.cipherServerPreference | Option.legacyServerConnect)
        guard control(SSL_CTRL_SET_MIN_PROTO_VERSION, version) == 1,
            control(SSL_CTRL_SET_MAX_PROTO_VERSION, Int(DTLS1_2_VERSION)) == 1,
            unsafe SSL_CTX_set_cipher_list(pointer, names) == 1,
            control(SSL_CTRL_SET_GROUPS_LIST, text: "X25519:P-256:P-384") == 1
        else { throw .library("choosing DTLS versions and ciphers") }
        control(SSL_CTRL_SET_SESS_CACHE_MODE, Int(SSL_SESS_CACHE_OFF))
        control(SSL_CTRL_SET_MAX_CERT_LIST, settings.maximumCertificateBytes)
        // The size of the buffer for sending; no record of ours is longer than a datagram.
        control(SSL_CTRL_SET_MAX_SEND_FRAGMENT, min(max(settings.mtu, 512), 16_384))
    }

    private func useProfiles() throws(DTLSError) {
        let names = settings.profiles.compactMap(\.nameInOpenSSL)
        guard !names.isEmpty, names.count == settings.profiles.count else {
            throw .profileUnknownToDTLS
        }
        // 0 is success here, unlike everywhere else.
        guard unsafe SSL_CTX_set_tlsext_use_srtp(pointer, names.joined(separator: ":")) == 0 else {
            throw .library("choosing SRTP profiles")
        }
    }

    private func use(_ certificate: DTLSCertificate) throws(DTLSError) {
        let key = try CertificateKey(der: certificate.privateKey)
        let der = certificate.certificate
        guard
            unsafe SSL_CTX_use_certificate_ASN1(pointer, CInt(clamping: der.count), der) == 1,
            unsafe SSL_CTX_use_PrivateKey(pointer, key.pointer) == 1
        else { throw .library("using a certificate") }
    }

    /// Asks the peer for a certificate and judges it by its fingerprint alone, RFC 5763 §5.
    private func useVerification() {
        unsafe SSL_CTX_set_verify(
            pointer, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nil)
        unsafe SSL_CTX_set_cert_verify_callback(
            pointer,
            { store, _ in
                let index = SSL_get_ex_data_X509_STORE_CTX_idx()
                let ssl = unsafe OpaquePointer(X509_STORE_CTX_get_ex_data(store, index))
                let certificate = unsafe X509_STORE_CTX_get0_cert(store)
                guard let wire = unsafe dtlsWire(of: SSL_get_rbio(ssl)) else { return 0 }
                if unsafe CertificateBuilder.accepts(certificate, wire.fingerprints) { return 1 }
                wire.isRefused = true
                // The alert is bad_certificate: RFC 8122 §6.2.
                unsafe X509_STORE_CTX_set_error(store, X509_V_ERR_CERT_REJECTED)
                return 0
            }, nil)
    }

    private func useCookies() {
        guard settings.asksForCookie else { return }
        unsafe SSL_CTX_set_options(pointer, Option.cookieExchange)
        unsafe SSL_CTX_set_cookie_generate_cb(pointer) { ssl, bytes, count in
            guard let wire = unsafe dtlsWire(of: SSL_get_rbio(ssl)) else { return 0 }
            for (index, byte) in wire.cookie.enumerated() { unsafe bytes?[index] = byte }
            unsafe count?.pointee = UInt32(wire.cookie.count)
            return 1
        }
        unsafe SSL_CTX_set_cookie_verify_cb(pointer) { ssl, bytes, count in
            guard let wire = unsafe dtlsWire(of: SSL_get_rbio(ssl)) else { return 0 }
            let bytes = unsafe UnsafeBufferPointer(start: bytes, count: Int(count))
            return unsafe wire.cookie.elementsEqual(bytes) ? 1 : 0
        }
    }

    @discardableResult
    private func control(_ command: CInt, _ number: Int) -> Int {
        unsafe SSL_CTX_ctrl(pointer, command, number, nil)
    }

    private func control(_ command: CInt, text: String) -> Int {
        var text = Array(text.utf8CString)
        return unsafe text.withUnsafeMutableBytes {
            unsafe SSL_CTX_ctrl(pointer, command, 0, $0.baseAddress)
        }
    }
}
