internal import BatonBase
internal import COpenSSL
internal import CSRTP

/// libsrtp2 with the ciphers of OpenSSL.
///
/// libsrtp2 derives keys and keeps roll-over counters and replay windows; ciphers and HMAC are
/// OpenSSL's, because those of the libsrtp2 that Debian builds are several times slower.
public enum SRTPLibrary {
    /// Makes libsrtp2 ready, once a process: starts it, puts OpenSSL's algorithms in place of its
    /// own, each of which passes libsrtp2's self tests first, and sends packets through every
    /// profile. Later calls give the same answer.
    ///
    /// A daemon that serves SRTP calls this at its start, and does not start when it throws.
    /// - Throws: ``SRTPStartError``, which names what failed.
    public static func start() throws(SRTPStartError) {
        try replaced.get()
        try tested.get()
    }

    /// The versions at run time, such as "libsrtp2 2.5.0, OpenSSL 3.0.22 4 Nov 2026".
    public static var versions: String {
        let version = srtp_get_version()
        let numbers = "\(version >> 24).\(version >> 16 & 0xff).\(version & 0xffff)"
        guard let openSSL = unsafe OpenSSL_version(OPENSSL_VERSION) else { return numbers }
        return unsafe "libsrtp2 \(numbers), \(String(cString: openSSL))"
    }

    /// libsrtp2 is started and has the algorithms. It cannot be started twice.
    private static let replaced = Result { () throws(SRTPStartError) in
        let status = srtp_init()
        guard status == srtp_err_status_ok else { throw .library(code: Int(status.rawValue)) }
        unsafe srtp_install_event_handler(noteSRTPEvent)
        for type in OpenSSLCipherType.all { try replace(type) }
        let hmac = unsafe srtp_replace_auth_type(
            OpenSSLCipherHMAC.type, srtp_auth_type_id_t(SRTP_HMAC_SHA1))
        guard hmac == srtp_err_status_ok else {
            throw .selfTest(algorithm: "HMAC-SHA1", code: Int(hmac.rawValue))
        }
    }

    /// Every profile has carried packets.
    private static let tested = Result { () throws(SRTPStartError) in
        for profile in SRTPProtectionProfile.allCases { try testRoundTrip(profile) }
    }

    private static func replace(_ type: OpenSSLCipherType) throws(SRTPStartError) {
        guard unsafe type.algorithm != nil else { throw .algorithmMissing(type.name) }
        // Runs the type's own vector, then libsrtp2's.
        let status = unsafe srtp_replace_cipher_type(type.type, srtp_cipher_type_id_t(type.id))
        guard status == srtp_err_status_ok else {
            throw .selfTest(algorithm: type.name, code: Int(status.rawValue))
        }
    }
}
