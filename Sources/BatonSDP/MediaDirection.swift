/// In which directions media flows, as the describing party sees it (RFC 8866 §6.7).
public enum MediaDirection: String, Hashable, Sendable, CaseIterable {
    /// It sends and receives.
    case sendrecv
    /// It only sends.
    case sendonly
    /// It only receives.
    case recvonly
    /// It does neither (RTCP still flows).
    case inactive

    /// The direction made of these two halves.
    public init(sends: Bool, receives: Bool) {
        self = sends ? (receives ? .sendrecv : .sendonly) : (receives ? .recvonly : .inactive)
    }

    /// Whether the describing party sends.
    public var sends: Bool { self == .sendrecv || self == .sendonly }

    /// Whether the describing party receives.
    public var receives: Bool { self == .sendrecv || self == .recvonly }

    /// The same flow as the other party describes it.
    public var reversed: MediaDirection { MediaDirection(sends: receives, receives: sends) }
}
