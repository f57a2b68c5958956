import BatonSDP

/// What a control message asks to be done about codecs; nothing by default.
///
/// `docs/media.md`, "Codecs and transcoding", says what each does.
public struct CodecOptions: Hashable, Sendable {
    /// Codecs that are treated as if they had never been in the SDP.
    public var strip: [CodecPattern] = []
    /// Codecs that stay although all are stripped or masked, in their order.
    public var offer: [CodecPattern] = []
    /// Codecs that stay although all are stripped or masked, where they are.
    public var except: [CodecPattern] = []
    /// Codecs of the SDP received that are treated as if they had not been there.
    public var ignore: [CodecPattern] = []
    /// Codecs that are offered, and accepted towards the offerer even if they are not answered.
    public var accept: [CodecPattern] = []
    /// Codecs that are not offered and nevertheless accepted towards the offerer.
    public var consume: [CodecPattern] = []
    /// Codecs that are not offered, and accepted towards the offerer where nothing else is shared.
    public var mask: [CodecPattern] = []
    /// Bit rates and parameters for encoding towards the offerer.
    public var set: [CodecPattern] = []
    /// Codecs to offer beside the sender's.
    public var transcode: [CodecPattern] = []
    /// The length in milliseconds of packets towards the receiver of the offer.
    public var packetTimeMs: UInt32?
    /// The length in milliseconds of packets towards the sender of the offer.
    public var reversePacketTimeMs: UInt32?
    /// The rest.
    public var switches: CodecSwitches = []

    /// The most patterns of one list that count.
    public static let patternsMax = 64
    /// The shortest and longest packets that can be asked for, in milliseconds.
    public static let packetTimesMs: ClosedRange<UInt32> = 3...120

    /// No options.
    public init() {}

    /// Whether nothing is asked for that could change an offer or its answer.
    public var changesNothing: Bool {
        strip.isEmpty && offer.isEmpty && except.isEmpty && ignore.isEmpty && accept.isEmpty
            && consume.isEmpty && mask.isEmpty && transcode.isEmpty
            && packetTimeMs == nil && reversePacketTimeMs == nil
            && switches.isDisjoint(with: .effective)
    }

    /// These options with every list and number within its bounds.
    var bounded: CodecOptions {
        var bounded = self
        let lists: [WritableKeyPath<CodecOptions, [CodecPattern]>] = [
            \.strip, \.offer, \.except, \.ignore, \.accept, \.consume, \.mask, \.set, \.transcode,
        ]
        for list in lists where self[keyPath: list].count > Self.patternsMax {
            bounded[keyPath: list] = Array(self[keyPath: list].prefix(Self.patternsMax))
        }
        bounded.packetTimeMs = Self.bounded(packetTimeMs)
        bounded.reversePacketTimeMs = Self.bounded(reversePacketTimeMs)
        return bounded
    }

    /// Whether `transcode` names telephone events.
    var addsEvents: Bool {
        transcode.contains { pattern in
            guard case .encoding(let name) = pattern.name else { return false }
            return TranscodableCodec(named: name) == .telephoneEvent
        }
    }

    /// Whether telephone events of `format` are accepted towards their offerer, answered or not.
    func interworks(_ format: CodecFormat) -> Bool {
        format.kind == .telephoneEvent
            && (switches.contains(.injectDTMF)
                || (accept + consume).contains { !$0.isUniversal && $0.matches(format) })
    }

    /// What of these options concerns `section`: conversion is for audio, and `all` means all audio
    /// codecs; codecs that are named are taken away or put in front in any section.
    func applied(to section: MediaDescription) -> CodecOptions {
        if section.kind == .audio { return self }
        var options = CodecOptions()
        options.strip = strip.filter { !$0.isUniversal }
        options.ignore = ignore.filter { !$0.isUniversal }
        options.offer = offer
        options.except = except
        options.switches = switches.intersection([.allowNoCodecMedia, .reset])
        return options
    }

    private static func bounded(_ time: UInt32?) -> UInt32? {
        guard let time, time > 0 else { return nil }
        return min(max(time, packetTimesMs.lowerBound), packetTimesMs.upperBound)
    }
}

/// Switches of one message that concern codecs.
public struct CodecSwitches: OptionSet, Hashable, Sendable {
    /// One bit a switch.
    public let rawValue: UInt16
    /// The switches of these bits.
    public init(rawValue: UInt16) { self.rawValue = rawValue }
    /// Decode and encode even what both sides have.
    public static let forceTranscoding = CodecSwitches(rawValue: 1 << 0)
    /// Leave one audio codec in the answer.
    public static let singleCodec = CodecSwitches(rawValue: 1 << 1)
    /// Keep the codecs that were preferred earlier in the call in front.
    public static let reuseCodecs = CodecSwitches(rawValue: 1 << 2)
    /// Show the receiver of a re-offer the codecs that it knows.
    public static let staticCodecs = CodecSwitches(rawValue: 1 << 3)
    /// Put the codecs of the answer in the order of the offer.
    public static let reorderCodecs = CodecSwitches(rawValue: 1 << 4)
    /// A section that is left without codecs is refused instead of restored.
    public static let allowNoCodecMedia = CodecSwitches(rawValue: 1 << 5)
    /// Forget the transcoding that was set up earlier in the call.
    public static let reset = CodecSwitches(rawValue: 1 << 6)
    /// The offerer keeps its telephone events where the answerer has none: they become tones, and
    /// tones become events.
    public static let injectDTMF = CodecSwitches(rawValue: 1 << 7)

    /// Those that can change an offer or an answer by themselves.
    static let effective: CodecSwitches = [
        .forceTranscoding, .singleCodec, .reuseCodecs, .staticCodecs, .reorderCodecs, .injectDTMF,
    ]
}
