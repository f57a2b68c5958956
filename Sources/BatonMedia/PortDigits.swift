internal import BatonBase
internal import BatonRTP
internal import BatonTranscode

/// A key that a party has pressed.
public struct PressedDigit: Hashable, Sendable {
    /// The event code (RFC 4733 §3.2): 0 to 9, `*` 10, `#` 11, A to D 12 to 15.
    public var code: UInt8
    /// How long, in milliseconds.
    public var durationMilliseconds: UInt32
    /// How far below 0 dBm0, in decibels, 0 to 63.
    public var volume: UInt8
    /// Whether it was a tone in the audio, and not an event.
    public var isTone: Bool

    /// A key.
    public init(code: UInt8, durationMilliseconds: UInt32, volume: UInt8, isTone: Bool = false) {
        self.code = code
        self.durationMilliseconds = durationMilliseconds
        self.volume = volume
        self.isTone = isTone
    }

    /// A key whose tones were heard.
    init(_ tone: ToneReceiver.Tone) {
        self.init(
            code: tone.code,
            durationMilliseconds: UInt32(clamping: tone.durationMilliseconds),
            volume: UInt8(clamping: min(max(-tone.levelDBm0, 0), 63)), isTone: true)
    }

    /// What is written on the key.
    public var character: Character {
        let keys = Array("0123456789*#ABCD")
        return code < 16 ? keys[Int(code)] : "?"
    }
}

/// What a port knows of the keys that its peer presses; there is none before the first event.
struct PortDigits: ~Copyable {
    /// Faster than this nobody presses keys, and no device sends them: 25 in a second.
    static let perSecond = 25

    var events = DTMFEventReceiver()
    /// Whose events these are.
    var ssrc: UInt32 = 0
    /// The clock of the events' payload type in Hz.
    var clockRateHz: UInt32 = 8_000
    /// Their payload type; 255 before the first.
    var payloadType: UInt8 = 255
    /// Keys that are held back, the first due first.
    var delayed: [DelayedDigit] = []
    /// The volume of the event that goes on.
    var volume: UInt8 = 0
    /// Finds tones, where they are asked for.
    var tones: ToneReceiver?
    /// The payload type that ``tones`` is for; 255 for none.
    var tonesPayloadType: UInt8 = 255
    /// The event that is being replaced by another, and by which one.
    var replacedTimestamp: UInt32?
    var replacement: UInt8 = 0
    /// What is put in the place of tones, and of which key.
    var substitute: ToneSubstitute?
    var substituted: UInt8?
    /// How many keys have been replaced by tones.
    var replacedTones = 0

    private var secondStarted = Instant(nanoseconds: 0)
    private var inSecond = 0

    /// Takes an event's report; gives what has ended by it, two keys at most.
    mutating func receive(
        _ event: TelephoneEvent, _ header: RTPHeader, at now: Instant
    ) -> (PressedDigit?, PressedDigit?) {
        if header.ssrc != ssrc {
            // Another source has other timestamps; what it repeats is not known here.
            events = DTMFEventReceiver()
            ssrc = header.ssrc
        }
        var reports = Reports(volume: volume, clockRateHz: clockRateHz)
        events.receive(event, timestamp: header.timestamp, at: now) { reports.take($0) }
        volume = reports.volume
        return (reports.first, reports.second)
    }

    /// Ends an event that nothing more is heard of.
    mutating func tick(at now: Instant) -> PressedDigit? {
        var reports = Reports(volume: volume, clockRateHz: clockRateHz)
        events.tick(at: now) { reports.take($0) }
        return reports.first
    }

    /// Whether one more key is told of now.
    mutating func mayReport(at now: Instant) -> Bool {
        if now.nanosecondsSince(secondStarted) >= 1_000_000_000 {
            secondStarted = now
            inSecond = 0
        }
        inSecond += 1
        return inSecond <= Self.perSecond
    }

    /// Gathers the keys of one call.
    private struct Reports {
        var volume: UInt8
        let clockRateHz: UInt32
        var first: PressedDigit?
        var second: PressedDigit?

        mutating func take(_ report: DTMFEventReceiver.Report) {
            switch report {
            case .began(_, let volume, _): self.volume = volume
            case .ended(let code, _, let ticks, _):
                // Codes beyond are flash hooks, answer tones of modems, and so on.
                guard code < 16 else { return }
                let milliseconds = UInt64(ticks) * 1_000 / UInt64(max(clockRateHz, 1))
                let digit = PressedDigit(
                    code: code, durationMilliseconds: UInt32(clamping: milliseconds),
                    volume: volume)
                if first == nil { first = digit } else { second = digit }
            }
        }
    }
}
