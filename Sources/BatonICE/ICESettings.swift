public import BatonBase

/// The numbers of an ICE agent that can be tuned.
public struct ICESettings: Hashable, Sendable {
    /// Whether the agent only answers checks, RFC 8445 §2.5.
    public var isLite = true
    /// The time between two new checks, Ta: RFC 8445 §14.2.
    public var pacing: Duration = .milliseconds(50)
    /// The least wait before a check is sent again: RFC 8445 §14.3.
    public var retransmissionTimeout: Duration = .milliseconds(500)
    /// How often a check is sent at most, Rc of RFC 8489 §6.2.1.
    public var requestCount = 7
    /// How long a controlling agent waits for a better pair after the first that works.
    public var nominationDelay: Duration = .milliseconds(200)
    /// The mean time between two checks of consent, RFC 7675 §5.1.
    public var consentInterval: Duration = .seconds(5)
    /// How long consent holds without an answer, RFC 7675 §5.1.
    public var consentTimeout: Duration = .seconds(30)
    /// How many requests without credentials are refused in a second at most; others are not
    /// answered, so that nobody can have a third party flooded with refusals.
    public var refusalsPerSecondMax = 10
    /// How many remote candidates are kept: beyond them the oldest goes that only a check has
    /// shown, and when there is none, the newest is ignored and counted.
    public var remoteCandidateMax = 32
    /// How many pairs there are at most, RFC 8445 §6.1.2.5; the least important ones go.
    public var pairMax = 100

    /// The defaults.
    public init() {}
}

/// The agent's part, RFC 8445 §6.1.1.
public enum ICERole: UInt8, Hashable, Sendable {
    /// It nominates the pair that is used.
    case controlling
    /// It waits for the nomination.
    case controlled

    /// The other part.
    public var other: ICERole { self == .controlling ? .controlled : .controlling }
}

/// What an agent tells its driver.
public enum ICEEvent: Hashable, Sendable {
    /// Media of this component goes through socket `base` to `remote` from now on.
    case selected(component: UInt8, base: Int, remote: SocketAddress)
    /// No pair of this component works, and no further candidate will come.
    case failed(component: UInt8)
    /// The peer has not agreed to receive for too long: nothing may be sent to it any more,
    /// RFC 7675 §5.1.
    case consentLost(component: UInt8)
}

/// How often an agent has seen what it did not act on.
public struct ICECounters: Hashable, Sendable {
    /// Requests whose USERNAME or MESSAGE-INTEGRITY is wrong or missing.
    public var unauthenticated: UInt64 = 0
    /// Responses that belong to no check, or whose integrity is wrong.
    public var strayResponses: UInt64 = 0
    /// Candidates beyond the limit.
    public var ignoredCandidates: UInt64 = 0
    /// Candidates that were given up for newer ones at the limit.
    public var evictedCandidates: UInt64 = 0
    /// Requests without credentials that were not answered: the limit of refusals was reached, or
    /// the refusal would have been longer than the request.
    public var unansweredRequests: UInt64 = 0
    /// Requests refused for what they contain.
    public var badRequests: UInt64 = 0

    /// Nothing counted yet.
    public init() {}
}

/// Where an agent's messages go.
public protocol ICEOutput: ~Copyable {
    /// Sends what `write` puts at the start of the bytes that it is given, 768 at least; it returns
    /// the length, 0 to send nothing.
    mutating func send(
        from base: Int, to destination: SocketAddress,
        _ write: (inout MutableRawSpan) -> Int)
}
