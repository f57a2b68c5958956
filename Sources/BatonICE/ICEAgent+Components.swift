import BatonBase

// Components that come and go while the agent lives: RTCP has one of its own until both sides have
// agreed to multiplex it with RTP (RFC 8445 §12, RFC 5761 §5.1.3).
extension ICEAgent {
    /// Takes a component away: its candidates, its pairs, its selection. The others stay as they
    /// are, and nothing is sent from the component's sockets any more.
    public mutating func removeComponent(_ number: UInt8) {
        guard componentIndex(number) != nil else { return }
        components.removeAll { $0.number == number }
        events.removeAll { $0.component == number }
        pairs.removeAll { $0.component == number }
        for index in localCandidates.indices.reversed()
        where localCandidates[index].candidate.component == number {
            removeLocal(index)
        }
        for index in remoteCandidates.indices.reversed()
        where remoteCandidates[index].component == number {
            removeRemote(index)
        }
    }

    /// Adds candidates of our own, perhaps of components that were not there; the others stay as
    /// they are. The caller gives no candidate twice.
    public mutating func addCandidates(_ candidates: [ICELocalCandidate]) {
        for candidate in candidates {
            let number = candidate.candidate.component
            if componentIndex(number) == nil {
                components.append(ICEComponentState(number: number))
                components.sort { $0.number < $1.number }
            }
            localCandidates.append(candidate)
            guard !settings.isLite else { continue }
            for remote in remoteCandidates.indices {
                addPair(localCandidates.count - 1, remote)
            }
            trimPairs()
        }
    }

    /// Takes the candidates at a socket away, with their pairs. A component that used one of them
    /// is as if the peer had stopped agreeing: nothing is sent until another pair works.
    public mutating func removeCandidates(at base: Int) {
        for index in components.indices where components[index].selected?.base == base {
            loseConsent(index)
        }
        for index in localCandidates.indices.reversed() where localCandidates[index].base == base {
            pairs.removeAll { $0.local == index }
            removeLocal(index)
        }
    }

    /// Takes a candidate of our own away that no pair has; what names a later one is renumbered.
    private mutating func removeLocal(_ removed: Int) {
        localCandidates.remove(at: removed)
        triggered.removeAll { $0.local == removed }
        for index in pairs.indices where pairs[index].local > removed { pairs[index].local -= 1 }
        for index in triggered.indices where triggered[index].local > removed {
            triggered[index].local -= 1
        }
        for index in components.indices {
            if let local = components[index].selected?.local, local > removed {
                components[index].selected?.local = local - 1
            }
        }
    }

    /// Takes a candidate of the peer's away with its pairs; what names a later one is renumbered.
    mutating func removeRemote(_ removed: Int) {
        remoteCandidates.remove(at: removed)
        pairs.removeAll { $0.remote == removed }
        triggered.removeAll { $0.remote == removed }
        for index in pairs.indices where pairs[index].remote > removed { pairs[index].remote -= 1 }
        for index in triggered.indices where triggered[index].remote > removed {
            triggered[index].remote -= 1
        }
    }
}

extension ICEEvent {
    /// The component that it is about.
    var component: UInt8 {
        switch self {
        case .selected(let component, _, _), .failed(let component), .consentLost(let component):
            component
        }
    }
}
