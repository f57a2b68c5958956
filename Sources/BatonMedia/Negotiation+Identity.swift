import BatonBase
import BatonSDP

/// The `o=` and `s=` lines (RFC 8866 §5.2, RFC 3264 §8).
extension Negotiation {
    /// Replaces what `replace` names, and keeps the version true: what one party is sent never has
    /// an older version than before, and a newer one whenever something else has changed.
    mutating func keepIdentity(_ out: inout SessionDescription, address: IPAddress?) {
        let wants = options.replacements
        var state = session.parties[receiver].outgoing
        if wants.contains(.sessionName), let first = state.sessionName {
            if out.sessionName != first { out.sessionName = first }
        }
        state.sessionName = state.sessionName ?? out.sessionName
        let isManaged = !wants.isDisjoint(
            with: [.origin, .wholeOrigin, .version, .forceIncrementVersion])
        let digest = DescriptionDigest.of(out, includesOrigin: false)
        if let received = out.origin {
            var origin = replaced(received, state, address)
            let version =
                isManaged
                ? nextVersion(received.sessionVersionNumber, state, digest)
                : received.sessionVersionNumber
            if let version, version != origin.sessionVersionNumber {
                origin.sessionVersion = "\(version)"
            }
            if origin != received { out.origin = origin }
            // A copy: a slice would keep the whole message in memory for as long as the call.
            state.origin = state.origin ?? Array(origin.line.value)
            state.version = version ?? state.version
        }
        state.digest = digest
        state.address = address ?? state.address
        session.parties[receiver].outgoing = state
    }

    private func replaced(
        _ received: SDPOrigin, _ state: OutgoingDescription, _ address: IPAddress?
    ) -> SDPOrigin {
        let wants = options.replacements
        var origin = received
        var first: SDPOrigin?
        if !wants.isDisjoint(with: [.wholeOrigin, .username]), let value = state.origin {
            first = SDPOrigin(value[...])
        }
        if let first, wants.contains(.wholeOrigin) {
            origin = first
            origin.sessionVersion = received.sessionVersion
        } else if let first, wants.contains(.username) {
            origin.username = first.username
        }
        if let address, !wants.isDisjoint(with: [.origin, .wholeOrigin]) {
            origin.setAddress(address)
        }
        return origin
    }

    private func nextVersion(
        _ received: UInt64?, _ state: OutgoingDescription, _ digest: UInt64
    ) -> UInt64? {
        guard let last = state.version else { return received }
        let next = last == .max ? last : last + 1
        if options.replacements.contains(.forceIncrementVersion) { return max(received ?? 0, next) }
        let own = digest == state.digest ? last : next
        return options.replacements.contains(.version) ? own : max(received ?? 0, own)
    }
}
