import BatonAudio
import BatonBase
import BatonIO
import BatonMediaFile

/// What is played.
enum MediaSource: Sendable {
    /// The file at this path.
    case file(String)
    /// The contents of a file.
    case bytes([UInt8])
    /// One turn of a tone's cadence.
    case tone(TonePlan)
    /// A digit of DTMF with the pause behind it.
    case digit(DigitTone)

    /// A digit as tones.
    struct DigitTone: Hashable, Sendable {
        var code: UInt8
        var durationMs: UInt32
        var pauseMs: UInt32
        /// Decibels below 0 dBm0 of each of its two tones.
        var volume: UInt8
    }

    /// The names that stand for tones in place of a file's.
    private static let tonePrefix = "tone:"

    /// The tone that the name of a file stands for, `nil` when it is the name of a file.
    init?(toneNamed name: String) {
        guard name.hasPrefix(Self.tonePrefix) else { return nil }
        switch name.dropFirst(Self.tonePrefix.count) {
        case "ringing": self = .tone(.ringing)
        case "busy": self = .tone(.busy)
        case "congestion": self = .tone(.congestion)
        case "ringing-us": self = .tone(.ringingNorthAmerica)
        case "busy-us": self = .tone(.busyNorthAmerica)
        default: return nil
        }
    }

    /// What the track is kept under; `nil` for what comes once.
    var key: MediaKey? {
        switch self {
        case .tone(let plan): .tone(plan)
        case .digit(let tone): .digit(tone)
        case .file, .bytes: nil
        }
    }
}

/// Under what a track is kept.
enum MediaKey: Hashable, Sendable {
    /// A file as it was when it was read.
    case file(String, byteCount: Int, modifiedNanoseconds: Int64)
    /// A tone.
    case tone(TonePlan)
    /// A digit.
    case digit(MediaSource.DigitTone)
}

/// Why something cannot be played, in a sentence.
struct MediaFailure: Error, Hashable, Sendable {
    var reason: String

    init(_ reason: String) { self.reason = reason }
}
