import BatonSDP

/// The list of formats that the receiver of an offer is to be shown, in the making.
struct CodecOfferDraft {
    let selection: CodecSelection
    let options: CodecOptions
    let receiver: CodecParty
    /// The sender's last offer: what it showed keeps its payload types.
    let previous: CodecOffer?
    private(set) var entries: [Entry] = []
    private(set) var warnings: [String] = []

    /// A format on its way to the receiver.
    struct Entry: Hashable {
        /// The format; its payload type is the offerer's until numbers are given.
        var format: CodecFormat
        /// The offerer's payload type for the same codec; `nil` for one that is added.
        var source: UInt8?
        /// The payload type whose lines in the section stay; `nil` for new lines.
        var original: UInt8?
        /// The payload type that it should have if that is free.
        var wish: UInt8?
        var encoding = EncodingWish()

        /// Whether it carries audio, not what stands beside it.
        var isMedia: Bool { format.kind == .media }
    }

    /// A draft for `receiver`.
    init(
        _ selection: CodecSelection, _ options: CodecOptions, receiver: CodecParty,
        previous: CodecOffer?
    ) {
        self.selection = selection
        self.options = options
        self.receiver = receiver
        self.previous = previous
    }

    /// Makes the list. `keepsSetUp`: nothing was asked for, and the receiver keeps the codecs that
    /// it has been using.
    mutating func make(keepsSetUp: Bool) {
        for (option, name) in selection.unavailable {
            warnings.append(
                "\(option): '\(name)' is not available; \(TranscodableCodec.list) are")
        }
        if options.switches.contains(.staticCodecs), !receiver.shown.isEmpty {
            repeatShown()
        } else {
            entries = selection.choices
                .filter { $0.fate == .shown && $0.restoredBy == nil }.map { Self.kept($0.format) }
            preferOffered()
            addTranscoded()
            if keepsSetUp { addAgreed() }
            addEvents()
            if options.switches.contains(.reuseCodecs) || keepsSetUp { preferAgreed() }
        }
        giveNumbers()
    }

    /// Whether a codec is left, or the offer had none to begin with.
    var hasCodec: Bool {
        entries.contains { $0.format.kind == .media }
            || !selection.choices.contains { $0.format.kind == .media }
    }

    private static func kept(_ format: CodecFormat) -> Entry {
        Entry(
            format: format, source: format.payloadType, original: format.payloadType,
            wish: format.payloadType)
    }

}

/// Order and additions.
extension CodecOfferDraft {
    /// `offer` names the order of audio; telephone events and comfort noise stay behind it.
    private mutating func preferOffered() {
        let patterns = options.offer
        prefer { format in patterns.firstIndex { !$0.isUniversal && $0.matches(format) } }
    }

    /// What the receiver has been using stays in front.
    private mutating func preferAgreed() {
        let agreed = receiver.agreed
        prefer { format in agreed.firstIndex { $0.isSameCodec(as: format) } }
    }

    /// Puts audio with a rank in front of other audio; the places of everything else stay unless
    /// the order of audio changes.
    private mutating func prefer(_ rank: (CodecFormat) -> Int?) {
        let media = entries.filter(\.isMedia)
        let ranks = media.map { rank($0.format) ?? .max }
        let order = ranks.indices.sorted { (ranks[$0], $0) < (ranks[$1], $1) }
        if order == Array(ranks.indices) { return }
        entries = order.map { media[$0] } + entries.filter { !$0.isMedia }
    }

    /// What `transcode` restores or adds, in its order, behind the sender's audio.
    private mutating func addTranscoded() {
        for (place, pattern) in options.transcode.enumerated() {
            for choice in selection.choices where choice.restoredBy == place {
                insert(Self.kept(choice.format))
            }
            let isThere = entries.contains { pattern.matchesCodec($0.format) }
            if !isThere { addTranscoded(pattern) }
        }
    }

