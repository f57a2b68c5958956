import BatonBase
import BatonRTP
import Testing

@testable import BatonMedia

/// The fixture's ports with what the parties may send: PCMU, PCMA, G.722, L16, Opus, H.264, keys.
private func fixture(
    effects: PortEffects = [], _ change: (inout PortConfiguration) -> Void = { _ in }
) -> RelayFixture {
    RelayFixture { all in
        for index in 0...1 {
            all[index].clockRates = [
                PayloadClockRate(payloadType: 0, clockRateHz: 8_000),
                PayloadClockRate(payloadType: 8, clockRateHz: 8_000),
                PayloadClockRate(payloadType: 9, clockRateHz: 8_000),
                PayloadClockRate(payloadType: 96, clockRateHz: 16_000, encoding: .l16),
                PayloadClockRate(payloadType: 111, clockRateHz: 48_000, encoding: .opus),
                PayloadClockRate(payloadType: 97, clockRateHz: 90_000, encoding: .other),
                PayloadClockRate(payloadType: 101, clockRateHz: 8_000, encoding: .telephoneEvent),
            ]
        }
        all[0].effects = effects
        change(&all[0])
    }
}

/// An RTP packet with a report of a key.
private func key(
    _ code: UInt8, sequence: Int, timestamp: UInt32, duration: UInt16, isEnd: Bool = false,
    payloadType: UInt8 = 101
) -> [UInt8] {
    var packet = Array(rtp(sequence, payloadType: payloadType)[..<12])
    for (index, shift) in [24, 16, 8, 0].enumerated() {
        packet[4 + index] = UInt8(truncatingIfNeeded: timestamp >> UInt32(shift))
    }
    return packet + [
        code, (isEnd ? 0x80 : 0) | 10, UInt8(duration >> 8), UInt8(duration & 255),
    ]
}

extension RelayFixture {
    /// What the core has told signalling since the last call.
    fileprivate mutating func digits() -> [PressedDigit] {
        var events: [RelayEvent] = []
        core.drainEvents(into: &events)
        return events.compactMap {
            if case .digit(PortSlot(0), let digit) = $0 { digit } else { nil }
        }
    }

    /// Party A's packets on their way to B.
    fileprivate mutating func pass(_ packet: [UInt8]) -> [UInt8]? {
        receive(packet, from: RelayFixture.partyA, on: 0).first?.1
    }

    /// A key of 100 ms: two reports, and three that it has ended.
    fileprivate mutating func press(_ code: UInt8, at timestamp: UInt32, sequence: Int) -> [[UInt8]]
    {
        let reports: [(UInt16, Bool)] = [
            (400, false), (800, false), (800, true), (800, true), (800, true),
        ]
        return reports.enumerated().compactMap { index, report in
            pass(
                key(
                    code, sequence: sequence + index, timestamp: timestamp, duration: report.0,
                    isEnd: report.1))
        }
    }
}

@Suite("Blocking and silencing (N10)")
struct RestrictionTests {
    @Test("Blocked media goes nowhere and is counted")
    func blocks() {
        var relay = fixture(effects: .blocksMedia)
        #expect(relay.pass(rtp(1)) == nil)
        #expect(relay.press(5, at: 160, sequence: 2).isEmpty)
        #expect(relay.count(.droppedBlocked, 0) == 6)
        let back = relay.receive(rtp(1), from: RelayFixture.partyB, on: 1)
        #expect(back.map(\.1) == [rtp(1)])
    }

    @Test(
        "Silenced audio keeps header and length, and every octet says silence",
        arguments: [(UInt8(0), UInt8(0xff)), (8, 0xd5), (9, 0xfc), (96, 0)])
    func silences(payloadType: UInt8, octet: UInt8) {
        var relay = fixture(effects: .silencesMedia)
        let packet = rtp(1, payloadType: payloadType)
        let sent = relay.pass(packet)
        #expect(sent == packet[..<12] + [UInt8](repeating: octet, count: 160))
    }

