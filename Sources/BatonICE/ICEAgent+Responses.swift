import BatonBase

// What our checks are answered, RFC 8445 §7.2.5.
extension ICEAgent {
    mutating func takeResponse(
        _ message: borrowing STUNMessageView, from source: SocketAddress, on base: Int,
        at now: Instant, by authenticator: some STUNAuthenticator
    ) {
        let identifier = message.transactionID
        guard let theirs = remoteCredentials,
            message.isAuthentic(key: theirs.password.span.bytes, by: authenticator)
        else {
            counters.strayResponses &+= 1
            return
        }
        if let index = components.firstIndex(where: { $0.consentCheck == identifier }) {
            if message.messageClass == .successResponse { renewConsent(of: index, at: now) }
            return
        }
        guard let (index, check) = takeCheck(identifier) else {
            counters.strayResponses &+= 1
            return
        }
        guard message.messageClass == .successResponse else {
            takeRefusal(message.errorCode, of: check, at: index)
            return
        }
        // Source and destination must mirror the request's, §7.2.5.2.1.
        guard source == remoteCandidates[pairs[index].remote].address,
            localCandidates[pairs[index].local].base == base
        else {
            pairs[index].state = .failed
            return
        }
        checkSucceeded(check, at: index, now)
    }

    /// The check with this identifier, which is over now.
    private mutating func takeCheck(
        _ identifier: STUNTransactionID
    ) -> (pair: Int, check: ICECandidatePair.Check)? {
        for index in pairs.indices {
            if let check = pairs[index].check, check.transactionID == identifier {
                pairs[index].check = nil
                return (index, check)
            }
            if let check = pairs[index].cancelledCheck, check.transactionID == identifier {
                pairs[index].cancelledCheck = nil
                return (index, check)
            }
        }
        return nil
    }

    /// 487 changes our role and tries again, §7.2.5.1; anything else fails the pair.
    private mutating func takeRefusal(
        _ code: Int?, of check: ICECandidatePair.Check, at index: Int
    ) {
        guard code == STUNErrorCode.roleConflict.rawValue else {
            pairs[index].state = .failed
            pairs[index].isNominatedOnSuccess = false
            return
        }
        let key = PairKey(local: pairs[index].local, remote: pairs[index].remote)
        pairs[index].isNominatedOnSuccess = false
        if check.role == role { setRole(role.other) }
        if let index = pairIndex(key) { trigger(index) }
    }

    private mutating func checkSucceeded(
        _ check: ICECandidatePair.Check, at index: Int, _ now: Instant
    ) {
        pairs[index].state = .succeeded
        for other in pairs.indices
        where pairs[other].state == .frozen && isSameFoundation(other, index) {
            pairs[other].state = .waiting
        }
        let isNominated =
            check.nominates
            || (role == .controlled && pairs[index].isNominatedOnSuccess)
        if isNominated {
            pairs[index].isNominated = true
            stopChecks(of: pairs[index].component, but: index)
        }
        pairWorked(
            local: pairs[index].local, remote: pairs[index].remote, isNominated: isNominated,
            priority: pairs[index].priority, at: now)
    }

    /// After a nomination the component's other pairs are left alone, §8.1.2.
    private mutating func stopChecks(of component: UInt8, but chosen: Int) {
        for index in pairs.indices where index != chosen && pairs[index].component == component {
            pairs[index].check = nil
            if pairs[index].state == .inProgress { pairs[index].state = .waiting }
        }
        triggered.removeAll { key in
            pairs.contains {
                $0.local == key.local && $0.remote == key.remote && $0.component == component
            }
        }
    }
}
