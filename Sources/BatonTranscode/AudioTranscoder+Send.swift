internal import BatonBase

extension AudioTranscoder {
    /// Sends all packets that are full.
    mutating func sendWhole<Output: TranscodedOutput & ~Copyable>(into output: inout Output) {
        let whole = path.encoder.packetSamples
        while path.queue.count >= whole { send(whole, into: &output) }
    }

    /// Sends the rest that fills no packet, with silence behind it where the codec needs it.
    mutating func flush<Output: TranscodedOutput & ~Copyable>(into output: inout Output) {
        let rest = path.queue.count
        guard rest > 0 else { return }
        let count = path.encoder.packetSamples(holding: rest)
        _ = path.fill(to: count)
        send(count, into: &output)
        timeline.isLoose = true
    }

    /// Encodes and sends the oldest `count` samples.
    private mutating func send<Output: TranscodedOutput & ~Copyable>(
        _ count: Int, into output: inout Output
    ) {
        let header = header(self.output.audio.payloadType, timeline.next)
        timeline.next &+= UInt32(truncatingIfNeeded: path.encoder.ticks(count))
        if isSkipped(count) {
            path.removeFirst(count)
            timeline.marker = true
            return
        }
        var written: Int?
        output.send(header) { bytes in
            written = path.encodeFirst(count, into: &bytes)
            return written ?? 0
        }
        path.removeFirst(count)
        finish(written)
    }

    /// A header with the next sequence number.
    func header(_ payloadType: UInt8, _ timestamp: UInt32) -> TranscodedHeader {
        TranscodedHeader(
            ssrc: identity.ssrc ?? source.ssrc, timestamp: timestamp,
            sequenceNumber: sequenceNumber, payloadType: payloadType, marker: timeline.marker)
    }

    /// Goes on after a packet whose payload has `written` bytes; `nil` when there was no room.
    mutating func finish(_ written: Int?) {
        switch written {
        case nil: counters.unsent &+= 1
        case 0:
            counters.suppressedFrames &+= 1
            timeline.marker = true
        default:
            counters.packetsOut &+= 1
            sequenceNumber &+= 1
            timeline.marker = false
        }
    }

    /// So many silent packets make a run of silence.
    private static var silentRunMin: Int { 3 }

    /// Whether the oldest `count` samples are digital silence that the encoder would leave out.
    ///
    /// It has to see enough of it first, and some of it every 400 ms, as its own rhythm is.
    private mutating func isSkipped(_ count: Int) -> Bool {
        guard output.audio.codec == .opus else { return false }
        guard path.isSilent(first: count) else {
            if silentRun >= Self.silentRunMin { path.encoder.setComplexityLimit(complexityLimit) }
            silentRun = 0
            return false
        }
        silentRun += 1
        // Effort does nothing for silence, and a change of it cannot be heard.
        if silentRun == Self.silentRunMin { path.encoder.setComplexityLimit(0) }
        guard output.audio.opus.usesDTX, silentRun > 20, silentRun % 20 != 0 else { return false }
        counters.skippedFrames &+= 1
        return true
    }
}