    @Test("Silenced Opus becomes frames of silence as long as the packet was")
    func silencesOpus() {
        var relay = fixture(effects: .silencesMedia)
        let header = Array(rtp(1, payloadType: 111)[..<12])
        let one = relay.pass(header + [0x78] + [UInt8](repeating: 7, count: 80))
        #expect(one == header + [0xf8, 0xff, 0xfe])
        // Two frames of 20 ms, each 40 octets long.
        let two = relay.pass(header + [0x79] + [UInt8](repeating: 7, count: 80))
        #expect(two == header + [0xfb, 2, 0xff, 0xfe, 0xff, 0xfe])
    }

    @Test("What has no silence of its own, and keys, are dropped while media is silenced")
    func dropsTheRest() {
        var relay = fixture(effects: .silencesMedia)
        #expect(relay.pass(rtp(1, payloadType: 97)) == nil)
        #expect(relay.press(1, at: 160, sequence: 2).isEmpty)
        #expect(relay.count(.droppedBlocked, 0) == 6)
    }

    @Test("Payloads that are encrypted with the parties' keys are dropped, not overwritten")
    func encrypted() {
        var relay = fixture(effects: [.silencesMedia]) { $0.isEncrypted = true }
        #expect(relay.pass(rtp(1)) == nil)
        #expect(relay.press(1, at: 160, sequence: 2).isEmpty)
        #expect(relay.digits().isEmpty)
    }

    @Test("Keys in payloads that only the parties can read are dropped, not replaced")
    func encryptedKeys() {
        var relay = fixture(effects: .blocksDTMF) {
            $0.isEncrypted = true
            $0.dtmfBlocking = .replaceWith(0)
        }
        #expect(relay.press(1, at: 160, sequence: 2).isEmpty)
        #expect(relay.count(.droppedBlocked, 0) == 5)
    }

    @Test("Comfort noise passes while media is silenced: there is nothing to be heard in it")
    func noise() {
        var relay = fixture(effects: .silencesMedia)
        let packet = Array(rtp(1, payloadType: 13)[..<12]) + [60]
        #expect(relay.pass(packet) == packet)
    }

    @Test("A padded packet whose silence has another length is dropped: its padding would move")
    func padding() {
        var relay = fixture(effects: .silencesMedia)
        var opus = Array(rtp(1, payloadType: 111)[..<12]) + [0x78]
        opus += [UInt8](repeating: 7, count: 80) + [0, 0, 0, 4]
        opus[0] |= 0x20
        #expect(relay.pass(opus) == nil)
        #expect(relay.count(.droppedBlocked, 0) == 1)
        var pcmu = rtp(2) + [0, 0, 0, 4]
        pcmu[0] |= 0x20
        let sent = relay.pass(pcmu)
        #expect(sent == pcmu[..<12] + [UInt8](repeating: 0xff, count: 160) + [0, 0, 0, 4])
    }

    @Test("A report of a key that is cut short is dropped where keys are replaced")
    func shortKey() {
        var relay = fixture(effects: .blocksDTMF) { $0.dtmfBlocking = .replaceWith(0) }
        #expect(relay.pass(Array(rtp(1, payloadType: 101)[..<12]) + [5, 10]) == nil)
        #expect(relay.count(.droppedBlocked, 0) == 1)
    }

    @Test("Blocked keys do not arrive, audio does, and they are told of all the same")
    func blocksKeys() {
        var relay = fixture(effects: .blocksDTMF)
        #expect(relay.pass(rtp(1)) == rtp(1))
        #expect(relay.press(5, at: 160, sequence: 2).isEmpty)
        #expect(relay.digits() == [PressedDigit(code: 5, durationMilliseconds: 100, volume: 10)])
    }

    @Test("A replaced key arrives as another one with the same times")
    func replacesKeys() {
        var relay = fixture(effects: .blocksDTMF) { $0.dtmfBlocking = .replaceWith(0) }
        let sent = relay.press(5, at: 160, sequence: 2)
        #expect(sent.map { $0[12] } == [0, 0, 0, 0, 0])
        #expect(Array(sent[2][13...]) == [UInt8(0x8a), 3, 32])
        #expect(relay.digits().map(\.code) == [5])
    }

