import BatonBase
import BatonConfig
import BatonMedia
import BatonNG
import BatonSDP

// offer and answer (N7, N9, N12 – N18).
extension SignallingCore {
    /// Executes an offer or an answer.
    func negotiate(_ request: NGRequest, isOffer: Bool, at now: Instant) -> NGReply {
        do throws(NGError) {
            guard let body = request.sdp, !body.isEmpty else { throw NGError(.noSDP) }
            guard let callID = request.callID, !callID.isEmpty else { throw NGError(.noCallID) }
            guard let fromTag = request.fromTag, !fromTag.isEmpty else {
                throw NGError(.noFromTag)
            }
            if !isOffer, request.toTag?.isEmpty ?? true { throw NGError(.noToTag) }
            if request.flags.contains(.fragment) {
                return try addCandidates(
                    body, request, callID, sender: isOffer ? fromTag : request.toTag ?? "",
                    receiver: isOffer ? request.toTag : fromTag, at: now)
            }
            let description = try parse(body)
            if let record = table.record(callID) {
                if record.isLingering, let refusal = refusal(at: now) {
                    return refuse(refusal, request)
                }
                return try renegotiate(
                    record, request, description, fromTag: fromTag, isOffer: isOffer, at: now)
            }
            guard isOffer else {
                throw NGError(.unknownCallID, detail: "no session has the call-id '\(callID)'")
            }
            if let refusal = refusal(at: now) { return refuse(refusal, request) }
            return try open(callID, request, description, fromTag: fromTag, at: now)
        } catch {
            return .error(error)
        }
    }

    private func parse(_ body: NGBytes) throws(NGError) -> SessionDescription {
        do {
            return try SessionDescription(parsing: body.array, limits: sdpLimits)
        } catch {
            throw NGError(.sdpParse, detail: error.description)
        }
    }

    var sdpLimits: SDPLimits {
        var limits = SDPLimits()
        limits.bytesMax = settings.limits.sdpBytes
        return limits
    }

    /// The first offer of a call.
    private func open(
        _ callID: String, _ request: NGRequest, _ description: SessionDescription,
        fromTag: String, at now: Instant
    ) throws(NGError) -> NGReply {
        let worker = plane.leastLoadedWorker()
        var session = Session(callID: callID, limits: settings.sessionLimits, at: now)
        let result = try exchange(
            &session, request, description, fromTag: fromTag, worker: worker, isOffer: true,
            at: now)
        // An SDP that this process has written itself passes untouched; there is no session in it.
        if session.parties.isEmpty { return reply(to: request, with: result) }
        let record = table.insert(session, worker: worker, at: now)
        totals.createdSessions &+= 1
        emit(.started, callID: callID, at: now)
        return finish(record, result, request, isOffer: true, at: now)
    }

    /// A further offer, or an answer. A call that lingers after its end comes back to life.
    private func renegotiate(
        _ record: SessionRecord, _ request: NGRequest, _ description: SessionDescription,
        fromTag: String, isOffer: Bool, at now: Instant
    ) throws(NGError) -> NGReply {
        let before = record.session
        let result = try exchange(
            &record.session, request, description, fromTag: fromTag, worker: record.worker,
            isOffer: isOffer, at: now)
        if record.isLingering {
            record.removalAt = nil
            totals.lingeringSessions -= 1
            emit(.started, callID: record.callID, at: now)
        }
        if !isOffer, record.answeredAt == nil {
            record.answeredAt = now
            totals.answeredSessions &+= 1
        }
        if let service = record.session.typeOfService, service != before.typeOfService {
            setTypeOfService(service, of: record)
        }
        retire(result.commands, of: before, in: record)
        return finish(record, result, request, isOffer: isOffer, at: now)
    }

