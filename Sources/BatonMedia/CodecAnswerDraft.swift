import BatonSDP

/// The list of formats that an offerer is told in the answer, in the making.
struct CodecAnswerDraft {
    /// What the offer became.
    let offer: CodecOffer.Edit
    /// The options of the answer itself.
    let options: CodecOptions
    /// The offerer's formats before this exchange.
    private let agreed: [CodecFormat]
    /// The answerer's formats that could be matched, in its order.
    private(set) var answered: [Answered] = []
    /// What the offerer is told.
    private(set) var entries: [Entry] = []
    private(set) var warnings: [String] = []

    /// A format of the answer.
    struct Answered: Hashable {
        /// The format under the answerer's payload type.
        var format: CodecFormat
        /// The payload type that the answerer was shown for it.
        var shownPayloadType: UInt8?
        /// The offerer's payload type for the same codec, `nil` if it has none.
        var source: UInt8?
        var encoding = EncodingWish()
    }

    /// A format that the offerer is told.
    struct Entry: Hashable {
        /// The format under the offerer's payload type and with the offerer's own parameters.
        var format: CodecFormat
        /// The answerer's payload type for the same codec, `nil` if it has none.
        var counterpart: UInt8?
        /// Whether the answerer has the codec.
        var isShared: Bool { counterpart != nil }
        /// How it stands in the section.
        var line: FormatEntry
    }

    /// A draft of the answer that lists `formats`.
    init(
        _ offer: CodecOffer.Edit, _ formats: [CodecFormat], _ options: CodecOptions,
        agreed: [CodecFormat]
    ) {
        self.offer = offer
        self.options = options
        self.agreed = agreed
        answered = match(formats)
        strip()
    }

    /// Makes ``entries``.
    mutating func make() {
        let media = orderedMedia()
        let clockRates = Set(media.map(\.clockRateHz))
        let isConverting = media.contains { counterpart(of: $0) == nil }
        let shared = answered.compactMap(\.source)
        let events = matching(.telephoneEvent, clockRates, isConverting)
        let hasEvents = answered.contains { $0.format.kind == .telephoneEvent }
        let isRelayed = !isConverting && hasEvents != events.isEmpty
        let auxiliary = ownFormats.filter {
            $0.kind == .auxiliary && shared.contains($0.payloadType) && isRelayed
                && $0.references.allSatisfy { number in
                    media.contains { $0.payloadType == number }
                }
        }
        let noise = matching(.comfortNoise, clockRates, isConverting)
        let told = media + auxiliary + events + noise
        entries = arranged(told).map { entry($0) }
    }

    /// Whether the parties have a codec in common or can be brought together.
    var hasCommonCodec: Bool {
        entries.contains { $0.format.kind == .media }
            || (!entries.isEmpty && !ownFormats.contains { $0.kind == .media })
    }

    private var ownFormats: [CodecFormat] { offer.own.map(\.format) }

    /// The offerer's formats that `answers` stand for, each once, in their order.
    private func shared(_ answers: [Answered]) -> [CodecFormat] {
        var shared: [CodecFormat] = []
        for answer in answers {
            let own = ownFormats.first { $0.payloadType == answer.source }
            if let own, !shared.contains(own) { shared.append(own) }
        }
        return shared
    }

    private func counterpart(of format: CodecFormat) -> UInt8? {
        answered.first { $0.source == format.payloadType }?.format.payloadType
    }

    private func entry(_ format: CodecFormat) -> Entry {
        let counterpart = counterpart(of: format)
        var line = format
        if counterpart == nil { line.parameters = toldParameters(format) }
        return Entry(
            format: format, counterpart: counterpart,
            line: FormatEntry(format: line, original: counterpart))
    }
}

/// Which formats were offered.
extension CodecAnswerDraft {
    private func match(_ formats: [CodecFormat]) -> [Answered] {
        var left = Array(offer.shown.indices)
        var matched: [Answered] = []
        for format in formats {
            let place =
                left.firstIndex { isSame(offer.shown[$0].format, format) }
                ?? left.firstIndex { isRenumbered(offer.shown[$0].format, format, exactly: true) }
                ?? left.firstIndex { isRenumbered(offer.shown[$0].format, format, exactly: false) }
            if let place {
                let shown = offer.shown[left.remove(at: place)]
                var known = format
                if known.encoding.isEmpty {
                    known = shown.format
                    known.parameters = format.parameters
                }
                matched.append(
                    Answered(
                        format: known, shownPayloadType: shown.format.payloadType,
                        source: shown.source, encoding: shown.encoding))
            } else if let own = ownFormats.first(where: { $0.isSameCodec(as: format) }),
                !matched.contains(where: { $0.source == own.payloadType })
            {
                matched.append(Answered(format: format, source: own.payloadType))
            }
        }
        return matched
    }

    private func isSame(_ shown: CodecFormat, _ format: CodecFormat) -> Bool {
        shown.payloadType == format.payloadType
            && (format.encoding.isEmpty || shown.isSameCodec(as: format))
    }

    private func isRenumbered(
        _ shown: CodecFormat, _ format: CodecFormat, exactly: Bool
    ) -> Bool {
        shown.isSameCodec(as: format) && (!exactly || shown.parameters == format.parameters)
    }

    /// `strip` and `ignore` with their exceptions, unless no codec would be left.
    private mutating func strip() {
        let selection = CodecSelection(answered.map(\.format), options.strippingOnly)
        let kept = selection.choices.filter { $0.fate == .shown }.map(\.format)
        guard kept.count < answered.count else { return }
        guard kept.contains(where: { $0.kind == .media }) else {
            warnings.append("no codec was left: those of the answer were restored")
            return
        }
        answered.removeAll { !kept.contains($0.format) }
    }
}

