internal import BatonBase
internal import BatonRTP

/// Takes `bytes` for a course of packets through a transcoder, and stops the process when a promise
/// of this module does not hold. For fuzzing; it returns for every input.
///
/// Each packet is 12 bytes of what arrives when, and a payload: see `Course.next`.
public func fuzzTranscode(_ bytes: [UInt8]) {
    guard let first = bytes.first else { return }
    var settings = TranscoderSettings()
    settings.opusComplexity = 0
    settings.narrowbandComplexity = 0
    settings.levelInterval = 3
    let outputs: [AudioFormat] = [
        AudioFormat(.pcmu, payloadType: 0), AudioFormat(.g722, payloadType: 9),
        AudioFormat(.opus, payloadType: 96, packetTime: .milliseconds(60)),
        AudioFormat(
            .l16(sampleRateHz: 44_100, channels: 2), payloadType: 10,
            packetTime: .milliseconds(30)),
    ]
    let formats = TranscodedFormats(
        audio: outputs[Int(first & 3)],
        telephoneEvents: first & 4 != 0
            ? [AudioFormat(.telephoneEvent(clockRateHz: 48_000), payloadType: 101)] : [],
        comfortNoise: first & 8 != 0
            ? AudioFormat(.comfortNoise(clockRateHz: 8_000), payloadType: 13) : nil)
    let identity = TranscodedIdentity(
        ssrc: first & 16 != 0 ? 7 : nil, sequenceNumber: 65_530, isContinuous: first & 32 != 0)
    guard
        var transcoder = try? AudioTranscoder(
            input: FuzzCourse.formats, output: formats, identity: identity,
            passing: [FuzzCourse.passed], settings: settings)
    else { preconditionFailure("these formats can be transcoded") }
    var course = FuzzCourse(bytes: bytes)
    var sink = FuzzSink(sequenceNumber: identity.sequenceNumber)
    while let (header, payload, now) = course.next() {
        transcoder.receive(header, payload: payload.span.bytes, at: now, into: &sink)
        if header.marker { transcoder.tick(at: now, into: &sink) }
        if let deadline = transcoder.nextDeadline {
            precondition(
                deadline <= now + .milliseconds(1_000), "nothing waits for long: \(deadline)")
        }
    }
    transcoder.finish(at: course.now, into: &sink)
    check(transcoder.counters, sink)
}

private func check(_ counters: TranscoderCounters, _ sink: FuzzSink) {
    precondition(counters.packetsOut == sink.packets, "every packet is counted once")
    precondition(
        counters.late &+ counters.duplicates &+ counters.strays &+ counters.unknownPayloadTypes
            <= counters.packetsIn, "every packet has one fate")
}

/// Packets read from bytes.
private struct FuzzCourse {
    let bytes: [UInt8]
    var offset = 1
    var now = Instant(nanoseconds: 0)

    static let formats: [AudioFormat] = [
        AudioFormat(.pcma, payloadType: 0), AudioFormat(.opus, payloadType: 1),
        AudioFormat(.g722, payloadType: 2),
        AudioFormat(.l16(sampleRateHz: 11_025, channels: 1), payloadType: 3),
        AudioFormat(.telephoneEvent(clockRateHz: 8_000), payloadType: 4),
        AudioFormat(.telephoneEvent(clockRateHz: 48_000), payloadType: 5),
        AudioFormat(.comfortNoise(clockRateHz: 8_000), payloadType: 6),
    ]

    static let passed = PassedFormat(7, as: 97, clockRateHz: 16_000)

    init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    mutating func next() -> (RTPHeader, [UInt8], Instant)? {
        guard offset + 12 <= bytes.count else { return nil }
        let (bytes, offset) = (bytes, offset)
        let span = bytes.span.bytes
        let selector = span.uint8(at: offset)
        let writer = RTPPacketWriter(
            ssrc: UInt32(selector >> 7), sequenceNumber: span.uint16(at: offset + 2),
            timestamp: span.uint32(at: offset + 4), payloadType: selector & 7,
            marker: selector & 64 != 0)
        now = now + .microseconds(Int64(span.uint16(at: offset + 8)))
        let length = Int(span.uint16(at: offset + 10)) % 1_500
        let end = min(offset + 12 + length, bytes.count)
        let payload = Array(bytes[offset + 12..<end])
        self.offset = end
        guard let header = try? RTPHeader(validating: writer.packet(payload: []).span.bytes) else {
            return nil
        }
        return (header, payload, now)
    }
}

/// Checks what is sent.
private struct FuzzSink: TranscodedOutput {
    var packets: UInt64 = 0
    var sequenceNumber: UInt16
    var payload = [UInt8](repeating: 0, count: 1_400)

    init(sequenceNumber: UInt16) {
        self.sequenceNumber = sequenceNumber
    }

    mutating func send(
        _ header: TranscodedHeader, _ writePayload: (inout MutableRawSpan) -> Int
    ) {
        var typed = payload.mutableSpan
        var span = typed.mutableBytes
        let count = writePayload(&span)
        precondition(count >= 0 && count <= 1_400, "a payload fits")
        if header.payloadType == FuzzCourse.passed.outgoingPayloadType {
            // Losses before what passes are there to be seen.
            precondition(header.sequenceNumber &- sequenceNumber < 0x8000, "numbers go on")
            sequenceNumber = header.sequenceNumber
        }
        precondition(header.sequenceNumber == sequenceNumber, "numbers count up by one")
        guard count > 0 else { return }
        packets += 1
        sequenceNumber &+= 1
    }
}
