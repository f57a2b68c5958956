internal import BatonBase
internal import BatonRTP
internal import BatonTranscode

// Keys that a party presses: telephone events (RFC 4733) are read at every port, tones where it was
// asked for. Audio pays nothing for the former: events come with another payload type, and that is
// asked about anyway.
extension RelayCore {
    /// An RTP packet has another payload type than the one before, or is an event.
    @inline(never)
    mutating func meetPayloadType(
        _ packet: RawSpan, _ header: RTPHeader, _ index: Int, at now: Instant
    ) {
        updateClockRate(index, header.payloadType)
        let encoding = PayloadEncoding.encoding(
            of: header.payloadType, signalled: configurations[index].clockRates)
        guard encoding == .telephoneEvent else { return }
        // The next event is to come here too.
        ports[index].payloadType = RelayPort.noPayloadType
        guard !configurations[index].isEncrypted,
            let event = TelephoneEvent(packet.extracting(payload(of: header, in: packet))),
            let place = digitsPlace(index)
        else { return }
        digits[place].clockRateHz = ports[index].clockRateHz
        digits[place].payloadType = header.payloadType
        let (first, second) = digits[place].receive(event, header, at: now)
        if let first { reportDigit(first, index, place, at: now) }
        if let second { reportDigit(second, index, place, at: now) }
        settleDigits(index, place)
    }

    /// An event may have ended without saying so.
    mutating func runDigits(of index: Int, at now: Instant) {
        let place = digitPlaces[index]
        guard place >= 0 else { return }
        if let digit = digits[place].tick(at: now) { reportDigit(digit, index, place, at: now) }
        runDelayedDigits(of: index, place, at: now)
        settleDigits(index, place)
    }

    /// Listens to a packet of audio for tones.
    /// - Returns: The key that sounds in it; `nil` without one.
    mutating func detectTones(
        _ packet: RawSpan, _ header: RTPHeader, _ index: Int, at now: Instant
    ) -> UInt8? {
        guard !configurations[index].isEncrypted, let place = digitsPlace(index) else { return nil }
        if digits[place].tonesPayloadType != header.payloadType {
            guard let codec = audioCodec(of: header.payloadType, index) else { return nil }
            digits[place].tonesPayloadType = header.payloadType
            digits[place].tones = try? ToneReceiver(codec)
            digits[place].substitute = nil
        }
        let before = digits[place].tones?.currentCode
        let payload = packet.extracting(payload(of: header, in: packet))
        var found: ToneReceiver.Tone?
        digits[place].tones?.receive(payload) { found = $0 }
        if let found { reportDigit(PressedDigit(found), index, place, at: now) }
        return digits[place].tones?.currentCode ?? before ?? found?.code
    }

    /// Tells of a tone that a converter has made an event of, unless all tones are told of.
    mutating func reportFoundTone(_ index: Int, at now: Instant) {
        let number = ports[index].converter
        guard number >= 0, let found = converters[number].transcoder?.takeEndedTone(),
            !ports[index].effects.contains(.detectsTones), let place = digitsPlace(index)
        else { return }
        reportDigit(PressedDigit(found), index, place, at: now)
    }

    /// The codec of a payload type, if it is one of audio that can be decoded.
    func audioCodec(of payloadType: UInt8, _ index: Int) -> AudioCodec? {
        let rates = configurations[index].clockRates
        let clockRateHz = PayloadClockRate.clockRate(of: payloadType, signalled: rates)
        switch PayloadEncoding.encoding(of: payloadType, signalled: rates) {
        case .pcmu: return .pcmu
        case .pcma: return .pcma
        case .g722: return .g722
        case .l16:
            let channels = rates.first { $0.payloadType == payloadType }?.channels ?? 1
            return .l16(sampleRateHz: Int(clockRateHz), channels: Int(channels))
        case .opus: return .opus
        case .telephoneEvent, .comfortNoise, .other: return nil
        }
    }

    /// Where the payload lies: behind the header, before the padding, which has been validated.
    func payload(of header: RTPHeader, in packet: RawSpan) -> Range<Int> {
        let padding = header.hasPadding ? Int(packet.uint8(at: packet.byteCount &- 1)) : 0
        return header.headerLength..<max(packet.byteCount &- padding, header.headerLength)
    }

    /// The port's place among the digits, taken if need be; `nil` when there is none left.
    mutating func digitsPlace(_ index: Int) -> Int32? {
        if digitPlaces[index] >= 0 { return digitPlaces[index] }
        guard !digits.isFull else { return nil }
        digitPlaces[index] = digits.insert(PortDigits())
        return digitPlaces[index]
    }

    /// The port closes.
    mutating func releaseDigits(of index: Int) {
        guard digitPlaces[index] >= 0 else { return }
        digits.remove(digitPlaces[index])
        digitPlaces[index] = RelayPort.none
    }

    private mutating func reportDigit(
        _ digit: PressedDigit, _ index: Int, _ place: Int32, at now: Instant
    ) {
        count(.digits, index)
        if digit.code < 16 { delay(digit, index, place, at: now) }
        if digits[place].mayReport(at: now) {
            report(.digit(PortSlot(Int32(index)), digit))
        } else {
            count(.unreportedDigits, index)
        }
    }

    mutating func settleDigits(_ index: Int, _ place: Int32) {
        let timer = PortTimer.digits.number(of: index)
        let due = digits[place].delayed.first?.dueAt
        let end = digits[place].events.nextDeadline
        if let deadline = Self.earlier(due, end) {
            wheel.arm(timer, at: deadline)
        } else if wheel.isArmed(timer) {
            wheel.disarm(timer)
        }
    }
}
