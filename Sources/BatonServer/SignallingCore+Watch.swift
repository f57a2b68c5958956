import BatonBase
import BatonMedia

// What a call's operator wants to be told before anybody complains: keys or a path that do not come
// about, and audio that is silence.
extension SignallingCore {
    /// How long ICE and a handshake may take after the last signalling.
    static var setupPatience: Duration { .seconds(10) }

    /// Tells once of each transport that media cannot pass, while some side of it sends something.
    func watchSetup(of record: SessionRecord, at now: Instant) {
        guard now - record.lastSignalAt >= Self.setupPatience else { return }
        for party in record.session.parties {
            for (index, stream) in party.streams.enumerated() {
                guard let ports = stream.ports, needsSetup(stream), stream.carrier == nil,
                    !record.obstructedPorts.contains(ports.rtp.slot)
                else { continue }
                let facts = facts(of: stream, index, party, in: record, at: now)
                guard facts.isAnswered, facts.transportPacketsIn == 0,
                    let obstacle = StreamDiagnosis(facts: facts).obstacle,
                    isTried(facts, index, party, in: record)
                else { continue }
                record.obstructedPorts.insert(ports.rtp.slot)
                totals.setupFailures &+= 1
                emit(
                    .mediaObstructed(
                        tag: party.tag ?? "", localPort: ports.rtp.address.port, reason: obstacle),
                    callID: record.callID, at: now)
            }
        }
    }

    private func needsSetup(_ stream: Stream) -> Bool {
        stream.icePart != nil || stream.keyAgreement == .dtls || stream.keyAgreement == .sdes
    }

    /// Whether anything comes from the party or from its peer: a call that nobody has begun to talk
    /// in is none that fails.
    private func isTried(
        _ facts: StreamDiagnosis.Facts, _ index: Int, _ party: Party, in record: SessionRecord
    ) -> Bool {
        let own =
            facts.stunMessages &+ facts.handshakeDatagrams &+ facts.withoutKeys
            &+ facts.unauthenticated
        if own > 0 { return true }
        let peer = party.peer.flatMap { record.session.party($0) }
        guard let peer, peer.streams.indices.contains(index),
            let slot = peer.streams[index].ports?.rtp.slot
        else { return false }
        return counters.count(.packetsIn, of: slot, worker: record.worker) > 0
    }

    /// How many times the patience with missing packets audio may be silence.
    static var silencePatienceFactor: Int { 3 }

    /// Tells of a party whose packets carry silence while the other is heard. Both levels must be
    /// known; `silent` and `talking` are RTP ports.
    func compareLevels(
        _ silent: PortSlot, _ talking: PortSlot, tag: String, in record: SessionRecord,
        patience: Duration, at now: Instant
    ) {
        let patience = patience * Self.silencePatienceFactor
        let worker = record.worker
        guard counters.count(.audioLevel, of: silent, worker: worker) > 0,
            counters.count(.audioLevel, of: talking, worker: worker) > 0
        else { return }
        let heardAt = max(lastAudible(at: silent, of: record), record.lastSignalAt)
        guard now - heardAt >= patience else {
            record.soundlessPorts.remove(silent)
            return
        }
        let talkedAt = lastAudible(at: talking, of: record)
        let arrivedAt = counters.count(.lastPacketInNanoseconds, of: silent, worker: worker)
        guard talkedAt.nanoseconds > 0, now - talkedAt < patience,
            now - Instant(nanoseconds: arrivedAt) < patience,
            record.soundlessPorts.insert(silent).inserted
        else { return }
        totals.silentAudio &+= 1
        let seconds = (now - heardAt).wholeMilliseconds / 1_000
        emit(.silentAudio(silentTag: tag, seconds: seconds), callID: record.callID, at: now)
    }

    private func lastAudible(at slot: PortSlot, of record: SessionRecord) -> Instant {
        Instant(
            nanoseconds: counters.count(.lastAudibleNanoseconds, of: slot, worker: record.worker))
    }

    /// Forgets what was told of ports that are gone.
    func forgetClosedPorts(of record: SessionRecord) {
        func isGone(_ slot: PortSlot) -> Bool { !record.session.hasRTPPort(slot) }
        if record.soundlessPorts.contains(where: isGone) {
            record.soundlessPorts = record.soundlessPorts.filter { !isGone($0) }
        }
        if record.obstructedPorts.contains(where: isGone) {
            record.obstructedPorts = record.obstructedPorts.filter { !isGone($0) }
        }
    }

    /// Counts what a worker has seen of ICE and DTLS.
    func count(_ event: RelayEvent) {
        switch event {
        case .iceStateChanged(_, .connected): totals.iceSelected &+= 1
        case .iceStateChanged(_, .failed): totals.iceFailed &+= 1
        case .iceStateChanged(_, .consentLost): totals.iceConsentLost &+= 1
        case .secured: totals.handshakes &+= 1
        case .securityFailed: totals.handshakesFailed &+= 1
        case .iceStateChanged, .endpointChanged, .digit, .playingEnded, .conversionFailed: break
        }
    }
}
