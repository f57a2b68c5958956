internal import BatonBase
internal import BatonRTP
internal import BatonTranscode

/// Carries out a ``MediaConversion`` at the port where the packets arrive.
struct PortConverter: ~Copyable {
    /// What becomes of a packet by its payload type.
    enum Step: UInt8 {
        /// No rule names it, or the rule says so.
        case drop
        /// It passes, perhaps with another payload type.
        case pass
        /// The transcoder takes it: audio, events, comfort noise, and what passes beside them in
        /// one sequence.
        case transcode
        /// There is no transcoder that could take it.
        case refuse
    }

    let conversion: MediaConversion
    var transcoder: AudioTranscoder?
    /// What of the transcoder's counts the port's counters hold already.
    var published = TranscoderCounters()
    /// Whether the transcoder that the conversion needs could not be made.
    let hasFailed: Bool
    /// The loss that the encoder reckons with since the receiver has told.
    private(set) var expectedLossPercent = 0
    /// The most effort that the encoder may take.
    private var complexityLimit = 10
    private var steps = InlineArray<128, Step>(repeating: .drop)
    private var payloadTypes = InlineArray<128, UInt8>(repeating: 0)

    /// A converter. When the transcoder that it needs cannot be made, it refuses what that was for;
    /// what passes needs none.
    init(_ conversion: MediaConversion, sequenceNumber: UInt16) {
        self.conversion = conversion
        transcoder =
            conversion.needsTranscoder ? Self.transcoder(conversion, sequenceNumber) : nil
        let isTranscoding = transcoder != nil
        hasFailed = conversion.needsTranscoder && !isTranscoding
        let transcoded: Step = isTranscoding ? .transcode : hasFailed ? .refuse : .drop
        for rule in conversion.rules {
            let type = Int(rule.source.payloadType & 127)
            payloadTypes[type] = rule.passingPayloadType ?? UInt8(type)
            switch rule.action {
            case .pass, .passAs: steps[type] = isTranscoding ? .transcode : .pass
            case .convert, .telephoneEvent, .tones, .comfortNoise: steps[type] = transcoded
            case .drop: steps[type] = .drop
            }
        }
    }

    /// What becomes of a packet with this payload type.
    func step(of payloadType: UInt8) -> Step { steps[Int(payloadType & 127)] }

    /// The payload type that a passing packet leaves with.
    func outgoingType(of payloadType: UInt8) -> UInt8 { payloadTypes[Int(payloadType & 127)] }

    /// Has the encoder reckon with this loss from now on.
    mutating func setExpectedLoss(percent: Int) {
        guard percent != expectedLossPercent else { return }
        expectedLossPercent = percent
        transcoder?.setExpectedLoss(percent: percent)
    }

    /// Has the encoder take no more effort than this from now on, 0…10.
    mutating func setComplexityLimit(_ limit: Int) {
        guard limit != complexityLimit else { return }
        complexityLimit = limit
        transcoder?.setComplexityLimit(limit)
    }

    private static func target(of conversion: MediaConversion) -> MediaConversion.Target? {
        conversion.rules.lazy.compactMap { rule in
            if case .convert(let target) = rule.action { target } else { nil }
        }.first
    }

    private static func transcoder(
        _ conversion: MediaConversion, _ sequenceNumber: UInt16
    ) -> AudioTranscoder? {
        guard let target = target(of: conversion),
            let audio = AudioFormat(target.format, target.packetTimeMs)
        else { return nil }
        let output = TranscodedFormats(
            audio: audio,
            telephoneEvents: conversion.telephoneEvents.compactMap { AudioFormat($0) },
            comfortNoise: conversion.comfortNoise.lazy.compactMap { AudioFormat($0) }.first,
            playsTones: conversion.rules.contains { $0.action == .tones },
            findsTones: conversion.findsTones)
        var settings = TranscoderSettings()
        if let bitrate = target.bitrate.map(Int.init) {
            settings.narrowbandBitrate = bitrate
            settings.widebandBitrate = bitrate
            settings.fullbandBitrate = bitrate
        }
        if let complexity = target.complexity.map(Int.init) {
            settings.narrowbandComplexity = complexity
            settings.opusComplexity = complexity
        }
        return try? AudioTranscoder(
            input: conversion.rules.compactMap { rule in
                switch rule.action {
                case .convert, .telephoneEvent, .tones, .comfortNoise: AudioFormat(rule.source)
                case .pass, .passAs, .drop: nil
                }
            }, output: output,
            identity: TranscodedIdentity(
                ssrc: nil, sequenceNumber: sequenceNumber, isContinuous: false),
            passing: conversion.rules.compactMap { rule in
                rule.passingPayloadType.map {
                    PassedFormat(
                        rule.source.payloadType, as: $0,
                        clockRateHz: Int(rule.source.clockRateHz))
                }
            }, settings: settings)
    }
}

extension MediaConversion.Rule {
    /// The payload type that packets have when they pass; `nil` when they do not.
    fileprivate var passingPayloadType: UInt8? {
        switch action {
        case .pass: source.payloadType & 127
        case .passAs(let other): other & 127
        case .convert, .telephoneEvent, .comfortNoise, .drop: nil
        }
    }
}

extension AudioFormat {
    /// The format as the transcoder has it; `nil` when it cannot serve it.
    init?(_ format: CodecFormat, _ packetTimeMs: UInt32 = 20) {
        guard
            let codec = AudioCodec(
                encodingName: format.encoding, clockRateHz: Int(format.clockRateHz),
                channels: Int(format.channels))
                ?? (format.encoding.isEmpty
                    ? AudioCodec(staticPayloadType: format.payloadType) : nil)
        else { return nil }
        self.init(
            codec, payloadType: format.payloadType,
            packetTime: .milliseconds(Int(packetTimeMs)),
            opus: codec == .opus ? OpusParameters(fmtp: format.parameters) : OpusParameters())
    }
}
