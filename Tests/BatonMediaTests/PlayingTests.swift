import BatonBase
import BatonCrypto
import BatonRTP
import Testing

@testable import BatonMedia

/// A track of `count` packets of PCMU: each is 160 times its own number, from 1.
func numberedTrack(_ count: Int) -> EncodedTrack {
    EncodedTrack(
        clockRateHz: 8_000,
        payload: (1...max(count, 1)).prefix(count).flatMap {
            [UInt8](repeating: UInt8($0), count: 160)
        },
        packetEnds: (1...max(count, 1)).prefix(count).map { UInt32($0 * 160) })
}

/// What a port sent by itself.
struct OwnPacket: Equatable {
    var at: Duration
    var destination: SocketAddress
    var header: RTPHeader
    var payload: [UInt8]
}

extension RelayFixture {
    /// Lets time pass in steps of 10 ms and takes what the core itself sends.
    mutating func passSending(_ duration: Duration) throws -> [OwnPacket] {
        let start = now
        var sent: [OwnPacket] = []
        while true {
            while let action = core.nextDueAction(at: now) {
                if action == .sendOutgoing { try take(since: start, into: &sent) }
            }
            try take(since: start, into: &sent)
            guard now - start < duration else { return sent }
            now = now + .milliseconds(10)
        }
    }

    private mutating func take(since start: Instant, into sent: inout [OwnPacket]) throws {
        for index in 0..<core.outgoingCount where core.outgoing(index).length > 0 {
            let transmit = core.outgoing(index)
            let bytes = core.outgoingBytes(index).copiedBytes()
            core.completed(transmit, wasSent: true)
            let header = try RTPHeader(validating: bytes.span.bytes)
            sent.append(
                OwnPacket(
                    at: now - start, destination: transmit.destination, header: header,
                    payload: Array(bytes[header.headerLength...])))
        }
        core.removeOutgoing()
    }

    mutating func events() -> [RelayEvent] {
        var list: [RelayEvent] = []
        core.drainEvents(into: &list)
        return list
    }
}

@Suite("N10: a port plays")
struct PlayingTests {
    let portA = PortSlot(0)
    let portB = PortSlot(1)

    @Test("N10: every packet of a track goes out, 20 ms apart, on one line of its own")
    func line() throws {
        var fixture = RelayFixture()
        fixture.core.play(
            portA, PortPlayback(number: 7, track: numberedTrack(5), payloadType: 0),
            at: fixture.now)
        let sent = try fixture.passSending(.milliseconds(300))
        #expect(sent.map { $0.payload.first } == [1, 2, 3, 4, 5])
        #expect(sent.allSatisfy { $0.payload.count == 160 && $0.header.payloadType == 0 })
        #expect(sent.allSatisfy { $0.destination == RelayFixture.partyA })
        #expect(sent.map(\.header.marker) == [true, false, false, false, false])
        #expect(Set(sent.map(\.header.ssrc)).count == 1)
        for (one, next) in zip(sent, sent.dropFirst()) {
            #expect(next.header.sequenceNumber == one.header.sequenceNumber &+ 1)
            #expect(next.header.timestamp == one.header.timestamp &+ 160)
            #expect(next.at - one.at == .milliseconds(20))
        }
        #expect(fixture.events() == [.playingEnded(portA, 7)])
        #expect(fixture.count(.packetsOut, 0) == 5)
        #expect(fixture.count(.packetsPlayed, 0) == 5)
    }

    @Test("N10: turns follow one another without a gap, from the start position on")
    func turns() throws {
        var fixture = RelayFixture()
        var playback = PortPlayback(number: 1, track: numberedTrack(3), payloadType: 0)
        playback.firstPacket = 1
        playback.turns = 3
        fixture.core.play(portA, playback, at: fixture.now)
        let sent = try fixture.passSending(.milliseconds(400))
        #expect(sent.map { $0.payload.first } == [2, 3, 1, 2, 3, 1, 2, 3])
        #expect(sent.map(\.header.marker).filter { $0 }.count == 1)
        for (one, next) in zip(sent, sent.dropFirst()) {
            #expect(next.header.timestamp == one.header.timestamp &+ 160)
            #expect(next.at - one.at == .milliseconds(20))
        }
    }

    @Test("N10: a limit on the time ends a turn in the middle")
    func limit() throws {
        var fixture = RelayFixture()
        var playback = PortPlayback(number: 1, track: numberedTrack(3), payloadType: 0)
        playback.turns = .max
        playback.packetLimit = 7
        fixture.core.play(portA, playback, at: fixture.now)
        let sent = try fixture.passSending(.milliseconds(400))
        #expect(sent.map { $0.payload.first } == [1, 2, 3, 1, 2, 3, 1])
        #expect(fixture.events() == [.playingEnded(portA, 1)])
    }

