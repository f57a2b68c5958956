/// The sample rates at which Opus takes and gives PCM, RFC 6716 §2.
///
/// The rate on one side says nothing about the other: every packet can be decoded at every rate.
public enum OpusSampleRate: Int32, Hashable, Sendable, CaseIterable {
    /// 8,000 Hz.
    case hz8000 = 8_000
    /// 12,000 Hz.
    case hz12000 = 12_000
    /// 16,000 Hz.
    case hz16000 = 16_000
    /// 24,000 Hz.
    case hz24000 = 24_000
    /// 48,000 Hz.
    case hz48000 = 48_000

    /// The rate in hertz.
    public var hertz: Int { Int(rawValue) }

    /// The lowest rate that loses nothing of a signal at `hertz`, 48,000 Hz at most.
    public init(atLeast hertz: Int) {
        self = Self.allCases.first { $0.hertz >= hertz } ?? .hz48000
    }
}

/// How many channels a PCM signal has.
public enum OpusChannels: Int32, Hashable, Sendable {
    /// One.
    case mono = 1
    /// Two, their samples alternating, the left one first.
    case stereo = 2

    /// The number.
    public var count: Int { Int(rawValue) }
}

/// The audio bandwidths of Opus, RFC 6716 §2.
public enum OpusBandwidth: UInt8, Hashable, Sendable, Comparable {
    /// Up to 4 kHz.
    case narrow
    /// Up to 6 kHz.
    case medium
    /// Up to 8 kHz.
    case wide
    /// Up to 12 kHz.
    case superWide
    /// Up to 20 kHz.
    case full

    /// Whether `lhs` is the narrower one.
    public static func < (lhs: Self, rhs: Self) -> Bool { lhs.rawValue < rhs.rawValue }

    /// The bandwidth that a receiver can use which plays at `hertz`: `maxplaybackrate` of RFC 7587
    /// §6.1.
    public init(playbackRate hertz: Int) {
        self =
            switch hertz {
            case ...8_000: .narrow
            case ...12_000: .medium
            case ...16_000: .wide
            case ...24_000: .superWide
            default: .full
            }
    }

    /// The number that libopus has for it, `OPUS_BANDWIDTH_NARROWBAND` and following.
    var libraryValue: Int32 { 1_101 + Int32(rawValue) }
}

/// What an encoder optimizes for.
public enum OpusApplication: Hashable, Sendable {
    /// Intelligible speech.
    case voip
    /// Likeness to the input.
    case audio
}

/// What an encoder is told about its input.
public enum OpusSignal: Hashable, Sendable {
    /// It finds out by itself.
    case automatic
    /// Speech: thresholds favour the speech coder.
    case voice
    /// Music.
    case music
}
