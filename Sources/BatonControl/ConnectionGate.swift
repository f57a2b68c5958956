import Synchronization

/// Counts the open connections and says whether one more may come.
final class ConnectionGate: Sendable {
    /// What happens to a new connection.
    enum Verdict: Hashable, Sendable {
        /// It is served.
        case serve
        /// It gets 503 and is closed once it has read it.
        case refuse
        /// It is closed at once: too many are being refused already.
        case drop
    }

    private struct State {
        var serving = 0
        var refusing = 0
        var refused: UInt64 = 0
    }

    /// How many connections are served at a time.
    let limit: Int
    /// How many connections are being refused at a time.
    let refusalLimit = 64
    private let state = Mutex(State())

    init(limit: Int) {
        self.limit = limit
    }

    /// How many connections were not served.
    var refused: UInt64 { state.withLock { $0.refused } }

    /// Takes a place for a new connection.
    func enter() -> Verdict {
        state.withLock { state in
            if state.serving < limit {
                state.serving += 1
                return .serve
            }
            state.refused &+= 1
            if state.refusing >= refusalLimit { return .drop }
            state.refusing += 1
            return .refuse
        }
    }

    /// Gives the place back.
    func leave(_ verdict: Verdict) {
        state.withLock { state in
            switch verdict {
            case .serve: state.serving -= 1
            case .refuse: state.refusing -= 1
            case .drop: break
            }
        }
    }
}
