internal import BatonBase
internal import BatonRTP

/// The telephone event that is being sent.
struct OutgoingEvent: Hashable, Sendable {
    /// The source's timestamp of it.
    var timestamp: UInt32?
    /// How many segments of it are complete, RFC 4733 §2.5.1.3.
    var segment: UInt32 = 0
}

extension AudioTranscoder {
    /// Sends an event's packet with the receiver's payload type and clock.
    mutating func playEvent<Output: TranscodedOutput & ~Copyable>(
        _ header: RTPHeader, _ payload: RawSpan, clockRateHz: Int, at now: Instant,
        into output: inout Output
    ) {
        guard let event = TelephoneEvent(payload) else {
            counters.malformed &+= 1
            return
        }
        if self.output.playsTones {
            playTone(of: event, header, clockRateHz: clockRateHz, at: now, into: &output)
            return
        }
        flush(into: &output)
        timeline.lostPackets = 0
        timeline.last = .other
        timeline.isLoose = true
        let isAudioClock = clockRateHz == inputCodec.clockRateHz
        if isAudioClock {
            timeline.prepareMap(
                from: clockRateHz, to: self.output.audio.codec.clockRateHz,
                timestamp: header.timestamp, at: now)
            timeline.expected = header.timestamp &+ UInt32(event.duration)
        }
        guard let format = self.output.telephoneEvent else {
            counters.unwanted &+= 1
            return
        }
        let isSameClock = format.codec.clockRateHz == self.output.audio.codec.clockRateHz
        let map = isAudioClock && isSameClock ? timeline.map : eventMap(header, format, now)
        guard let map else { return }
        send(event, header, format, map, into: &output)
    }

    /// Events with a clock of their own have a line of time of their own.
    private mutating func eventMap(
        _ header: RTPHeader, _ format: AudioFormat, _ now: Instant
    ) -> TimestampMap? {
        guard case .telephoneEvent(let clockRateHz) = input[header.payloadType]?.codec else {
            return nil
        }
        let outputRateHz = format.codec.clockRateHz
        if timeline.eventMap?.inputRateHz == clockRateHz {
            _ = timeline.eventMap?.advance(to: header.timestamp)
            return timeline.eventMap
        }
        let audioRateHz = output.audio.codec.clockRateHz
        let position = timeline.continuation(outputRateHz: audioRateHz, at: now)
        let scaled = UInt64(position) * UInt64(outputRateHz) / UInt64(audioRateHz)
        timeline.eventMap = TimestampMap(
            from: clockRateHz, to: outputRateHz, input: header.timestamp,
            output: UInt32(truncatingIfNeeded: scaled))
        return timeline.eventMap
    }

    /// Scales the duration. One that is longer than 16 bits becomes several segments, each
    /// beginning where the one before ends, RFC 4733 §2.5.1.3.
    private mutating func send<Output: TranscodedOutput & ~Copyable>(
        _ incoming: TelephoneEvent, _ header: RTPHeader, _ format: AudioFormat,
        _ map: TimestampMap, into output: inout Output
    ) {
        if event.timestamp != header.timestamp {
            event = OutgoingEvent(timestamp: header.timestamp)
        }
        let start = map.position(of: header.timestamp)
        let duration = map.position(of: header.timestamp &+ UInt32(incoming.duration)) &- start
        if header.marker { timeline.marker = true }
        send(incoming, format, from: start, duration: duration, into: &output)
    }

    /// Sends a report of an event that began at `start` and has lasted `duration`, in ticks of the
    /// format's clock.
    mutating func send<Output: TranscodedOutput & ~Copyable>(
        _ incoming: TelephoneEvent, _ format: AudioFormat, from start: UInt32, duration: UInt32,
        into output: inout Output
    ) {
        let segmentMax = UInt32(UInt16.max)
        let last = duration == 0 ? 0 : (duration - 1) / segmentMax
        while event.segment <= last {
            var outgoing = incoming
            let isLast = event.segment == last
            outgoing.isEnd = isLast && incoming.isEnd
            outgoing.duration = UInt16(
                truncatingIfNeeded: isLast ? duration - last * segmentMax : segmentMax)
            send(outgoing, format, at: start &+ event.segment * segmentMax, into: &output)
            if isLast { break }
            event.segment += 1
        }
    }

    private mutating func send<Output: TranscodedOutput & ~Copyable>(
        _ event: TelephoneEvent, _ format: AudioFormat, at timestamp: UInt32,
        into output: inout Output
    ) {
        var written: Int?
        output.send(header(format.payloadType, timestamp)) { bytes in
            written = event.write(to: &bytes)
            return written ?? 0
        }
        finish(written)
    }
}
