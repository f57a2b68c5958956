import BatonBase
import BatonCrypto
import BatonRTP
import Testing

@testable import BatonMedia

@Suite("N10: what a port plays, at its limits and in reports")
struct PlayingLimitTests {
    private let portA = PortSlot(0)
    private let wall: UInt64 = 1_700_000_000_000_000_000

    private func queued(_ number: Int, _ count: Int = 1) -> PortPlayback {
        var playback = PortPlayback(
            number: UInt32(number), track: numberedTrack(count), payloadType: 0)
        playback.isQueued = true
        return playback
    }

    private func event(_ code: UInt8, payloadType: UInt8 = 101) -> PortDTMF {
        var event = PortDTMF(code: code, payloadType: payloadType, clockRateHz: 8_000)
        event.durationMs = 100
        return event
    }

    private func reporting(_ change: (inout [PortConfiguration]) -> Void = { _ in }) -> RelayFixture
    {
        var relay = RelayFixture { all in
            for (port, control) in [(0, 2), (1, 3)] {
                all[port].rtcpTreatment = .terminate(
                    RTCPTermination(
                        exit: PortSlot(Int32(control)), hasFeedback: false, passesFeedback: false))
                all[control].rtcpTreatment = .terminateAt(PortSlot(Int32(port)))
            }
            change(&all)
        }
        relay.core.setWallClock(unixNanoseconds: wall, at: relay.now)
        return relay
    }

    @Test("N16: where RTCP ends here, sender reports speak of what is played, by our clock")
    func reported() throws {
        var relay = reporting { $0[0].identity = .continuous }
        _ = relay.receive(rtp(1), from: RelayFixture.partyB, on: 1)
        let source = RTCPSenderInformation(
            ssrc: 0x1234_5678, ntpTimestamp: NTPTimestamp(unixNanoseconds: 5_000_000_000),
            rtpTimestamp: 160, packetCount: 1, octetCount: 160)
        let blocks: [RTCPReportBlock] = []
        let theirs = writtenRTCP {
            $0.appendSenderReport(source, blocks: blocks.span, into: &$1)
        }
        _ = relay.receive(theirs, from: RelayFixture.partyBRTCP, on: 3)
        relay.core.play(
            portA, PortPlayback(number: 1, track: numberedTrack(25), payloadType: 0),
            at: relay.now)
        var (sent, last): (UInt32, UInt32) = (0, 0)
        var reports: [RTCPSenderInformation] = []
        for (transmit, bytes) in relay.pass(.seconds(6)) where transmit.sink != PortSlot(3) {
            if transmit.kind == .media {
                sent += 1
                last = bytes.span.bytes.uint32(at: 4)
            } else if let report = try rtcpReports(bytes).sender {
                reports.append(report)
            }
        }
        let report = try #require(reports.first)
        #expect(sent == 25 && report.packetCount == 25)
        #expect(report.octetCount == 25 * 160)
        let elapsed = report.ntpTimestamp.bits &- NTPTimestamp(unixNanoseconds: wall).bits
        // The last packet left 480 ms after the first.
        let ticks = (Double(elapsed) / 4_294_967_296 - 0.48) * 8_000
        let stated = Double(Int32(bitPattern: report.rtpTimestamp &- last))
        #expect(abs(stated - ticks) <= 160)
    }

    @Test("N16: keys that are played are counted in reports, and protected")
    func eventReports() throws {
        var relay = reporting { all in
            all[0].protection = .keys(inbound: srtpKeys(1), outbound: srtpKeys(2))
            all[2].protection = .keysOf(PortSlot(0))
        }
        var phone = try SecurePhone(own: srtpKeys(1), relay: srtpKeys(2))
        relay.core.play(portA, event(5), at: relay.now)
        var codes: [UInt8] = []
        var reports: [RTCPSenderInformation] = []
        for (transmit, bytes) in relay.pass(.seconds(6)) {
            let plain = try phone.open(bytes, isRTCP: transmit.kind == .rtcp)
            if transmit.kind == .media {
                codes.append(plain[12])
            } else if let report = try rtcpReports(plain).sender {
                reports.append(report)
            }
        }
        #expect(codes == [UInt8](repeating: 5, count: 7))
        let report = try #require(reports.first)
        #expect(report.packetCount == 7 && report.octetCount == 28)
    }

    @Test("N10: a tone that waits for others does not wait for what is no tone")
    func takesPlace() throws {
        var relay = RelayFixture()
        relay.core.play(
            portA, PortPlayback(number: 1, track: numberedTrack(50), payloadType: 0),
            at: relay.now)
        relay.core.play(portA, queued(2), at: relay.now)
        #expect(relay.events() == [.playingEnded(portA, 1)])
        #expect(try relay.passSending(.milliseconds(100)).count == 1)
    }

    @Test("N10: so many tones wait, further ones end at once; stopping ends them all")
    func queueLimit() throws {
        var relay = RelayFixture()
        for number in 0...PortPlayer.queueMax {
            relay.core.play(portA, queued(number), at: relay.now)
        }
        #expect(relay.events().isEmpty)
        relay.core.play(portA, queued(999), at: relay.now)
        #expect(relay.events() == [.playingEnded(portA, 999)])
        relay.core.stopPlaying(portA)
        let ended = relay.events()
        #expect(ended.count == PortPlayer.queueMax + 1)
    }

    @Test("N10: keys beyond those that may wait are counted as left out")
    func keyLimit() {
        var relay = RelayFixture()
        for _ in 0..<200 { relay.core.play(portA, event(1), at: relay.now) }
        let left = relay.count(.droppedReplaced, 0)
        #expect(left > 100 && left < 200)
    }

    @Test("N10: a packet that is not sent takes time and no sequence number")
    func gaps() throws {
        var relay = RelayFixture()
        let track = EncodedTrack(
            clockRateHz: 8_000, payload: [UInt8](repeating: 1, count: 320),
            packetEnds: [160, 160, 160, 320])
        relay.core.play(
            portA, PortPlayback(number: 1, track: track, payloadType: 0), at: relay.now)
        let sent = try relay.passSending(.milliseconds(200)).map(\.header)
        let (first, second) = (try #require(sent.first), try #require(sent.last))
        #expect(sent.count == 2)
        #expect(second.sequenceNumber == first.sequenceNumber &+ 1)
        #expect(second.timestamp == first.timestamp &+ 480)
        #expect(second.marker)
    }

    @Test("N10: keys of another payload type are on another line")
    func payloadTypes() throws {
        var relay = RelayFixture()
        relay.core.play(portA, event(1), at: relay.now)
        let first = try relay.passSending(.milliseconds(400))
        relay.core.play(portA, event(2, payloadType: 96), at: relay.now)
        let second = try relay.passSending(.milliseconds(400))
        #expect(Set(second.map(\.header.payloadType)) == [96])
        #expect(first.first?.header.ssrc != second.first?.header.ssrc)
    }
}