    @Test("N10: a start behind the end plays nothing, and so does an empty track")
    func nothing() throws {
        var fixture = RelayFixture()
        var playback = PortPlayback(number: 1, track: numberedTrack(3), payloadType: 0)
        playback.firstPacket = 3
        fixture.core.play(portA, playback, at: fixture.now)
        fixture.core.play(
            portB, PortPlayback(number: 2, track: numberedTrack(0), payloadType: 0),
            at: fixture.now)
        #expect(try fixture.passSending(.milliseconds(100)) == [])
        #expect(Set(fixture.events()) == [.playingEnded(portA, 1), .playingEnded(portB, 2)])
    }

    @Test("N10: a party that is played to does not hear its peer; both are heard again at the end")
    func replaced() throws {
        var fixture = RelayFixture()
        let (partyA, partyB) = (RelayFixture.partyA, RelayFixture.partyB)
        #expect(fixture.receive(rtp(1), from: partyB, on: 1).count == 1)
        fixture.core.play(
            portA, PortPlayback(number: 1, track: numberedTrack(3), payloadType: 0),
            at: fixture.now)
        #expect(fixture.receive(rtp(2), from: partyB, on: 1).isEmpty)
        #expect(fixture.receive(rtp(1, ssrc: 9), from: partyA, on: 0).count == 1)
        #expect(fixture.count(.droppedReplaced, 1) == 1)
        #expect(fixture.count(.packetsIn, 1) == 2)
        _ = try fixture.passSending(.milliseconds(200))
        let after = fixture.receive(rtp(3), from: partyB, on: 1)
        #expect(after.map(\.1) == [rtp(3)])
    }

    @Test("N10: stopping lets the peer through at once, and no packet follows")
    func stopping() throws {
        var fixture = RelayFixture()
        fixture.core.play(
            portA, PortPlayback(number: 1, track: numberedTrack(50), payloadType: 0),
            at: fixture.now)
        #expect(try fixture.passSending(.milliseconds(100)).count == 6)
        fixture.core.stopPlaying(portA)
        #expect(fixture.receive(rtp(3), from: RelayFixture.partyB, on: 1).count == 1)
        #expect(try fixture.passSending(.milliseconds(100)).isEmpty)
        #expect(fixture.count(.packetsPlayed, 0) == 6)
    }

    @Test("N10: another playback takes the place of the first, on a new line")
    func replacement() throws {
        var fixture = RelayFixture()
        fixture.core.play(
            portA, PortPlayback(number: 1, track: numberedTrack(9), payloadType: 0),
            at: fixture.now)
        let first = try fixture.passSending(.milliseconds(20))
        fixture.core.play(
            portA, PortPlayback(number: 2, track: numberedTrack(2), payloadType: 8),
            at: fixture.now)
        let second = try fixture.passSending(.milliseconds(200))
        #expect(second.map { $0.payload.first } == [1, 2])
        #expect(second.map(\.header.payloadType) == [8, 8])
        #expect(second.first?.header.marker == true)
        #expect(second.first?.header.ssrc != first.first?.header.ssrc)
        #expect(fixture.events() == [.playingEnded(portA, 1), .playingEnded(portA, 2)])
    }

    @Test("N10: a change of the codec goes on at the same place")
    func change() throws {
        var fixture = RelayFixture()
        fixture.core.play(
            portA, PortPlayback(number: 1, track: numberedTrack(6), payloadType: 0),
            at: fixture.now)
        let before = try fixture.passSending(.milliseconds(40))
        fixture.core.play(
            portA, PortPlayback(number: 1, track: numberedTrack(6), payloadType: 8),
            at: fixture.now)
        let after = try fixture.passSending(.milliseconds(200))
        #expect(before.map { $0.payload.first } == [1, 2, 3])
        #expect(after.map { $0.payload.first } == [4, 5, 6])
        #expect(after.first?.header.payloadType == 8)
        #expect(after.first?.header.marker == true)
        #expect(after.first?.header.ssrc != before.first?.header.ssrc)
        #expect(fixture.events() == [.playingEnded(portA, 1)])
    }

    @Test("N10: by another port it goes on behind what was played")
    func otherPort() throws {
        var fixture = RelayFixture()
        var playback = PortPlayback(number: 1, track: numberedTrack(4), payloadType: 0)
        playback.played = 5
        playback.turns = 2
        #expect(playback.positionMs(played: 5) == 20)
        fixture.core.play(portB, playback, at: fixture.now)
        let sent = try fixture.passSending(.milliseconds(200))
        #expect(sent.map { $0.payload.first } == [2, 3, 4])
    }