    private mutating func addTranscoded(_ pattern: CodecPattern) {
        guard case .encoding(let name) = pattern.name,
            let codec = TranscodableCodec(named: name), var format = codec.format(pattern)
        else {
            warnings.append(
                "transcode: '\(pattern.text)' is not available; \(TranscodableCodec.list) are")
            return
        }
        if codec == .telephoneEvent { return }  // Comes with the clock rates of the audio.
        guard selection.canConvert else {
            warnings.append(
                "transcode: '\(pattern.text)' was not added: the offer has no codec that can be "
                    + "converted")
            return
        }
        let own = selection.own.first { $0.format.isSameCodec(as: format) }?.format
        if let own, pattern.parameters == nil { format.parameters = own.parameters }
        insert(
            Entry(
                format: format, source: own?.payloadType, wish: own?.payloadType,
                encoding: EncodingWish(pattern)))
    }

    /// The codecs that the receiver has been using, where the sender offers others now.
    private mutating func addAgreed() {
        guard selection.canConvert else { return }
        for format in receiver.agreed where format.isConvertibleAudio {
            guard !entries.contains(where: { $0.format.isSameCodec(as: format) }) else { continue }
            let pattern = options.set.first { $0.sets(format) }
            insert(
                Entry(
                    format: format, wish: format.payloadType,
                    encoding: pattern.map { EncodingWish($0) } ?? EncodingWish()))
        }
    }

    /// `static-codecs`: the receiver sees what it saw before, as far as the sender can be served.
    private mutating func repeatShown() {
        for format in receiver.shown {
            let own = selection.own.first { $0.format.isSameCodec(as: format) }?.format
            let hasKind = selection.own.contains { $0.format.kind == format.kind }
            let isPossible =
                format.isConvertibleAudio
                ? selection.canConvert : format.kind != .media && hasKind
            guard own != nil || isPossible, format.kind != .auxiliary else { continue }
            // The lines of one format of the offer can stand for one of what was shown.
            let isShown = selection.choices.contains { choice in
                choice.format == own && choice.fate == .shown
                    && !entries.contains { $0.original == choice.format.payloadType }
            }
            entries.append(
                Entry(
                    format: format, source: own?.payloadType,
                    original: isShown ? own?.payloadType : nil, wish: format.payloadType))
        }
    }

    /// Audio goes behind the last audio, anything else to the end.
    private mutating func insert(_ entry: Entry) {
        let last = entries.lastIndex(where: \.isMedia).map { $0 + 1 } ?? 0
        entries.insert(entry, at: entry.isMedia ? last : entries.endIndex)
    }
}

/// Telephone events: their clock is that of the audio beside them (RFC 4733 §2.6.2.3, RFC 7587
/// §3.1).
extension CodecOfferDraft {
    private mutating func addEvents() {
        let isNamed = options.addsEvents
        let own = selection.own.map(\.format).filter { $0.kind == .telephoneEvent }
        guard let model = isNamed ? own.first ?? newEvents() : own.first else { return }
        removeOrphanedEvents()
        let isShown = entries.contains { $0.format.kind == .telephoneEvent }
        guard isNamed || isShown || hadEvents else { return }
        for clockRateHz in clockRates(ofAddedOnly: !isNamed) {
            let isThere = entries.contains {
                $0.format.kind == .telephoneEvent && $0.format.clockRateHz == clockRateHz
            }
            if isThere { continue }
            let same = own.first { $0.clockRateHz == clockRateHz }
            var format = same ?? model
            format.clockRateHz = clockRateHz
            if format.parameters.isEmpty { format.parameters = "0-15" }
            let wish = same?.payloadType ?? (own.isEmpty ? format.payloadType : nil)
            insert(Entry(format: format, source: same?.payloadType, wish: wish))
        }
    }

