internal import BatonBase
internal import BatonRTP

extension AudioTranscoder {
    /// Decodes a packet of audio behind what was decoded before, and sends the packets that it
    /// fills.
    mutating func playAudio<Output: TranscodedOutput & ~Copyable>(
        _ header: RTPHeader, _ payload: RawSpan, format index: Int, at now: Instant,
        into output: inout Output
    ) {
        // A party may go on sending audio while a key is down; the key is heard instead of it.
        if isTonePlaying {
            timeline.lostPackets = 0
            return
        }
        guard index == activeFormat || change(to: index, into: &output) else { return }
        guard let ticks = try? path.decoder.ticks(of: payload) else {
            // What follows finds this one missing.
            counters.malformed &+= 1
            timeline.lostPackets += 1
            return
        }
        let clockRateHz = inputCodec.clockRateHz
        timeline.prepareMap(
            from: clockRateHz, to: self.output.audio.codec.clockRateHz,
            timestamp: header.timestamp, at: now)
        close(before: header.timestamp, payload, into: &output)
        align(to: header.timestamp, into: &output)
        if header.marker { timeline.marker = true }
        timeline.last = .audio
        timeline.packetTicks = ticks
        timeline.packetNanoseconds = UInt64(ticks) * 1_000_000_000 / UInt64(clockRateHz)
        timeline.expected = header.timestamp &+ UInt32(ticks)
        timeline.playedAt = now
        let pause = 3 * max(timeline.packetNanoseconds, 20_000_000)
        timeline.flushAt = now + .nanoseconds(Int64(pause))
        decode(payload, at: now, into: &output)
    }

    private mutating func decode<Output: TranscodedOutput & ~Copyable>(
        _ payload: RawSpan, at now: Instant, into output: inout Output
    ) {
        guard let added = try? path.decode(payload) else {
            counters.malformed &+= 1
            // Its time has to be filled all the same.
            _ = path.conceal(ticks: timeline.packetTicks, before: payload)
            sendWhole(into: &output)
            return
        }
        measure(added)
        let tones = findTones(inLast: added)
        let end = timeline.next &+ UInt32(truncatingIfNeeded: path.encoder.ticks(path.queue.count))
        defer { report(tones, until: end, at: now, into: &output) }
        if self.output.comfortNoise != nil, self.output.audio.codec != .opus,
            path.decoder.isSilence(payload)
        {
            sendNoise(insteadOf: added, into: &output)
            return
        }
        sendWhole(into: &output)
    }

    /// Makes up what is missing before `timestamp`, as far as packets were lost.
    private mutating func close<Output: TranscodedOutput & ~Copyable>(
        before timestamp: UInt32, _ payload: RawSpan, into output: inout Output
    ) {
        let lost = timeline.lostPackets
        timeline.lostPackets = 0
        let gap = Int(Int32(bitPattern: timestamp &- timeline.expected))
        guard lost > 0, gap > 0, timeline.last == .audio, timeline.packetTicks > 0 else { return }
        // Where the gap begins is settled first: a rest may have been sent meanwhile.
        align(to: timeline.expected, into: &output)
        let clockRateHz = inputCodec.clockRateHz
        let limit = Int(settings.concealmentMax.wholeNanoseconds / 1_000_000) * clockRateHz / 1_000
        let wanted = path.decoder.concealableTicks(min(gap, lost &* timeline.packetTicks, limit))
        guard wanted > 0 else { return }
        // Only right before the packet is there what it repeats of the one before.
        let repeats = wanted == gap && path.decoder.repeatsLast(payload)
        let made = path.conceal(
            ticks: wanted, before: wanted == gap ? payload : payload.extracting(first: 0))
        let packets = (wanted + timeline.packetTicks - 1) / timeline.packetTicks
        // A gap in a tone is made up of that tone.
        if found?.key != nil { path.silence(last: made) }
        counters.recoveredPackets &+= repeats ? 1 : 0
        counters.concealedPackets &+= UInt64(packets - (repeats ? 1 : 0))
        counters.concealedMicroseconds &+= UInt64(wanted * 1_000_000 / clockRateHz)
        timeline.expected &+= UInt32(wanted)
        sendWhole(into: &output)
    }

    /// Goes to where `timestamp` belongs, when that is not behind the last sample.
    private mutating func align<Output: TranscodedOutput & ~Copyable>(
        to timestamp: UInt32, into output: inout Output
    ) {
        if timestamp != timeline.expected {
            flush(into: &output)
            timeline.isLoose = true
        }
        guard let position = timeline.map?.advance(to: timestamp) else { return }
        guard timeline.isLoose else { return }
        timeline.isLoose = false
        let overlap = Int(Int32(bitPattern: timeline.next &- position))
        let clockRateHz = output120
        guard overlap > 0, overlap <= clockRateHz else {
            timeline.next = position
            path.skip = 0
            return
        }
        // A short packet was filled up, and its filling has been sent already.
        path.skip =
            overlap * path.encoder.sampleRateHz
            / self.output.audio.codec.clockRateHz * path.encoder.channels
    }

    private var output120: Int { output.audio.codec.clockRateHz * 120 / 1_000 }

    /// The source changes to another of its formats.
    private mutating func change<Output: TranscodedOutput & ~Copyable>(
        to index: Int, into output: inout Output
    ) -> Bool {
        flush(into: &output)
        let rateHz = path.encoder.sampleRateHz
        guard (try? path.setFormat(input.formats[index])) != nil else { return false }
        if rateHz != path.encoder.sampleRateHz { listenForTones() }
        activeFormat = index
        counters.codecChanges &+= 1
        timeline.isLoose = true
        return true
    }

    private mutating func measure(_ added: Int) {
        guard settings.levelInterval > 0, added > 0 else { return }
        if untilLevel == 0 {
            levelDBov = path.level(ofLast: added)
            untilLevel = settings.levelInterval
        }
        untilLevel -= 1
    }
}
