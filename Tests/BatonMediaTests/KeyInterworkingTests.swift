import BatonAudio
import BatonBase
import BatonRTP
import BatonTranscode
import Testing

@testable import BatonMedia

private let toTones = MediaConversion(rules: [
    .init(Formats.pcmu, .convert(.init(format: Formats.pcmu))), .init(Formats.events8, .tones),
])
private let toEvents = MediaConversion(
    rules: [.init(Formats.pcmu, .convert(.init(format: Formats.pcmu)))],
    telephoneEvents: [Formats.events8], findsTones: true)

private func fixture(
    _ conversion: MediaConversion? = nil, effects: PortEffects = [],
    _ change: (inout PortConfiguration) -> Void = { _ in }
) -> RelayFixture {
    RelayFixture { all in
        for index in 0...1 {
            all[index].clockRates = [
                PayloadClockRate(payloadType: 0, clockRateHz: 8_000),
                PayloadClockRate(payloadType: 8, clockRateHz: 8_000),
                PayloadClockRate(payloadType: 9, clockRateHz: 8_000),
                PayloadClockRate(payloadType: 101, clockRateHz: 8_000, encoding: .telephoneEvent),
            ]
        }
        all[0].conversion = conversion
        all[0].effects = effects
        change(&all[0])
    }
}

@Suite("Keys between a side with events and one without (N10, N20)")
struct KeyInterworkingTests {
    @Test("N20: events of one party are tones at the other, on one line, and are told of")
    func eventsToTones() throws {
        var relay = fixture(toTones)
        var audio = try KeyAudio()
        let packets = try audio.packets(5) + audio.event(7) + audio.packets(10)
        let heard = try relay.hear(packets)
        #expect(heard.allSatisfy { $0.header.payloadType == 0 } && heard.isOneLine)
        #expect(try heard.tones() == [7])
        #expect(relay.pressed() == [PressedDigit(code: 7, durationMilliseconds: 100, volume: 10)])
    }

    @Test("N20: tones of one party are events at the other, on one line, and are told of")
    func tonesToEvents() throws {
        var relay = fixture(toEvents)
        var audio = try KeyAudio()
        let packets = try audio.packets(5) + audio.packets(6, .star) + audio.packets(5)
        let heard = try relay.hear(packets)
        #expect(heard.isOneLine)
        #expect(try heard.tones().isEmpty)
        #expect(heard.keys().map(\.code) == [10])
        let told = relay.pressed()
        #expect(told.map(\.code) == [10] && told.allSatisfy(\.isTone))
    }

    @Test("N20: a tone goes on by the clock until its end, though no packet comes")
    func clock() throws {
        var relay = fixture(toTones)
        var audio = try KeyAudio()
        _ = try relay.hear(audio.packets(5))
        let reports = audio.event(1, milliseconds: 200)
        var heard = try relay.hear(Array(reports[..<2]))
        heard += try relay.hear(.milliseconds(100))
        #expect(heard.count >= 6)
        heard += try relay.hear(.seconds(1))
        heard += try relay.hear(audio.packets(3))
        #expect(try heard.tones() == [1])
    }
}

@Suite("Tones that are kept back (N10)")
struct BlockedToneTests {
    private let effects: PortEffects = [.blocksDTMF, .detectsTones]

    private func hear(
        _ blocking: DTMFBlocking, _ digits: [DTMFDigit] = [.five], payloadType: UInt8 = 0,
        codec: AudioCodec = .pcmu, also more: PortEffects = []
    ) throws -> (heard: [Heard], told: [UInt8]) {
        var relay = fixture(effects: effects.union(more)) { $0.dtmfBlocking = blocking }
        var audio = try KeyAudio(payloadType: payloadType, codec: codec)
        var packets = try audio.packets(5)
        for digit in digits { packets += try audio.packets(6, digit) + audio.packets(5) }
        let heard = try relay.hear(packets)
        #expect(heard.count == packets.count)
        for (packet, sent) in zip(heard, packets) {
            #expect(packet.payload.count == sent.count - 12)
            #expect(packet.header.sequenceNumber == UInt16(sent[3]))
        }
        return (heard, relay.pressed().map(\.code))
    }

    @Test(
        "N10: the tones of a key are silence as soon as it is known, and it is told of",
        arguments: [DTMFBlocking.drop, .silence])
    func silence(blocking: DTMFBlocking) throws {
        let (heard, told) = try hear(blocking)
        #expect(try heard.tones().isEmpty && told == [5])
        #expect(heard.filter { $0.payload.allSatisfy { $0 == 0xff } }.count >= 14)
    }