/// The audio of the answer.
extension CodecAnswerDraft {
    /// The offerer's audio formats for the answer, in order.
    private func orderedMedia() -> [CodecFormat] {
        var media = chosenMedia()
        let rank: (CodecFormat) -> Int = { format in
            let rank = options.offer.firstIndex { !$0.isUniversal && $0.matches(format) }
            return rank ?? .max
        }
        media = Self.stable(media, by: rank)
        if options.switches.union(offer.options.switches).contains(.reuseCodecs) {
            media = Self.stable(media) { format in
                agreed.firstIndex { $0.isSameCodec(as: format) } ?? .max
            }
        }
        if options.switches.contains(.singleCodec) { media = Array(media.prefix(1)) }
        return media
    }

    /// The codecs that both have; those that are accepted all the same; one that can be converted
    /// if nothing else would do.
    private func chosenMedia() -> [CodecFormat] {
        let media = answered.filter { $0.format.kind == .media }
        let shared = shared(media)
        let canConvert = media.contains { $0.format.isConvertibleAudio }
        let accepted = canConvert ? acceptedFormats : []
        var chosen = shared
        if !accepted.isEmpty || options.switches.contains(.reorderCodecs) {
            chosen = ownFormats.filter { shared.contains($0) || accepted.contains($0) }
        }
        let needsConversion = media.contains {
            $0.source == nil && $0.format.isConvertibleAudio
        }
        if needsConversion, !chosen.contains(where: \.isConvertibleAudio) {
            if let preferred { chosen.append(preferred) }
        }
        return chosen
    }

    private var acceptedFormats: [CodecFormat] {
        offer.own.filter { $0.isAccepted || options.accepts($0.format) }.map(\.format)
    }

    /// The offerer's first codec that can be converted; the one in use with `reuse-codecs`.
    private var preferred: CodecFormat? {
        let convertible = ownFormats.filter(\.isConvertibleAudio)
        guard options.switches.union(offer.options.switches).contains(.reuseCodecs) else {
            return convertible.first
        }
        return convertible.first { format in agreed.contains { $0.isSameCodec(as: format) } }
            ?? convertible.first
    }

    private static func stable(
        _ formats: [CodecFormat], by rank: (CodecFormat) -> Int
    ) -> [CodecFormat] {
        let ranks = formats.map(rank)
        return ranks.indices.sorted { (ranks[$0], $0) < (ranks[$1], $1) }.map { formats[$0] }
    }
}

/// What stands beside the audio.
extension CodecAnswerDraft {
    /// The offerer's telephone events, or comfort noise, for the answer: those that both have; when
    /// audio is converted those with the clock of the offerer's audio.
    private func matching(
        _ kind: CodecFormat.Kind, _ clockRates: Set<UInt32>, _ isConverting: Bool
    ) -> [CodecFormat] {
        let theirs = answered.filter { $0.format.kind == kind }
        let own = ownFormats.filter { $0.kind == kind }
        guard !theirs.isEmpty else {
            return kind == .telephoneEvent ? interworked(own, clockRates, isConverting) : []
        }
        let shared = shared(theirs)
        if !isConverting, !shared.isEmpty, !options.switches.contains(.singleCodec) {
            return shared
        }
        let fitting = own.filter { clockRates.contains($0.clockRateHz) }
        if !fitting.isEmpty { return fitting }
        if kind == .comfortNoise { return [] }
        return shared.isEmpty ? Array(own.prefix(1)) : shared
    }

    /// The offerer's telephone events where the answerer takes none, and where they can be heard as
    /// tones in audio that is converted anyway, or is to be for them.
    private func interworked(
        _ own: [CodecFormat], _ clockRates: Set<UInt32>, _ isConverting: Bool
    ) -> [CodecFormat] {
        let isForced = options.switches.union(offer.options.switches)
            .contains(.forceTranscoding)
        let asked = own.filter {
            isConverting || isForced || options.interworks($0) || offer.options.interworks($0)
        }
        guard answered.contains(where: { $0.format.isConvertibleAudio }),
            orderedMedia().first?.isConvertibleAudio == true
        else { return [] }
        let fitting = asked.filter { clockRates.contains($0.clockRateHz) }
        return fitting.isEmpty ? Array(asked.prefix(1)) : fitting
    }

    /// `told` as the answer lists it: in the answerer's order if all of it is in the answer and the
    /// order of audio is the answerer's.
    private func arranged(_ told: [CodecFormat]) -> [CodecFormat] {
        let theirs = shared(answered).filter { told.contains($0) }
        let isTheirs =
            theirs.count == told.count
            && theirs.filter { $0.kind == .media } == told.filter { $0.kind == .media }
        return isTheirs ? theirs : told
    }

    /// What the offerer is told of a codec that only it has: its own parameters, but for those that
    /// describe what it sends itself, and stereo where nobody hears it (RFC 7587 §6.1).
    private func toldParameters(_ format: CodecFormat) -> String {
        guard format.transcodable == .opus else { return format.parameters }
        var parameters = SDPFormatParameters(format.parameters)
        for name in ["sprop-stereo", "sprop-maxcapturerate"] { parameters[name] = nil }
        let target = answered.first { $0.format.isConvertibleAudio }?.format
        if target?.wantsStereo != true { parameters["stereo"] = nil }
        return parameters.text
    }
}

extension CodecOptions {
    /// Only what takes codecs away.
    fileprivate var strippingOnly: CodecOptions {
        var options = CodecOptions()
        options.strip = strip
        options.ignore = ignore
        options.offer = offer
        options.except = except
        return options
    }
}
