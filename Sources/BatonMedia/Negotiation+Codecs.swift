import BatonSDP

/// Codecs between the two parties, where they are not left to themselves.
///
/// An agreement belongs to two parties; the one that appeared later keeps it.
extension Negotiation {
    /// Takes the formats of every relayed section, and keeps the sections that come out otherwise.
    mutating func negotiateCodecs() {
        for section in sdp.media.indices {
            guard let index = streamOfSection[section],
                session.parties[sender].streams[index].treatment == .rtp
            else { continue }
            let (holder, side) = codecRoles
            let media = sdp.media[section]
            let outcome =
                role == .offer
                ? session.parties[holder].streams[index].codecs.offer(
                    media, from: side, options.codecs)
                : session.parties[holder].streams[index].codecs.answer(
                    media, from: side, options.codecs)
            warnings += outcome.warnings.map { "m= line \(section + 1): \($0)" }
            if outcome.isRejected {
                session.parties[sender].streams[index].treatment = .rejected
            } else if outcome.section != media {
                editedSections[section] = outcome.section
            }
        }
    }

    /// Whether packets of a stream are looked into, so that keys have to be ours.
    func opensMedia(_ index: Int) -> Bool {
        let (holder, _) = codecRoles
        return !options.codecs.changesNothing || options.opensMedia || options.detectsTones
            || options.dtmfBlocking ?? .drop != .drop || options.dtmfDelayMs ?? 0 > 0
            || session.tap != nil
            || session.parties[holder].streams[index].codecs.isConverting
    }

    /// Who keeps the agreement, and which side of it the sender is.
    private var codecRoles: (holder: Int, side: CodecAgreement.Role) {
        let isCaller = session.parties[sender].id.number < session.parties[receiver].id.number
        return isCaller ? (receiver, .caller) : (sender, .callee)
    }
}
