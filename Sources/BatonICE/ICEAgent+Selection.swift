import BatonBase

// Which pair carries the media, RFC 8445 §8.
extension ICEAgent {
    /// Uses a pair for the component at `index` and tells the driver when that changes anything.
    mutating func select(
        _ selection: ICEComponentState.Selection, priority: UInt64, of index: Int, at now: Instant
    ) {
        components[index].selectedPriority = priority
        components[index].hasFailed = false
        guard components[index].selected != selection else { return }
        components[index].selected = selection
        components[index].consentExpiresAt = nil
        components[index].nextConsentAt = nil
        components[index].consentCheck = nil
        if !settings.isLite { startConsent(of: index, at: now) }
        events.append(
            .selected(
                component: components[index].number, base: selection.base,
                remote: selection.remote))
    }

    func componentIndex(_ number: UInt8) -> Int? {
        components.firstIndex { $0.number == number }
    }

    /// A pair works. Before a nomination the best that works is used, so that nobody waits for
    /// sound; a nominated one always is.
    mutating func pairWorked(
        local: Int, remote: Int, isNominated: Bool, priority: UInt64, at now: Instant
    ) {
        let candidate = localCandidates[local]
        guard let index = componentIndex(candidate.candidate.component) else { return }
        if components[index].firstSuccessAt == nil { components[index].firstSuccessAt = now }
        let isBetter =
            !components[index].isNominated
            && (components[index].selected == nil || priority > components[index].selectedPriority)
        guard isNominated || isBetter else { return }
        if isNominated { components[index].isNominated = true }
        select(
            ICEComponentState.Selection(
                base: candidate.base, remote: remoteCandidates[remote].address, local: local),
            priority: priority, of: index, at: now)
    }

    /// A controlling agent nominates the best pair of a component that works, once nothing better
    /// can be expected soon.
    mutating func nominateIfDue(at now: Instant) {
        for index in components.indices {
            guard let nomination = nomination(of: index), nomination.at <= now else { continue }
            pairs[nomination.pair].isNominatedOnSuccess = true
            trigger(nomination.pair)
        }
    }

    /// Which pair of the component at `index` to nominate, and when; `nil` when one is nominated,
    /// or about to be, or none works.
    func nomination(of index: Int) -> (pair: Int, at: Instant)? {
        let number = components[index].number
        guard role == .controlling, !settings.isLite, !components[index].isNominated,
            let first = components[index].firstSuccessAt,
            !pairs.contains(where: { $0.component == number && $0.isNominatedOnSuccess }),
            let best = pairs.firstIndex(where: {
                $0.component == number && $0.state == .succeeded
            })
        else { return nil }
        let mayImprove = pairs[..<best].contains {
            $0.component == number && $0.state != .failed
        }
        return (best, mayImprove ? first + settings.nominationDelay : first)
    }

    /// Says that a component has failed when every pair has, and no more will come.
    mutating func failIfExhausted() {
        guard hasAllRemoteCandidates, !settings.isLite else { return }
        for index in components.indices
        where components[index].selected == nil && !components[index].hasFailed {
            let number = components[index].number
            guard !pairs.contains(where: { $0.component == number && $0.state != .failed }) else {
                continue
            }
            components[index].hasFailed = true
            events.append(.failed(component: number))
        }
    }
}
