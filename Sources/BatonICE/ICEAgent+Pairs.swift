import BatonBase

// The checklist: which candidates are tried with which, RFC 8445 §6.1.2.
extension ICEAgent {
    /// Adds a candidate of the peer's and its pairs. A known address is passed over.
    mutating func addRemote(_ candidate: ICECandidate) {
        guard components.contains(where: { $0.number == candidate.component }),
            !candidate.address.ip.isUnspecified, candidate.address.port != 0
        else { return }
        if let known = remoteIndex(candidate.address, candidate.component) {
            // A candidate that a check has shown is signalled late: its own priority counts.
            if remoteCandidates[known].type == .peerReflexive {
                remoteCandidates[known] = candidate
            }
            return
        }
        guard remoteCandidates.count < settings.remoteCandidateMax || evictRemote() else {
            counters.ignoredCandidates &+= 1
            return
        }
        remoteCandidates.append(candidate)
        guard !settings.isLite else { return }
        for local in localCandidates.indices { addPair(local, remoteCandidates.count - 1) }
        trimPairs()
    }

    /// Makes room for a candidate: the oldest that only a check has shown goes, as a peer that
    /// wanders from network to network leaves them behind. `false` when none may go.
    private mutating func evictRemote() -> Bool {
        let oldest = remoteCandidates.indices.first { index in
            remoteCandidates[index].type == .peerReflexive
                && !components.contains {
                    $0.number == remoteCandidates[index].component
                        && $0.selected?.remote == remoteCandidates[index].address
                }
        }
        guard let oldest else { return false }
        removeRemote(oldest)
        counters.evictedCandidates &+= 1
        return true
    }

    func remoteIndex(_ address: SocketAddress, _ component: UInt8) -> Int? {
        remoteCandidates.firstIndex { $0.address == address && $0.component == component }
    }

    func pairIndex(_ key: PairKey) -> Int? {
        pairs.firstIndex { $0.local == key.local && $0.remote == key.remote }
    }

    mutating func addPair(_ local: Int, _ remote: Int) {
        let (ours, theirs) = (localCandidates[local].candidate, remoteCandidates[remote])
        guard ours.component == theirs.component,
            ours.address.ip.family == theirs.address.ip.family,
            ours.address.ip.isLinkLocalV6 == theirs.address.ip.isLinkLocalV6
        else { return }
        var pair = ICECandidatePair(
            local: local, remote: remote, component: ours.component, priority: 0)
        pair.priority = priority(of: pair)
        let place = pairs.firstIndex { $0.priority < pair.priority } ?? pairs.count
        pairs.insert(pair, at: place)
        thaw(foundationOf: place)
    }

    /// The first pair of a foundation waits for its check, others are frozen until it has worked.
    private mutating func thaw(foundationOf index: Int) {
        let isFirst = !pairs.indices.contains {
            $0 != index && pairs[$0].state != .frozen && isSameFoundation($0, index)
        }
        let hasWorked = pairs.indices.contains {
            pairs[$0].state == .succeeded && isSameFoundation($0, index)
        }
        if isFirst || hasWorked { pairs[index].state = .waiting }
    }

    func isSameFoundation(_ first: Int, _ second: Int) -> Bool {
        let (one, other) = (pairs[first], pairs[second])
        return localCandidates[one.local].candidate.foundation
            == localCandidates[other.local].candidate.foundation
            && remoteCandidates[one.remote].foundation == remoteCandidates[other.remote].foundation
    }

    mutating func trimPairs() {
        guard pairs.count > settings.pairMax else { return }
        // The least important that nothing has come of yet.
        for index in pairs.indices.reversed() where pairs.count > settings.pairMax {
            if [.frozen, .waiting, .failed].contains(pairs[index].state) {
                pairs.remove(at: index)
            }
        }
    }

    /// Two lite agents check nothing: each uses the other's best candidate, RFC 8445 §8.2 (and
    /// RFC 8839 §4.4.1.2.2).
    mutating func selectWithoutChecks(at now: Instant) {
        for index in components.indices {
            let number = components[index].number
            let ours = localCandidates.indices.filter {
                localCandidates[$0].candidate.component == number
            }
            for local in ours {
                let family = localCandidates[local].candidate.address.ip.family
                let best = remoteCandidates.filter {
                    $0.component == number && $0.address.ip.family == family
                }.max { $0.priority < $1.priority }
                guard let best else { continue }
                select(
                    ICEComponentState.Selection(
                        base: localCandidates[local].base, remote: best.address, local: local),
                    priority: .max, of: index, at: now)
                components[index].isNominated = true
                break
            }
        }
    }
}
