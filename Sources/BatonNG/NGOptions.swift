// The small vocabularies of single keys.

/// The RTP profile that `transport-protocol` or a bare word asks for (N18).
public enum NGTransport: String, Hashable, Sendable, CaseIterable {
    /// RFC 3551.
    case rtpAVP = "RTP/AVP"
    /// RFC 4585.
    case rtpAVPF = "RTP/AVPF"
    /// RFC 3711 with RFC 4568.
    case rtpSAVP = "RTP/SAVP"
    /// RFC 5124.
    case rtpSAVPF = "RTP/SAVPF"
    /// RFC 5764.
    case dtlsSAVP = "UDP/TLS/RTP/SAVP"
    /// RFC 5764.
    case dtlsSAVPF = "UDP/TLS/RTP/SAVPF"

    /// Whether the profile is encrypted.
    public var isSecure: Bool { self != .rtpAVP && self != .rtpAVPF }
    /// Whether the profile has RFC 4585's feedback.
    public var hasFeedback: Bool { self == .rtpAVPF || self == .rtpSAVPF || self == .dtlsSAVPF }
}

/// The values of `endpoint-learning` (N22).
public enum NGEndpointLearning: UInt8, Hashable, Sendable {
    /// Best candidate of the first seconds.
    case heuristic
    /// Last source of the first seconds.
    case delayed
    /// First source.
    case immediate
    /// Never.
    case off
}

/// The values of the key `all`.
public enum NGAll: UInt8, Hashable, Sendable {
    /// Every flow.
    case all
    /// None.
    case none
    /// Those of the offer/answer exchange.
    case offerAnswer
    /// Those outside the offer/answer exchange.
    case exceptOfferAnswer
    /// Named flows.
    case flows
}

/// What `sip-message-type` says the SDP came in.
public enum NGSIPMessageType: UInt8, Hashable, Sendable {
    /// A SIP request.
    case request
    /// A SIP response.
    case reply
}

/// One change of attributes that `sdp-attr` asks for (N21). Texts have no `a=`.
public struct NGAttributeRule: Hashable, Sendable {
    /// Which part of the SDP.
    public var section: Section
    /// What to do there.
    public var action: Action

    /// Which part of the SDP a rule is about.
    public enum Section: Hashable, Sendable {
        /// The session level: `none` or `global` on the wire.
        case session
        /// Every media description of this type, such as `audio`.
        case media(String)
    }

    /// What a rule does.
    public enum Action: Hashable, Sendable {
        /// Add this attribute at the end of the section, unless it is there already.
        case add(String)
        /// Remove the attributes that match this: the whole text, or the part before the first
        /// space, or the name. `foo`, `foo:bar` and `foo:bar baz` all match `a=foo:bar baz`.
        case remove(String)
        /// Put the second in the place of each attribute that matches the first in that way.
        case substitute(String, with: String)
    }

    /// The rule to do `action` in `section`.
    public init(_ section: Section, _ action: Action) {
        self.section = section
        self.action = action
    }
}
