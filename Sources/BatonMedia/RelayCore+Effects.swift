internal import BatonBase
internal import BatonRTP
internal import BatonTranscode

// What is done to packets on their way, where something is (N10).
extension RelayCore {
    /// Applies the port's effects to an RTP packet that has been counted.
    /// - Returns: The packet's length from now on, 0 when it goes no further.
    @inline(never)
    mutating func applyEffects(
        _ room: inout MutableRawSpan, _ bytes: Int, _ header: RTPHeader, _ index: Int,
        at now: Instant
    ) -> Int {
        let effects = ports[index].effects
        if effects.contains(.measuresLevel) {
            measureLevel(room.bytes, bytes, header, index, at: now)
        }
        let isEvent =
            PayloadEncoding.encoding(
                of: header.payloadType, signalled: configurations[index].clockRates)
            == .telephoneEvent
        var key: UInt8?
        if effects.contains(.detectsTones), !isEvent {
            key = detectTones(room.bytes.extracting(first: bytes), header, index, at: now)
        }
        if effects.contains(.blocksMedia) || isEvent && effects.contains(.silencesMedia) {
            return drop(index)
        }
        if effects.contains(.isReplaced), isReplaced(index) {
            count(.droppedReplaced, index)
            skipReplaced(header, index)
            return 0
        }
        var length = bytes
        if isEvent, effects.contains(.blocksDTMF) {
            length = keepBackEvent(&room, bytes, header, index, at: now)
        } else if let key, effects.contains(.blocksDTMF), !effects.contains(.silencesMedia) {
            length = keepBackTone(of: key, &room, bytes, header, index)
        } else if effects.contains(.silencesMedia) {
            length = silence(&room, bytes, header, index)
        }
        // Behind all that keeps a packet from its receiver: what nobody hears is not recorded.
        if length > 0, effects.contains(.tapped) {
            tap(room.bytes.extracting(first: length), index, at: now)
        }
        if length > 0, effects.contains(.countsForReports), ports[index].converter < 0,
            !leavesContinuous(index)
        {
            countPassed(room.bytes.extracting(first: length), header, index, at: now)
        }
        return length
    }

    private mutating func drop(_ index: Int) -> Int {
        count(.droppedBlocked, index)
        return 0
    }

    /// Replaces the key of a telephone event, or drops the packet.
    private mutating func keepBackEvent(
        _ room: inout MutableRawSpan, _ bytes: Int, _ header: RTPHeader, _ index: Int,
        at now: Instant
    ) -> Int {
        if delaysDigits(index) {
            // It is played later, and is to leave no gap.
            makeRoom(for: header, index, at: now)
            count(.droppedReplaced, index)
            skipReplaced(header, index)
            return 0
        }
        let payload = payload(of: header, in: room.bytes.extracting(first: bytes))
        guard !configurations[index].isEncrypted, payload.count >= TelephoneEvent.length,
            let code = replacement(header, index)
        else { return drop(index) }
        room.store(code, at: payload.lowerBound)
        return bytes
    }

    /// The key that an event's packets get instead of theirs: the same for all of one event.
    private mutating func replacement(_ header: RTPHeader, _ index: Int) -> UInt8? {
        switch configurations[index].dtmfBlocking {
        case .drop, .silence, .tone, nil: return nil
        case .replaceWith(let code): return code
        case .randomDigits:
            guard let place = digitsPlace(index) else { return nil }
            if digits[place].replacedTimestamp != header.timestamp {
                digits[place].replacedTimestamp = header.timestamp
                digits[place].replacement = UInt8.random(in: 0...9, using: &generator)
            }
            return digits[place].replacement
        }
    }

    /// Puts something else in the place of the tones of a key.
    private mutating func keepBackTone(
        of key: UInt8, _ room: inout MutableRawSpan, _ bytes: Int, _ header: RTPHeader,
        _ index: Int
    ) -> Int {
        if delaysTones(index) { return silence(&room, bytes, header, index) }
        let otherwise: DTMFBlocking? = delaysDigits(index) ? nil : .drop
        guard let blocking = configurations[index].dtmfBlocking ?? otherwise else { return bytes }
        let range = payload(of: header, in: room.bytes.extracting(first: bytes))
        switch blocking {
        case .drop, .silence: break
        case .tone, .replaceWith, .randomDigits:
            if substitute(key, blocking, &room, range, header, index) { return bytes }
        }
        return silence(&room, bytes, header, index)
    }

    /// Puts another tone in the place of a key's; `false` in codecs in which that cannot be done.
    private mutating func substitute(
        _ key: UInt8, _ blocking: DTMFBlocking, _ room: inout MutableRawSpan,
        _ range: Range<Int>, _ header: RTPHeader, _ index: Int
    ) -> Bool {
        guard let place = digitsPlace(index), let codec = audioCodec(of: header.payloadType, index)
        else { return false }
        if digits[place].substitute == nil {
            digits[place].substitute = try? ToneSubstitute(codec)
            digits[place].substituted = nil
        }
        guard digits[place].substitute != nil else { return false }
        if digits[place].substituted != key {
            digits[place].substituted = key
            let sound = sound(insteadOf: blocking, place)
            digits[place].substitute?.begin(sound)
        }
        var payload = room.part(range)
        let isFilled = digits[place].substitute?.fill(&payload) ?? false
        // The same key again is another one.
        if digits[place].tones?.currentCode == nil { digits[place].substituted = nil }
        return isFilled
    }

    private mutating func sound(
        insteadOf blocking: DTMFBlocking, _ place: Int32
    ) -> ToneSubstitute.Sound {
        switch blocking {
        case .replaceWith(let code): return .key(code)
        case .tone(let frequencies, let level):
            let turn = digits[place].replacedTones
            digits[place].replacedTones = (turn + 1) % max(frequencies.count, 1)
            let frequency = frequencies.isEmpty ? 400 : frequencies[turn % frequencies.count]
            return .tone(frequencyHz: frequency, levelDBm0: level)
        case .randomDigits, .drop, .silence:
            return .key(UInt8.random(in: 0...9, using: &generator))
        }
    }

    /// Puts silence in the place of audio; what has none of its own is dropped.
    private mutating func silence(
        _ room: inout MutableRawSpan, _ bytes: Int, _ header: RTPHeader, _ index: Int
    ) -> Int {
        let range = payload(of: header, in: room.bytes.extracting(first: bytes))
        let encoding = PayloadEncoding.encoding(
            of: header.payloadType, signalled: configurations[index].clockRates)
        if encoding == .comfortNoise { return bytes }
        guard !configurations[index].isEncrypted,
            let codec = audioCodec(of: header.payloadType, index),
            let length = Self.silence(&room, range, codec)
        else { return drop(index) }
        if length == range.count { return bytes }
        // The header says that there is padding: it would have to move.
        return header.hasPadding ? drop(index) : range.lowerBound &+ length
    }

    private static func silence(
        _ room: inout MutableRawSpan, _ range: Range<Int>, _ codec: AudioCodec
    ) -> Int? {
        var payload = room.part(range)
        return SilentPayload.replace(&payload, of: codec)
    }
}
