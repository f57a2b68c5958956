internal import COpenSSL

/// What happened to an association.
public enum DTLSEvent: Equatable, Sendable {
    /// The handshake is over, the peer is who its fingerprint says; SRTP may begin.
    case connected(DTLSKeys)
    /// The association has failed and will never give keys.
    case failed(DTLSFailure)
    /// The peer has ended the association: by a close_notify, or an alert after the handshake.
    case closed
}

/// Why an association failed.
public enum DTLSFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// The peer's certificate is not the one of its fingerprint: somebody is in between, or the
    /// SDP is not the peer's.
    case fingerprintMismatch
    /// None of the peer's fingerprints is strong enough to go by.
    case fingerprintTooWeak
    /// The peer does not do DTLS-SRTP, or shares no protection profile with this side.
    case noCommonProfile
    /// The peer sent a fatal alert during the handshake; the number is RFC 5246 §7.2's.
    case alert(UInt8)
    /// The handshake broke off; the reason is OpenSSL's.
    case handshake(String)
    /// The peer's answer did not come in time.
    case timedOut

    /// What happened and what to look at, for a person.
    public var description: String {
        switch self {
        case .fingerprintMismatch:
            "the peer's certificate is not that of the fingerprint in its SDP"
        case .fingerprintTooWeak:
            "the peer's SDP has no fingerprint of SHA-256 or stronger"
        case .noCommonProfile:
            "the peer does not do DTLS-SRTP, or no protection profile is common"
        case .alert(let number):
            unsafe "the peer refused the handshake: alert \(number), "
                + String(cString: SSL_alert_desc_string_long(CInt(number)))
        case .handshake(let reason):
            "the handshake failed: \(reason)"
        case .timedOut:
            "the peer's DTLS did not answer in time"
        }
    }
}

/// What an association has seen, each as a running total.
public struct DTLSCounters: Equatable, Sendable {
    /// Datagrams handed in.
    public internal(set) var datagrams = 0
    /// Datagrams that do not begin with a well-formed DTLS record.
    public internal(set) var malformed = 0
    /// Datagrams longer than ``DTLSSettings/maximumDatagramBytes``.
    public internal(set) var oversized = 0
    /// Datagrams without a record that is encrypted, after the handshake's end: late copies of its
    /// first flights.
    public internal(set) var stale = 0
    /// Datagrams that were dropped, wholly or from their first encrypted record on, because of
    /// ``DTLSSettings/maximumRecordsAhead``.
    public internal(set) var tooFarAhead = 0
    /// Datagrams of application data, which DTLS-SRTP has no use for.
    public internal(set) var applicationData = 0
    /// Datagrams that came before an active association was started, after the end, or after
    /// ``DTLSSettings/retentionTime``.
    public internal(set) var afterEnd = 0
    /// Flights sent again because an answer did not come in time.
    public internal(set) var retransmissions = 0
}