    @Test("N10: another key is heard instead, in every codec whose packets keep their length")
    func otherKey() throws {
        for (type, codec) in [(UInt8(0), AudioCodec.pcmu), (8, .pcma), (9, .g722)] {
            let (heard, told) = try hear(
                .replaceWith(0), [.five, .five], payloadType: type, codec: codec)
            #expect(try heard.tones(codec, payloadType: type) == [0, 0], "\(codec)")
            #expect(told == [5, 5])
        }
    }

    @Test("N10: random keys differ from key to key")
    func random() throws {
        let (heard, told) = try hear(
            .randomDigits, Array(repeating: DTMFDigit.a, count: 12))
        let tones = try heard.tones()
        #expect(tones.count == 12 && tones.allSatisfy { $0 < 10 } && Set(tones).count > 2)
        #expect(told == Array(repeating: 12, count: 12))
    }

    @Test("N10: a plain tone is heard instead, its frequencies by turns")
    func plainTone() throws {
        let (heard, told) = try hear(
            .tone(frequenciesHz: [500, 1_000], levelDBm0: -10), [.one, .two])
        #expect(try heard.tones().isEmpty && told == [1, 2])
        func crossings(_ packet: Heard) -> Int {
            let signs = packet.payload.map { $0 & 0x80 }
            return zip(signs, signs.dropFirst()).count { $0 != $1 }
        }
        // Of 20 ms: 500 Hz crosses the axis 20 times, 1,000 Hz 40 times.
        #expect((18...21).contains(crossings(heard[8])))
        #expect((38...41).contains(crossings(heard[19])))
    }

    @Test("N10: without listening, tones pass; silenced media stays silent")
    func limits() throws {
        var relay = fixture(effects: .blocksDTMF) { $0.dtmfBlocking = .replaceWith(0) }
        var audio = try KeyAudio()
        #expect(try relay.hear(audio.packets(8, .nine) + audio.packets(5)).tones() == [9])
        let (heard, _) = try hear(.replaceWith(0), also: .silencesMedia)
        #expect(try heard.tones().isEmpty)
    }
}

@Suite("Keys that are held back (DTMF-delay, N10)")
struct DelayedDigitTests {
    private func delayed(
        _ conversion: MediaConversion? = nil, _ milliseconds: UInt32 = 500,
        _ blocking: DTMFBlocking? = nil, also more: PortEffects = []
    ) -> RelayFixture {
        fixture(conversion, effects: more.union(.blocksDTMF)) {
            $0.dtmfDelayMs = milliseconds
            $0.dtmfBlocking = blocking
        }
    }

    @Test("N10: a key arrives by so much later, as long as it was, in the party's own stream")
    func later() throws {
        var relay = delayed()
        var audio = try KeyAudio(first: 10)
        var heard = try relay.hear(audio.packets(5) + audio.event(3))
        #expect(heard.keys().isEmpty && heard.count == 5)
        #expect(relay.pressed().map(\.code) == [3])
        heard += try relay.hear(audio.packets(15))
        #expect(heard.keys().isEmpty)
        heard += try relay.hear(audio.packets(15))
        #expect(heard.keys().map(\.code) == [3])
        #expect(heard.keys().map(\.ticks) == [800])
        #expect(heard.isOneLine)
        let times = heard.filter { $0.header.payloadType == 0 }.map(\.header.timestamp)
        #expect(times == times.sorted() && times.last == 160 * 49)
    }

    @Test("N10: several keys keep their order; what is to be blocked is decided when they are due")
    func order() throws {
        var relay = delayed()
        var audio = try KeyAudio()
        var heard = try relay.hear(audio.packets(2))
        for code in UInt8(1)...3 { heard += try relay.hear(audio.event(code) + audio.packets(5)) }
        heard += try relay.hear(audio.packets(40))
        #expect(heard.keys().map(\.code) == [1, 2, 3])
        var other = delayed(nil, 500, .drop)
        var more = try KeyAudio()
        let none = try other.hear(more.packets(2) + more.event(4) + more.packets(40))
        #expect(none.keys().isEmpty && other.count(.droppedBlocked, 0) == 1)
        other = delayed(nil, 500, .replaceWith(0))
        var third = try KeyAudio()
        let zero = try other.hear(third.packets(2) + third.event(4) + third.packets(40))
        #expect(zero.keys().map(\.code) == [0])
    }

    @Test("N10: where the receiver takes no events the tones come later")
    func tones() throws {
        var relay = delayed(toTones, 300)
        var audio = try KeyAudio()
        var heard = try relay.hear(audio.packets(5) + audio.event(6) + audio.packets(5))
        #expect(try heard.tones().isEmpty)
        heard += try relay.hear(audio.packets(30))
        #expect(try heard.tones() == [6] && heard.isOneLine)
        #expect(heard.allSatisfy { $0.header.payloadType == 0 })
    }