    @Test("N10: queued tones follow one another")
    func queue() throws {
        var fixture = RelayFixture()
        for number in 1...3 {
            var playback = PortPlayback(
                number: UInt32(number), track: numberedTrack(2), payloadType: 0)
            playback.isQueued = true
            fixture.core.play(portA, playback, at: fixture.now)
        }
        let sent = try fixture.passSending(.milliseconds(300))
        #expect(sent.map { $0.payload.first } == [1, 2, 1, 2, 1, 2])
        #expect(sent.map(\.header.marker) == [true, false, true, false, true, false])
        #expect(Set(sent.map(\.header.ssrc)).count == 1)
        #expect(
            fixture.events() == [
                .playingEnded(portA, 1), .playingEnded(portA, 2), .playingEnded(portA, 3),
            ])
    }

    @Test("N10: a busy worker makes up for a little, and leaves the rest out")
    func lateness() throws {
        var fixture = RelayFixture()
        fixture.core.play(
            portA, PortPlayback(number: 1, track: numberedTrack(200), payloadType: 0),
            at: fixture.now)
        _ = try fixture.passSending(.milliseconds(20))
        fixture.now = fixture.now + .milliseconds(80)
        #expect(try fixture.passSending(.zero).count == 4)
        fixture.now = fixture.now + .seconds(2)
        #expect(try fixture.passSending(.zero).count == 1)
        #expect(try fixture.passSending(.milliseconds(100)).count == 5)
    }

    @Test("N10: without an address nothing is sent, but time goes on")
    func withoutAddress() throws {
        var fixture = RelayFixture { $0[0].remote = nil }
        fixture.core.play(
            portA, PortPlayback(number: 1, track: numberedTrack(3), payloadType: 0),
            at: fixture.now)
        #expect(try fixture.passSending(.milliseconds(200)).isEmpty)
        #expect(fixture.events() == [.playingEnded(portA, 1)])
    }

    @Test("N10: a port that closes stops playing, and its peer's media has nowhere to go")
    func closing() throws {
        var fixture = RelayFixture()
        fixture.core.play(
            portA, PortPlayback(number: 1, track: numberedTrack(30), payloadType: 0),
            at: fixture.now)
        fixture.core.close(portA)
        #expect(try fixture.passSending(.milliseconds(100)).isEmpty)
        fixture.core.open(portA, at: fixture.now)
        #expect(try fixture.passSending(.milliseconds(100)).isEmpty)
        _ = fixture.receive(rtp(3), from: RelayFixture.partyB, on: 1)
        #expect(fixture.count(.droppedReplaced, 1) == 0)
    }

    @Test("N10: a new configuration of the peer's port leaves the peer unheard")
    func reconfigured() throws {
        var fixture = RelayFixture()
        fixture.core.play(
            portA, PortPlayback(number: 1, track: numberedTrack(30), payloadType: 0),
            at: fixture.now)
        let configuration = RelayFixture.configuration(
            .rtp, RelayFixture.partyB, rtp: 0, rtcp: 2)
        fixture.core.configure(portB, configuration, at: fixture.now)
        #expect(fixture.receive(rtp(3), from: RelayFixture.partyB, on: 1).isEmpty)
    }

    @Test("N10: what is played is protected where the party has keys")
    func protected() throws {
        let keys = SRTPKeys(
            profile: .aes128CMSHA1Tag80, masterKey: [UInt8](1...16), masterSalt: [UInt8](1...14))
        var fixture = RelayFixture { $0[0].protection = .keys(inbound: keys, outbound: keys) }
        fixture.core.play(
            portA, PortPlayback(number: 1, track: numberedTrack(3), payloadType: 0),
            at: fixture.now)
        let sent = try fixture.passSending(.milliseconds(200))
        #expect(sent.map(\.payload.count) == [170, 170, 170])
        #expect(sent.first?.payload.first != 1)
    }

    @Test("N16: where RTCP ends here, sender reports speak of what is played")
    func reported() throws {
        var fixture = RelayFixture { all in
            all[0].rtcpTreatment = .terminate(
                RTCPTermination(exit: PortSlot(2), hasFeedback: false, passesFeedback: false))
            all[2].rtcpTreatment = .terminateAt(PortSlot(0))
            all[0].identity = .continuous
        }
        fixture.core.setWallClock(unixNanoseconds: 1_700_000_000_000_000_000, at: fixture.now)
        _ = fixture.receive(rtp(1), from: RelayFixture.partyB, on: 1)
        fixture.core.play(
            portA, PortPlayback(number: 1, track: numberedTrack(250), payloadType: 0),
            at: fixture.now)
        var (sent, last): (Int, UInt32) = (0, 0)
        var found = 0
        for (transmit, bytes) in fixture.pass(.seconds(5)) {
            if transmit.kind == .media {
                sent += 1
                last = bytes.span.bytes.uint32(at: 4)
                continue
            }
            let report = try #require(try rtcpReports(bytes).sender)
            #expect(transmit.sink == PortSlot(2) && sent > 10)
            #expect(report.packetCount == UInt32(sent))
            #expect(report.octetCount == UInt32(sent * 160))
            #expect(report.rtpTimestamp &- last <= 160)
            let elapsed = NTPTimestamp(unixNanoseconds: 1_700_000_000_000_000_000)
            #expect(report.ntpTimestamp.bits > elapsed.bits)
            found += 1
        }
        #expect(found >= 1)
    }

    @Test("N10: 1,000 who hear one track get the same packets, and the track is there once")
    func shared() throws {
        let counters = CounterArena(rows: 1_001, columns: PortCounter.columnCount)
        var now = Instant(nanoseconds: 1)
        var core = RelayCore(portCapacity: 1_000, counters: counters, start: now)
        let track = numberedTrack(10)
        for index in 0..<1_000 {
            let slot = PortSlot(Int32(index))
            core.open(slot, at: now)
            core.configure(
                slot, RelayFixture.configuration(.rtp, RelayFixture.partyA, rtp: nil, rtcp: nil),
                at: now)
            core.play(
                slot, PortPlayback(number: 1, track: track, payloadType: 0), at: now)
        }
        var (packets, ssrcs, most) = (0, Set<UInt32>(), 0)
        for _ in 0..<30 {
            var isMore = true
            while isMore {
                let action = core.nextDueAction(at: now)
                isMore = action != nil
                most = max(most, core.outgoingCount)
                for index in 0..<core.outgoingCount {
                    packets += 1
                    ssrcs.insert(core.outgoingBytes(index).uint32(at: 8))
                }
                core.removeOutgoing()
            }
            now = now + .milliseconds(10)
        }
        #expect(packets == 10_000)
        #expect(ssrcs.count > 990)
        #expect(most <= RelayCore.outboxCapacity)
    }
}

