import BatonBase
import BatonRTP
import BatonTestKit
import Testing

@testable import BatonMedia

/// A sends PCMU, B opus, and RTCP ends in between; time goes on in steps of a packet.
private struct Transcoded: ~Copyable {
    var relay: RelayFixture
    var step = 0
    /// What left for B and A: RTP packets and RTCP datagrams, with the time.
    var rtpToB: [(Instant, [UInt8])] = []
    var rtcp: [(sink: Int32, at: Instant, bytes: [UInt8])] = []

    static let pcmu = CodecFormat(payloadType: 0, encoding: "PCMU", clockRateHz: 8_000)
    static let opus = CodecFormat(
        payloadType: 96, encoding: "opus", clockRateHz: 48_000, channels: 2,
        parameters: "useinbandfec=1")

    init(_ change: (inout [PortConfiguration]) -> Void = { _ in }) {
        relay = RelayFixture { all in
            all[0].conversion = Self.conversion(from: Self.pcmu, to: Self.opus)
            all[1].conversion = Self.conversion(from: Self.opus, to: Self.pcmu)
            all[0].rtcpTreatment = .terminate(
                RTCPTermination(exit: PortSlot(2), hasFeedback: false, passesFeedback: false))
            all[2].rtcpTreatment = .terminateAt(PortSlot(0))
            all[1].rtcpTreatment = .terminate(
                RTCPTermination(exit: PortSlot(3), hasFeedback: true, passesFeedback: false))
            all[3].rtcpTreatment = .terminateAt(PortSlot(1))
            change(&all)
        }
        relay.core.setWallClock(unixNanoseconds: 1_700_000_000_000_000_000, at: relay.now)
    }

    static func conversion(from source: CodecFormat, to target: CodecFormat) -> MediaConversion {
        MediaConversion(rules: [.init(source, .convert(.init(format: target)))])
    }

    /// A sends a packet, then 20 ms go by.
    mutating func advance(_ packets: Int, losing isLost: (Int) -> Bool = { _ in false }) {
        for _ in 0..<packets {
            if !isLost(step) {
                _ = relay.receive(rtp(step), from: RelayFixture.partyA, on: 0)
            }
            step += 1
            runTimers()
            relay.now = relay.now + .milliseconds(20)
        }
    }

    mutating func runTimers() {
        while relay.core.nextDueAction(at: relay.now) != nil {}
        collect()
    }

    mutating func collect() {
        for index in 0..<relay.core.outgoingCount {
            let transmit = relay.core.outgoing(index)
            let bytes = relay.core.outgoingBytes(index).copiedBytes()
            if transmit.kind == .rtcp {
                rtcp.append((transmit.sink.index, relay.now, bytes))
            } else if transmit.sink.index == 1 {
                rtpToB.append((relay.now, bytes))
            }
            relay.core.completed(transmit, wasSent: true)
        }
        relay.core.removeOutgoing()
    }

    mutating func receive(_ bytes: [UInt8], from source: SocketAddress, on port: Int32) -> Int {
        let passed = relay.receive(bytes, from: source, on: port)
        collect()
        return passed.count
    }

    func lossOfEncoder() -> Int {
        relay.core.converters[relay.core.ports[0].converter].expectedLossPercent
    }
}

private func word(_ bytes: [UInt8], _ offset: Int) -> UInt32 { bytes.span.bytes.uint32(at: offset) }

private func senderReport(
    _ ssrc: UInt32, ntp: NTPTimestamp, rtp: UInt32, blocks: [RTCPReportBlock] = []
) -> [UInt8] {
    writtenRTCP { writer, bytes in
        writer.appendSenderReport(
            RTCPSenderInformation(
                ssrc: ssrc, ntpTimestamp: ntp, rtpTimestamp: rtp, packetCount: 9,
                octetCount: 99), blocks: blocks.span, into: &bytes)
    }
}

private func receiverReport(_ blocks: [RTCPReportBlock]) -> [UInt8] {
    writtenRTCP { $0.appendReceiverReport(ssrc: 0xbbbb, blocks: blocks.span, into: &$1) }
}

func writtenRTCP(_ body: (inout RTCPWriter, inout MutableRawSpan) -> Bool) -> [UInt8] {
    var buffer = [UInt8](repeating: 0, count: 500)
    var typed = buffer.mutableSpan
    var bytes = typed.mutableBytes
    var writer = RTCPWriter()
    #expect(body(&writer, &bytes))
    return Array(bytes.bytes.copiedBytes()[..<writer.byteCount])
}

