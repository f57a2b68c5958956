import BatonBase
import BatonConfig
import BatonMedia
import BatonNG
import BatonRecord

// start and stop forwarding (N10): a party's audio to a program that listens.
extension SignallingCore {
    /// Executes a command about forwarding, for the parties at these indices of the session.
    func forward(
        _ command: NGMediaCommand, _ request: NGRequest, _ parties: [Int],
        of record: SessionRecord, at now: Instant
    ) -> NGReply {
        var reply = NGReply.ok(warning: request.warning)
        let all = parties.map { record.session.parties[$0].id }
        let chosen = request.party == nil ? nil : Set(all)
        if command == .startForwarding {
            startForwarding(of: record, chosen, &reply, at: now)
            let excluded = all.filter(record.unrecorded.contains)
            if !all.isEmpty, excluded.count == all.count {
                reply.addWarning("exclude-recording keeps the audio from being forwarded, too")
            }
        } else if let forwarded = record.copies?.forwarded, forwarded != .none {
            record.copies?.forwarded = forwarded.removing(chosen)
            copy(of: record, at: now)
        } else {
            reply.addWarning("the call is not forwarded")
        }
        return reply
    }

    private func startForwarding(
        of record: SessionRecord, _ parties: Set<PartyID>?, _ reply: inout NGReply,
        at now: Instant
    ) {
        guard let recorder, let address = settings.recording.forwardAddress else {
            reply.addWarning(
                "nothing is forwarded: set recording.forward-to to the address that listens")
            return
        }
        var copies = record.copies ?? newCopies()
        copies.forwarded = copies.forwarded.adding(parties)
        record.copies = copies
        setTap(copies, of: record)
        let plan = ForwardingPlan(
            tap: copies.tap, callID: record.callID, address: address,
            sampleRateHz: settings.recording.forwardRateHz,
            header: settings.recording.forwardHeader == .json ? .json : .metadata,
            metadata: record.session.metadata)
        recorder.forward(plan, lines: recordedLines(of: record), at: now)
        copy(of: record, at: now)
        if record.session.isTapUnreadable { reply.addWarning(Self.unreadable) }
    }

    /// What has become known of audio on its way to a listener.
    func note(_ event: ForwardingEvent, at now: Instant) {
        let kind: ServerEvent.Kind
        switch event.kind {
        case .failed(_, let reason): kind = .forwardingFailed(tag: event.tag, reason: reason)
        case .ended:
            kind = .forwardingEnded(
                tag: event.tag, sentBytes: event.figures.sentBytes,
                droppedFrames: event.figures.droppedFrames)
        }
        emit(kind, callID: event.callID, at: now)
    }
}
