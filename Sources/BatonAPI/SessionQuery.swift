/// Which sessions `GET /v1/sessions` lists, and in which order.
public struct SessionQuery: Hashable, Sendable {
    /// The order of the list: the first is what the name says.
    public enum Sort: String, Hashable, Sendable, CaseIterable {
        /// The newest first.
        case newest
        /// The oldest first.
        case oldest
        /// The worst quality first: lowest MOS, then most loss, then most jitter.
        case worst
        /// The most packets a second first.
        case busiest
        /// By call-id.
        case callID = "call-id"
    }

    /// Only sessions whose call-id or a tag contains this text.
    public var filter: String?
    /// Only sessions in this state.
    public var state: SessionSummary.State?
    /// The order.
    public var sort = Sort.newest
    /// The most sessions to list, 1…``limitMost``.
    public var limit = 100

    /// The most that ``limit`` may be.
    public static let limitMost = 1_000

    /// The hundred newest sessions.
    public init() {}
}

extension SessionQuery {
    /// Whether a session belongs into the list.
    public func matches(_ session: SessionSummary) -> Bool {
        if let state, session.state != state { return false }
        guard let filter, !filter.isEmpty else { return true }
        return session.callID.contains(filter) || session.fromTag.contains(filter)
            || session.toTag?.contains(filter) == true
    }

    /// Whether `one` comes before `other`.
    public func areInOrder(_ one: SessionSummary, _ other: SessionSummary) -> Bool {
        switch sort {
        case .newest: (other.startedUnixMs, one.callID) < (one.startedUnixMs, other.callID)
        case .oldest: (one.startedUnixMs, one.callID) < (other.startedUnixMs, other.callID)
        case .worst: one.badness(before: other)
        case .busiest:
            (other.packetsPerSecond, one.callID) < (one.packetsPerSecond, other.callID)
        case .callID: one.callID < other.callID
        }
    }

    /// The list that this query asks for, out of all sessions.
    public func answer(from all: [SessionSummary]) -> SessionListAnswer {
        var answer = SessionListAnswer()
        let matching = all.filter(matches)
        answer.total = all.count
        answer.matching = matching.count
        answer.sessions = Array(matching.sorted(by: areInOrder).prefix(limit))
        return answer
    }
}

extension SessionSummary {
    /// Lower MOS first, those without one last; then more loss, more jitter, the call-id.
    fileprivate func badness(before other: SessionSummary) -> Bool {
        let (one, two) = (mos ?? 9, other.mos ?? 9)
        if one != two { return one < two }
        if lossPercent != other.lossPercent { return lossPercent > other.lossPercent }
        if jitterMs != other.jitterMs { return jitterMs > other.jitterMs }
        return callID < other.callID
    }
}