    /// What an offer without telephone events gets: they are made of the tones in its audio. `nil`
    /// with a warning where no audio can be converted.
    private mutating func newEvents() -> CodecFormat? {
        guard selection.canConvert else {
            warnings.append(
                "transcode: 'telephone-event' was not added: the offer has no codec that can be "
                    + "converted")
            return nil
        }
        return CodecFormat(
            payloadType: 101, encoding: "telephone-event", clockRateHz: 8_000, parameters: "0-15")
    }

    /// Whether the selection shows telephone events.
    private var hadEvents: Bool {
        selection.choices.contains { $0.fate == .shown && $0.format.kind == .telephoneEvent }
    }

    /// Takes events away that stood beside audio which is not shown. Those of 8,000 Hz stay: there
    /// are parties that know no others, whatever their audio is.
    private mutating func removeOrphanedEvents() {
        let shown = Set(entries.filter(\.isMedia).map(\.format.clockRateHz))
        let gone = Set(
            selection.choices.filter { $0.fate != .shown && $0.format.kind == .media }
                .map(\.format.clockRateHz)
        ).subtracting(shown).subtracting([8_000])
        entries.removeAll {
            $0.format.kind == .telephoneEvent && gone.contains($0.format.clockRateHz)
        }
    }

    private func clockRates(ofAddedOnly: Bool) -> [UInt32] {
        var rates: [UInt32] = []
        for entry in entries where entry.format.isConvertibleAudio {
            let isWanted = entry.original == nil || !ofAddedOnly
            if isWanted, !rates.contains(entry.format.clockRateHz) {
                rates.append(entry.format.clockRateHz)
            }
        }
        return rates
    }
}

/// Payload types.
extension CodecOfferDraft {
    /// Gives every entry the payload type under which the receiver is to see it: first those that
    /// it knows, then those whose own number is free. The sender's own numbers are kept free for
    /// what is the sender's.
    private mutating func giveNumbers() {
        let earlier = entries.map(earlierNumber)
        for (index, number) in earlier.enumerated() {
            if let number { entries[index].wish = number }
        }
        let senders = selection.choices.map(\.format)
        var taken = Set<UInt8>()
        var numbers = [UInt8?](repeating: nil, count: entries.count)
        let turns = zip(entries, earlier).map { $1 == nil ? turn($0) : 0 }
        for current in 0...4 {
            for (index, entry) in entries.enumerated() where turns[index] == current {
                var used = taken
                if entry.original == nil, earlier[index] == nil {
                    let others = senders.filter { !$0.isSameCodec(as: entry.format) }
                    used.formUnion(others.map(\.payloadType))
                }
                let number = receiver.payloadType(
                    for: entry.format, wish: entry.wish, besides: used)
                numbers[index] = number
                if let number { taken.insert(number) }
            }
        }
        for (index, entry) in entries.enumerated() where numbers[index] == nil {
            warnings.append("'\(entry.format.encoding)': no payload type is left for it")
        }
        entries = zip(entries, numbers).compactMap { entry, number in
            guard let number else { return nil }
            var entry = entry
            entry.format.payloadType = number
            return entry
        }
    }

    /// The payload type that an entry had when the sender last made an offer; with `static-codecs`
    /// the one that the receiver knows it by.
    private func earlierNumber(_ entry: Entry) -> UInt8? {
        if options.switches.contains(.staticCodecs), let wish = entry.wish {
            let isKnown = receiver.bindings.contains {
                $0.payloadType == wish && $0.isSameCodec(as: entry.format)
            }
            if isKnown { return wish }
        }
        return previous?.edited.shown.first {
            $0.source == entry.source && $0.format.isSameCodec(as: entry.format)
        }?.format.payloadType
    }

    /// When an entry without an earlier number gets one.
    private func turn(_ entry: Entry) -> Int {
        if entry.original == nil { return 4 }
        if receiver.bindings.contains(where: { $0.isSameCodec(as: entry.format) }) { return 1 }
        return receiver.bindings.contains { $0.payloadType == entry.wish } ? 3 : 2
    }
}
