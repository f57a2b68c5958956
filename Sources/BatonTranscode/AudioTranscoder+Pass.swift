internal import BatonBase
internal import BatonRTP

/// A payload type that passes undecoded beside what a transcoder decodes.
public struct PassedFormat: Hashable, Sendable {
    /// The payload type in the source's packets, 0…127.
    public var payloadType: UInt8
    /// The one that they go on with.
    public var outgoingPayloadType: UInt8
    /// The clock of their timestamps in Hz.
    public var clockRateHz: Int

    /// Packets of `payloadType` pass as `outgoing`; of a clock that is not known that of most audio
    /// is assumed, 8 kHz.
    public init(_ payloadType: UInt8, as outgoing: UInt8, clockRateHz: Int) {
        self.payloadType = payloadType & 0x7f
        outgoingPayloadType = outgoing & 0x7f
        self.clockRateHz = clockRateHz > 0 ? clockRateHz : 8_000
    }
}

extension AudioTranscoder {
    /// Sends a packet's payload as it is, on the line of what is encoded: to the receiver there is
    /// one source, whatever codec it sends (RFC 3550 §5.1).
    mutating func pass<Output: TranscodedOutput & ~Copyable>(
        _ header: RTPHeader, _ payload: RawSpan, _ format: PassedFormat, at now: Instant,
        into output: inout Output
    ) {
        flush(into: &output)
        timeline.prepareMap(
            from: format.clockRateHz, to: format.clockRateHz, timestamp: header.timestamp, at: now)
        let timestamp = timeline.map?.advance(to: header.timestamp) ?? header.timestamp
        // Nobody makes up here for what was lost before it: the receiver has to see that.
        sequenceNumber &+= UInt16(truncatingIfNeeded: timeline.lostPackets)
        timeline.passed(at: timestamp, header.timestamp, clockRateHz: format.clockRateHz, now)
        if header.marker { timeline.marker = true }
        var written: Int?
        output.send(self.header(format.outgoingPayloadType, timestamp)) { bytes in
            guard payload.byteCount <= bytes.byteCount else { return 0 }
            for offset in payload.byteOffsets { bytes.store(payload.uint8(at: offset), at: offset) }
            written = payload.byteCount
            return payload.byteCount
        }
        finish(written)
    }
}
