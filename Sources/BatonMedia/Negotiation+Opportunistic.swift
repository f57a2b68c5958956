import BatonSDP

/// SRTP for whoever can: keys beside plain RTP (RFC 8643), and what phones do that are older than
/// it: the same line twice, once with SRTP and once without.
extension Negotiation {
    /// Whether the offerer of keys beside plain RTP gets SRTP from us, though the answerer does
    /// without. Where both have keys they pass.
    func takesOpportunisticKeys(of offer: Stream, answeredBy answer: Stream) -> Bool {
        options.security.acceptsOpportunisticSRTP && offer.security.mode == .plain
            && answer.security.mode == .plain && answer.security.described.isEmpty
            && TransportProfile(offer.protocolName).security == .none
            && usableCrypto(of: offer) != nil
    }

    /// Whether a section of an offer is the spare one of two for the same stream: the one without
    /// SRTP, or the other one if its keys cannot be served. It is refused, and the receiver does
    /// not see it.
    func isSpareTwin(_ section: Int) -> Bool {
        guard options.security.acceptsLegacyOpportunisticSRTP,
            let twin = twin(of: section)
        else { return false }
        return isSecured(section) ? !canBeSecured(section) : canBeSecured(twin)
    }

    /// The neighbour of the same type, at the same port, that is secured if the section is not.
    private func twin(of section: Int) -> Int? {
        let media = sdp.media[section]
        guard isRTP(section), media.port != 0 else { return nil }
        return [section - 1, section + 1].first { other in
            sdp.media.indices.contains(other) && isRTP(other) && sdp.media[other].port == media.port
                && sdp.media[other].kind == media.kind && isSecured(other) != isSecured(section)
        }
    }

    private func isRTP(_ section: Int) -> Bool {
        TransportProfile(sdp.media[section].protocolName).treatment == .rtp
    }

    private func isSecured(_ section: Int) -> Bool {
        TransportProfile(sdp.media[section].protocolName).security != .none
    }

    private func canBeSecured(_ section: Int) -> Bool {
        guard let index = streamOfSection[section] else { return false }
        let stream = session.parties[sender].streams[index]
        let hasHandshake = !stream.security.described.fingerprints.isEmpty
        return usableCrypto(of: stream) != nil
            || (hasHandshake && !options.capabilities.fingerprints.isEmpty)
    }
}
