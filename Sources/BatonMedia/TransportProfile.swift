/// What the protocol word of an `m=` line means to a relay (RFC 8866 §5.14).
struct TransportProfile: Equatable {
    /// How RTP is protected.
    enum Security: Equatable {
        /// Not at all.
        case none
        /// By keys in the SDP, or agreed on elsewhere.
        case srtp
        /// By keys from a DTLS handshake on the same port (RFC 5764).
        case dtls
    }

    /// How lines of this protocol are treated.
    var treatment: Stream.Treatment
    /// The protection.
    var security = Security.none
    /// Whether RTCP feedback is allowed (RFC 4585).
    var hasFeedback = false

    /// The profile of `protocolName`, which is compared without regard to case.
    init(_ protocolName: String) {
        switch protocolName {
        case "RTP/AVP": self.init(.rtp)
        case "RTP/AVPF": self.init(.rtp, hasFeedback: true)
        case "RTP/SAVP": self.init(.rtp, .srtp)
        case "RTP/SAVPF": self.init(.rtp, .srtp, hasFeedback: true)
        case "UDP/TLS/RTP/SAVP": self.init(.rtp, .dtls)
        case "UDP/TLS/RTP/SAVPF": self.init(.rtp, .dtls, hasFeedback: true)
        case "UDPTL": self.init(.opaque)
        default:
            let upper = protocolName.uppercased()
            if upper != protocolName {
                self.init(upper)
            } else {
                self.init(upper.hasPrefix("RTP/") ? .rtp : .untouched)
            }
        }
    }

    private init(
        _ treatment: Stream.Treatment, _ security: Security = .none, hasFeedback: Bool = false
    ) {
        self.treatment = treatment
        self.security = security
        self.hasFeedback = hasFeedback
    }

    /// Whether one can be shown as the other.
    func isConvertible(to other: TransportProfile) -> Bool {
        treatment == .rtp && other.treatment == .rtp
    }
}
