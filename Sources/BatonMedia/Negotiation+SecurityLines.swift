import BatonBase
import BatonCrypto
import BatonICE
import BatonSDP

/// What the receiver reads of keys and ICE in its SDP.
extension Negotiation {
    /// Whether what the sender says of keys is meant for the receiver.
    func keepsSecurity(_ index: Int) -> Bool {
        !session.parties[sender].streams[index].security.isTerminated
            && !session.parties[receiver].streams[index].security.isTerminated
    }

    /// The lines of a relayed section, in place of the sender's.
    func securityLines(_ index: Int, _ ports: PortPair) -> [SDPLine] {
        let stream = session.parties[receiver].streams[index]
        var lines: [SDPLine] = []
        if stream.security.mode == .keys || stream.security.mode == .undecided {
            lines += stream.security.ownCryptos.map {
                $0.attribute(padding: options.security.sdes.padsKeys).line
            }
        }
        if stream.security.mode == .dtls || stream.security.mode == .undecided {
            lines += handshakeLines(stream)
        }
        if stream.ice.isUsed { lines += iceLines(stream, ports) }
        return lines
    }

    private func handshakeLines(_ stream: Stream) -> [SDPLine] {
        guard let fingerprint = stream.security.ownFingerprint,
            let association = stream.security.association
        else { return [] }
        let setup: SDPSetup =
            role == .offer ? .actpass : association.role == .active ? .active : .passive
        return [
            fingerprint.attribute.line, SDPAttribute(name: "setup", value: setup.rawValue).line,
        ]
    }

    private func iceLines(_ stream: Stream, _ ports: PortPair) -> [SDPLine] {
        guard let credentials = stream.ice.credentials?.sdp else { return [] }
        let showsOnePort =
            stream.isMultiplexed
            || (role == .offer && options.rtcpMux.contains(.require)
                && stream.muxAgreement.isOfferedToParty)
        let candidates = StreamICE.candidates(
            ports, doors: stream.doors, isMultiplexed: showsOnePort)
        var lines = [
            SDPAttribute(name: "ice-ufrag", value: credentials.usernameFragment).line,
            SDPAttribute(name: "ice-pwd", value: credentials.password).line,
        ]
        if options.security.announcesTrickle {
            lines.append(SDPAttribute(name: "ice-options", value: "trickle").line)
        }
        return lines + candidates.map(\.candidate.sdp.attribute.line)
            + [SDPAttribute("end-of-candidates").line]
    }
}
