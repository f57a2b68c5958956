import BatonBase

/// Reads `bytes` as a datagram and as a course of events, and stops the process when a promise of
/// this module does not hold. For fuzzing; it returns for every input.
public func fuzzRTP(_ bytes: [UInt8]) {
    let span = bytes.span.bytes
    let kind = RTPDemultiplexer.classify(span)
    do throws(RTPParseError) {
        let view = try RTPPacketView(span)
        checkRoundTrip(of: view)
    } catch {}
    if let header = try? RTPHeader(validating: span) {
        precondition(kind == .rtp || kind == .rtcp, "a packet of version 2 is RTP or RTCP")
        checkRewriting(bytes, header)
    }
    checkCourse(span)
}

/// Writing what was read gives the same bytes, but for the filling of the padding.
private func checkRoundTrip(of view: borrowing RTPPacketView) {
    let writer = RTPPacketWriter(
        ssrc: view.ssrc, sequenceNumber: view.sequenceNumber, timestamp: view.timestamp,
        payloadType: view.payloadType, marker: view.marker)
    var sources: [UInt32] = []
    for index in 0..<view.csrcCount { sources.append(view.csrc(at: index)) }
    var headerExtension: RTPPacketWriter.HeaderExtension?
    if let (profile, range) = view.headerExtension {
        let data = view.bytes.extracting(range).copiedBytes()
        headerExtension = .init(profile: profile, data: data)
    }
    let packet = writer.packet(
        payload: view.payload.copiedBytes(), contributingSources: sources,
        headerExtension: headerExtension, paddingLength: UInt8(view.paddingLength))
    let end = view.payloadRange.upperBound
    precondition(packet.count == view.bytes.byteCount, "the length survives a round trip")
    precondition(
        packet.prefix(end).elementsEqual(view.bytes.copiedBytes().prefix(end)),
        "the bytes survive a round trip")
}

/// Rewriting changes the three fields and nothing else.
private func checkRewriting(_ bytes: [UInt8], _ header: RTPHeader) {
    var copy = bytes
    var typed = copy.mutableSpan
    var span = typed.mutableBytes
    RTPHeader.rewrite(
        sequenceNumber: ~header.sequenceNumber, timestamp: ~header.timestamp, ssrc: ~header.ssrc,
        in: &span)
    var expected = header
    expected.sequenceNumber = ~header.sequenceNumber
    expected.timestamp = ~header.timestamp
    expected.ssrc = ~header.ssrc
    precondition((try? RTPHeader(validating: span.bytes)) == expected, "only three fields change")
    RTPHeader.rewrite(
        sequenceNumber: header.sequenceNumber, timestamp: header.timestamp, ssrc: header.ssrc,
        in: &span)
    precondition(span.bytes.copiedBytes() == bytes, "rewriting back restores the packet")
}

/// Takes each 12 bytes for a packet's arrival: its counts stay consistent, whatever comes.
private func checkCourse(_ bytes: RawSpan) {
    var statistics: SourceStatistics?
    var identity: ContinuousIdentity?
    var now = Instant(nanoseconds: 0)
    var arrivals: UInt64 = 0
    var offset = 0
    while offset + 12 <= bytes.byteCount {
        let sequenceNumber = bytes.uint16(at: offset)
        let timestamp = bytes.uint32(at: offset + 2)
        let selector = bytes.uint16(at: offset + 6)
        now.nanoseconds &+= UInt64(bytes.uint32(at: offset + 8)) << UInt64(selector & 15)
        offset += 12
        let clocks: [UInt32] = [8000, 48000, 90000, 0, 999, .max]
        let clockRateHz = clocks[Int(selector >> 4) % clocks.count]
        let ssrc = UInt32(selector >> 14)
        arrivals += 1
        if statistics == nil {
            statistics = SourceStatistics(
                ssrc: ssrc, sequenceNumber: sequenceNumber, timestamp: timestamp, payloadType: 0,
                bytes: 12, clockRateHz: clockRateHz, at: now)
            identity = ContinuousIdentity(
                ssrc: ssrc, sequenceNumber: sequenceNumber, timestamp: timestamp, at: now)
            continue
        }
        _ = statistics?.receive(
            sequenceNumber: sequenceNumber, timestamp: timestamp, payloadType: 0, bytes: 12,
            clockRateHz: clockRateHz, at: now)
        let outgoing = identity?.rewrite(
            ssrc: ssrc, sequenceNumber: sequenceNumber, timestamp: timestamp,
            clockRateHz: clockRateHz, at: now)
        precondition(outgoing == nil || outgoing?.ssrc == identity?.ssrc, "one SSRC goes out")
    }
    guard let statistics else { return }
    precondition(
        statistics.packets + statistics.duplicates + statistics.strays == arrivals,
        "every packet is counted once")
    precondition(
        Int64(statistics.expected) == Int64(statistics.packets) + statistics.lost,
        "what is expected came or is lost")
    _ = RTCPReportBlock(statistics, since: nil)
    let reading = QualityReading(statistics)
    _ = QualitySample(from: nil, to: reading, codec: .g711, at: now)
}
