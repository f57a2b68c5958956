import BatonBase
import BatonMedia
import BatonNG

// Blocking and silencing, and its end (N10).
extension SignallingCore {
    /// Executes `block`/`unblock media` and `DTMF`, `silence`/`unsilence media`.
    func restrict(
        _ command: NGMediaCommand, _ request: NGRequest, _ parties: [Int],
        of record: SessionRecord
    ) throws(NGError) -> NGReply {
        let change = Self.change(command, request)
        let isWholeCall = request.party == nil && flowReceiver(request) == nil
        let indices = isWholeCall ? nil : try senders(parties, request, in: record.session)
        let concerned = indices.map { $0.map { record.session.parties[$0].id } }
        if command == .unblockDTMF { removeTriggers(of: concerned, in: record) }
        if command == .blockDTMF { setTrigger(request, of: concerned, in: record) }
        plane.submit(record.session.restrict(indices, change), worker: record.worker)
        var reply = NGReply.ok(warning: request.warning)
        if DTMFTrigger.isUnusable(request.dtmf) {
            reply.addWarning("trigger: at most \(DTMFTrigger.sequenceMax) of 0123456789*#ABCD")
        }
        return reply
    }

    /// What the command does to what a party may send.
    private static func change(
        _ command: NGMediaCommand, _ request: NGRequest
    ) -> (inout MediaRestrictions) -> Void {
        // With a trigger nothing is blocked before its keys, unless that is said as well.
        let waits = request.dtmf.trigger != nil && request.dtmf.security == nil
        let blocking = DTMFBlocking(request.dtmf.security ?? .drop, request.dtmf)
        return { restrictions in
            switch command {
            case .blockMedia: restrictions.blocksMedia = true
            case .unblockMedia: restrictions.blocksMedia = false
            case .silenceMedia: restrictions.silencesMedia = true
            case .unsilenceMedia: restrictions.silencesMedia = false
            case .blockDTMF:
                if !waits { restrictions.dtmf = blocking }
                if let delay = request.dtmf.delayMs { restrictions.setDTMFDelay(delay) }
            case .unblockDTMF: restrictions.dtmf = nil
            case .startRecording, .stopRecording, .pauseRecording, .startForwarding,
                .stopForwarding, .playMedia, .stopMedia, .playDTMF:
                break
            }
        }
    }

    /// The receiver that limits the command to one flow: proxies put a `to-tag` into messages that
    /// mean the whole call, so it counts beside `directional` only.
    private func flowReceiver(_ request: NGRequest) -> NGParty? {
        request.flags.contains(.directional) || request.toLabel != nil ? request.receiver : nil
    }

    /// The parties whose packets are meant: those that were named, or with `block-egress` those
    /// that they hear, and of them only those that the receiver hears.
    private func senders(
        _ parties: [Int], _ request: NGRequest, in session: Session
    ) throws(NGError) -> [Int] {
        var senders = parties
        if request.mediaFlags.contains(.blockEgress) {
            let heard = parties.compactMap { session.parties[$0].peer }
            senders = session.parties.indices.filter { heard.contains(session.parties[$0].id) }
        }
        guard let named = flowReceiver(request) else { return senders }
        let receiver = session.parties.first { party in
            switch named {
            case .tag(let tag): party.isTagged(tag)
            case .label(let label): party.label == label
            case .address: false
            }
        }
        guard let receiver else {
            throw NGError(.unknownToTag, detail: "no party is the receiver that was named")
        }
        return senders.filter { session.parties[$0].peer == receiver.id }
    }
}

extension DTMFBlocking {
    /// What a mode of `DTMF-security` asks for, `nil` for `off`.
    init?(_ mode: NGDTMFSecurity, _ options: NGDTMFOptions) {
        switch mode {
        case .off: return nil
        case .drop: self = .drop
        case .silence: self = .silence
        case .tone:
            let level = -Int((options.volumeDB ?? -10).magnitude)
            self = .tone(
                frequenciesHz: Array(options.frequenciesHz.prefix(Self.frequenciesMax)),
                levelDBm0: level)
        case .random: self = .randomDigits
        case .zero: self = .replaceWith(0)
        case .dtmf: self = .replaceWith(options.digit?.eventCode ?? 0)
        }
    }
}
