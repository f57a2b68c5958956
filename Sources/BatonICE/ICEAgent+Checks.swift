public import BatonBase

// Checks of our own, RFC 8445 §6.1.4 and §7.2.
extension ICEAgent {
    /// When ``tick(at:by:into:)`` wants to run next; `nil` when nothing is to be done.
    public var nextDeadline: Instant? {
        guard !settings.isLite, remoteCredentials != nil else { return nil }
        var next: Instant?
        func consider(_ instant: Instant) { next = min(next ?? instant, instant) }
        for pair in pairs {
            if let check = pair.check { consider(check.nextAt) }
        }
        if nextPairToCheck() != nil { consider(nextCheckAt) }
        for (index, component) in components.enumerated() {
            if let nomination = nomination(of: index) { consider(nomination.at) }
            if let instant = component.nextConsentAt { consider(instant) }
            if let instant = component.consentExpiresAt { consider(instant) }
        }
        return next
    }

    /// Does what is due: checks and their copies, nomination, consent.
    public mutating func tick(
        at now: Instant, by authenticator: some STUNAuthenticator,
        into output: inout some ICEOutput & ~Copyable
    ) {
        guard !settings.isLite, remoteCredentials != nil else { return }
        for index in pairs.indices { repeatCheck(of: index, at: now, authenticator, &output) }
        nominateIfDue(at: now)
        if nextCheckAt <= now, let index = takePairToCheck() {
            nextCheckAt = now + settings.pacing
            beginCheck(of: index, at: now, authenticator, &output)
        }
        keepConsent(at: now, authenticator, &output)
        failIfExhausted()
    }

    /// The next pair in turn: a triggered one, else the most important that waits or, when none
    /// does, that is frozen.
    private func nextPairToCheck() -> Int? {
        for key in triggered {
            if let index = pairIndex(key) { return index }
        }
        let open = pairs.indices.filter { index in
            !components.contains { $0.number == pairs[index].component && $0.isNominated }
        }
        return open.first { pairs[$0].state == .waiting }
            ?? open.first { index in
                pairs[index].state == .frozen
                    && !open.contains {
                        pairs[$0].state == .inProgress && isSameFoundation($0, index)
                    }
            }
    }

    private mutating func takePairToCheck() -> Int? {
        while let key = triggered.first, pairIndex(key) == nil { triggered.removeFirst() }
        let index = nextPairToCheck()
        if let index {
            triggered.removeAll {
                $0.local == pairs[index].local && $0.remote == pairs[index].remote
            }
        }
        return index
    }

    private mutating func beginCheck(
        of index: Int, at now: Instant, _ authenticator: some STUNAuthenticator,
        _ output: inout some ICEOutput & ~Copyable
    ) {
        let active = pairs.count { $0.state == .waiting || $0.state == .inProgress }
        let timeout = max(settings.retransmissionTimeout, settings.pacing * max(active, 1))
        if pairs[index].state != .succeeded { pairs[index].state = .inProgress }
        let check = ICECandidatePair.Check(
            transactionID: STUNTransactionID(using: &generator),
            nominates: role == .controlling && pairs[index].isNominatedOnSuccess, role: role,
            timeout: timeout, nextAt: now + timeout, lastWait: timeout * 16)
        pairs[index].check = check
        sendCheck(check, of: index, authenticator, &output)
    }

    /// Sends a check again when it has waited long enough, or gives it up: RFC 8489 §6.2.1.
    private mutating func repeatCheck(
        of index: Int, at now: Instant, _ authenticator: some STUNAuthenticator,
        _ output: inout some ICEOutput & ~Copyable
    ) {
        guard var check = pairs[index].check, check.nextAt <= now else { return }
        guard check.sentCount < settings.requestCount else {
            pairs[index].check = nil
            pairs[index].isNominatedOnSuccess = false
            pairs[index].state = .failed
            return
        }
        check.sentCount += 1
        check.timeout = check.timeout * 2
        let isLast = check.sentCount == settings.requestCount
        check.nextAt = now + (isLast ? check.lastWait : check.timeout)
        pairs[index].check = check
        sendCheck(check, of: index, authenticator, &output)
    }

    private func sendCheck(
        _ check: ICECandidatePair.Check, of index: Int, _ authenticator: some STUNAuthenticator,
        _ output: inout some ICEOutput & ~Copyable
    ) {
        sendRequest(
            check.transactionID, role: check.role, nominates: check.nominates,
            local: pairs[index].local, to: remoteCandidates[pairs[index].remote].address,
            authenticator, &output)
    }

    /// Sends a Binding request, RFC 8445 §7.1.
    func sendRequest(
        _ transactionID: STUNTransactionID, role: ICERole, nominates: Bool, local: Int,
        to remote: SocketAddress, _ authenticator: some STUNAuthenticator,
        _ output: inout some ICEOutput & ~Copyable
    ) {
        guard let theirs = remoteCredentials else { return }
        let candidate = localCandidates[local]
        let ours = localCredentials.usernameFragment
        let tiebreaker = tiebreaker
        output.send(from: candidate.base, to: remote) { bytes in
            var writer = STUNMessageWriter(.request, transactionID: transactionID, into: &bytes)
            writer.appendUsername(theirs.usernameFragment, ours, into: &bytes)
            writer.append(
                .priority,
                ICECandidate.priority(
                    .peerReflexive, localPreference: candidate.candidate.localPreference,
                    component: candidate.candidate.component),
                into: &bytes)
            writer.append(
                role == .controlling ? .iceControlling : .iceControlled, tiebreaker, into: &bytes)
            if nominates { writer.append(.useCandidate, into: &bytes) }
            writer.appendIntegrity(
                key: theirs.password.span.bytes, by: authenticator, into: &bytes)
            writer.appendFingerprint(into: &bytes)
            return writer.byteCount
        }
    }
}
