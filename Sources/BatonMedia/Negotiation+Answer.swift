import BatonBase
import BatonSDP

/// What an answer settles between the two parties.
extension Negotiation {
    /// Agrees or refuses every stream that the offer had.
    mutating func settleStreams() {
        followOpenLines()
        let answered = Set(streamOfSection.compactMap { $0 })
        for index in session.parties[receiver].streams.indices {
            let isHidden = session.parties[sender].streams[index].isHidden
            if !answered.contains(index), !isHidden {
                session.parties[sender].streams[index].treatment = .rejected
            }
            settle(index)
        }
        settleBundles()
        guard case .named(let name) = options.transportProtocol else { return }
        let offered = Set(
            session.parties[receiver].streams.filter { $0.treatment == .rtp }.map(\.protocolName))
        if let other = offered.first(where: { $0 != name }) {
            warnings.append(
                "transport-protocol \(name): the answer keeps the offer's protocol, \(other)")
        }
    }

    private mutating func settle(_ index: Int) {
        var answer = session.parties[sender].streams[index]
        var offer = session.parties[receiver].streams[index]
        if answer.isRelayed || offer.isRelayed, answer.treatment != .rejected,
            let reason = obstacle(answer, offer)
        {
            warnings.append("m= line \(index + 1): \(reason); it was refused")
            answer.treatment = .rejected
        }
        if answer.treatment == .rtp, let reason = settleSecurity(&answer, &offer) {
            warnings.append("m= line \(index + 1): \(reason); it was refused")
            answer.treatment = .rejected
        }
        if answer.treatment == .rejected, !hasOtherLeg(index) { offer.treatment = .rejected }
        if offer.treatment == .rejected { answer.treatment = .rejected }
        if answer.isRelayed {
            if options.transportProtocol == .accept { offer.protocolName = answer.protocolName }
            settleMux(&answer, &offer, index)
        }
        session.parties[sender].streams[index] = answer
        session.parties[receiver].streams[index] = offer
    }

    /// Why an accepted line cannot be relayed.
    private func obstacle(_ answer: Stream, _ offer: Stream) -> String? {
        if offer.treatment == .rejected { return "the offer had refused or removed it" }
        if offer.treatment != answer.treatment {
            return "'\(answer.protocolName)' does not answer '\(offer.protocolName)'"
        }
        return answer.ports == nil || offer.ports == nil
            ? "an earlier answer had refused it, and its ports are closed" : nil
    }

    /// Whether another party that the offer went to still uses the stream.
    private func hasOtherLeg(_ index: Int) -> Bool {
        let offerer = session.parties[receiver].id
        return session.parties.indices.contains { leg in
            leg != sender && session.parties[leg].offeredBy == offerer
                && index < session.parties[leg].streams.count
                && session.parties[leg].streams[index].ports != nil
        }
    }

    private func settleMux(_ answer: inout Stream, _ offer: inout Stream, _ index: Int) {
        let section = streamOfSection.firstIndex(of: index)
        let hasMux = section.map { hasRTCPMux($0) } ?? false
        answer.isMultiplexed = answer.muxAgreement.isOfferedToParty && hasMux
        let isWanted = offer.muxAgreement.isOfferedByParty
        offer.isMultiplexed =
            isWanted && (offer.muxAgreement.acceptance ?? answer.isMultiplexed)
    }
}
