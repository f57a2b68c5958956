internal import BatonAudio

/// The encodings that a transcoder knows, by their RTP payload formats.
public enum AudioCodec: Hashable, Sendable {
    /// G.711 µ-law, RFC 3551 §4.5.14.
    case pcmu
    /// G.711 A-law, RFC 3551 §4.5.14.
    case pcma
    /// G.722 at 64 kbit/s, RFC 3551 §4.5.2: 16,000 samples a second, a clock of 8,000 Hz.
    case g722
    /// Uniform PCM of 16 bits in network byte order, RFC 3551 §4.5.11.
    case l16(sampleRateHz: Int, channels: Int)
    /// Opus, RFC 7587: always a clock of 48,000 Hz, and two channels in SDP.
    case opus
    /// Telephone events, RFC 4733.
    case telephoneEvent(clockRateHz: Int)
    /// Comfort noise, RFC 3389.
    case comfortNoise(clockRateHz: Int)

    /// The codec of an `a=rtpmap`, whose name is compared without regard to case; `nil` when it is
    /// none of these, or has a rate or a number of channels that cannot be transcoded.
    public init?(encodingName: String, clockRateHz: Int, channels: Int = 1) {
        switch (encodingName.lowercased(), clockRateHz, channels) {
        case ("pcmu", 8_000, 1): self = .pcmu
        case ("pcma", 8_000, 1): self = .pcma
        case ("g722", 8_000, 1): self = .g722
        case ("opus", 48_000, 2): self = .opus
        case ("l16", _, 1...2) where Self.isSampleRate(clockRateHz):
            self = .l16(sampleRateHz: clockRateHz, channels: channels)
        case ("telephone-event", 1_000...192_000, 1):
            self = .telephoneEvent(clockRateHz: clockRateHz)
        case ("cn", 1_000...192_000, 1): self = .comfortNoise(clockRateHz: clockRateHz)
        default: return nil
        }
    }

    /// The codec of a payload type that needs no `a=rtpmap`, RFC 3551 §6 table 4.
    public init?(staticPayloadType: UInt8) {
        switch staticPayloadType {
        case 0: self = .pcmu
        case 8: self = .pcma
        case 9: self = .g722
        case 10: self = .l16(sampleRateHz: 44_100, channels: 2)
        case 11: self = .l16(sampleRateHz: 44_100, channels: 1)
        case 13: self = .comfortNoise(clockRateHz: 8_000)
        default: return nil
        }
    }

    /// The name of its `a=rtpmap`.
    public var encodingName: String {
        switch self {
        case .pcmu: "PCMU"
        case .pcma: "PCMA"
        case .g722: "G722"
        case .l16: "L16"
        case .opus: "opus"
        case .telephoneEvent: "telephone-event"
        case .comfortNoise: "CN"
        }
    }

    /// The rate of its RTP timestamps in hertz.
    public var clockRateHz: Int {
        switch self {
        case .pcmu, .pcma, .g722: 8_000
        case .l16(let sampleRateHz, _): sampleRateHz
        case .opus: 48_000
        case .telephoneEvent(let clockRateHz), .comfortNoise(let clockRateHz): clockRateHz
        }
    }

    /// The rate of its audio in samples a second. Opus may have less in it than its 48,000.
    public var sampleRateHz: Int {
        self == .g722 ? 16_000 : clockRateHz
    }

    /// The channels of its `a=rtpmap`.
    public var channels: Int {
        switch self {
        case .l16(_, let channels): channels
        case .opus: 2
        case .pcmu, .pcma, .g722, .telephoneEvent, .comfortNoise: 1
        }
    }

    /// Whether it carries audio rather than events or a description of noise.
    public var isAudio: Bool {
        switch self {
        case .pcmu, .pcma, .g722, .l16, .opus: true
        case .telephoneEvent, .comfortNoise: false
        }
    }
}

extension AudioCodec {
    /// Whether the resampler knows this rate.
    static func isSampleRate(_ hertz: Int) -> Bool {
        AudioRate.supported.contains(hertz)
    }
}
