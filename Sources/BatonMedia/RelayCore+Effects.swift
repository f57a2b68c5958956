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
        if effects.contains(.detectsTones), !isEvent {
            detectTones(room.bytes.extracting(first: bytes), header, index, at: now)
        }
        if effects.contains(.blocksMedia) || isEvent && effects.contains(.silencesMedia) {
            return drop(index)
        }
        if effects.contains(.isReplaced), isReplaced(index) {
            count(.droppedReplaced, index)
            return 0
        }
        var length = bytes
        if isEvent, effects.contains(.blocksDTMF) {
            length = keepBackEvent(&room, bytes, header, index)
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
        _ room: inout MutableRawSpan, _ bytes: Int, _ header: RTPHeader, _ index: Int
    ) -> Int {
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
        case .drop: return nil
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
