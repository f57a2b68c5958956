import BatonBase
import BatonRTP
import BatonTestKit
import Testing

/// A session, and a buffer to write reports to.
private struct Reporter {
    var session: RTCPSession
    var generator = SplitMix64(seed: 7)
    var now = Instant(nanoseconds: 1_000_000_000)

    init(_ interval: RTCPInterval = .regular) {
        session = RTCPSession(interval: interval, at: now, using: &generator)
    }

    mutating func send(_ count: Int, ssrc: UInt32 = 0x1111) {
        for index in 0..<count {
            session.countSent(
                ssrc: ssrc, timestamp: UInt32(index * 160), payloadBytes: 160,
                clockRateHz: 8_000, at: now)
            now = now + .milliseconds(20)
        }
    }

    mutating func report(
        _ clock: RTCPClockReading?, blocks: [RTCPReportBlock] = []
    ) -> [UInt8] {
        var buffer = [UInt8](repeating: 0, count: 1_500)
        var typed = buffer.mutableSpan
        var bytes = typed.mutableBytes
        let writer = session.writeReport(blocks.span, clock: clock, at: now, into: &bytes)
        return Array(bytes.bytes.copiedBytes()[..<writer.byteCount])
    }

    /// The party says this much about our stream.
    mutating func hear(_ block: RTCPReportBlock) throws {
        var buffer = [UInt8](repeating: 0, count: 100)
        var typed = buffer.mutableSpan
        var bytes = typed.mutableBytes
        var writer = RTCPWriter()
        #expect(writer.appendReceiverReport(ssrc: 9, blocks: [block].span, into: &bytes))
        let packet = try RTCPPacketView(bytes.bytes.extracting(first: writer.byteCount))
        session.receive(packet, at: now)
    }
}

private func block(
    _ ssrc: UInt32, fraction: UInt8 = 0, lsr: UInt32 = 0, dlsr: UInt32 = 0
) -> RTCPReportBlock {
    RTCPReportBlock(
        ssrc: ssrc, fractionLost: fraction, cumulativeLost: 3, extendedSequenceNumber: 90,
        jitter: 5, lastSenderReport: lsr, delaySinceLastSenderReport: dlsr)
}

@Suite("RTCP sessions (RFC 3550 §6)")
struct RTCPSessionTests {
    private let clock = RTCPClockReading(
        ntpTimestamp: NTPTimestamp(bits: 0xb44d_b705_2000_0000), rtpTimestamp: 4_711)

