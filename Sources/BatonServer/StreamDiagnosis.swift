import BatonBase
import BatonMedia

/// Why nothing is heard from a party, or to it: sentences made of what signalling and the counters
/// say of one stream. A pure function; none of it is a guess about the network.
struct StreamDiagnosis {
    /// What is known of a stream.
    struct Facts: Hashable {
        /// Whether the call is answered, and both hear each other.
        var isAnswered = true
        /// Whether the party is expected to send.
        var isExpected = true
        var keyAgreement = KeyAgreement.none
        var handshakeRole: DTLSParameters.Role?
        var hasFingerprint = true
        var ice: ICEPart?
        var iceState = ICEState.none
        var handshake = HandshakeState.none
        /// RTP that was accepted from the party.
        var packetsIn: UInt64 = 0
        /// The same of all lines that share the port.
        var transportPacketsIn: UInt64 = 0
        /// Packets of which nobody knows to which of these lines they belong.
        var unassociated: UInt64 = 0
        var stunMessages: UInt64 = 0
        var handshakeDatagrams: UInt64 = 0
        var withoutKeys: UInt64 = 0
        var unauthenticated: UInt64 = 0
        var protectionErrors: UInt64 = 0
        var foreign: UInt64 = 0
        var foreignAddress: SocketAddress?
        var remote: SocketAddress?
        var withoutDestination: UInt64 = 0
        var otherPayloadTypes: UInt64 = 0
        var unconverted: UInt64 = 0
        var blocked: UInt64 = 0
        var malformedPayloads: UInt64 = 0
        var sendErrors: UInt64 = 0
        /// Since the last RTP of the party; `nil` when none ever came.
        var idleMilliseconds: UInt64?
        /// How loud the party was last, `nil` for unknown.
        var levelDBov: Int?
    }

    /// How long a party may send nothing before that is worth a sentence.
    static let idleMilliseconds: UInt64 = 5_000

    let facts: Facts

    /// All that is wrong, what stands in the way of everything else first; empty when nothing is.
    var sentences: [String] {
        let missing = [connectivity, handshake, keys, source].compactMap(\.self)
        let rest = [silence(isExplained: !missing.isEmpty), loudness] + losses
        return missing + rest.compactMap(\.self)
    }

    /// What keeps media from flowing between the party and us, in one sentence; `nil` when it can.
    var obstacle: String? { connectivity ?? handshake ?? keys }

    private var connectivity: String? {
        guard let ice = facts.ice else { return nil }
        let heard = "\(facts.stunMessages) STUN messages came from the peer"
        switch facts.iceState {
        case .connected: return nil
        case .failed: return "ICE has found no pair that works: \(heard)"
        case .consentLost: return "the peer has stopped answering ICE: nothing is sent to it"
        case .none, .checking:
            guard ice.isDescribed, facts.isAnswered else { return nil }
            if facts.stunMessages > 0 { return "ICE never selected a pair: \(heard)" }
            return ice.isLite
                ? "ICE never selected a pair: no check came from the peer, and we only answer"
                : "ICE never selected a pair: no STUN message came from the peer"
        }
    }

    private var handshake: String? {
        guard facts.keyAgreement == .dtls, facts.ice == nil || facts.iceState == .connected else {
            return nil
        }
        let heard = "\(facts.handshakeDatagrams) datagrams came from the peer"
        switch facts.handshake {
        case .connected: return nil
        case .failed: return "the DTLS handshake has failed: \(heard)"
        case .closed: return "the peer has ended DTLS"
        case .awaitingFingerprint:
            return "the DTLS handshake is over, but no SDP names the peer's fingerprint"
        case .none, .new, .connecting:
            guard facts.isAnswered else { return nil }
            if facts.handshakeDatagrams > 0 { return "the DTLS handshake is not over: \(heard)" }
            return facts.handshakeRole == .passive
                ? "no DTLS from the peer, which has to begin the handshake"
                : "no DTLS from the peer: it does not answer our handshake"
        }
    }

    /// What has come by the port, whichever line it was for.
    private var transportPacketsIn: UInt64 { max(facts.packetsIn, facts.transportPacketsIn) }

    private var keys: String? {
        if facts.unauthenticated > transportPacketsIn / 10 {
            let count = facts.unauthenticated
            return "keys do not fit: \(count) packets failed authentication"
        }
        if facts.keyAgreement == .undecided, facts.isAnswered {
            return "the answer does not say how keys are agreed on"
        }
        let isSecured = facts.keyAgreement == .sdes || facts.handshake == .connected
        if facts.withoutKeys > 0, transportPacketsIn == 0, isSecured {
            return "\(facts.withoutKeys) packets came that no key is for"
        }
        return nil
    }

    private var source: String? {
        guard facts.foreign > 0, transportPacketsIn == 0 else { return nil }
        let from = facts.foreignAddress.map { "\($0)" } ?? "an address"
        let expected = facts.remote.map { "\($0)" } ?? "another"
        return "\(facts.foreign) packets came from \(from), which may not send here: "
            + "the SDP says \(expected)"
    }

    private func silence(isExplained: Bool) -> String? {
        guard facts.isAnswered, facts.isExpected, !isExplained else { return nil }
        guard let idle = facts.idleMilliseconds, facts.packetsIn > 0 else {
            return "no RTP has come from this party"
        }
        guard idle >= Self.idleMilliseconds else { return nil }
        return "no RTP has come from this party for \(idle / 1_000) s"
    }

    private var loudness: String? {
        guard let level = facts.levelDBov, level <= RelayCore.audibleDBov else { return nil }
        return "the audio of this party is silence (\(level) dBov)"
    }

    /// What was lost on the way through the relay.
    private var losses: [String?] {
        let count = { (number: UInt64, text: String) in number > 0 ? "\(number) \(text)" : nil }
        return [
            facts.isAnswered
                ? count(
                    facts.withoutDestination,
                    "packets had nowhere to go: the other side has no address, or is held") : nil,
            count(
                facts.unassociated, "packets belonged to none of the lines that share the port"),
            count(facts.otherPayloadTypes, "packets had a payload type that was not agreed on"),
            count(
                facts.unconverted,
                "packets could not be converted: there is no transcoder for them"),
            count(facts.blocked, "packets were blocked, as the control protocol asked for"),
            count(facts.malformedPayloads, "packets could not be decoded"),
            count(facts.protectionErrors, "packets to this party could not be protected: no keys"),
            count(facts.sendErrors, "packets to this party were refused by the kernel"),
        ]
    }
}
