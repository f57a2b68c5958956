public import BatonBase

// Answering checks, RFC 8445 §7.3.
extension ICEAgent {
    /// Takes a STUN message that came from `source` to socket `base`.
    public mutating func receive(
        _ message: borrowing STUNMessageView, from source: SocketAddress, on base: Int,
        at now: Instant, by authenticator: some STUNAuthenticator,
        into output: inout some ICEOutput & ~Copyable
    ) {
        guard message.method == .binding, message.isFingerprintValid != false else {
            counters.badRequests &+= 1
            return
        }
        switch message.messageClass {
        case .request:
            let answer = take(message, from: source, on: base, at: now, by: authenticator)
            guard mayAnswer(answer, at: now) else { return }
            let sent = send(
                answer, to: message.transactionID, source, from: base,
                limit: message.bytes.byteCount, authenticator, &output)
            if !sent { counters.unansweredRequests &+= 1 }
        case .successResponse, .errorResponse:
            takeResponse(message, from: source, on: base, at: now, by: authenticator)
        case .indication: break
        }
    }

    /// What a request is answered.
    private enum Answer {
        case success
        /// A refusal; only what was authenticated gets a signed one.
        case refusal(STUNErrorCode, isSigned: Bool, unknown: [STUNAttributeType] = [])
    }

    private mutating func take(
        _ message: borrowing STUNMessageView, from source: SocketAddress, on base: Int,
        at now: Instant, by authenticator: some STUNAuthenticator
    ) -> Answer {
        // RFC 8489 §9.1.3.
        guard message.hasIntegrity, message.range(of: .username) != nil else {
            counters.unauthenticated &+= 1
            return .refusal(.badRequest, isSigned: false)
        }
        let key = localCredentials.password
        guard isForUs(message), message.isAuthentic(key: key.span.bytes, by: authenticator) else {
            counters.unauthenticated &+= 1
            return .refusal(.unauthenticated, isSigned: false)
        }
        let unknown = message.unknownRequiredAttributes
        guard unknown.isEmpty else {
            counters.badRequests &+= 1
            return .refusal(.unknownAttribute, isSigned: true, unknown: unknown)
        }
        guard agreesOnRoles(message) else { return .refusal(.roleConflict, isSigned: true) }
        noteCheck(
            from: source, on: base, priority: message.priority,
            nominates: message.hasUseCandidate, at: now)
        return .success
    }

    /// Refusals of what anybody may have sent are few: RFC 8489 §16.1.2 tells of their abuse.
    private mutating func mayAnswer(_ answer: Answer, at now: Instant) -> Bool {
        guard case .refusal(_, isSigned: false, _) = answer else { return true }
        if now >= refusalsSince + .seconds(1) {
            refusalsSince = now
            refusalCount = 0
        }
        guard refusalCount < settings.refusalsPerSecondMax else {
            counters.unansweredRequests &+= 1
            return false
        }
        refusalCount += 1
        return true
    }

    /// USERNAME is our fragment, a colon and the peer's, as far as that is known yet.
    private func isForUs(_ message: borrowing STUNMessageView) -> Bool {
        if let remote = remoteCredentials {
            return message.isUsername(
                localCredentials.usernameFragment, remote.usernameFragment)
        }
        return message.hasUsernamePrefix(localCredentials.usernameFragment)
    }

    /// Settles who controls, RFC 8445 §7.3.1.1; `false` when the peer has to change its mind.
    private mutating func agreesOnRoles(_ message: borrowing STUNMessageView) -> Bool {
        switch role {
        case .controlling:
            guard let theirs = message.controllingTiebreaker else { return true }
            if tiebreaker >= theirs { return false }
            setRole(.controlled)
        case .controlled:
            guard let theirs = message.controlledTiebreaker else { return true }
            // A lite agent cannot control: it has no checks to nominate with.
            if settings.isLite || tiebreaker < theirs { return false }
            setRole(.controlling)
        }
        return true
    }

    /// An authenticated check has come: its source is a candidate of the peer's, and worth a check
    /// of our own, RFC 8445 §7.3.1.3 to §7.3.1.5.
    private mutating func noteCheck(
        from source: SocketAddress, on base: Int, priority: UInt32?, nominates: Bool,
        at now: Instant
    ) {
        guard let local = localCandidates.firstIndex(where: { $0.base == base }) else { return }
        let component = localCandidates[local].candidate.component
        if remoteIndex(source, component) == nil {
            addRemote(
                ICECandidate(
                    component: component, type: .peerReflexive, priority: priority ?? 1,
                    address: source, foundation: "\(source)"))
        }
        guard let remote = remoteIndex(source, component) else { return }
        guard !settings.isLite else {
            pairWorked(
                local: local, remote: remote, isNominated: nominates,
                priority: UInt64(remoteCandidates[remote].priority), at: now)
            return
        }
        guard let index = pairIndex(PairKey(local: local, remote: remote)) else { return }
        if nominates, role == .controlled { noteNomination(of: index, at: now) }
        if pairs[index].state != .succeeded { trigger(index) }
    }

    private mutating func noteNomination(of index: Int, at now: Instant) {
        guard pairs[index].state == .succeeded else {
            pairs[index].isNominatedOnSuccess = true
            return
        }
        pairs[index].isNominated = true
        pairWorked(
            local: pairs[index].local, remote: pairs[index].remote, isNominated: true,
            priority: pairs[index].priority, at: now)
    }

    /// Puts a pair before all others; a check that is under way is begun anew.
    mutating func trigger(_ index: Int) {
        if let check = pairs[index].check { pairs[index].cancelledCheck = check }
        pairs[index].check = nil
        if pairs[index].state != .succeeded { pairs[index].state = .waiting }
        let key = PairKey(local: pairs[index].local, remote: pairs[index].remote)
        if !triggered.contains(key) { triggered.append(key) }
    }

    /// Answers a request. A refusal that is not signed is no longer than `limit` bytes, the length
    /// of the request: `false` when it would be.
    private func send(
        _ answer: Answer, to transactionID: STUNTransactionID, _ source: SocketAddress,
        from base: Int, limit: Int, _ authenticator: some STUNAuthenticator,
        _ output: inout some ICEOutput & ~Copyable
    ) -> Bool {
        let key = localCredentials.password
        var isWithinLimit = true
        output.send(from: base, to: source) { bytes in
            var writer: STUNMessageWriter
            var isSigned = true
            switch answer {
            case .success:
                writer = STUNMessageWriter(
                    .successResponse, transactionID: transactionID, into: &bytes)
                writer.appendXORMappedAddress(source, into: &bytes)
            case .refusal(let code, let signed, let unknown):
                isSigned = signed
                writer = STUNMessageWriter(
                    .errorResponse, transactionID: transactionID, into: &bytes)
                writer.appendErrorCode(code, into: &bytes)
                if !unknown.isEmpty { writer.appendUnknownAttributes(unknown, into: &bytes) }
            }
            if isSigned {
                writer.appendIntegrity(key: key.span.bytes, by: authenticator, into: &bytes)
            }
            writer.appendFingerprint(into: &bytes)
            isWithinLimit = isSigned || writer.byteCount <= limit
            return isWithinLimit ? writer.byteCount : 0
        }
        return isWithinLimit
    }
}
