import BatonSDP

/// One direction: from formats that a party sends to formats that the other takes.
struct CodecRoute {
    /// What the sender may send, in its order.
    var sources: [Source]
    /// What the receiver takes, in its order.
    var receiver: [Output]
    /// The receiver's packet times.
    var times: PacketTimes
    /// The sender's, `nil` while it has not spoken.
    var senderTimes: PacketTimes?
    /// The packet time that was asked for.
    var forcedTimeMs: UInt32?
    /// Whether audio is converted to the receiver's first codec even where it takes the sender's.
    var takesFirstOnly: Bool
    /// Whether audio is always decoded and encoded.
    var isForced: Bool
    /// Whether keys that are events on one side alone are a reason to convert the audio.
    var interworksEvents = true

    /// A format in the sender's packets.
    struct Source {
        var format: CodecFormat
        /// The receiver's payload type for the same codec, `nil` if it has none.
        var counterpart: UInt8?

        init(_ format: CodecFormat, _ counterpart: UInt8?) {
            self.format = format
            self.counterpart = counterpart
        }

        /// What an answerer sends: under the payload type that it was shown (RFC 3264 §6.1) and,
        /// where it has answered with another one, under that too.
        static func both(
            _ answer: CodecAnswerDraft.Answered, _ all: [CodecAnswerDraft.Answered],
            _ told: [CodecFormat]
        ) -> [Source] {
            let isTold = told.contains { $0.payloadType == answer.source }
            let counterpart =
                isTold || !answer.format.isConvertibleAudio && answer.format.kind == .media
                ? answer.source : nil
            let own = Source(answer.format, counterpart)
            guard let number = answer.shownPayloadType, number != answer.format.payloadType,
                !all.contains(where: { $0.format.payloadType == number })
            else { return [own] }
            var shown = own
            shown.format.payloadType = number
            return [own, shown]
        }
    }

    /// A format that the receiver takes.
    struct Output {
        var format: CodecFormat
        var encoding: EncodingWish

        init(_ format: CodecFormat, _ encoding: EncodingWish?) {
            self.format = format
            self.encoding = encoding ?? EncodingWish()
        }
    }

    /// The conversion, `nil` when everything passes as it is.
    var conversion: MediaConversion? {
        let media = sources.map { $0.format.kind == .media ? mediaAction($0) : nil }
        let clockRateHz = outputClockRateHz(media)
        let isConverting = media.contains { if case .convert = $0 { true } else { false } }
        let rules = zip(sources, media).map { source, action in
            MediaConversion.Rule(
                source.format,
                action ?? eventAction(source, clockRateHz, isConverting: isConverting))
        }
        let conversion = MediaConversion(
            rules: rules, telephoneEvents: formats(.telephoneEvent),
            comfortNoise: formats(.comfortNoise),
            findsTones: isConverting && !sendsEvents && takesEvents)
        return conversion.isPlainRelay ? nil : conversion
    }

    private var sendsEvents: Bool { sources.contains { $0.format.kind == .telephoneEvent } }
    private var takesEvents: Bool { receiver.contains { $0.format.kind == .telephoneEvent } }

    private func formats(_ kind: CodecFormat.Kind) -> [CodecFormat] {
        receiver.map(\.format).filter { $0.kind == kind }
    }

    /// The receiver's first codec that can be encoded.
    private var first: Output? { receiver.first { $0.format.isConvertibleAudio } }

    private func target(_ output: Output) -> MediaConversion.Target {
        var bitrate = output.encoding.bitrate
        if output.format.transcodable == .opus, let wish = bitrate {
            let limit = SDPFormatParameters(output.format.parameters).number("maxaveragebitrate")
            bitrate = min(wish, limit ?? 510_000)
        }
        return MediaConversion.Target(
            format: output.format,
            packetTimeMs: times.outgoing(
                forced: forcedTimeMs, wish: output.encoding.packetTimeMs),
            bitrate: bitrate, complexity: output.encoding.complexity)
    }

    private func mediaAction(_ source: Source) -> MediaConversion.Action {
        let counterpart = receiver.first { $0.format.payloadType == source.counterpart }
        guard source.format.isConvertibleAudio, let first else { return passing(source) }
        guard let counterpart else { return .convert(target(first)) }
        if takesFirstOnly, counterpart.format != first.format { return .convert(target(first)) }
        let isRepacketized =
            forcedTimeMs.map { time in senderTimes.map { $0.assumed != time } ?? false } ?? false
        let needsTones = interworksEvents && sendsEvents != takesEvents
        return isForced || isRepacketized || needsTones
            ? .convert(target(counterpart)) : passing(source)
    }

    private func passing(_ source: Source) -> MediaConversion.Action {
        guard let counterpart = source.counterpart else { return .drop }
        return counterpart == source.format.payloadType ? .pass : .passAs(counterpart)
    }

    /// The clock of the audio that the sender's first format becomes.
    private func outputClockRateHz(_ media: [MediaConversion.Action?]) -> UInt32? {
        for (source, action) in zip(sources, media) {
            switch action {
            case .pass, .passAs: return source.format.clockRateHz
            case .convert(let target): return target.format.clockRateHz
            case .drop, .telephoneEvent, .tones, .comfortNoise, nil: continue
            }
        }
        return nil
    }

    private func eventAction(
        _ source: Source, _ clockRateHz: UInt32?, isConverting: Bool
    ) -> MediaConversion.Action {
        let kind = source.format.kind
        if kind == .auxiliary { return isConverting ? .drop : passing(source) }
        let candidates = formats(kind)
        let same = candidates.first { $0.payloadType == source.counterpart }
        let fitting = candidates.first { $0.clockRateHz == clockRateHz }
        if !isConverting, let same { return passing(same.payloadType, source) }
        if kind == .comfortNoise {
            if let fitting { return .comfortNoise(fitting) }
            return first.map { .convert(target($0)) } ?? .drop
        }
        if let format = fitting ?? same ?? candidates.first { return .telephoneEvent(format) }
        return isConverting ? .tones : .drop
    }

    private func passing(_ payloadType: UInt8, _ source: Source) -> MediaConversion.Action {
        payloadType == source.format.payloadType ? .pass : .passAs(payloadType)
    }
}
