internal import BatonBase
internal import BatonRTP

extension AudioTranscoder {
    /// Whether a packet belongs to the source in force; another SSRC becomes the source.
    mutating func isOfSource<Output: TranscodedOutput & ~Copyable>(
        _ header: RTPHeader, at now: Instant, into output: inout Output
    ) -> Bool {
        guard order != nil else {
            source.ssrc = header.ssrc
            order = SequenceOrder(first: header.sequenceNumber)
            return true
        }
        guard header.ssrc != source.ssrc else { return true }
        let guardTime = settings.sourceChangeGuard.wholeNanoseconds
        if header.ssrc == source.previous, now.nanosecondsSince(source.changedAt) < guardTime {
            counters.strays &+= 1
            return false
        }
        release(at: now, into: &output)
        forgetTones()
        flush(into: &output)
        counters.sourceChanges &+= 1
        source = SourceChange(ssrc: header.ssrc, previous: source.ssrc, changedAt: now)
        order = SequenceOrder(first: header.sequenceNumber)
        gapSeenAt = nil
        path.reset()
        timeline.sourceChanged(isContinuous: identity.isContinuous)
        event = OutgoingEvent()
        return true
    }

    /// Keys of the source before are up.
    private mutating func forgetTones() {
        tone = nil
        endedTone = nil
        found?.reset()
    }

    /// The source goes on with other numbers, as after a restart of its sender.
    mutating func restartSequence<Output: TranscodedOutput & ~Copyable>(
        _ header: RTPHeader, into output: inout Output
    ) {
        forgetTones()
        flush(into: &output)
        counters.sourceChanges &+= 1
        order = SequenceOrder(first: header.sequenceNumber)
        gapSeenAt = nil
        path.reset()
        timeline.sequenceRestarted(isContinuous: identity.isContinuous)
        event = OutgoingEvent()
    }

    /// A packet that overtook others: it waits, or the gap is given up at once.
    mutating func hold<Output: TranscodedOutput & ~Copyable>(
        _ header: RTPHeader, _ payload: RawSpan, ahead distance: Int, at now: Instant,
        into output: inout Output
    ) {
        guard !reorder.contains(header.sequenceNumber) else {
            counters.duplicates &+= 1
            return
        }
        if wait.nanoseconds > 0, reorder.hasRoom(ahead: distance) {
            reorder.insert(header, payload, at: now)
            drain(at: now, into: &output)
            return
        }
        release(at: now, into: &output)
        if wait.nanoseconds > 0, let order,
            case let left = Int(header.sequenceNumber &- order.expected),
            left > 0, reorder.hasRoom(ahead: left)
        {
            reorder.insert(header, payload, at: now)
            return
        }
        gapSeenAt = now
        wait.gaveUp()
        play(header, payload, at: now, into: &output)
    }

    /// Plays what waits no longer: what is next, and what lies behind a gap whose time is over.
    mutating func drain<Output: TranscodedOutput & ~Copyable>(
        at now: Instant, into output: inout Output
    ) {
        while let oldest = reorder.oldestArrival, let expected = order?.expected,
            let first = reorder.first(from: expected)
        {
            if first != expected {
                guard now.nanosecondsSince(oldest) >= wait.nanoseconds else { return }
                gapSeenAt = oldest
                wait.gaveUp()
            }
            playHeld(first, at: now, into: &output)
        }
    }

    /// Plays all that waits.
    mutating func release<Output: TranscodedOutput & ~Copyable>(
        at now: Instant, into output: inout Output
    ) {
        while let expected = order?.expected, let first = reorder.first(from: expected) {
            if first != expected {
                gapSeenAt = reorder.oldestArrival
                wait.gaveUp()
            }
            playHeld(first, at: now, into: &output)
        }
    }

    private mutating func playHeld<Output: TranscodedOutput & ~Copyable>(
        _ sequenceNumber: UInt16, at now: Instant, into output: inout Output
    ) {
        guard let slot = reorder.take(sequenceNumber) else { return }
        // Nothing is inserted while a packet is played, so this is a reference and not a copy.
        let bytes = reorder.bytes
        play(slot.header, bytes.span.bytes.extracting(slot.range), at: now, into: &output)
    }

    /// A packet's turn has come; what is missing before it is lost.
    mutating func play<Output: TranscodedOutput & ~Copyable>(
        _ header: RTPHeader, _ payload: RawSpan, at now: Instant, into output: inout Output
    ) {
        let expected = order?.expected ?? header.sequenceNumber
        let lost = Int(header.sequenceNumber &- expected)
        order?.take(header.sequenceNumber)
        counters.lost &+= UInt64(lost)
        timeline.lostPackets += lost
        guard let index = input.index(of: header.payloadType) else {
            counters.unknownPayloadTypes &+= 1
            return
        }
        switch input.formats[index].codec {
        case .telephoneEvent(let clockRateHz):
            playEvent(header, payload, clockRateHz: clockRateHz, at: now, into: &output)
        case .comfortNoise(let clockRateHz):
            playNoise(header, payload, clockRateHz: clockRateHz, at: now, into: &output)
        case .pcmu, .pcma, .g722, .l16, .opus:
            playAudio(header, payload, format: index, at: now, into: &output)
        }
    }
}