    @Test("N10: tones that become events come later, too, where tones are listened for")
    func tonesToEvents() throws {
        var relay = delayed(toEvents, 400, also: .detectsTones)
        var audio = try KeyAudio()
        var heard = try relay.hear(audio.packets(5) + audio.packets(6, .two) + audio.packets(6))
        #expect(heard.keys().isEmpty)
        #expect(try heard.tones().isEmpty)
        heard += try relay.hear(audio.packets(30))
        #expect(heard.keys().map(\.code) == [2] && heard.isOneLine)
    }

    @Test("N10: no more than 64 keys are held back, and no longer than ten seconds")
    func bounds() throws {
        var relay = delayed(nil, .max)
        var audio = try KeyAudio()
        var events: [[UInt8]] = []
        for number in 0..<80 { events += audio.event(UInt8(number % 10), milliseconds: 40) }
        _ = try relay.hear(audio.packets(1))
        for event in events { _ = relay.receive(event, from: RelayFixture.partyA, on: 0) }
        #expect(relay.count(.droppedBlocked, 0) == 16)
        #expect(try relay.hear(.milliseconds(9_900)).isEmpty)
        #expect(try !relay.hear(.milliseconds(400)).isEmpty)
        var restrictions = MediaRestrictions()
        restrictions.setDTMFDelay(.max)
        #expect(restrictions.dtmfDelayMs == 10_000)
    }
}

@Suite("Keys that are played in the party's own stream (N10)")
struct PartyLineTests {
    private let portB = PortSlot(1)

    private func event(_ code: UInt8) -> PortDTMF {
        PortDTMF(code: code, payloadType: 101, clockRateHz: 8_000)
    }

    @Test("N10: a played key has the party's SSRC, numbers and time; its audio goes on behind it")
    func plain() throws {
        var relay = fixture()
        var audio = try KeyAudio(first: 65_530)
        var heard = try relay.hear(audio.packets(10))
        for round in UInt8(1)...2 {
            relay.core.play(portB, event(round), at: relay.now)
            heard += try relay.hear(audio.packets(30))
        }
        #expect(heard.isOneLine)
        #expect(heard.keys().map(\.code) == [1, 2] && heard.keys().map(\.ticks) == [2_000, 2_000])
        let audible = heard.filter { $0.header.payloadType == 0 }
        #expect(audible.last?.header.timestamp == audio.timestamp &- 160)
        let start = heard.first { $0.header.payloadType == 101 }?.header.timestamp ?? 0
        #expect(abs(Int(start) - (65_530 + 10) * 160) <= 320)
    }

    @Test("N10: so it has where the codec is converted")
    func converted() throws {
        var relay = fixture(Formats.pcmuToOpus)
        var audio = try KeyAudio()
        var heard = try relay.hear(audio.packets(10))
        var key = PortDTMF(code: 8, payloadType: 110, clockRateHz: 48_000)
        key.durationMs = 200
        relay.core.play(portB, key, at: relay.now)
        heard += try relay.hear(audio.packets(30))
        #expect(heard.isOneLine)
        #expect(heard.keys(payloadType: 110).map(\.code) == [8])
        #expect(heard.keys(payloadType: 110).map(\.ticks) == [9_600])
        #expect(relay.count(.concealedPackets, 0) == 0)
    }

    @Test("N10: tones of a key are in the party's stream as well; other playing is not")
    func tones() throws {
        var relay = fixture()
        var audio = try KeyAudio()
        var heard = try relay.hear(audio.packets(10))
        var playback = PortPlayback(number: 1, track: numberedTrack(4), payloadType: 0)
        playback.isQueued = true
        relay.core.play(portB, playback, at: relay.now)
        heard += try relay.hear(audio.packets(10))
        #expect(heard.isOneLine)
        let times = heard.map(\.header.timestamp)
        #expect(times == times.sorted())
        relay.core.play(
            portB, PortPlayback(number: 2, track: numberedTrack(4), payloadType: 0),
            at: relay.now)
        let others = try relay.hear(.milliseconds(40))
        #expect(others.first.map { $0.header.ssrc != 0x1234_5678 } == true)
    }

    @Test("N10: before the party's first packet a key has a line of its own")
    func unknown() throws {
        var relay = fixture()
        relay.core.play(portB, event(1), at: relay.now)
        let heard = try relay.hear(.milliseconds(400))
        #expect(heard.isOneLine && heard.keys().map(\.code) == [1])
    }

    @Test("N10: repeated and late packets of the party do not take the key's numbers")
    func late() throws {
        var relay = fixture()
        var audio = try KeyAudio()
        let first = try audio.packets(10)
        _ = try relay.hear(first)
        relay.core.play(portB, event(1), at: relay.now)
        let played = try relay.hear(.milliseconds(400))
        #expect(try relay.hear([first[9], first[5]]).isEmpty)
        let next = try relay.hear(audio.packets(2))
        #expect((played + next).isOneLine)
    }
}
