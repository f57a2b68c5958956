import BatonBase

/// What becomes of the RTCP that arrives at a port.
public enum RTCPTreatment: Hashable, Sendable {
    /// It passes as it is: what it says of RTP is true of what the other side gets.
    case relay
    /// It passes but for feedback messages, which the other side's profile does not have (RFC
    /// 4585).
    case relayWithoutFeedback
    /// It ends here, and reports of our own go to the party: RTP is changed on its way. For the
    /// port of the stream's RTP.
    case terminate(RTCPTermination)
    /// The same at the stream's own port for RTCP; `PortSlot` is that of its RTP.
    case terminateAt(PortSlot)

    /// What is simply kept with the port.
    var handling: RTCPHandling {
        switch self {
        case .relay: .relay
        case .relayWithoutFeedback: .removeFeedback
        case .terminate, .terminateAt: .terminate
        }
    }
}

/// ``RTCPTreatment`` as the packet path asks for it.
enum RTCPHandling: UInt8, BitwiseCopyable, Sendable {
    case relay, removeFeedback, terminate
}

/// How RTCP with one party is ended and made anew.
public struct RTCPTermination: Hashable, Sendable {
    /// The port by which reports leave: that of RTP when both are multiplexed.
    public var exit: PortSlot
    /// Whether the party's profile has feedback: reports may come more often then (RFC 4585 §3.4).
    public var hasFeedback: Bool
    /// Whether the other side can use the party's feedback: it has the profile, and RTP keeps its
    /// numbers.
    public var passesFeedback: Bool

    /// Reports leave by `exit`.
    public init(exit: PortSlot, hasFeedback: Bool, passesFeedback: Bool) {
        self.exit = exit
        self.hasFeedback = hasFeedback
        self.passesFeedback = passesFeedback
    }
}
