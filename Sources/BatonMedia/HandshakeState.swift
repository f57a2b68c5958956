import BatonCrypto

/// How far the DTLS handshake has come at a port; the value of ``PortCounter/dtlsState``.
public enum HandshakeState: UInt8, Hashable, Sendable, CaseIterable {
    /// There is no DTLS of ours here.
    case none
    /// Nothing has been sent or received.
    case new
    /// It is under way.
    case connecting
    /// It is over, but the peer's fingerprint is not known yet.
    case awaitingFingerprint
    /// There are keys.
    case connected
    /// It has failed.
    case failed
    /// The peer has ended the association.
    case closed

    init(_ state: DTLSAssociation.State) {
        switch state {
        case .new: self = .new
        case .connecting: self = .connecting
        case .awaitingFingerprint: self = .awaitingFingerprint
        case .connected: self = .connected
        case .failed: self = .failed
        case .closed: self = .closed
        }
    }
}
