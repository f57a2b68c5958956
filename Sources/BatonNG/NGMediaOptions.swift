// The values of the keys about DTMF, playing, recording and other media.

/// The values of `media-echo`.
public enum NGMediaEcho: UInt8, Hashable, Sendable {
    /// The party that the SDP goes to hears itself.
    case forward
    /// The party that the SDP came from hears itself.
    case backward
    /// Both do.
    case both
    /// Nobody hears anything.
    case blackhole
}

/// The values of `audio-player`: when baton makes the audio anew, packet by packet.
public enum NGAudioPlayer: UInt8, Hashable, Sendable {
    /// Never.
    case off
    /// When it transcodes.
    case transcoding
    /// Always.
    case always
}

/// The values of `DTMF-security` and its triggers: what takes the place of blocked DTMF.
public enum NGDTMFSecurity: UInt8, Hashable, Sendable {
    /// Nothing is blocked.
    case off
    /// Nothing: packets are dropped.
    case drop
    /// Silence.
    case silence
    /// A tone of ``NGDTMFOptions/frequenciesHz``.
    case tone
    /// Random digits.
    case random
    /// The digit 0.
    case zero
    /// DTMF packets where there was a tone.
    case dtmf
}

/// A digit of DTMF by its event code (RFC 4733 §3.2): 0 to 9, `*` 10, `#` 11, A to D 12 to 15.
public struct NGDTMFDigit: Hashable, Sendable {
    /// The event code, 0 to 15.
    public let eventCode: UInt8

    /// The digit with this code, `nil` beyond 15.
    public init?(eventCode: Int64) {
        guard (0...15).contains(eventCode) else { return nil }
        self.eventCode = UInt8(truncatingIfNeeded: eventCode)
    }

    /// The digit that `text` writes: one of `0123456789*#ABCD`, or a code of two digits.
    public init?(_ text: NGBytes) {
        if text.count == 1, let byte = text.first {
            let byte = (0x61...0x64).contains(byte) ? byte & 0xdf : byte
            guard let index = Self.characters.firstIndex(of: byte) else { return nil }
            self.init(eventCode: Int64(index))
        } else {
            guard text.count <= 3, let code = Int64(text.text) else { return nil }
            self.init(eventCode: code)
        }
    }

    /// The digit on the key.
    public var character: Character {
        Character(UnicodeScalar(Self.characters[Int(eventCode)]))
    }

    private static let characters = Array("0123456789*#ABCD".utf8)
}

/// What the keys about DTMF say.
public struct NGDTMFOptions: Hashable, Sendable {
    /// `code` or `digit`: what to play.
    public var digit: NGDTMFDigit?
    /// `duration` of the digit in milliseconds.
    public var durationMs: UInt32?
    /// `pause` behind the digit in milliseconds.
    public var pauseMs: UInt32?
    /// `volume` of the digit or of a tone in dBm0; a positive number means its negative.
    public var volumeDB: Int?
    /// `frequency` or `frequencies` of a tone in Hz.
    public var frequenciesHz: [UInt32] = []
    /// `DTMF-delay`: how much later DTMF passes, in milliseconds.
    public var delayMs: UInt32?
    /// `DTMF-log-dest`: where events are reported to, an address and a port.
    public var logDestination: String?
    /// `DTMF-security`: what takes the place of blocked DTMF.
    public var security: NGDTMFSecurity?
    /// `DTMF-security-trigger`: the same from `trigger` on.
    public var securityAtTrigger: NGDTMFSecurity?
    /// `DTMF-security-trigger-end`: the same from `trigger-end` on.
    public var securityAtTriggerEnd: NGDTMFSecurity?
    /// `trigger`: digits that begin the blocking.
    public var trigger: String?
    /// `trigger-end`: digits that end it.
    public var triggerEnd: String?
    /// `trigger-end-time`: after how long it ends by itself, in milliseconds.
    public var triggerEndTimeMs: UInt32?
    /// `trigger-end-digits`: after how many digits it ends by itself.
    public var triggerEndDigits: UInt32?

    /// No options.
    public init() {}
}

/// What `play media` is to play, and how often.
public struct NGPlayback: Hashable, Sendable {
    /// `file`: the name of a file.
    public var file: String?
    /// `blob`, or `blob64` decoded: the contents of a file.
    public var blob: NGBytes?
    /// `db-id`: the number of an entry in a database.
    public var databaseID: Int64?
    /// `repeat-times`: how often it is played.
    public var repeatTimes: UInt32?
    /// `repeat-duration`: for how long it is repeated, in milliseconds.
    public var repeatDurationMs: Int64?
    /// `start-pos`: where to begin, in milliseconds.
    public var startPositionMs: Int64?

    /// Nothing to play.
    public init() {}
}

/// Where a recording goes.
public struct NGRecordingOptions: Hashable, Sendable {
    /// `recording-file`, `recording-dest` and the same with `output-`: the file's name.
    public var file: String?
    /// `recording-path`, `recording-dir` and the same with `output-`: the folder.
    public var path: String?
    /// `recording-pattern`, `output-pattern`: what the file's name is made from.
    public var pattern: String?
    /// `recording-media-slots`: how many streams the recording has.
    public var mediaSlots: UInt32?
    /// `recording-media-slot-offer`: the number of the offerer's stream, from 1.
    public var offerSlot: UInt32?
    /// `recording-media-slot-answer`: the number of the answerer's stream, from 1.
    public var answerSlot: UInt32?

    /// No options.
    public init() {}
}
