import BatonBase
import BatonMedia
import BatonNG

// Commands on the media of a running call (N10): which call, which of its parties.
extension SignallingCore {
    /// Executes a command on a call's media.
    func media(
        _ command: NGMediaCommand, _ request: NGRequest, at now: Instant
    ) -> NGReply {
        do throws(NGError) {
            guard let callID = request.callID, !callID.isEmpty else { throw NGError(.noCallID) }
            guard let record = table.record(callID), !record.isLingering else {
                throw NGError(
                    Self.unknownCall(command), detail: "no session has the call-id '\(callID)'")
            }
            // Its name is in the warning. Without this a recorder's flows would stand for the call.
            if request.all == .exceptOfferAnswer { return .ok(warning: request.warning) }
            let parties = try selectedParties(command, request, in: record.session)
            return try run(command, request, on: parties, of: record, at: now)
        } catch {
            return .error(error)
        }
    }

    /// Carries a command out for the parties at these indices of the session.
    private func run(
        _ command: NGMediaCommand, _ request: NGRequest, on parties: [Int],
        of record: SessionRecord, at now: Instant
    ) throws(NGError) -> NGReply {
        switch command {
        case .startRecording, .stopRecording, .pauseRecording:
            return try self.record(command, request, parties, of: record, at: now)
        case .startForwarding, .stopForwarding:
            return forward(command, request, parties, of: record, at: now)
        case .blockDTMF, .unblockDTMF, .blockMedia, .unblockMedia, .silenceMedia, .unsilenceMedia:
            return try restrict(command, request, parties, of: record)
        case .playMedia: return try playMedia(request, to: parties, of: record, at: now)
        case .stopMedia: return stopMedia(request, to: parties, of: record)
        case .playDTMF: return try playDTMF(request, from: parties, of: record, at: now)
        }
    }

    /// Recording commands say it with a small `id`, as proxies expect.
    private static func unknownCall(_ command: NGMediaCommand) -> NGErrorReason {
        switch command {
        case .startRecording, .stopRecording, .pauseRecording: .unknownCallID
        case .startForwarding, .stopForwarding, .blockDTMF, .unblockDTMF, .blockMedia,
            .unblockMedia, .silenceMedia, .unsilenceMedia, .playMedia, .stopMedia, .playDTMF:
            .unknownCallIDUpper
        }
    }

    /// The indices of the parties that a command is about: the one that is named, or all.
    private func selectedParties(
        _ command: NGMediaCommand, _ request: NGRequest, in session: Session
    ) throws(NGError) -> [Int] {
        guard let named = request.party else {
            guard !command.takesFromTag || request.meansEverybody else {
                throw NGError(
                    .noParty, detail: "\(command.rawValue) needs from-tag, label, address or 'all'")
            }
            return Array(session.parties.indices)
        }
        switch named {
        case .tag(let tag):
            if let index = session.parties.firstIndex(where: { $0.isTagged(tag) }) {
                return [index]
            }
            throw NGError(.unknownFromTag, detail: "no party has the tag '\(tag)'")
        case .label(let label):
            if let index = session.parties.firstIndex(where: { $0.label == label }) {
                return [index]
            }
            throw NGError(.unknownLabel, detail: "no party has the label '\(label)'")
        case .address(let address):
            let index = session.parties.firstIndex { party in
                party.streams.contains { $0.remoteRTP?.ip == address }
            }
            if let index { return [index] }
            throw NGError(.unknownAddress, detail: "no party has described \(address)")
        }
    }

    /// The error for what the protocol has and this version does not.
    func unsupportedError(_ name: String) -> NGError {
        NGError(
            .unrecognizedCommand,
            detail: "'\(name)' is a command of the protocol that this version of "
                + "\(settings.software) does not offer")
    }
}
