/// What the options of an offer make of the formats in it.
struct CodecSelection {
    /// The formats in the offer's order.
    private(set) var choices: [Choice]
    private let options: CodecOptions

    /// What becomes of a format.
    enum Fate: Hashable {
        /// The other party is shown it.
        case shown
        /// The other party is not shown it; it may be used towards the offerer.
        case hidden
        /// It is as if it had never been there.
        case stripped
    }

    /// A format and what becomes of it.
    struct Choice: Hashable {
        let format: CodecFormat
        var fate: Fate
        /// Whether it is accepted even if the other party does not have it.
        var isAccepted = false
        /// Whether `all` removed it: then `transcode` can restore it.
        var isRestorable = false
        /// Whether `all` or `full` removed it.
        var isRemovedWithAll = false
        /// Where `transcode` names the restored format.
        var restoredBy: Int?
    }

    /// The selection that `options` make of `formats`.
    init(_ formats: [CodecFormat], _ options: CodecOptions) {
        self.options = options
        choices = formats.map { format in Self.choice(format, options) }
        restoreForTranscoding()
        keepConvertible()
        removeOrphans()
    }

    private static func choice(_ format: CodecFormat, _ options: CodecOptions) -> Choice {
        let names = { (list: [CodecPattern]) in
            list.contains { !$0.isUniversal && $0.matches(format) }
        }
        let accepts = options.accepts(format)
        var choice = Choice(format: format, fate: .shown, isAccepted: accepts)
        if names(options.strip) || names(options.ignore) {
            return Choice(format: format, fate: .stripped)
        }
        if names(options.consume) || names(options.mask) {
            choice.fate = .hidden
            choice.isAccepted =
                accepts || (names(options.consume) && format.isConvertibleAudio)
            return choice
        }
        let isSpared = (options.offer + options.except).contains { $0.matches(format) }
        if !isSpared { removeWithAll(&choice, options) }
        return choice
    }

    private static func removeWithAll(_ choice: inout Choice, _ options: CodecOptions) {
        let lists = [options.strip + options.ignore, options.consume, options.mask]
        guard let index = lists.firstIndex(where: { $0.contains(where: \.isUniversal) }) else {
            return
        }
        choice.fate = index == 0 ? .stripped : .hidden
        if index == 1, choice.format.isConvertibleAudio { choice.isAccepted = true }
        choice.isRemovedWithAll = true
        choice.isRestorable = !lists[index].contains { $0.name == .full }
    }

    /// A codec that `all` removed and `transcode` names is offered as if `offer` named it.
    private mutating func restoreForTranscoding() {
        for index in choices.indices where choices[index].isRestorable {
            let format = choices[index].format
            let place = options.transcode.firstIndex { !$0.isUniversal && $0.matchesCodec(format) }
            guard let place else { continue }
            choices[index].fate = .shown
            choices[index].isAccepted = options.accepts(format)
            choices[index].restoredBy = place
        }
    }

    /// Something must be left to convert from and to: if `strip` took it all, it only hides.
    private mutating func keepConvertible() {
        guard !options.transcode.isEmpty, !canConvert else { return }
        for index in choices.indices where choices[index].isRemovedWithAll {
            if choices[index].fate == .stripped, choices[index].format.transcodable != nil {
                choices[index].fate = .hidden
            }
        }
    }

    /// Redundancy and retransmissions of what is not shown are not shown.
    private mutating func removeOrphans() {
        let shown = Set(choices.filter { $0.fate == .shown }.map(\.format.payloadType))
        for index in choices.indices where choices[index].fate == .shown {
            let isOrphan = choices[index].format.references.contains { !shown.contains($0) }
            if isOrphan { choices[index].fate = .stripped }
        }
    }

    /// Whether some of the offerer's audio can be converted.
    var canConvert: Bool {
        choices.contains { $0.fate != .stripped && $0.format.isConvertibleAudio }
    }

    /// The formats that may be used towards the offerer.
    var own: [CodecOffer.Own] {
        choices.filter { $0.fate != .stripped }.map {
            CodecOffer.Own(format: $0.format, isAccepted: $0.isAccepted)
        }
    }

    /// Names of the codecs that were to be hidden or accepted and cannot be converted.
    var unavailable: [(option: String, name: String)] {
        let lists = [
            ("accept", options.accept), ("consume", options.consume), ("mask", options.mask),
        ]
        return lists.flatMap { option, patterns in
            patterns.filter { pattern in
                !pattern.isUniversal
                    && choices.contains {
                        pattern.matches($0.format) && $0.format.transcodable == nil
                    }
            }.map { (option, $0.text) }
        }
    }
}

extension CodecOptions {
    /// Whether `format` is accepted towards its offerer, answered or not.
    func accepts(_ format: CodecFormat) -> Bool {
        format.isConvertibleAudio && accept.contains { $0.matches(format) }
    }
}
