public import BatonSDP

extension CodecAgreement {
    /// Takes the section of an answer (RFC 3264 §6) to the other party's last offer, the first or a
    /// further one,
    /// and gives the one for the party that made the offer.
    ///
    /// The offerer sees formats that it offered, under its own payload types, and nothing else. An
    /// answer that has nothing to do with the offer passes as it came.
    public mutating func answer(
        _ section: MediaDescription, from role: Role, _ options: CodecOptions
    ) -> CodecOutcome {
        var outcome = CodecOutcome(section)
        guard let offer = self[role.other].offer, section.isRTP, section.port != 0 else {
            return outcome
        }
        if !options.transcode.isEmpty || !options.mask.isEmpty || !options.consume.isEmpty
            || !options.set.isEmpty || options.packetTimeMs != nil
            || options.reversePacketTimeMs != nil
        {
            outcome.warnings.append(
                "transcode, mask, consume, set and ptime have no effect in an answer")
        }
        let options = options.bounded.applied(to: section)
        if offer.edit == nil, !options.changesAnswer {
            settle(offer, section.codecFormats, section.codecFormats, CodecRoutes())
            return outcome
        }
        var draft = CodecAnswerDraft(
            offer.edited, section.codecFormats, options, agreed: self[offer.offerer].agreed)
        draft.make()
        outcome.warnings += draft.warnings
        guard draft.hasCommonCodec else {
            refuse(&outcome, options)
            settle(offer, section.codecFormats, section.codecFormats, CodecRoutes())
            return outcome
        }
        outcome.section.setFormats(draft.entries.map(\.line))
        stateTimes(&outcome.section, offer)
        settle(
            offer, draft.entries.map(\.format), draft.answered.map(\.format),
            CodecRoutes(draft, offer.packetTimes, PacketTimes(section)))
        return outcome
    }

    private func refuse(_ outcome: inout CodecOutcome, _ options: CodecOptions) {
        outcome.isRejected = options.switches.contains(.allowNoCodecMedia)
        if !outcome.isRejected {
            outcome.warnings.append(
                "the answer has no codec that was offered or can be converted; it was passed on")
        }
    }

    /// The packet time that the offerer is told: what was asked for; its own where the other
    /// party's was a consequence of `ptime`.
    private func stateTimes(_ section: inout MediaDescription, _ offer: CodecOffer) {
        if let time = offer.edit?.options.reversePacketTimeMs {
            section.statePacketTime(time)
        } else if offer.edit?.options.packetTimeMs != nil, section.ptimeMs != nil,
            section.ptimeMs != offer.packetTimes.wanted
        {
            section.ptimeMs = offer.packetTimes.wanted
        }
    }

    private mutating func settle(
        _ offer: CodecOffer, _ told: [CodecFormat], _ answered: [CodecFormat],
        _ routes: CodecRoutes
    ) {
        let (offerer, answerer) = (offer.offerer, offer.offerer.other)
        self[offerer].shown = told
        self[offerer].agreed = told
        self[answerer].shown = offer.shownFormats
        self[answerer].agreed = answered
        self[offerer].bind(told)
        self[answerer].bind(answered)
        self[offerer].conversion = routes.toAnswerer
        self[answerer].conversion = routes.toOfferer
        if offer.edit?.isInherited != true { self[offerer].options = offer.edit?.options }
    }
}

extension CodecOptions {
    /// Whether an answer is to be changed in any way.
    var changesAnswer: Bool {
        !strip.isEmpty || !offer.isEmpty || !except.isEmpty || !ignore.isEmpty || !accept.isEmpty
            || !switches.isDisjoint(with: .effective)
    }
}
