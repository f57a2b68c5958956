internal import COpenSSL

/// What keeps certificates, contexts and associations from being made.
public enum DTLSError: Error, Hashable, Sendable {
    /// OpenSSL refused: what was tried, and its reason.
    case library(action: String, reason: String)
    /// The PEM text has no certificate that can be read.
    case certificateUnreadable(reason: String)
    /// The PEM text has no private key that can be read; encrypted keys cannot.
    case privateKeyUnreadable(reason: String)
    /// The private key is not the certificate's.
    case keyDoesNotMatch
    /// DTLS has no such protection profile, or none was named.
    case profileUnknownToDTLS

    /// The failure of `action`, with the reason that OpenSSL noted in this thread.
    static func library(_ action: String) -> DTLSError {
        .library(action: action, reason: OpenSSLErrors.takeReason() ?? "no reason given")
    }
}

/// OpenSSL's queue of errors, one in each thread.
enum OpenSSLErrors {
    /// Where numbers of alerts from the peer begin among the reasons (SSL_AD_REASON_OFFSET).
    private static let alertOffset = 1_000

    /// Forgets what earlier calls left behind. To be called before what may fail.
    static func clear() { ERR_clear_error() }

    /// The text of the first error since ``clear()``, `nil` when there is none; forgets them all.
    static func takeReason() -> String? {
        let code = ERR_get_error()
        defer { ERR_clear_error() }
        guard code != 0 else { return nil }
        if let text = unsafe ERR_reason_error_string(code) { return unsafe String(cString: text) }
        return "error \(code)"
    }

    /// The alert of the peer's that the first error is about, `nil` when it is about no alert.
    static func peekAlert() -> UInt8? {
        let reason = Int(ERR_GET_REASON(ERR_peek_error()))
        guard ERR_peek_error() != 0, reason > alertOffset, reason < alertOffset + 256 else {
            return nil
        }
        return UInt8(truncatingIfNeeded: reason - alertOffset)
    }
}