    @Test("§6.4.1: a sender report states packets, octets and both clocks, and names the source")
    func senderReport() throws {
        var reporter = Reporter()
        reporter.send(3)
        let bytes = reporter.report(clock, blocks: [block(5)])
        let compound = try RTCPCompoundView(bytes.span.bytes)
        #expect(compound.packetCount == 2)
        var packets = compound.packets
        var found: RTCPSenderInformation?
        var name: Range<Int>?
        while let packet = packets.next() {
            found = packet.senderInformation ?? found
            packet.forEachDescriptionItem { if $0.ssrc == 0x1111, $0.type == 1 { name = $0.range } }
        }
        #expect(
            found
                == RTCPSenderInformation(
                    ssrc: 0x1111, ntpTimestamp: clock.ntpTimestamp, rtpTimestamp: 4_711,
                    packetCount: 3, octetCount: 480))
        #expect(name?.count == 16, "96 random bits in base 64, RFC 7022 §4.2")
    }

    @Test("§6.4: who has sent nothing since the last report but one gives a receiver report")
    func becomesReceiver() {
        var reporter = Reporter()
        #expect(reporter.report(clock)[1] == 201)
        reporter.send(2)
        #expect(reporter.report(clock)[1] == 200)
        #expect(reporter.report(clock)[1] == 200)
        #expect(reporter.report(clock)[1] == 201)
        reporter.send(1)
        #expect(reporter.report(clock)[1] == 200)
    }

    @Test("§6.4.1: the round trip of figure 2 is 6.125 s")
    func roundTrip() throws {
        var reporter = Reporter()
        reporter.send(1)
        _ = reporter.report(clock)
        // 0xb44d:b710.8 less 0xb44d:b705.2 is 11.375 s, of which the peer took 5.25 s.
        reporter.now = reporter.now + .milliseconds(11_375)
        try reporter.hear(block(0x1111, lsr: 0xb705_2000, dlsr: 0x0005_4000))
        #expect(reporter.session.roundTripNanoseconds == 6_125_000_000)
    }

    @Test("a report that we have not sent, or about another source, measures nothing")
    func foreignReports() throws {
        var reporter = Reporter()
        reporter.send(1)
        _ = reporter.report(clock)
        try reporter.hear(block(0x1111, lsr: 0xb705_2001))
        #expect(reporter.session.roundTripNanoseconds == nil)
        try reporter.hear(block(0x2222, fraction: 200, lsr: 0xb705_2000))
        #expect(reporter.session.roundTripNanoseconds == nil)
        #expect(reporter.session.remoteReport?.fractionLost == 0)
    }

    @Test("the loss to reckon with rises at once and falls slowly")
    func expectedLoss() throws {
        var reporter = Reporter()
        reporter.send(1)
        try reporter.hear(block(0x1111, fraction: 64))
        #expect(reporter.session.expectedLossPercent == 25)
        var courses: [Int] = []
        for _ in 0..<12 {
            try reporter.hear(block(0x1111))
            courses.append(reporter.session.expectedLossPercent)
        }
        #expect(courses.first == 18)
        #expect(courses == courses.sorted(by: >=) && courses.last == 0)
    }

    @Test("§6.4.1: LSR and DLSR are those of the source's last sender report")
    func delaySinceReport() throws {
        var reporter = Reporter()
        var other = Reporter()
        other.send(1, ssrc: 0x77)
        let bytes = other.report(clock)
        let sender = try RTCPPacketView(bytes.span.bytes)
        reporter.session.receive(sender, at: reporter.now)
        let statistics = SourceStatistics(
            ssrc: 0x77, sequenceNumber: 1, timestamp: 0, payloadType: 0, bytes: 172,
            clockRateHz: 8_000, at: reporter.now)
        let first = reporter.session.block(
            about: statistics, at: reporter.now + .milliseconds(5_250))
        #expect(first?.lastSenderReport == 0xb705_2000)
        #expect(first?.delaySinceLastSenderReport == 0x0005_4000)
        let again = reporter.session.block(about: statistics, at: reporter.now + .seconds(10))
        #expect(again == nil, "nothing has come since")
    }

    @Test("§6.2: reports come 0.5 to 1.5 intervals apart, the first one sooner")
    func intervals() {
        var generator = SplitMix64(seed: 3)
        let spans = (0..<500).map { _ in
            RTCPInterval.regular.next(isFirst: false, using: &generator)
        }
        #expect(spans.allSatisfy { $0 >= .milliseconds(2_500) && $0 <= .milliseconds(7_500) })
        #expect(Set(spans).count > 100)
        let firsts = (0..<500).map { _ in
            RTCPInterval.regular.next(isFirst: true, using: &generator)
        }
        #expect(firsts.allSatisfy { $0 >= .milliseconds(1_250) && $0 <= .milliseconds(3_750) })
    }

    @Test("a source's report is carried forward on both clocks, in seconds and ticks alike")
    func carriesForward() throws {
        var other = Reporter()
        other.send(1, ssrc: 0x77)
        let bytes = other.report(clock)
        var source = RTCPHeardSource(ssrc: 0x77)
        let packet = try RTCPPacketView(bytes.span.bytes)
        if let information = packet.senderInformation {
            source.receive(information, at: Instant(nanoseconds: 0))
        }
        let reading = source.reading(
            at: Instant(nanoseconds: 1_500_000_000), clockRateHz: 8_000)
        #expect(reading?.ntpTimestamp.bits == 0xb44d_b706_a000_0000)
        #expect(reading?.rtpTimestamp == 16_711)
    }

    @Test("RFC 4585: feedback is taken out of a compound packet, the rest stays in order")
    func removesFeedback() throws {
        var reporter = Reporter()
        reporter.send(1)
        let report = reporter.report(clock)
        let feedback: [UInt8] = [0x81, 206, 0, 2, 0, 0, 0, 1, 0, 0, 0, 2]
        let goodbye: [UInt8] = [0x81, 203, 0, 1, 0, 0, 0, 1]
        var bytes = report + feedback + goodbye + feedback
        #expect(try remove(&bytes) == report.count + goodbye.count)
        #expect(Array(bytes[..<(report.count + goodbye.count)]) == report + goodbye)
        bytes = feedback
        #expect(try remove(&bytes) == 0)
        bytes = report + [0x81, 206, 0, 9]
        #expect(throws: RTCPParseError.lengthBeyondEnd) { try remove(&bytes) }
    }

    private func remove(_ bytes: inout [UInt8]) throws(RTCPParseError) -> Int {
        let count = bytes.count
        var typed = bytes.mutableSpan
        var span = typed.mutableBytes
        return try RTCPCompound.removeFeedback(in: &span, byteCount: count)
    }
}
