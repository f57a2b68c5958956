import BatonBase
import BatonMedia
import BatonNG

// Blocking that keys themselves begin and end (`trigger`, N10).
extension SignallingCore {
    /// Sets the trigger that a message asks for, for one party or with `nil` for all, also who
    /// comes later.
    func setTrigger(_ request: NGRequest, of parties: [PartyID]?, in record: SessionRecord) {
        guard let trigger = DTMFTrigger(request.dtmf) else { return }
        guard let parties else {
            record.triggers = [:]
            record.commonTrigger = trigger
            return
        }
        for party in parties { record.triggers[party] = trigger }
    }

    /// Sets the trigger of an offer or answer, for the party whose SDP it carries.
    func followTriggers(of record: SessionRecord, _ request: NGRequest, isOffer: Bool) {
        guard request.dtmf.trigger != nil,
            let tag = isOffer ? request.fromTag : request.toTag,
            let sender = record.session.parties.first(where: { $0.isTagged(tag) })
        else { return }
        setTrigger(request, of: [sender.id], in: record)
    }

    /// Forgets the triggers of these parties, or of all.
    func removeTriggers(of parties: [PartyID]?, in record: SessionRecord) {
        if parties == nil { record.commonTrigger = nil }
        record.triggers = record.triggers.filter { !(parties?.contains($0.key) ?? true) }
    }

    /// A party has pressed a key.
    func press(_ code: UInt8, at slot: PortSlot, of record: SessionRecord, at now: Instant) {
        let index = record.session.parties.firstIndex { party in
            party.streams.contains { $0.ports?.rtp.slot == slot }
        }
        guard let index, !record.isLingering else { return }
        let party = record.session.parties[index].id
        guard var trigger = record.triggers[party] ?? record.commonTrigger else { return }
        let change = trigger.press(code, at: now)
        record.triggers[party] = trigger
        guard let change else { return }
        apply(change, to: index, of: record)
        schedule(record, at: now)
    }

    /// Ends the blocking whose time is over.
    func runTriggers(of record: SessionRecord, at now: Instant) {
        guard !record.triggers.isEmpty else { return }
        for index in record.session.parties.indices {
            let party = record.session.parties[index].id
            guard let change = record.triggers[party]?.tick(at: now) else { continue }
            apply(change, to: index, of: record)
        }
    }

    private func apply(
        _ change: DTMFTrigger.Change, to index: Int, of record: SessionRecord
    ) {
        let commands = record.session.restrict([index]) { $0.dtmf = change.blocking }
        plane.submit(commands, worker: record.worker)
    }
}

extension SessionRecord {
    /// When a trigger's time is over next.
    var triggerDeadline: Instant? {
        triggers.isEmpty ? nil : triggers.values.compactMap(\.deadline).min()
    }
}
