internal import BatonBase
internal import BatonRTP
internal import BatonTranscode

/// A key that is held back (`DTMF-delay`).
struct DelayedDigit: Hashable, Sendable {
    /// So many are held back at one port; more are lost, and counted.
    static let perPort = 64

    var digit: PressedDigit
    /// When it is played.
    var dueAt: Instant
}

// Keys that arrive later than they are pressed (`DTMF-delay`, N10): their packets go no further,
// and once they are due they are played anew, in the party's own stream. What is to be blocked is
// decided then.
extension RelayCore {
    /// The longest that a key is held back, in milliseconds.
    static let digitDelayMaxMs: UInt32 = 10_000

    /// Whether keys of port `index` are held back.
    func delaysDigits(_ index: Int) -> Bool {
        configurations[index].dtmfDelayMs > 0 && !configurations[index].isEncrypted
    }

    /// Holds a key back that has ended.
    mutating func delay(_ digit: PressedDigit, _ index: Int, _ place: Int32, at now: Instant) {
        guard delaysDigits(index), !digit.isTone || delaysTones(index) else { return }
        guard digits[place].delayed.count < DelayedDigit.perPort else {
            count(.droppedBlocked, index)
            return
        }
        // From its beginning on, but a key is not played before its length is known.
        let delay = UInt64(min(configurations[index].dtmfDelayMs, Self.digitDelayMaxMs))
        let rest = delay - min(delay, UInt64(digit.durationMilliseconds))
        digits[place].delayed.append(
            DelayedDigit(digit: digit, dueAt: now + .milliseconds(Int64(rest))))
        settleDigits(index, place)
    }

    /// Whether tones are held back too: where events can be played in their place.
    func delaysTones(_ index: Int) -> Bool {
        delaysDigits(index) && configurations[index].conversion?.telephoneEvents.isEmpty == false
    }

    /// Plays the keys that are due.
    mutating func runDelayedDigits(of index: Int, _ place: Int32, at now: Instant) {
        while let next = digits[place].delayed.first, next.dueAt <= now {
            digits[place].delayed.removeFirst()
            playDelayed(next.digit, index, place, at: now)
        }
    }

    private mutating func playDelayed(
        _ digit: PressedDigit, _ index: Int, _ place: Int32, at now: Instant
    ) {
        guard let code = codeToPlay(digit.code, index) else {
            count(.droppedBlocked, index)
            return
        }
        if playsTones(index) {
            playTones(code, digit, index, at: now)
            return
        }
        let sink = ports[index].rtpSink
        guard sink >= 0, let format = eventFormat(index, place) else {
            count(.droppedNoDestination, index)
            return
        }
        var event = PortDTMF(
            code: code, payloadType: format.payloadType, clockRateHz: format.clockRateHz)
        event.durationMs = min(max(digit.durationMilliseconds, 40), 5_000)
        event.pauseMs = 40
        event.volume = digit.volume
        play(PortSlot(sink), event, at: now)
    }

    /// The key that takes the place of `code`, `nil` for none.
    private mutating func codeToPlay(_ code: UInt8, _ index: Int) -> UInt8? {
        switch configurations[index].dtmfBlocking {
        case nil: code
        case .replaceWith(let other): other
        case .randomDigits: UInt8.random(in: 0...9, using: &generator)
        case .drop, .silence, .tone: nil
        }
    }

    private func playsTones(_ index: Int) -> Bool {
        configurations[index].conversion?.rules.contains { $0.action == .tones } ?? false
    }

    private mutating func playTones(
        _ code: UInt8, _ digit: PressedDigit, _ index: Int, at now: Instant
    ) {
        let number = ports[index].converter
        guard number >= 0, let target = conversionTarget(index) else {
            count(.droppedNoDestination, index)
            return
        }
        let first = outbox.entries.count
        outbox.target = target
        let isPlayed =
            converters[number].transcoder?.playKey(
                code, volume: digit.volume,
                milliseconds: Int(min(max(digit.durationMilliseconds, 40), 5_000)), at: now,
                into: &outbox) ?? false
        if !isPlayed { count(.droppedNoDestination, index) }
        protectOutgoing(from: first)
        settleConversion(index)
    }

    /// How the receiver knows events.
    private func eventFormat(
        _ index: Int, _ place: Int32
    ) -> (payloadType: UInt8, clockRateHz: UInt32)? {
        guard let conversion = configurations[index].conversion else {
            let type = digits[place].payloadType
            return type < 128 ? (type, digits[place].clockRateHz) : nil
        }
        for rule in conversion.rules where rule.source.payloadType == digits[place].payloadType {
            switch rule.action {
            case .pass: return (rule.source.payloadType, rule.source.clockRateHz)
            case .passAs(let type): return (type, rule.source.clockRateHz)
            case .telephoneEvent(let format): return (format.payloadType, format.clockRateHz)
            case .convert, .comfortNoise, .tones, .drop: break
            }
        }
        return conversion.telephoneEvents.first.map { ($0.payloadType, $0.clockRateHz) }
    }
}
