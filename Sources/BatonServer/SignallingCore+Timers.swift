public import BatonBase
import BatonConfig
import BatonMedia
import BatonNG
import BatonSDP

// Timeouts, and the regular look at a session's counters (N25).
extension SignallingCore {
    /// Does what is due. The driver calls it at ``nextDeadline``.
    public func tick(at now: Instant) {
        while let record = table.expire(at: now) { check(record, at: now) }
    }

    /// When ``tick(at:)`` next has something to do, at the latest.
    public var nextDeadline: Instant? { table.nextDeadline }

    /// Uses other settings from now on; timers of running sessions follow (N28).
    public func apply(_ settings: SignallingSettings, at now: Instant) {
        if settings.cookies != self.settings.cookies {
            cookies = CookieCache(limits: settings.cookies)
        }
        self.settings = settings
        for record in Array(table.all) where !record.isLingering { schedule(record, at: now) }
    }

    /// Sets the session's timer to its next look or its nearest timeout.
    func schedule(_ record: SessionRecord, at now: Instant) {
        var next = now + settings.sampleInterval
        if record.answeredAt == nil { next = Instant(nanoseconds: .max) }
        if let deadline = deadline(of: record)?.at { next = min(next, deadline) }
        if let deadline = record.triggerDeadline { next = min(next, deadline) }
        if next.nanoseconds < .max { table.arm(record, at: next) }
    }

    private func check(_ record: SessionRecord, at now: Instant) {
        if let removal = record.removalAt {
            if removal <= now { remove(record) } else { table.arm(record, at: removal) }
            return
        }
        runTriggers(of: record, at: now)
        if record.answeredAt != nil {
            noteArrivals(of: record)
            sampleQuality(of: record, at: now)
            watchForOneWayAudio(in: record, at: now)
            watchSetup(of: record, at: now)
        }
        if let deadline = deadline(of: record), deadline.at <= now {
            end(record, deadline.reason, lingersFor: .zero, at: now)
        } else {
            schedule(record, at: now)
        }
    }

    /// When the session will end by itself if nothing happens until then, and why.
    private func deadline(of record: SessionRecord) -> (at: Instant, reason: EndReason)? {
        let timeouts = settings.timeouts
        var nearest: (at: Instant, reason: EndReason)?
        func consider(_ start: Instant, _ timeout: Duration?, _ reason: EndReason) {
            guard let timeout else { return }
            let at = start + timeout
            if nearest.map({ at < $0.at }) ?? true { nearest = (at, reason) }
        }
        consider(record.session.createdAt, timeouts.final, .final)
        guard record.answeredAt != nil else {
            consider(record.lastSignalAt, timeouts.unanswered, .unanswered)
            return nearest
        }
        if let quiet = mediaDeadline(of: record) { consider(quiet.at, .zero, quiet.reason) }
        return nearest
    }

    /// When the session's silence is too long, and `nil` for never.
    ///
    /// The RTP streams decide where there are any: the latest of their deadlines, for one stream
    /// that lives keeps the session. Datagrams of other relayed lines are signs of life too; where
    /// such lines are alone, the long timeout holds. Lines that pass untouched say nothing, and a
    /// session that has no other (a quiet chat) lives on.
    private func mediaDeadline(of record: SessionRecord) -> (at: Instant, reason: EndReason)? {
        var latest: (at: Instant, reason: EndReason)?
        let life = lastSignOfLife(of: record)
        var (hasRelayed, hasUntouched) = (false, false)
        // By index: a copy of a party or a stream counts a dozen references up and down.
        let parties = record.session.parties
        for party in parties.indices {
            for index in parties[party].streams.indices {
                let treatment = parties[party].streams[index].treatment
                if treatment == .untouched { hasUntouched = true }
                guard let ports = parties[party].streams[index].ports else { continue }
                if treatment == .opaque { hasRelayed = true }
                guard treatment == .rtp else { continue }
                let isSilent =
                    parties[party].streams[index].isHeld
                    || !parties[party].streams[index].direction.sends
                guard let one = deadline(isSilent: isSilent, ports, life, in: record) else {
                    return nil
                }
                if latest.map({ one.at > $0.at }) ?? true { latest = one }
            }
        }
        if let latest { return latest }
        if hasUntouched, !hasRelayed { return nil }
        return settings.timeouts.silent.map { (life + $0, .silent) }
    }