@Suite("N10: a port sends telephone events (RFC 4733)")
struct PlayDTMFTests {
    let portA = PortSlot(0)

    private func event(_ code: UInt8, ms: UInt32 = 100) -> PortDTMF {
        var event = PortDTMF(code: code, payloadType: 101, clockRateHz: 8_000)
        event.durationMs = ms
        return event
    }

    @Test("N10: a digit is one event, with three ends, in place of the peer's audio")
    func digit() throws {
        var fixture = RelayFixture()
        fixture.core.play(portA, event(5), at: fixture.now)
        #expect(fixture.receive(rtp(2), from: RelayFixture.partyB, on: 1).isEmpty)
        let sent = try fixture.passSending(.milliseconds(400))
        let events = sent.compactMap { TelephoneEvent($0.payload.span.bytes) }
        #expect(events.count == sent.count)
        #expect(events.allSatisfy { $0.code == 5 && $0.volume == 8 })
        #expect(events.map(\.duration) == [160, 320, 480, 640, 800, 800, 800])
        #expect(events.map(\.isEnd) == [false, false, false, false, true, true, true])
        #expect(sent.map(\.header.marker) == [true] + [Bool](repeating: false, count: 6))
        #expect(Set(sent.map(\.header.timestamp)).count == 1)
        #expect(sent.allSatisfy { $0.header.payloadType == 101 })
        for (one, next) in zip(sent, sent.dropFirst()) {
            #expect(next.header.sequenceNumber == one.header.sequenceNumber &+ 1)
        }
        #expect(fixture.receive(rtp(3), from: RelayFixture.partyB, on: 1).count == 1)
    }

    @Test("N10: digits follow one another on one line, with their pauses")
    func digits() throws {
        var fixture = RelayFixture()
        fixture.core.play(portA, event(1), at: fixture.now)
        fixture.core.play(portA, event(2), at: fixture.now)
        let sent = try fixture.passSending(.milliseconds(800))
        let codes = sent.compactMap { TelephoneEvent($0.payload.span.bytes)?.code }
        #expect(codes == [UInt8](repeating: 1, count: 7) + [UInt8](repeating: 2, count: 7))
        #expect(Set(sent.map(\.header.ssrc)).count == 1)
        let begin = try #require(sent.first)
        let second = try #require(sent.dropFirst(7).first)
        let ticks = second.header.timestamp &- begin.header.timestamp
        // 100 ms and the two repeated ends, then 100 ms of pause; the wheel has steps of 10 ms.
        #expect((1_760...2_080).contains(ticks))
    }
}
