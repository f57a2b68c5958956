import BatonSDP

/// The encodings that can be decoded and encoded here, and what an offer says of each by default.
enum TranscodableCodec: Hashable, CaseIterable {
    case pcmu, pcma, g722, opus, l16, telephoneEvent, comfortNoise

    /// Sample rates of L16 that can be converted, in Hz.
    private static let linearRates: Set<UInt32> = [
        8_000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000,
    ]

    /// The codec with this encoding name in any case.
    init?(named name: String) {
        let name = name.lowercased()
        guard let codec = Self.allCases.first(where: { $0.encoding.lowercased() == name }) else {
            return nil
        }
        self = codec
    }

    /// The codec of a format; `nil` also for a clock rate or number of channels that cannot be
    /// converted.
    init?(_ format: CodecFormat) {
        guard let codec = TranscodableCodec(named: format.encoding) else { return nil }
        let isPossible =
            switch codec {
            case .pcmu, .pcma, .g722: format.clockRateHz == 8_000 && format.channels == 1
            case .opus: format.clockRateHz == 48_000 && (1...2).contains(format.channels)
            case .l16:
                Self.linearRates.contains(format.clockRateHz) && (1...2).contains(format.channels)
            case .telephoneEvent, .comfortNoise:
                (1_000...192_000).contains(format.clockRateHz) && format.channels == 1
            }
        guard isPossible else { return nil }
        self = codec
    }

    /// The name for `a=rtpmap`.
    var encoding: String {
        switch self {
        case .pcmu: "PCMU"
        case .pcma: "PCMA"
        case .g722: "G722"
        case .opus: "opus"
        case .l16: "L16"
        case .telephoneEvent: "telephone-event"
        case .comfortNoise: "CN"
        }
    }

    /// Whether it carries audio, not events or a description of noise.
    var isAudio: Bool { self != .telephoneEvent && self != .comfortNoise }

    /// The names of all, for a message to a person.
    static let list = "PCMU, PCMA, G722, opus, L16, telephone-event and CN"

    /// The format that `pattern` asks for, with payload type 0 as yet; defaults stand for what it
    /// leaves open. `nil` when it asks for what cannot be converted.
    func format(_ pattern: CodecPattern) -> CodecFormat? {
        var format = CodecFormat(
            payloadType: 0, encoding: encoding,
            clockRateHz: pattern.clockRateHz ?? defaultClockRateHz,
            channels: pattern.channels ?? 1, parameters: pattern.parameters ?? "")
        switch self {
        case .opus:
            // RFC 7587 §7: always two channels in SDP; one is said by `stereo`.
            format.channels = 2
            if pattern.parameters == nil { format.parameters = "useinbandfec=1" }
            if pattern.parameters == nil, pattern.channels == 2 {
                format.parameters = "stereo=1;sprop-stereo=1;useinbandfec=1"
            }
        case .telephoneEvent:
            if pattern.parameters == nil { format.parameters = "0-15" }
        case .pcmu, .pcma, .g722, .l16, .comfortNoise: break
        }
        return format.transcodable == self ? format : nil
    }

    private var defaultClockRateHz: UInt32 {
        switch self {
        case .pcmu, .pcma, .g722, .telephoneEvent, .comfortNoise: 8_000
        case .opus: 48_000
        case .l16: 16_000
        }
    }
}

extension CodecFormat {
    /// The payload type that RFC 3551 §6 fixes for the encoding, `nil` without one.
    var fixedPayloadType: UInt8? {
        RTPMap.fixedMappings.first { map in
            map.isEncoding(encoding) && map.clockRateHz == clockRateHz && map.channels == channels
        }?.payloadType
    }

    /// Whether the side that wrote ``parameters`` wants two channels.
    var wantsStereo: Bool {
        transcodable == .opus
            ? SDPFormatParameters(parameters).isSet("stereo") : channels > 1
    }
}
