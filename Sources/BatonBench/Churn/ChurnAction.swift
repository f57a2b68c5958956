/// What a soak does with a session.
enum ChurnAction: Hashable, Sendable {
    case make
    /// A new offer and answer by the caller.
    case reoffer
    /// A new offer by the callee.
    case reofferReversed
    case end

    /// The next request for `call`, after `reply` or at the start.
    func step(
        _ call: inout BenchCall, _ reply: ControlReply?, run: String
    ) -> ControlClient.Step {
        switch self {
        case .make, .reoffer:
            return call.negotiate(after: reply, run: run)
        case .reofferReversed:
            return call.negotiate(after: reply, run: run, isReversed: true)
        case .end:
            guard let reply else { return .request(call.delete(run: run)) }
            return reply.isGranted ? .finished : .failed(reply.refusal)
        }
    }
}

/// What a soak has done.
struct ChurnCounts: Sendable {
    private(set) var made: UInt64 = 0
    private(set) var reoffered: UInt64 = 0
    private(set) var ended: UInt64 = 0
    private(set) var failures: [String: Int] = [:]

    mutating func note(_ action: ChurnAction) {
        switch action {
        case .make: made += 1
        case .reoffer, .reofferReversed: reoffered += 1
        case .end: ended += 1
        }
    }

    mutating func note(_ outcome: ControlClient.Outcome) {
        failures.merge(outcome.failures, uniquingKeysWith: +)
    }
}