/// What a datagram of RTCP reports: its sender report, all blocks, and the types of its packets.
func rtcpReports(
    _ bytes: [UInt8]
) throws -> (sender: RTCPSenderInformation?, blocks: [RTCPReportBlock], types: [UInt8]) {
    let compound = try RTCPCompoundView(bytes.span.bytes)
    var packets = compound.packets
    var sender: RTCPSenderInformation?
    var blocks: [RTCPReportBlock] = []
    var types: [UInt8] = []
    while let packet = packets.next() {
        types.append(packet.packetType.rawValue)
        sender = packet.senderInformation ?? sender
        for index in 0..<packet.reportBlockCount { blocks.append(packet.reportBlock(at: index)) }
    }
    return (sender, blocks, types)
}

@Suite("RTCP where RTP is changed (N16, RFC 3550 §7)")
struct RTCPTerminationTests {
    private let ssrc: UInt32 = 0x1234_5678

    @Test("§6.4.1: by the sender report, what was recorded at one moment keeps its wall-clock time")
    func mapsWallClock() throws {
        var call = Transcoded()
        call.advance(50)
        // The source's clock: its packet 50 is recorded at this wall-clock time.
        let wall = NTPTimestamp(unixNanoseconds: 1_234_567_890_500_000_000)
        let sent = senderReport(ssrc, ntp: wall, rtp: 50 * 160)
        #expect(call.receive(sent, from: RelayFixture.partyARTCP, on: 2) == 0, "it ends here")
        call.advance(300)
        let last = try #require(call.rtcp.last { $0.sink == 3 })
        let report = try #require(try rtcpReports(last.bytes).sender)
        #expect(report.ssrc == ssrc)
        // The packet that came of the source's packet 60 was recorded 200 ms after packet 50.
        let packet = call.rtpToB[60].1
        let timestamp = word(packet, 4)
        #expect(timestamp == 60 * 160 * 6)
        let ticks = Int64(Int32(bitPattern: timestamp &- report.rtpTimestamp))
        let seconds = Double(report.ntpTimestamp.bits &- wall.bits) / 4_294_967_296
        #expect(abs(seconds + Double(ticks) / 48_000 - 0.2) < 0.001)
        let before = call.rtpToB.filter { $0.0 <= last.at }
        #expect(report.packetCount == UInt32(before.count))
        #expect(report.octetCount == UInt32(before.reduce(0) { $0 + $1.1.count - 12 }))
    }

    @Test("without reports of the source, or with senseless ones, our clock is stated")
    func ownClock() throws {
        var call = Transcoded()
        call.advance(10)
        let nonsense = senderReport(ssrc, ntp: NTPTimestamp(bits: 77 << 32), rtp: 0x8000_0000)
        _ = call.receive(nonsense, from: RelayFixture.partyARTCP, on: 2)
        call.advance(300)
        let last = try #require(call.rtcp.last { $0.sink == 3 })
        let report = try #require(try rtcpReports(last.bytes).sender)
        let packet = try #require(call.rtpToB.last { $0.0 <= last.at })
        #expect(abs(Int64(Int32(bitPattern: report.rtpTimestamp &- word(packet.1, 4)))) <= 960)
        let elapsed = last.at.nanoseconds - 5_000_000_000
        let wall = NTPTimestamp(unixNanoseconds: 1_700_000_000_000_000_000 + elapsed)
        #expect(report.ntpTimestamp == wall)
    }

    @Test("§6.4.2: a party is told of what it sends: sequence, losses, its last report")
    func reportsToSource() throws {
        var call = Transcoded()
        call.advance(100)
        let wall = NTPTimestamp(unixNanoseconds: 1_234_567_890_500_000_000)
        _ = call.receive(
            senderReport(ssrc, ntp: wall, rtp: 100 * 160), from: RelayFixture.partyARTCP, on: 2)
        let reportedAt = call.relay.now
        call.advance(900) { $0 % 10 == 5 }
        let toA = call.rtcp.filter { $0.sink == 2 }
        #expect(toA.count >= 2 && toA.count <= 8, "every 2.5 to 7.5 s in 20 s")
        let last = try #require(toA.last)
        let (sender, blocks, types) = try rtcpReports(last.bytes)
        #expect(sender == nil && types == [201, 202], "nothing goes to A")
        let block = try #require(blocks.first)
        let newest = Int((last.at.nanoseconds - 5_000_000_000) / 20_000_000)
        #expect(block.ssrc == ssrc)
        #expect(abs(Int(block.extendedSequenceNumber) - newest) <= 1)
        #expect(abs(Int(block.cumulativeLost) - (newest - 100) / 10) <= 1)
        #expect(abs(Int(block.fractionLost) - 26) <= 3, "a tenth")
        #expect(block.lastSenderReport == wall.middleBits)
        let delay = Double(block.delaySinceLastSenderReport) / 65_536
        #expect(abs(delay - Double(last.at.nanosecondsSince(reportedAt)) / 1e9) < 0.001)
    }

