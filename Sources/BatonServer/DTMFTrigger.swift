import BatonBase
import BatonMedia
import BatonNG

/// Has keys blocked from a sequence of them on, until another sequence, a time or a number of keys
/// (N10): card numbers are typed unheard.
struct DTMFTrigger: Hashable {
    /// The longest sequence of keys.
    static let sequenceMax = 32
    /// The longest time that can be asked for: a day.
    static let timeMaxMs: UInt32 = 86_400_000

    /// The keys that begin it, by their event codes.
    private let start: [UInt8]
    /// The keys that end it; empty for none.
    private let end: [UInt8]
    /// After how long, and how many keys, it ends by itself.
    private let time: Duration?
    private let digits: UInt32?
    /// What becomes of keys from the beginning, and from the end on; `nil` lets them pass.
    private let blocking: DTMFBlocking?
    private let blockingAtEnd: DTMFBlocking?

    /// The newest keys, as many as matter.
    private var recent: [UInt8] = []
    /// Set between the beginning and the end.
    private var active: Active?

    private struct Active: Hashable {
        var digits: UInt32 = 0
        var endsAt: Instant?
    }

    /// What the party's restrictions are to say from now on.
    struct Change: Hashable {
        /// `nil` lets keys pass.
        var blocking: DTMFBlocking?
    }

    /// The trigger that a message asks for; `nil` when it names no sequence.
    init?(_ options: NGDTMFOptions) {
        guard let start = Self.codes(options.trigger), !start.isEmpty else { return nil }
        self.start = start
        end = Self.codes(options.triggerEnd) ?? []
        time = options.triggerEndTimeMs.flatMap {
            $0 > 0 ? .milliseconds(Int(min($0, Self.timeMaxMs))) : nil
        }
        digits = options.triggerEndDigits.flatMap { $0 > 0 ? $0 : nil }
        blocking = DTMFBlocking(options.securityAtTrigger ?? .drop, options)
        blockingAtEnd = DTMFBlocking(options.securityAtTriggerEnd ?? .off, options)
    }

    /// Whether the sequence that a message names has no keys, or too many.
    static func isUnusable(_ options: NGDTMFOptions) -> Bool {
        [options.trigger, options.triggerEnd].contains { text in
            text.map { codes($0)?.isEmpty ?? true } ?? false
        }
    }

    /// Takes a key that was pressed.
    mutating func press(_ code: UInt8, at now: Instant) -> Change? {
        recent.append(code)
        if recent.count > Self.sequenceMax { recent.removeFirst() }
        guard var active else {
            guard recent.suffix(start.count).elementsEqual(start) else { return nil }
            recent = []
            self.active = Active(endsAt: time.map { now + $0 })
            return Change(blocking: blocking)
        }
        active.digits += 1
        self.active = active
        let isEnd = !end.isEmpty && recent.suffix(end.count).elementsEqual(end)
        let isLast = digits.map { active.digits >= $0 } ?? false
        return isEnd || isLast ? finish() : nil
    }

    /// When the time is over.
    var deadline: Instant? { active?.endsAt }

    /// Ends it when its time is over.
    mutating func tick(at now: Instant) -> Change? {
        guard let deadline, deadline <= now else { return nil }
        return finish()
    }

    private mutating func finish() -> Change {
        active = nil
        recent = []
        return Change(blocking: blockingAtEnd)
    }

    private static func codes(_ text: String?) -> [UInt8]? {
        guard let text, text.utf8.count <= sequenceMax else { return nil }
        let codes = text.compactMap { NGDTMFDigit(NGBytes(String($0)))?.eventCode }
        return codes.count == text.count ? codes : nil
    }
}
