import BatonBase

/// A local and a remote candidate that are tried together, RFC 8445 §6.1.2.
struct ICECandidatePair {
    /// How far the pair has been tried, RFC 8445 §6.1.2.6.
    enum State: Hashable {
        /// Waits until another pair of its foundation has worked.
        case frozen
        /// Will be checked in its turn.
        case waiting
        /// A check is under way.
        case inProgress
        /// A check has been answered.
        case succeeded
        /// No check was answered.
        case failed
    }

    /// A check under way.
    struct Check {
        var transactionID: STUNTransactionID
        var nominates: Bool
        /// The role that it was sent in; a response to it under another is of no use.
        var role: ICERole
        var sentCount = 1
        var timeout: Duration
        var nextAt: Instant
        /// How long the last copy waits for its answer: Rm of RFC 8489 §6.2.1, 16 timeouts.
        let lastWait: Duration
    }

    var local: Int
    var remote: Int
    var component: UInt8
    var priority: UInt64
    var state = State.frozen
    var check: Check?
    /// A check that a triggered one took the place of: it is not sent again, and an answer to it
    /// still counts, RFC 8445 §7.3.1.4.
    var cancelledCheck: Check?
    /// The controlling peer has nominated the pair, or we have.
    var isNominated = false
    /// A nomination that counts once the pair has worked, RFC 8445 §7.3.1.5.
    var isNominatedOnSuccess = false

    /// RFC 8445 §6.1.2.3: `controlling` and `controlled` are the two candidates' priorities.
    static func priority(controlling: UInt32, controlled: UInt32) -> UInt64 {
        // Wrapping: a peer's priority may be any 32 bits.
        UInt64(min(controlling, controlled)) << 32
            &+ 2 &* UInt64(max(controlling, controlled))
            &+ (controlling > controlled ? 1 : 0)
    }
}
