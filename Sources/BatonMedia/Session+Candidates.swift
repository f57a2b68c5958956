import BatonBase
import BatonICE
public import BatonSDP

extension Session {
    /// Adds what a trickle ICE message (RFC 8840) says of the party `tag` to its streams:
    /// candidates, and that no more will follow.
    ///
    /// A section means the stream with its `a=mid`, without one that in its place. What has other
    /// credentials than the party's last description belongs to another ICE session and is left
    /// out: a restart takes an offer (RFC 8840 §4.3). Before the party's first answer the
    /// fragment's credentials count.
    /// - Parameters:
    ///   - tag: the party that the message came from.
    ///   - peer: the tag of the party that it went to: its leg without a tag is meant when nobody
    ///     has `tag`.
    /// - Returns: no description; what the worker must be told, and what was left out.
    /// - Throws: ``NegotiationError`` when nobody is meant. The session is unchanged.
    public mutating func addCandidates(
        _ fragment: SDPFragment, from tag: String, to peer: String? = nil
    ) throws(NegotiationError) -> NegotiationResult {
        let untagged = peer.flatMap { index(tag: $0) }.flatMap { untaggedLeg(of: parties[$0].id) }
        guard let party = index(tag: tag) ?? untagged else {
            throw NegotiationError(.invalidDialogue, detail: "no party has the tag '\(tag)'")
        }
        var warnings: [String] = []
        let visible = parties[party].streams.indices.filter {
            !parties[party].streams[$0].isHidden
        }
        for (place, section) in fragment.sections.enumerated() {
            let found =
                section.mid == nil
                ? (place < visible.count ? visible[place] : nil)
                : visible.first { parties[party].streams[$0].mid == section.mid }
            guard let found else {
                warnings.append("the call has no m= line for section \(place + 1) of the fragment")
                continue
            }
            let carrier = parties[party].streams[found].carrier ?? found
            if let warning = add(section, of: fragment, to: &parties[party].streams[carrier].ice) {
                warnings.append("m= line \(found + 1): \(warning)")
            }
        }
        if fragment.hasEndOfCandidates {
            for index in visible { parties[party].streams[index].ice.described?.isComplete = true }
        }
        return NegotiationResult(
            sdp: SessionDescription(lines: []), commands: updateConfigurations(),
            warnings: Array(warnings.prefix(SessionLimits().streams)))
    }

    /// The leg that has not answered an offer of the party `id`.
    private func untaggedLeg(of id: PartyID) -> Int? {
        parties.indices.first { parties[$0].offeredBy == id && parties[$0].tag == nil }
    }

    /// Adds a section's part; gives what stands in the way.
    private func add(
        _ section: SDPFragment.Section, of fragment: SDPFragment, to ice: inout StreamICE
    ) -> String? {
        let credentials = (section.credentials ?? fragment.credentials).map { ICECredentials($0) }
        guard var described = ice.described ?? Self.beginning(with: credentials, ice) else {
            return "candidates came for a line without ICE"
        }
        guard credentials == nil || credentials == described.credentials else {
            return "the candidates belong to other credentials than the last description's"
        }
        var isFull = false
        for candidate in section.candidates.lazy.compactMap({ ICECandidate($0) })
        where !described.candidates.contains(candidate) {
            isFull = described.candidates.count >= StreamICE.candidatesMax
            if isFull { break }
            described.candidates.append(candidate)
        }
        if section.hasEndOfCandidates { described.isComplete = true }
        ice.described = described
        return isFull
            ? "more than \(StreamICE.candidatesMax) candidates; the last were left out" : nil
    }

    /// A party that was offered ICE may send candidates ahead of its answer.
    private static func beginning(
        with credentials: ICECredentials?, _ ice: StreamICE
    ) -> ICERemoteParameters? {
        guard ice.isUsed, let credentials else { return nil }
        return ICERemoteParameters(
            credentials: credentials, candidates: [], isLite: false, isComplete: false)
    }
}
