/// What becomes of the packets of both parties after an answer.
struct CodecRoutes: Hashable {
    /// From the offerer to the answerer, `nil` when everything passes as it is.
    private(set) var toAnswerer: MediaConversion?
    /// From the answerer to the offerer, likewise.
    private(set) var toOfferer: MediaConversion?

    /// Everything passes as it is.
    init() {}

    /// The routes of an answer; the packet times are those that the two parties have stated.
    init(
        _ draft: CodecAnswerDraft, _ offererTimes: PacketTimes, _ answererTimes: PacketTimes
    ) {
        let offer = draft.offer
        let told = draft.entries.map(\.format)
        let answered = draft.answered
        let sets = offer.options.set
        toAnswerer =
            CodecRoute(
                sources: draft.entries.map { CodecRoute.Source($0.format, $0.counterpart) },
                receiver: answered.map { CodecRoute.Output($0.format, $0.encoding) },
                times: answererTimes, senderTimes: offererTimes,
                forcedTimeMs: offer.options.packetTimeMs,
                takesFirstOnly: false,
                isForced: Self.isForced(draft)
            ).conversion
        let first = draft.entries.first { $0.format.kind == .media }
        toOfferer =
            CodecRoute(
                sources: answered.flatMap { CodecRoute.Source.both($0, answered, told) },
                receiver: told.map { format in
                    let pattern = sets.first { $0.sets(format) }
                    return CodecRoute.Output(format, pattern.map { EncodingWish($0) })
                },
                times: offererTimes, senderTimes: answererTimes,
                forcedTimeMs: offer.options.reversePacketTimeMs,
                takesFirstOnly: first.map { !$0.isShared && draft.isAccepted($0.format) } == true,
                isForced: Self.isForced(draft)
            ).conversion
    }

    /// What the answerer may send before it has answered: anything that it was shown.
    init(early offer: CodecOffer) {
        let edit = offer.edited
        let own = edit.own.map(\.format)
        let sets = edit.options.set
        toOfferer =
            CodecRoute(
                sources: edit.shown.map { CodecRoute.Source($0.format, $0.source) },
                receiver: own.map { format in
                    let pattern = sets.first { $0.sets(format) }
                    return CodecRoute.Output(format, pattern.map { EncodingWish($0) })
                },
                times: offer.packetTimes, senderTimes: nil,
                forcedTimeMs: edit.options.reversePacketTimeMs, takesFirstOnly: false,
                isForced: false, interworksEvents: edit.interworksEvents
            ).conversion
    }

    private static func isForced(_ draft: CodecAnswerDraft) -> Bool {
        draft.options.switches.union(draft.offer.options.switches).contains(.forceTranscoding)
    }
}

extension CodecAnswerDraft {
    /// Whether `format` was accepted although it need not have been answered.
    func isAccepted(_ format: CodecFormat) -> Bool {
        options.accepts(format)
            || offer.own.contains { $0.format == format && $0.isAccepted }
    }
}
