public import BatonBase

/// What a port makes of the source of a packet.
public enum SourceVerdict: UInt8, Hashable, Sendable {
    /// The packet is from the party.
    case accepted
    /// The packet is from the party, and packets to it go to this source from now on.
    case acceptedAndMoved
    /// The source's IP address is no candidate.
    case foreign
    /// The source's IP address is a candidate, but another of its ports is the party.
    case notSelected
}

/// Decides for one port whom it listens to and where it sends to.
///
/// The signalled address is where packets go until one arrives from a candidate; ``SourcePolicy``
/// says who is one. A source at exactly the signalled address is confirmed by its first packet.
/// Any other is confirmed three seconds after the first packet, and until then gives way to a
/// better one, or to an equal one when it has fallen silent: so neither a straggler of the
/// previous call nor an address rewritten by a NAT leaves the party without audio. A confirmed
/// endpoint is left only on signalling's demand (a new ``PortConfiguration/learningGeneration``)
/// or, with ``SourcePolicy/mediaHandover``, when it has fallen silent: for another candidate, or by
/// ``handOver(to:at:)`` for an address that the packet itself speaks for.
public struct EndpointLearner: Hashable, BitwiseCopyable, Sendable {
    /// How long the search for a better source goes on after the first packet.
    public static let learningNanoseconds: UInt64 = 3_000_000_000
    /// A selected source that was not heard for this long has fallen silent.
    public static let silenceNanoseconds: UInt64 = 200_000_000

    /// The source that is listened to.
    @usableFromInline var selected: SocketAddress?
    /// Whether the source is settled.
    public private(set) var isConfirmed = false
    @usableFromInline var lastHeardNanoseconds: UInt64 = 0
    /// Where packets to the party go, `nil` when nothing is to be sent.
    public private(set) var remote: SocketAddress?

    private var signalled: SocketAddress?
    private var policy = SourcePolicy()
    private var generation: UInt32 = 0
    private var selectedRank = Rank.none
    private var learningSinceNanoseconds: UInt64 = 0

    /// How well a source fits what was signalled; smaller is better.
    private enum Rank: UInt8, Comparable, BitwiseCopyable {
        case signalledAddress, signalledIP, otherCandidate, none
        static func < (lhs: Rank, rhs: Rank) -> Bool { lhs.rawValue < rhs.rawValue }
    }

    /// A learner with nowhere to send and nobody to listen to.
    public init() {}

    /// Takes what signalling says about the party.
    ///
    /// A new generation opens learning again; while the signalled address stays what it was,
    /// packets go on to the learned one until another proves better, so that a re-offer leaves no
    /// gap.
    public mutating func configure(
        remote newSignalled: SocketAddress?, policy: SourcePolicy, generation: UInt32
    ) {
        self.policy = policy
        guard let newSignalled else {
            remote = nil  // Held: listen to whom we listened to, send nothing.
            self.generation = generation
            return
        }
        let isSameAddress = newSignalled == signalled
        let reopens = generation != self.generation || !isSameAddress
        self.generation = generation
        signalled = newSignalled
        if !isSameAddress {
            remote = newSignalled
            selected = nil
        } else if remote == nil {
            remote = follows ? selected ?? newSignalled : newSignalled
        }
        guard reopens else { return }
        isConfirmed = false
        selectedRank = .none
        learningSinceNanoseconds = 0
    }

    /// Whether `source` is the confirmed one.
    func isSettled(on source: SocketAddress) -> Bool { isConfirmed && source == selected }

    /// Judges a packet's source. The common case, a confirmed source, is one comparison.
    @inlinable public mutating func judge(
        _ source: SocketAddress, at now: Instant
    ) -> SourceVerdict {
        if isConfirmed, source == selected {
            lastHeardNanoseconds = now.nanoseconds
            return .accepted
        }
        return judgeUnconfirmed(source, at: now)
    }

    @usableFromInline mutating func judgeUnconfirmed(
        _ source: SocketAddress, at now: Instant
    ) -> SourceVerdict {
        if isConfirmed { return judgeAfterConfirmation(source, at: now) }
        guard isCandidate(source) else { return .foreign }
        if policy.isAsymmetric {
            return policy.strictSource && source != signalled ? .notSelected : .accepted
        }
        switch policy.learning {
        case .immediate:
            return select(source, .signalledAddress, confirmed: true, at: now)
        case .delayed:
            return judgeDelayed(source, at: now)
        case .heuristic, .off:
            return judgeByRank(source, at: now)
        }
    }

