public import BatonICE

/// What a media worker needs to be one stream's ICE agent (RFC 8445).
///
/// A plain value: while it stays the same, so does the agent's state. Other local credentials
/// restart it, other remote ones mean that the peer has restarted.
public struct ICEParameters: Hashable, Sendable {
    /// What the peer signs its checks with.
    public var localCredentials: ICECredentials
    /// What the peer is told of our side. The base of each is the number of a port's slot.
    public var localCandidates: [ICELocalCandidate]
    /// Our part, as long as neither side is lite.
    public var role: ICERole
    /// Whether we only answer checks.
    public var isLite: Bool
    /// What the peer has signalled, `nil` before it has.
    public var remote: ICERemoteParameters?

    /// One side of a stream, with nothing known of the other.
    public init(
        localCredentials: ICECredentials, localCandidates: [ICELocalCandidate], role: ICERole,
        isLite: Bool
    ) {
        self.localCredentials = localCredentials
        self.localCandidates = localCandidates
        self.role = role
        self.isLite = isLite
    }
}

extension ICEParameters {
    /// Whether an agent that was told these goes on with `others`: components that both have are at
    /// the same ports.
    func isSameAgent(as others: ICEParameters) -> Bool {
        guard isLite == others.isLite else { return false }
        let kept = localCandidates.filter { others.localCandidates.contains($0) }
        func isKept(_ candidate: ICELocalCandidate) -> Bool {
            kept.contains { $0.candidate.component == candidate.candidate.component }
        }
        return !kept.isEmpty
            && localCandidates.filter(isKept) == kept
            && others.localCandidates.filter(isKept) == kept
    }

    /// Whether one side has other credentials in `others`: a restart (RFC 8445 §9).
    func isRestarted(by others: ICEParameters) -> Bool {
        localCredentials != others.localCredentials
            || remote?.credentials != others.remote?.credentials
    }
}

/// What the peer has signalled for one stream.
public struct ICERemoteParameters: Hashable, Sendable {
    /// What we sign our checks with.
    public var credentials: ICECredentials
    /// Its candidates so far.
    public var candidates: [ICECandidate]
    /// Whether it only answers checks (`a=ice-lite`).
    public var isLite: Bool
    /// Whether no further candidate will come.
    public var isComplete: Bool

    /// The peer's side.
    public init(
        credentials: ICECredentials, candidates: [ICECandidate], isLite: Bool, isComplete: Bool
    ) {
        self.credentials = credentials
        self.candidates = candidates
        self.isLite = isLite
        self.isComplete = isComplete
    }
}

/// How far ICE has come at a port; the value of ``PortCounter/iceState``.
public enum ICEState: UInt8, Hashable, Sendable, CaseIterable {
    /// There is no ICE here.
    case none
    /// No pair is known to work yet.
    case checking
    /// Media goes over a pair that works.
    case connected
    /// No pair works.
    case failed
    /// The peer has stopped agreeing to receive (RFC 7675).
    case consentLost
}
