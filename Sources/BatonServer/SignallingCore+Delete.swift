public import BatonBase
import BatonConfig
import BatonMedia
import BatonNG

// delete, and the end of sessions (N8).
extension SignallingCore {
    /// Executes a delete.
    func delete(_ request: NGRequest, at now: Instant) -> Outcome {
        guard let callID = request.callID, !callID.isEmpty else {
            return Outcome(.error(.noCallID))
        }
        let honoured = request.flags.contains(.honourToTag) ? request.toTag : nil
        guard let record = table.record(callID) else { return notFound(request) }
        var remainder = record.session
        guard
            let commands = remainder.end(
                fromTag: request.fromTag, toTag: honoured, viaBranch: request.viaBranch)
        else { return notFound(request) }
        let outcome = figuresOutcome(of: record, request, at: now)
        record.lastSignalAt = now
        if remainder.parties.isEmpty {
            end(record, .deleted, lingersFor: delay(of: request), at: now)
        } else {
            retire(commands, of: record.session, in: record)
            plane.submit(commands, worker: record.worker)
            record.session = remainder
            followPlaybacks(record, at: now)
            schedule(record, at: now)
        }
        return outcome
    }

    private func delay(of request: NGRequest) -> Duration {
        guard let seconds = request.deleteDelaySeconds, seconds >= 0 else {
            return settings.timeouts.deleteDelay
        }
        return .seconds(min(seconds, 86_400))
    }

    /// The proxies delete calls that never were or are gone already; that is no error unless the
    /// request says so.
    private func notFound(_ request: NGRequest) -> Outcome {
        let reason = NGErrorReason.callNotFound
        if request.flags.contains(.fatal) { return Outcome(.error(reason)) }
        var reply = NGReply.ok(warning: reason.rawValue)
        reply.addWarning(request.warning)
        return Outcome(reply)
    }

    /// The figures at the time of the delete; with `fast` an empty reply.
    private func figuresOutcome(
        of record: SessionRecord, _ request: NGRequest, at now: Instant
    ) -> Outcome {
        guard !request.flags.contains(.fast) else {
            return Outcome(.ok(warning: request.warning))
        }
        let make = { [self] (extent: FigureExtent) in
            NGReply.ok(
                sessionFigures(of: record, tags: nil, extent: extent, at: now),
                warning: request.warning)
        }
        return Outcome(make(.whole), shorten: make)
    }

    // MARK: - Ends

    /// Ends a session: its end is told at once, its ports return after `delay`.
    func end(
        _ record: SessionRecord, _ reason: EndReason, lingersFor delay: Duration, at now: Instant
    ) {
        endPlaybacks(of: record)
        if !record.isLingering {
            endCopies(of: record, at: now)
            totals.ended[reason, default: 0] &+= 1
            let summary = callRecord(of: record, reason, at: now)
            figures.add(summary)
            emit(.ended(summary), callID: record.callID, at: now)
            totals.lingeringSessions += 1
        }
        let removal = min(record.removalAt ?? Instant(nanoseconds: .max), now + delay)
        record.removalAt = removal
        if removal <= now {
            remove(record)
        } else {
            table.arm(record, at: removal)
        }
    }

    /// Returns the ports of a session that has ended, and forgets it.
    func remove(_ record: SessionRecord) {
        for pair in record.session.portPairs {
            plane.submit([.close(pair.rtp.slot), .close(pair.rtcp.slot)], worker: record.worker)
        }
        table.remove(record)
        totals.lingeringSessions -= 1
        updateSessionCounts()
    }

    /// Ends a session at once, at the API's request; `nil` when there is none that lives.
    public func endSession(_ callID: String, at now: Instant) -> CallRecord? {
        guard let record = table.record(callID), !record.isLingering else { return nil }
        let summary = callRecord(of: record, .endedByAPI, at: now)
        end(record, .endedByAPI, lingersFor: .zero, at: now)
        return summary
    }

    /// Ends every session and returns all ports.
    public func endAll(_ reason: EndReason, at now: Instant) {
        for record in Array(table.all) { end(record, reason, lingersFor: .zero, at: now) }
    }

    /// Adds the counters of ports that are about to be closed to the session's totals. `session` is
    /// what it was while it had them.
    func retire(_ commands: [PortCommand], of session: Session, in record: SessionRecord) {
        for case .close(let slot) in commands {
            session.forEachStreamPair { pair in
                if pair.rtp.slot == slot {
                    record.retired.add(traffic(of: slot, worker: record.worker))
                } else if pair.rtcp.slot == slot {
                    record.retired.add(rtcpTraffic(of: slot, worker: record.worker))
                }
            }
        }
    }

    func updateSessionCounts() {
        totals.sessions = table.count
        totals.peakSessions = max(totals.peakSessions, table.count)
    }
}
