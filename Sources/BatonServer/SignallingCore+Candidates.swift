import BatonBase
import BatonMedia
import BatonNG
import BatonSDP

// The flag `fragment`: candidates that come one by one (RFC 8840).
extension SignallingCore {
    /// Adds the candidates in `body` to the streams of the party `sender`; the reply has no SDP.
    func addCandidates(
        _ body: NGBytes, _ request: NGRequest, _ callID: String, sender: String,
        receiver: String?, at now: Instant
    ) throws(NGError) -> NGReply {
        let fragment: SDPFragment
        do {
            fragment = try SDPFragment(parsing: body.array, limits: sdpLimits)
        } catch {
            throw NGError(.sdpParse, detail: error.description)
        }
        guard let record = table.record(callID), !record.isLingering else {
            throw NGError(.unknownCallID, detail: "no session has the call-id '\(callID)'")
        }
        do throws(NegotiationError) {
            let result = try record.session.addCandidates(fragment, from: sender, to: receiver)
            plane.submit(result.commands, worker: record.worker)
            record.lastSignalAt = now
            schedule(record, at: now)
            var reply = NGReply.ok(NGDictionary(), warning: request.warning)
            for warning in result.warnings { reply.addWarning(warning) }
            return reply
        } catch {
            throw NGError(NGErrorReason(rawValue: error.reason.rawValue), detail: error.detail)
        }
    }
}
