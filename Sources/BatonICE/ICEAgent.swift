public import BatonBase

/// One side's ICE for one stream, RFC 8445: candidates, checks, nomination, consent. Sans-IO.
///
/// A lite agent (the default) answers checks and follows the peer's nomination. A full agent checks
/// by itself. Both learn the peer's address from its authenticated checks.
public struct ICEAgent: Sendable {
    /// The numbers in force.
    public let settings: ICESettings
    /// What the peer signs its checks for us with, and we our answers.
    public private(set) var localCredentials: ICECredentials
    /// What we sign our checks with; `nil` until it is signalled.
    public private(set) var remoteCredentials: ICECredentials?
    /// Our part.
    public private(set) var role: ICERole
    /// What was seen and not acted on.
    public internal(set) var counters = ICECounters()

    /// Our candidates.
    public internal(set) var localCandidates: [ICELocalCandidate]
    /// The peer's candidates, signalled or shown by checks.
    public internal(set) var remoteCandidates: [ICECandidate] = []
    var isRemoteLite = false
    var hasAllRemoteCandidates = false
    /// The number that settles a role conflict.
    let tiebreaker: UInt64
    /// In the order of their priority, the highest first.
    var pairs: [ICECandidatePair] = []
    /// Pairs to be checked before all others, as local and remote index.
    var triggered: [PairKey] = []
    var components: [ICEComponentState]
    var events: [ICEEvent] = []
    var generator: SplitMix64
    /// When the next new check may be sent.
    var nextCheckAt: Instant
    /// The second in which refusals are counted, and how many there were.
    var refusalsSince: Instant
    var refusalCount = 0

    struct PairKey: Hashable {
        var local: Int
        var remote: Int
    }

    /// An agent with these candidates of its own.
    ///
    /// - Parameters:
    ///   - role: controlling on the side that made the offer, unless one side is lite: then the
    ///     other one controls (RFC 8445 §6.1.1).
    ///   - seed: random bits for identifiers of checks and for the tiebreaker.
    public init(
        settings: ICESettings, credentials: ICECredentials, candidates: [ICELocalCandidate],
        role: ICERole, seed: UInt64, at now: Instant
    ) {
        self.settings = settings
        localCredentials = credentials
        localCandidates = candidates
        self.role = settings.isLite ? .controlled : role
        generator = SplitMix64(seed: seed)
        tiebreaker = generator.next()
        nextCheckAt = now
        refusalsSince = now
        let numbers = Set(candidates.map(\.candidate.component)).sorted()
        components = numbers.map { ICEComponentState(number: $0) }
    }

    /// What happened since the last call, oldest first.
    public mutating func takeEvents() -> [ICEEvent] {
        guard !events.isEmpty else { return [] }
        defer { events.removeAll(keepingCapacity: true) }
        return events
    }

    /// Where media of `component` goes now: the pair that was nominated, before that one that
    /// works.
    public func selection(of component: UInt8) -> (base: Int, remote: SocketAddress)? {
        guard let state = components.first(where: { $0.number == component }),
            let selected = state.selected
        else { return nil }
        return (selected.base, selected.remote)
    }

    /// Takes what the peer signalled: in an offer, an answer or a later piece of either.
    ///
    /// Candidates that are known stay as they are. New credentials mean that the peer has
    /// restarted: what was known of it goes, the selection stays until the next one.
    ///
    /// - Parameter isComplete: no further candidate will come (`a=end-of-candidates`, or no
    ///   trickle).
    public mutating func setRemote(
        _ credentials: ICECredentials, candidates: [ICECandidate], isLite: Bool, isComplete: Bool,
        at now: Instant
    ) {
        if remoteCredentials == nil { resumeConsent(at: now) }
        if remoteCredentials != credentials { forgetRemote() }
        remoteCredentials = credentials
        isRemoteLite = isLite
        if isLite, !settings.isLite { setRole(.controlling) }
        for candidate in candidates { addRemote(candidate) }
        hasAllRemoteCandidates = isComplete
        if isLite, settings.isLite { selectWithoutChecks(at: now) }
    }

    /// Starts anew with other credentials, RFC 8445 §9. Media goes on where it went.
    public mutating func restart(_ credentials: ICECredentials, role: ICERole) {
        localCredentials = credentials
        remoteCredentials = nil
        forgetRemote()
        self.role = settings.isLite ? .controlled : role
    }

    private mutating func forgetRemote() {
        remoteCandidates = []
        pairs = []
        triggered = []
        hasAllRemoteCandidates = false
        for index in components.indices { components[index].restart() }
    }

    /// Changes the role and with it every pair's priority, RFC 8445 §7.3.1.1.
    mutating func setRole(_ role: ICERole) {
        guard role != self.role else { return }
        self.role = role
        for index in pairs.indices { pairs[index].priority = priority(of: pairs[index]) }
        pairs.sort { $0.priority > $1.priority }
    }

    func priority(of pair: ICECandidatePair) -> UInt64 {
        let local = localCandidates[pair.local].candidate.priority
        let remote = remoteCandidates[pair.remote].priority
        return role == .controlling
            ? ICECandidatePair.priority(controlling: local, controlled: remote)
            : ICECandidatePair.priority(controlling: remote, controlled: local)
    }
}

/// What an agent knows of one component.
struct ICEComponentState: Sendable {
    /// A pair in use.
    struct Selection: Hashable {
        var base: Int
        var remote: SocketAddress
        var local: Int
    }

    let number: UInt8
    var selected: Selection?
    /// The pair's priority; a working pair of a higher one takes its place until one is nominated.
    var selectedPriority: UInt64 = 0
    var isNominated = false
    var hasFailed = false
    /// When the first pair worked: a controlling agent nominates some time later.
    var firstSuccessAt: Instant?
    var consentExpiresAt: Instant?
    var nextConsentAt: Instant?
    var consentCheck: STUNTransactionID?

    init(number: UInt8) {
        self.number = number
    }

    mutating func restart() {
        selectedPriority = 0
        isNominated = false
        hasFailed = false
        firstSuccessAt = nil
        consentCheck = nil
    }
}