    @Test("losses that the receiver reports make the encoder repeat, and the round trip is shown")
    func lossReachesEncoder() throws {
        var call = Transcoded()
        call.advance(100)
        #expect(call.lossOfEncoder() == 0)
        let report = try #require(call.rtcp.last { $0.sink == 3 })
        let sender = try #require(try rtcpReports(report.bytes).sender)
        let block = RTCPReportBlock(
            ssrc: ssrc, fractionLost: 51, cumulativeLost: 7, extendedSequenceNumber: 0,
            jitter: 0, lastSenderReport: sender.ntpTimestamp.middleBits)
        call.relay.now = report.at + .milliseconds(150)
        #expect(
            call.receive(receiverReport([block]), from: RelayFixture.partyBRTCP, on: 3) == 0)
        #expect(call.lossOfEncoder() == 20)
        #expect(call.relay.count(.roundTripMicroseconds, 1) == 150_000)
        #expect(call.relay.count(.remoteFractionLost, 1) == 51)
        #expect(call.relay.count(.remotePacketsLost, 1) == 7)
    }

    @Test("§6.6: BYE passes, behind a report; other sources' does not")
    func passesGoodbye() throws {
        var call = Transcoded()
        call.advance(5)
        let other: [UInt8] = [0x80, 201, 0, 1, 0, 0, 0, 9, 0x81, 203, 0, 1, 0, 0, 0, 9]
        _ = call.receive(other, from: RelayFixture.partyARTCP, on: 2)
        #expect(call.rtcp.isEmpty)
        let goodbye: [UInt8] = [
            0x80, 201, 0, 1, 0x12, 0x34, 0x56, 0x78, 0x81, 203, 0, 1, 0x12, 0x34, 0x56, 0x78,
        ]
        _ = call.receive(goodbye, from: RelayFixture.partyARTCP, on: 2)
        let sent = try #require(call.rtcp.last)
        #expect(sent.sink == 3)
        #expect(try rtcpReports(sent.bytes).types == [200, 202, 203])
        #expect(Array(sent.bytes.suffix(4)) == [0x12, 0x34, 0x56, 0x78])
    }

    @Test("feedback about numbers that the other side does not know is dropped and counted")
    func dropsFeedback() {
        var call = Transcoded()
        call.advance(5)
        let nack: [UInt8] = [0x81, 205, 0, 3, 0, 0, 0, 1, 0, 0, 0, 2, 0, 5, 0, 0]
        _ = call.receive(
            [0x80, 201, 0, 1, 0, 0, 0, 1] + nack, from: RelayFixture.partyBRTCP, on: 3)
        #expect(call.rtcp.isEmpty)
        #expect(call.relay.count(.droppedFeedback, 1) == 1)
    }

    @Test("generate-RTCP on a plain relay: feedback passes in a packet of ours, reports do not")
    func plainRelay() throws {
        var call = Transcoded { all in
            (all[0].conversion, all[1].conversion) = (nil, nil)
            all[1].rtcpTreatment = .terminate(
                RTCPTermination(exit: PortSlot(3), hasFeedback: true, passesFeedback: true))
        }
        call.advance(100)
        let first = try #require(call.rtcp.first { $0.sink == 3 })
        let sender = try #require(try rtcpReports(first.bytes).sender)
        let count = Int((first.at.nanoseconds - 5_000_000_000) / 20_000_000) + 1
        #expect(abs(Int(sender.packetCount) - count) <= 1)
        #expect(sender.octetCount == sender.packetCount * 160)
        call.rtcp = []
        let nack: [UInt8] = [0x81, 205, 0, 3, 0, 0, 0, 1, 0, 0, 0, 2, 0, 5, 0, 0]
        _ = call.receive(
            [0x80, 201, 0, 1, 0, 0, 0, 1] + nack, from: RelayFixture.partyBRTCP, on: 3)
        let sent = try #require(call.rtcp.first)
        #expect(sent.sink == 2)
        #expect(try rtcpReports(sent.bytes).types == [201, 202, 205])
        #expect(Array(sent.bytes.suffix(16)) == nack)
    }

    @Test("N16: on a sink whose identity is continuous reports speak of its line, not the sources'")
    func continuousSink() throws {
        var call = Transcoded { all in
            (all[0].conversion, all[1].conversion) = (nil, nil)
            all[1].identity = .continuous
        }
        call.advance(100)
        for sequence in 0..<200 {
            let packet = rtp(9_000 + sequence, ssrc: 0xcafe)
            _ = call.relay.receive(packet, from: RelayFixture.partyA, on: 0)
            call.runTimers()
            if sequence == 20 {
                let wall = NTPTimestamp(unixNanoseconds: 1_234_567_890_500_000_000)
                _ = call.receive(
                    senderReport(0xcafe, ntp: wall, rtp: 9_020 * 160),
                    from: RelayFixture.partyARTCP, on: 2)
            }
            call.relay.now = call.relay.now + .milliseconds(20)
        }
        let last = try #require(call.rtcp.last { $0.sink == 3 })
        let sender = try #require(try rtcpReports(last.bytes).sender)
        #expect(sender.ssrc == ssrc)
        let packets = (last.at.nanoseconds - 5_000_000_000) / 20_000_000
        #expect(abs(Int(sender.packetCount) - Int(packets)) <= 1)
        #expect(abs(Int(sender.rtpTimestamp) - Int(packets) * 160) <= 320)
        let elapsed =
            Double(
                sender.ntpTimestamp.bits
                    &- NTPTimestamp(
                        unixNanoseconds: 1_234_567_890_500_000_000
                    ).bits) / 4_294_967_296
        #expect(abs(elapsed - (Double(packets) - 120) * 0.02) < 0.05)
    }

    @Test("N18: towards a profile without feedback it is taken out; nothing is sent of it alone")
    func removesFeedback() {
        var relay = RelayFixture { all in
            all[0].rtcpTreatment = .relayWithoutFeedback
            all[2].rtcpTreatment = .relayWithoutFeedback
        }
        let report: [UInt8] = [0x80, 201, 0, 1, 1, 2, 3, 4]
        let feedback: [UInt8] = [0x81, 206, 0, 2, 0, 0, 0, 1, 0, 0, 0, 2]
        let sent = relay.receive(report + feedback, from: RelayFixture.partyARTCP, on: 2)
        #expect(sent.map(\.1) == [report])
        #expect(relay.receive(feedback, from: RelayFixture.partyARTCP, on: 2).isEmpty)
        #expect(relay.count(.droppedFeedback, 2) == 2)
        #expect(relay.receive(report, from: RelayFixture.partyARTCP, on: 2).map(\.1) == [report])
    }

    @Test("a port that closes says BYE of the stream that it sent")
    func closesWithGoodbye() throws {
        var call = Transcoded()
        call.advance(5)
        call.relay.core.close(PortSlot(1))
        call.collect()
        let sent = try #require(call.rtcp.last)
        #expect(sent.sink == 3)
        #expect(try rtcpReports(sent.bytes).types == [201, 202, 203])
    }

    @Test("reports never stop the core, whatever a party sends")
    func hostile() {
        var call = Transcoded()
        var generator = SplitMix64(seed: 99)
        call.advance(20)
        for _ in 0..<3_000 {
            var bytes = senderReport(
                ssrc, ntp: NTPTimestamp(bits: generator.next()),
                rtp: UInt32.random(in: 0...UInt32.max, using: &generator),
                blocks: [
                    RTCPReportBlock(
                        ssrc: ssrc, fractionLost: 255, cumulativeLost: .min,
                        extendedSequenceNumber: .max, jitter: .max,
                        lastSenderReport: UInt32.random(in: 0...UInt32.max, using: &generator),
                        delaySinceLastSenderReport: .max)
                ])
            let place = Int.random(in: 4..<bytes.count, using: &generator)
            bytes[place] ^= UInt8.random(in: 0...255, using: &generator)
            _ = call.receive(bytes, from: RelayFixture.partyARTCP, on: 2)
            _ = call.receive(bytes, from: RelayFixture.partyBRTCP, on: 3)
            call.advance(1)
        }
        #expect(call.relay.count(.droppedMalformed, 2) == 0)
    }
}
