internal import BatonAudio
internal import BatonBase

/// A key that is heard in the audio instead of its event (RFC 4733 §2.5.2.1): it begins with the
/// first report and goes on by the clock, until a report says how long it was.
///
/// Lengths are in samples of one channel at the rate of the encoder.
struct PlayedTone: Sendable {
    /// What of an event's time is made up for when its reports come late or are lost.
    static let catchUpMilliseconds = 120
    /// Shorter tones need not be heard by anybody (ITU-T Q.24).
    static let leastMilliseconds = 40
    /// Reports come each 50 ms at least: without any for so long the key is up.
    static let silenceNanoseconds: Int64 = 150_000_000

    /// The key's event code.
    let code: UInt8
    /// The clock of the reports.
    let clockRateHz: Int
    /// The timestamp of the event, or of its segment (RFC 4733 §2.5.1.3).
    private(set) var segment: UInt32
    /// What the segments before have reported.
    private var ticksBefore = 0
    private var generator: DTMFGenerator
    private let sampleRateHz: Int
    /// How much of the tone has been made.
    private(set) var made = 0
    /// How far the reports have come, and when.
    private var heard = 0
    private var heardAt: Instant
    /// The tone's length; `nil` while the key is down.
    private(set) var end: Int?
    /// The length of a tone that no reports are heard of.
    private var length: Int?

    /// The tone of the digit that `report` begins; `nil` at rates at which none is made.
    init?(
        _ code: UInt8, volume: UInt8, timestamp: UInt32, clockRateHz: Int, sampleRateHz: Int,
        at now: Instant
    ) {
        // Whatever a sender says of the volume, the tone has to be recognized.
        let level = -Double(min(max(volume, 6), 24))
        guard let digit = DTMFDigit(rawValue: code), clockRateHz > 0,
            var generator = try? DTMFGenerator(sampleRateHz: sampleRateHz, levelDBm0: level)
        else { return nil }
        generator.begin(digit, durationMilliseconds: nil, pauseMilliseconds: 0)
        self.generator = generator
        self.code = code
        self.clockRateHz = clockRateHz
        self.sampleRateHz = sampleRateHz
        segment = timestamp
        heardAt = now
    }

    /// A tone of `milliseconds` that no reports are heard of.
    init?(_ code: UInt8, volume: UInt8, milliseconds: Int, sampleRateHz: Int, at now: Instant) {
        self.init(
            code, volume: volume, timestamp: 0, clockRateHz: sampleRateHz,
            sampleRateHz: sampleRateHz, at: now)
        length = max(milliseconds, Self.leastMilliseconds) * sampleRateHz / 1_000
    }

    /// Whether reports tell of it.
    var isReported: Bool { length == nil }

    /// Whether a report belongs to this event, or to its next segment.
    func isContinued(by code: UInt8, _ timestamp: UInt32) -> Bool {
        length == nil && code == self.code
            && (timestamp == segment || timestamp &- segment == UInt32(UInt16.max))
    }

    /// Takes a report.
    mutating func receive(
        duration: UInt16, timestamp: UInt32, isEnd: Bool, at now: Instant
    ) {
        if timestamp != segment {
            segment = timestamp
            ticksBefore += Int(UInt16.max)
        }
        let reported = (ticksBefore + Int(duration)) * sampleRateHz / clockRateHz
        let limit = made + samples(Self.catchUpMilliseconds)
        heard = min(max(reported, heard), limit)
        heardAt = now
        if isEnd { end = max(min(reported, limit), samples(Self.leastMilliseconds)) }
    }

    /// How much of the tone there is to be by now.
    func goal(at now: Instant) -> Int {
        if let end { return end }
        if let length {
            let elapsed = Int(min(now.nanosecondsSince(heardAt), 60_000_000_000))
            return min(length, elapsed / 1_000 * sampleRateHz / 1_000_000)
        }
        let elapsed = Int(min(now.nanosecondsSince(heardAt), UInt64(Self.silenceNanoseconds)))
        return min(
            heard + elapsed / 1_000 * sampleRateHz / 1_000_000,
            made + samples(Self.catchUpMilliseconds))
    }

    /// When `count` more samples are due; the key is taken to be up when nothing is heard of it.
    func deadline(for count: Int) -> Instant {
        let missing = max(made + count - heard, 0)
        let due = heardAt + .nanoseconds(Int64(missing) * 1_000_000_000 / Int64(sampleRateHz))
        guard let length else { return min(due, silenceDeadline) }
        return length - made < count ? deadline(at: length) : due
    }

    private func deadline(at length: Int) -> Instant {
        heardAt + .nanoseconds(Int64(length) * 1_000_000_000 / Int64(sampleRateHz))
    }

    /// When the key is taken to be up although no report has said so.
    private var silenceDeadline: Instant { heardAt + .nanoseconds(Self.silenceNanoseconds) }

    /// Ends a key that is up, as it was to be or because nothing is heard of it any more.
    mutating func endIfOver(at now: Instant) {
        guard end == nil else { return }
        if let length {
            if deadline(at: length) <= now { end = length }
        } else if silenceDeadline <= now {
            end = made
        }
    }

    /// Writes the next samples, each of them once for each of `channels`; the last ones fade out.
    mutating func write(
        into room: inout MutableSpan<Int16>, frames: Int, channels: Int, isLast: Bool
    ) {
        let fade = isLast ? min(sampleRateHz * 2 / 1_000, frames) : 0
        var mono = room.part(0..<frames - fade)
        generator.generate(into: &mono)
        if fade > 0 {
            generator.end()
            var rest = room.part(frames - fade..<frames)
            generator.generate(into: &rest)
        }
        made += frames
        guard channels > 1 else { return }
        for index in stride(from: frames - 1, through: 0, by: -1) {
            for channel in 0..<channels { room[channels * index + channel] = room[index] }
        }
    }

    private func samples(_ milliseconds: Int) -> Int { milliseconds * sampleRateHz / 1_000 }
}
