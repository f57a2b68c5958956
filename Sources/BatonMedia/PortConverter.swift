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
        /// The transcoder takes it: audio, events, comfort noise.
        case transcode
    }

    let conversion: MediaConversion
    var transcoder: AudioTranscoder?
    /// What of the transcoder's counts the port's counters hold already.
    var published = TranscoderCounters()
    /// The clock of the audio that goes out; 0 when none is encoded.
    let outgoingClockRateHz: UInt32
    /// The loss that the encoder reckons with since the receiver has told.
    private(set) var expectedLossPercent = 0
    /// The most effort that the encoder may take.
    private var complexityLimit = 10
    private var steps = InlineArray<128, Step>(repeating: .drop)
    private var payloadTypes = InlineArray<128, UInt8>(repeating: 0)

    /// A converter; `nil` when the conversion needs a transcoder that cannot be made.
    init?(_ conversion: MediaConversion, sequenceNumber: UInt16) {
        var transcoder: AudioTranscoder?
        if conversion.needsTranscoder {
            guard let made = Self.transcoder(conversion, sequenceNumber) else { return nil }
            transcoder = consume made
        }
        self.conversion = conversion
        outgoingClockRateHz = Self.target(of: conversion)?.format.clockRateHz ?? 0
        self.transcoder = transcoder
        for rule in conversion.rules {
            let type = Int(rule.source.payloadType & 127)
            payloadTypes[type] = UInt8(type)
            switch rule.action {
            case .pass: steps[type] = .pass
            case .passAs(let other):
                steps[type] = .pass
                payloadTypes[type] = other & 127
            case .convert, .telephoneEvent, .tones, .comfortNoise: steps[type] = .transcode
            case .drop: steps[type] = .drop
            }
        }
    }

    /// What becomes of a packet with this payload type.
    func step(of payloadType: UInt8) -> Step {
        let step = steps[Int(payloadType & 127)]
        return step == .transcode && transcoder == nil ? .drop : step
    }

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
            settings: settings)
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
