internal import BatonBase
internal import BatonRTP

extension AudioTranscoder {
    /// Passes comfort noise on, RFC 3389 §3, if the receiver takes it: the level always, the
    /// spectrum when it belongs to the same rate.
    mutating func playNoise<Output: TranscodedOutput & ~Copyable>(
        _ header: RTPHeader, _ payload: RawSpan, clockRateHz: Int, at now: Instant,
        into output: inout Output
    ) {
        guard payload.byteCount > 0 else {
            counters.malformed &+= 1
            return
        }
        flush(into: &output)
        timeline.lostPackets = 0
        timeline.last = .other
        guard let format = self.output.comfortNoise else {
            // Silence is what is not sent: the next audio has the marker bit.
            counters.unwanted &+= 1
            timeline.marker = true
            return
        }
        let clocks = clocks
        guard clockRateHz == clocks.input, format.codec.clockRateHz == clocks.output else {
            counters.unwanted &+= 1
            return
        }
        timeline.prepareMap(
            from: clockRateHz, to: format.codec.clockRateHz, timestamp: header.timestamp, at: now)
        let timestamp = timeline.map?.advance(to: header.timestamp) ?? 0
        timeline.isLoose = true
        let isSameSpectrum = clockRateHz == format.codec.clockRateHz
        let length = isSameSpectrum ? min(payload.byteCount, Self.noiseBytesMax) : 1
        var description = InlineArray<16, UInt8>(repeating: 0)
        for index in 0..<length { description[index] = payload.uint8(at: index) }
        send(noise: description, length, format, at: timestamp, into: &output)
    }

    /// Describes the newest `count` samples instead of sending them: what Opus leaves out.
    mutating func sendNoise<Output: TranscodedOutput & ~Copyable>(
        insteadOf count: Int, into output: inout Output
    ) {
        guard let format = self.output.comfortNoise else { return }
        let level = path.level(ofLast: count)
        path.removeLast(count)
        flush(into: &output)
        timeline.last = .other
        var description = InlineArray<16, UInt8>(repeating: 0)
        description[0] = UInt8(clamping: -level)
        send(noise: description, 1, format, at: timeline.next, into: &output)
        timeline.next &+= UInt32(truncatingIfNeeded: path.encoder.ticks(count))
        timeline.isLoose = true
        timeline.marker = true
    }

    /// A level and coefficients, RFC 3389 §3; further coefficients are left out (§3.4 allows it).
    private static var noiseBytesMax: Int { 16 }

    private mutating func send<Output: TranscodedOutput & ~Copyable>(
        noise description: InlineArray<16, UInt8>, _ length: Int, _ format: AudioFormat,
        at timestamp: UInt32, into output: inout Output
    ) {
        var header = header(format.payloadType, timestamp)
        header.marker = false
        var written: Int?
        output.send(header) { bytes in
            guard bytes.byteCount >= length else { return 0 }
            for index in 0..<length { bytes.store(description[index], at: index) }
            written = length
            return length
        }
        finish(written)
        timeline.marker = true
    }
}