    /// The last signalling, or the last datagram of a line that is relayed and no RTP.
    private func lastSignOfLife(of record: SessionRecord) -> Instant {
        var last = record.lastSignalAt
        let parties = record.session.parties
        for party in parties.indices {
            for index in parties[party].streams.indices
            where parties[party].streams[index].treatment == .opaque {
                guard let ports = parties[party].streams[index].ports else { continue }
                last = max(last, lastArrival(at: ports.rtp.slot, of: record))
            }
        }
        return last
    }

    /// When a stream's silence is too long; `nil` for never. A party that said it sends nothing
    /// may be silent for longer.
    private func deadline(
        isSilent: Bool, _ ports: PortPair, _ life: Instant, in record: SessionRecord
    ) -> (at: Instant, reason: EndReason)? {
        let timeouts = settings.timeouts
        guard let timeout = isSilent ? timeouts.silent : timeouts.media else { return nil }
        let last = max(lastArrival(at: ports.rtp.slot, of: record), life)
        return (last + timeout, isSilent ? .silent : .noMedia)
    }

    /// When the last RTP arrived at a port, as far as the looks at the counters tell; the clock's
    /// origin for never. RTCP on the same port does not count.
    private func lastArrival(at slot: PortSlot, of record: SessionRecord) -> Instant {
        record.arrivals.first { $0.slot == slot }?.at ?? Instant(nanoseconds: 0)
    }

    /// Notes at which ports RTP has arrived since the last look. Allocates nothing while the
    /// session's ports stay the same.
    private func noteArrivals(of record: SessionRecord) {
        record.session.forEachStreamPair { noteArrival(at: $0.rtp.slot, of: record) }
        if record.arrivals.contains(where: { !record.session.hasRTPPort($0.slot) }) {
            record.arrivals.removeAll { !record.session.hasRTPPort($0.slot) }
        }
        forgetClosedPorts(of: record)
        if record.silentPorts.contains(where: { !record.session.hasRTPPort($0) }) {
            record.silentPorts = record.silentPorts.filter { record.session.hasRTPPort($0) }
            if record.silentPorts.isEmpty { record.silentTag = nil }
        }
    }

    private func noteArrival(at slot: PortSlot, of record: SessionRecord) {
        let packets = counters.count(.packetsIn, of: slot, worker: record.worker)
        let index = record.arrivals.firstIndex { $0.slot == slot }
        guard packets > (index.map { record.arrivals[$0].packets } ?? 0) else { return }
        let last = counters.count(.lastPacketInNanoseconds, of: slot, worker: record.worker)
        let arrival = Arrival(slot: slot, packets: packets, at: Instant(nanoseconds: last))
        if let index {
            record.arrivals[index] = arrival
        } else {
            record.arrivals.append(arrival)
        }
    }
}

// One-way audio: a conversation where only one side is heard.
extension SignallingCore {
    private func watchForOneWayAudio(in record: SessionRecord, at now: Instant) {
        guard let patience = settings.timeouts.oneWayAudio else { return }
        for party in record.session.parties {
            guard let peerID = party.peer, let peer = record.session.party(peerID) else {
                continue
            }
            for (stream, other) in zip(party.streams, peer.streams) {
                guard let silent = expectedAudioPort(stream),
                    let talking = expectedAudioPort(other)
                else { continue }
                compare(
                    silent, talking, tag: party.tag ?? "", in: record, patience: patience, at: now)
                compareLevels(
                    silent, talking, tag: party.tag ?? "", in: record, patience: patience, at: now)
            }
        }
    }

    /// The RTP port of an audio stream whose party both sends and receives.
    private func expectedAudioPort(_ stream: Stream) -> PortSlot? {
        guard stream.kind == "audio", stream.treatment == .rtp, !stream.isHeld,
            stream.direction == .sendrecv
        else { return nil }
        return stream.ports?.rtp.slot
    }

    private func compare(
        _ silent: PortSlot, _ talking: PortSlot, tag: String, in record: SessionRecord,
        patience: Duration, at now: Instant
    ) {
        let heardAt = max(lastArrival(at: silent, of: record), record.lastSignalAt)
        let talkedAt = lastArrival(at: talking, of: record)
        guard now - heardAt >= patience else {
            if record.silentPorts.remove(silent) != nil { record.silentTag = nil }
            return
        }
        guard talkedAt.nanoseconds > 0, now - talkedAt < patience,
            record.silentPorts.insert(silent).inserted
        else { return }
        record.silentTag = tag
        totals.oneWayAudio &+= 1
        let seconds = (now - heardAt).wholeMilliseconds / 1_000
        emit(.oneWayAudio(silentTag: tag, seconds: seconds), callID: record.callID, at: now)
    }
}