    @Test("A random key is the same in all packets of one event")
    func randomKeys() {
        var relay = fixture(effects: .blocksDTMF) { $0.dtmfBlocking = .randomDigits }
        var seen: Set<UInt8> = []
        for number in 0..<40 {
            let sent = relay.press(5, at: UInt32(1_000 * (number + 1)), sequence: 10 * number)
            let codes = Set(sent.map { $0[12] })
            #expect(sent.count == 5 && codes.count == 1)
            seen.formUnion(codes)
        }
        #expect(seen.count > 3 && seen.allSatisfy { $0 < 10 })
    }
}

@Suite("Keys that are pressed (N10)")
struct PressedDigitTests {
    @Test("Each key is told once, when it has ended, with its length and volume")
    func once() {
        var relay = fixture()
        #expect(relay.press(11, at: 160, sequence: 2).count == 5)
        #expect(relay.press(3, at: 4_000, sequence: 7).count == 5)
        let digits = relay.digits()
        #expect(digits.map(\.character) == ["#", "3"])
        #expect(digits.allSatisfy { $0.durationMilliseconds == 100 && $0.volume == 10 })
        #expect(relay.count(.digits, 0) == 2)
    }

    @Test("A key whose end is lost is told of when nothing more comes")
    func lostEnd() {
        var relay = fixture()
        _ = relay.pass(key(7, sequence: 1, timestamp: 160, duration: 400))
        #expect(relay.digits().isEmpty)
        relay.now = relay.now + .milliseconds(300)
        while let action = relay.core.nextDueAction(at: relay.now) { _ = action }
        #expect(relay.digits() == [PressedDigit(code: 7, durationMilliseconds: 50, volume: 10)])
    }

    @Test("Audio between the packets of a key changes nothing")
    func mixed() {
        var relay = fixture()
        for step in 0..<4 {
            _ = relay.pass(key(9, sequence: 2 * step, timestamp: 160, duration: 160 * UInt16(step)))
            _ = relay.pass(rtp(2 * step + 1))
        }
        _ = relay.pass(key(9, sequence: 8, timestamp: 160, duration: 640, isEnd: true))
        #expect(relay.digits().map(\.durationMilliseconds) == [80])
    }

    @Test("Another source's keys count from its first packet")
    func otherSource() {
        var relay = fixture()
        _ = relay.press(1, at: 900_000, sequence: 2)
        let other = (0..<2).map { index -> [UInt8] in
            var packet = key(
                2, sequence: index, timestamp: 800_000, duration: 800, isEnd: index == 1)
            packet[11] = 0x99
            return packet
        }
        for packet in other { _ = relay.pass(packet) }
        #expect(relay.digits().map(\.code) == [1, 2])
    }

    @Test("Events that are no keys, and payload types that are no events, are not told of")
    func others() {
        var relay = fixture()
        _ = relay.press(16, at: 160, sequence: 2)
        _ = relay.pass(
            key(1, sequence: 9, timestamp: 9_000, duration: 9, isEnd: true, payloadType: 100))
        _ = relay.pass(
            Array(key(1, sequence: 10, timestamp: 9_900, duration: 9, isEnd: true)[..<14]))
        #expect(relay.digits().isEmpty)
    }

    @Test("Keys that come faster than anybody presses them are counted, not told")
    func flood() {
        var relay = fixture()
        for number in 0..<100 {
            _ = relay.pass(
                key(
                    1, sequence: number, timestamp: UInt32(number * 1_000), duration: 9,
                    isEnd: true))
        }
        #expect(relay.digits().count == 25)
        #expect(relay.count(.unreportedDigits, 0) == 75)
        relay.now = relay.now + .seconds(1)
        _ = relay.press(1, at: 200_000, sequence: 200)
        #expect(relay.digits().count == 1)
    }

    @Test("A closed port forgets its keys")
    func closes() {
        var relay = fixture()
        _ = relay.pass(key(7, sequence: 1, timestamp: 160, duration: 400))
        relay.core.close(PortSlot(0))
        relay.now = relay.now + .seconds(1)
        while let action = relay.core.nextDueAction(at: relay.now) { _ = action }
        #expect(relay.digits().isEmpty)
    }
}
