internal import BatonBase
internal import BatonRTP

// Events that become tones in the audio, for a receiver that takes no events (RFC 4733 §2.5.2.1).
extension AudioTranscoder {
    /// Whether a key is heard instead of the source's audio.
    var isTonePlaying: Bool { tone != nil }

    /// Takes an event's report.
    mutating func playTone<Output: TranscodedOutput & ~Copyable>(
        of event: TelephoneEvent, _ header: RTPHeader, clockRateHz: Int, at now: Instant,
        into output: inout Output
    ) {
        timeline.lostPackets = 0
        if header.timestamp == endedTone { return }
        if tone?.isContinued(by: event.code, header.timestamp) != true {
            finishTone(at: now, into: &output)
            guard beginTone(event, header, clockRateHz: clockRateHz, at: now, into: &output) else {
                counters.unwanted &+= 1
                return
            }
        }
        tone?.receive(
            duration: event.duration, timestamp: header.timestamp, isEnd: event.isEnd, at: now)
        if clockRateHz == inputCodec.clockRateHz {
            timeline.expected = header.timestamp &+ UInt32(event.duration)
        }
        makeTone(at: now, into: &output)
    }

    /// Makes what is due of the tone, in whole packets until it is over.
    mutating func makeTone<Output: TranscodedOutput & ~Copyable>(
        at now: Instant, into output: inout Output
    ) {
        guard tone != nil else { return }
        tone?.endIfOver(at: now)
        let frames = packetFrames
        while let goal = self.tone?.goal(at: now), let made = self.tone?.made,
            made + frames <= goal
        {
            let isLast = self.tone?.end == made + frames
            appendTone(frames, isLast: isLast, into: &output)
        }
        if self.tone?.end != nil { finishTone(at: now, into: &output) }
    }

    /// Ends the tone: what is missing of it, or at least its fading out.
    mutating func finishTone<Output: TranscodedOutput & ~Copyable>(
        at now: Instant, into output: inout Output
    ) {
        guard let tone else { return }
        var left = max((tone.end ?? 0) - tone.made, path.encoder.sampleRateHz * 2 / 1_000)
        while left > 0 {
            let frames = min(left, packetFrames)
            left -= frames
            appendTone(frames, isLast: left == 0, into: &output)
        }
        if tone.isReported { endedTone = tone.segment }
        self.tone = nil
        timeline.flushAt = now + .milliseconds(60)
    }

    private var packetFrames: Int { path.encoder.packetSamples / path.encoder.channels }

    private mutating func beginTone<Output: TranscodedOutput & ~Copyable>(
        _ event: TelephoneEvent, _ header: RTPHeader, clockRateHz: Int, at now: Instant,
        into output: inout Output
    ) -> Bool {
        let made = PlayedTone(
            event.code, volume: event.volume, timestamp: header.timestamp,
            clockRateHz: clockRateHz, sampleRateHz: path.encoder.sampleRateHz, at: now)
        guard let made else { return false }
        let rateHz = self.output.audio.codec.clockRateHz
        let start: UInt32
        if clockRateHz == inputCodec.clockRateHz {
            timeline.prepareMap(
                from: clockRateHz, to: rateHz, timestamp: header.timestamp, at: now)
            start = timeline.map?.position(of: header.timestamp) ?? timeline.next
        } else {
            start = timeline.continuation(outputRateHz: rateHz, at: now)
        }
        begin(made, at: start, marker: header.marker, into: &output)
        return true
    }

    /// Begins a tone at the outgoing timestamp `start`.
    mutating func begin<Output: TranscodedOutput & ~Copyable>(
        _ made: PlayedTone, at start: UInt32, marker: Bool, into output: inout Output
    ) {
        flush(into: &output)
        // What has been sent already stays; the tone comes right behind it.
        if Int32(bitPattern: start &- timeline.next) > 0 { timeline.next = start }
        path.skip = 0
        timeline.last = .other
        timeline.isLoose = true
        timeline.flushAt = nil
        if marker { timeline.marker = true }
        tone = made
    }

    private mutating func appendTone<Output: TranscodedOutput & ~Copyable>(
        _ frames: Int, isLast: Bool, into output: inout Output
    ) {
        guard var tone else { return }
        path.append(&tone, frames: frames, isLast: isLast)
        self.tone = tone
        sendWhole(into: &output)
    }
}
