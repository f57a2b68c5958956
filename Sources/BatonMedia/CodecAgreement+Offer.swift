public import BatonSDP

extension CodecAgreement {
    /// Takes the section of an offer (RFC 3264 §5, §8) and gives the one for the other party.
    ///
    /// An offer without codec options keeps the transcoding that the call has, unless
    /// ``CodecSwitches/reset`` is given. Nothing is settled before the answer: an offer that is
    /// refused changes no conversion.
    public mutating func offer(
        _ section: MediaDescription, from role: Role, _ options: CodecOptions
    ) -> CodecOutcome {
        if options.switches.contains(.reset) { forgetSetUp() }
        var offer = CodecOffer(
            offerer: role, formats: section.codecFormats, packetTimes: PacketTimes(section))
        var outcome = CodecOutcome(section)
        let (effective, isInherited) = effectiveOptions(
            options.bounded.applied(to: section), from: role)
        if let effective, section.isRTP, section.port != 0 {
            edit(&offer, &outcome, effective, isInherited)
        }
        self[role].bind(offer.formats)
        self[role.other].bind(offer.shownFormats)
        self[role].offer = offer
        convertEarly(offer)
        return outcome
    }

    private mutating func forgetSetUp() {
        caller.options = nil
        callee.options = nil
        caller.conversion = nil
        callee.conversion = nil
    }

    /// The options that an offer is taken with, `nil` to pass it on untouched.
    private func effectiveOptions(
        _ options: CodecOptions, from role: Role
    ) -> (options: CodecOptions?, isInherited: Bool) {
        if !options.changesNothing { return (options, false) }
        guard isConverting, isAgreed else { return (nil, false) }
        if let own = self[role].options { return (own, true) }
        // The set-up came with the other party's offer: seen from here, its ways are reversed.
        var reversed = CodecOptions()
        if let other = self[role.other].options {
            reversed.packetTimeMs = other.reversePacketTimeMs
            reversed.reversePacketTimeMs = other.packetTimeMs
            reversed.set = other.set + other.transcode
            reversed.switches = other.switches.intersection([.forceTranscoding, .injectDTMF])
        }
        let conversions = [caller.conversion, callee.conversion]
        if conversions.contains(where: { $0?.interworksEvents == true }) {
            reversed.switches.insert(.injectDTMF)
        }
        return (reversed, true)
    }

    /// Whether an offer has been answered.
    private var isAgreed: Bool { !caller.agreed.isEmpty || !callee.agreed.isEmpty }

    private func edit(
        _ offer: inout CodecOffer, _ outcome: inout CodecOutcome, _ options: CodecOptions,
        _ isInherited: Bool
    ) {
        let selection = CodecSelection(offer.formats, options)
        var draft = CodecOfferDraft(
            selection, options, receiver: self[offer.offerer.other],
            previous: self[offer.offerer].offer)
        draft.make(keepsSetUp: isInherited && self[offer.offerer].options == nil)
        outcome.warnings += draft.warnings
        var edit = offer.edited
        edit.options = options
        edit.isInherited = isInherited
        if draft.hasCodec {
            edit.own = selection.own
            edit.shown = draft.entries.map {
                CodecOffer.Shown(format: $0.format, source: $0.source, encoding: $0.encoding)
            }
            outcome.section.setFormats(
                draft.entries.map { FormatEntry(format: $0.format, original: $0.original) })
            if let time = options.packetTimeMs { outcome.section.statePacketTime(time) }
        } else {
            outcome.isRejected = options.switches.contains(.allowNoCodecMedia)
            if !outcome.isRejected {
                outcome.warnings.append("no codec was left: the offer's own were restored")
            }
        }
        offer.edit = edit
    }

    /// What the answerer may send before its first answer comes: anything that it was shown.
    private mutating func convertEarly(_ offer: CodecOffer) {
        guard !isAgreed else { return }
        self[offer.offerer.other].conversion =
            offer.edit == nil ? nil : CodecRoutes(early: offer).toOfferer
        self[offer.offerer].conversion = nil
    }
}