    private mutating func judgeAfterConfirmation(
        _ source: SocketAddress, at now: Instant
    ) -> SourceVerdict {
        guard isCandidate(source) else { return .foreign }
        guard policy.mediaHandover, isSilent(at: now) else { return .notSelected }
        return select(source, rank(of: source), confirmed: true, at: now)
    }

    /// Whether a packet from an address that is no candidate may take over, if it is from the
    /// party.
    func awaitsHandover(at now: Instant) -> Bool {
        policy.mediaHandover && isConfirmed && isSilent(at: now)
    }

    /// Follows the party to a source that ``judge(_:at:)`` found foreign. The caller knows from the
    /// packet that it is the party's; nothing happens unless ``awaitsHandover(at:)``.
    mutating func handOver(to source: SocketAddress, at now: Instant) -> SourceVerdict {
        guard awaitsHandover(at: now) else { return .foreign }
        return select(source, .otherCandidate, confirmed: true, at: now)
    }

    /// Settles on the address that ICE has found: nobody else is listened to, packets go there.
    mutating func pin(_ source: SocketAddress, at now: Instant) {
        selected = source
        remote = source
        selectedRank = .signalledAddress
        isConfirmed = true
        lastHeardNanoseconds = now.nanoseconds
    }

    /// Sends nothing any more, until ``pin(_:at:)`` or a configuration says where to.
    mutating func silence() {
        remote = nil
    }

    private mutating func judgeDelayed(
        _ source: SocketAddress, at now: Instant
    ) -> SourceVerdict {
        if learningSinceNanoseconds == 0 { learningSinceNanoseconds = max(now.nanoseconds, 1) }
        guard isLearningOver(at: now) else { return .accepted }
        return select(source, rank(of: source), confirmed: true, at: now)
    }

    private mutating func judgeByRank(
        _ source: SocketAddress, at now: Instant
    ) -> SourceVerdict {
        if learningSinceNanoseconds == 0 { learningSinceNanoseconds = max(now.nanoseconds, 1) }
        let rank = rank(of: source)
        let isOver = isLearningOver(at: now)
        if source == selected, selectedRank != .none {
            lastHeardNanoseconds = now.nanoseconds
            isConfirmed = isOver
            return .accepted
        }
        guard rank < selectedRank || isSilent(at: now) else { return .notSelected }
        return select(source, rank, confirmed: rank == .signalledAddress || isOver, at: now)
    }

    private mutating func select(
        _ source: SocketAddress, _ rank: Rank, confirmed: Bool, at now: Instant
    ) -> SourceVerdict {
        selected = source
        selectedRank = rank
        isConfirmed = confirmed
        lastHeardNanoseconds = now.nanoseconds
        guard follows, remote != nil, remote != source else { return .accepted }
        remote = source
        return .acceptedAndMoved
    }

    /// Whether packets are sent to where the party's packets come from.
    private var follows: Bool { policy.learning != .off && !policy.isAsymmetric }

    /// An address that was handed over to stays one when a re-offer opens learning again.
    private func isCandidate(_ source: SocketAddress) -> Bool {
        policy.permitsAnyAddress || source.ip == signalled?.ip || source.ip == policy.receivedFrom
            || (policy.mediaHandover && source == selected)
    }

    /// The source that was settled on before a re-offer is as good as the signalled address.
    private func rank(of source: SocketAddress) -> Rank {
        if source == signalled || source == selected { return .signalledAddress }
        return source.ip == signalled?.ip ? .signalledIP : .otherCandidate
    }

    private func isSilent(at now: Instant) -> Bool {
        now.nanosecondsSince(Instant(nanoseconds: lastHeardNanoseconds)) >= Self.silenceNanoseconds
    }

    private func isLearningOver(at now: Instant) -> Bool {
        now.nanosecondsSince(Instant(nanoseconds: learningSinceNanoseconds))
            >= Self.learningNanoseconds
    }
}