    /// Lets the session work out what to do, and opens ports for it.
    private func exchange(
        _ session: inout Session, _ request: NGRequest, _ description: SessionDescription,
        fromTag: String, worker: Int, isOffer: Bool, at now: Instant
    ) throws(NGError) -> NegotiationResult {
        let options = SignallingOptions(request, fromTag: fromTag, defaults: settings)
        plane.select(
            PortContext(
                worker: worker, holder: session.callID,
                typeOfService: options.typeOfService ?? session.typeOfService, now: now))
        do throws(NegotiationError) {
            if isOffer {
                return try session.offer(
                    description, options, ports: &plane, using: &random, at: now)
            }
            return try session.answer(description, options, ports: &plane, using: &random, at: now)
        } catch {
            plane.submit(error.commands, worker: worker)
            throw NGError(NGErrorReason(rawValue: error.reason.rawValue), detail: error.detail)
        }
    }

    private func finish(
        _ record: SessionRecord, _ result: NegotiationResult, _ request: NGRequest,
        isOffer: Bool, at now: Instant
    ) -> NGReply {
        plane.submit(result.commands, worker: record.worker)
        followPlaybacks(record, at: now)
        record.lastSignalAt = now
        if let target = request.timeoutCallback { record.noticeTarget = target }
        if let place = request.dtmf.logDestination.flatMap({ SocketAddress($0) }) {
            record.dtmfDestination = place
        }
        followTriggers(of: record, request, isOffer: isOffer)
        schedule(record, at: now)
        updateSessionCounts()
        var reply = reply(to: request, with: result)
        followRecording(of: record, request, &reply, at: now)
        return reply
    }

    private func reply(to request: NGRequest, with result: NegotiationResult) -> NGReply {
        var body = NGDictionary()
        body.append("sdp", .string(NGBytes(result.sdp.serialized())))
        var reply = NGReply.ok(body, warning: request.warning)
        for warning in result.warnings { reply.addWarning(warning) }
        return reply
    }

    private func setTypeOfService(_ service: UInt8, of record: SessionRecord) {
        for pair in record.session.portPairs {
            plane.setTypeOfService(service, of: pair.rtp.slot, worker: record.worker)
            plane.setTypeOfService(service, of: pair.rtcp.slot, worker: record.worker)
        }
    }
}

// Limits on new sessions (N9).
extension SignallingCore {
    /// Why no new session is taken now, `nil` when one is.
    func refusal(at now: Instant) -> NGError? {
        let limits = settings.limits
        if isDraining {
            return NGError(.sessionLimit, detail: "the server is draining: no new sessions")
        }
        let active = table.count - totals.lingeringSessions
        if let limit = limits.sessions, active >= limit {
            return NGError(.sessionLimit, detail: "\(active) sessions, the limit is \(limit)")
        }
        if let limit = limits.cpuPercent, load.cpuPercent >= Double(limit) {
            return NGError(
                .cpuLimit, detail: "CPU use is \(Int(load.cpuPercent)) %, the limit is \(limit) %")
        }
        if let limit = limits.bandwidthBitsPerSecond, load.bitsPerSecond >= UInt64(clamping: limit)
        {
            return NGError(
                .bandwidthLimit, detail: "\(load.bitsPerSecond) bit/s, the limit is \(limit) bit/s")
        }
        if let limit = limits.sessionsPerSecond, !rate.take(perSecond: limit, at: now) {
            return NGError(.loadLimit, detail: "more than \(limit) new sessions a second")
        }
        return nil
    }

    /// `load limit` for those who know it, otherwise the one error that every proxy knows (P2).
    func refuse(_ refusal: NGError, _ request: NGRequest) -> NGReply {
        totals.refused &+= 1
        guard request.supportsLoadLimit else {
            let cause = refusal.detail.map { "\(refusal.reason.rawValue): \($0)" }
            return .error(.sessionLimit, detail: cause ?? refusal.reason.rawValue)
        }
        return .loadLimit(refusal.reason, for: request, detail: refusal.detail)
    }
}
