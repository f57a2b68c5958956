internal import BatonAudio
internal import BatonBase
internal import BatonRTP

// Tones in the audio that become events, where the source has none and the receiver takes them
// (RFC 4733 §2.5.1). The audio of the tone becomes silence, as soon as it has been recognized.
extension AudioTranscoder {
    /// Takes the tone that ended last, once.
    public mutating func takeEndedTone() -> ToneReceiver.Tone? {
        guard found?.ended != nil else { return nil }
        defer { found?.ended = nil }
        return found?.ended
    }

    /// Gets ready for tones, at the rate of the encoder.
    mutating func listenForTones() {
        guard output.findsTones else { return }
        found = FoundTones(
            sampleRateHz: path.encoder.sampleRateHz, channels: path.encoder.channels,
            samplesMax: path.queue.samples.count)
    }

    /// Looks for tones in the newest `added` samples of the queue, and silences those of a tone.
    mutating func findTones(inLast added: Int) -> FoundTones.Events? {
        guard found != nil, added > 0, self.output.telephoneEvent != nil else { return nil }
        let wasSounding = found?.key != nil
        let channels = path.encoder.channels
        guard let events = path.listen(toLast: added, channels, with: &found) else { return nil }
        if wasSounding || events.count > 0 { path.silence(last: added) }
        return events
    }

    /// Sends what is to be told of the tones that were found; the audio has been sent.
    mutating func report<Output: TranscodedOutput & ~Copyable>(
        _ events: FoundTones.Events?, until end: UInt32, at now: Instant,
        into output: inout Output
    ) {
        guard let events, let format = self.output.telephoneEvent else { return }
        for index in 0..<events.count {
            switch events[index] {
            case .began(let digit, let level):
                endKey(format, ticks: nil, into: &output)
                beginKey(digit.rawValue, level, until: end, at: now)
            case .ended(let digit, let milliseconds, let level):
                found?.ended = ToneReceiver.Tone(
                    code: digit.rawValue, durationMilliseconds: milliseconds, levelDBm0: level)
                let ticks = milliseconds * self.output.audio.codec.clockRateHz / 1_000
                endKey(format, ticks: UInt32(clamping: ticks), into: &output)
            case nil: break
            }
        }
        guard var key = found?.key else { return }
        key.reported = max(end &- key.start, key.reported)
        key.heardAt = now
        found?.key = key
        sendReport(of: key, format, isEnd: false, into: &output)
    }

    /// Ends the event of a tone whose source has fallen silent.
    mutating func endSilentKey<Output: TranscodedOutput & ~Copyable>(
        at now: Instant, into output: inout Output
    ) {
        guard let key = found?.key, key.heardAt + FoundTones.silence <= now,
            let format = self.output.telephoneEvent
        else { return }
        endKey(format, ticks: nil, into: &output)
        found?.reset()
    }

    private mutating func beginKey(_ code: UInt8, _ level: Int, until end: UInt32, at now: Instant)
    {
        let head = FoundTones.headMilliseconds * self.output.audio.codec.clockRateHz / 1_000
        let start = end &- UInt32(head)
        found?.key = FoundTones.Key(
            code: code, volume: UInt8(clamping: min(max(-level, 0), 63)), start: start,
            heardAt: now)
        event = OutgoingEvent(timestamp: start)
        timeline.marker = true
    }

    /// The last report goes three times (RFC 4733 §2.5.1.4).
    private mutating func endKey<Output: TranscodedOutput & ~Copyable>(
        _ format: AudioFormat, ticks: UInt32?, into output: inout Output
    ) {
        guard var key = found?.key else { return }
        key.reported = max(ticks ?? 0, key.reported)
        for _ in 0..<3 { sendReport(of: key, format, isEnd: true, into: &output) }
        found?.key = nil
    }

    private mutating func sendReport<Output: TranscodedOutput & ~Copyable>(
        of key: FoundTones.Key, _ format: AudioFormat, isEnd: Bool, into output: inout Output
    ) {
        let audioRateHz = UInt64(self.output.audio.codec.clockRateHz)
        let rateHz = UInt64(format.codec.clockRateHz)
        func scaled(_ ticks: UInt32) -> UInt32 {
            UInt32(truncatingIfNeeded: UInt64(ticks) &* rateHz / max(audioRateHz, 1))
        }
        send(
            TelephoneEvent(code: key.code, isEnd: isEnd, volume: key.volume, duration: 0), format,
            from: scaled(key.start), duration: scaled(key.reported), into: &output)
    }
}
