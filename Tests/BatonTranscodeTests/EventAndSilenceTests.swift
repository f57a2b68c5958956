import BatonBase
import BatonRTP
import BatonTranscode
import Testing

private let pcmu = AudioFormat(.pcmu, payloadType: 0)
private let pcma = AudioFormat(.pcma, payloadType: 8)
private let opus = AudioFormat(.opus, payloadType: 96)
private let frame = [Int16](repeating: 1_000, count: 160)

private func event8(_ payloadType: UInt8) -> AudioFormat {
    AudioFormat(.telephoneEvent(clockRateHz: 8_000), payloadType: payloadType)
}

private func event48(_ payloadType: UInt8) -> AudioFormat {
    AudioFormat(.telephoneEvent(clockRateHz: 48_000), payloadType: payloadType)
}

private func report(
    _ sequenceNumber: UInt16, _ timestamp: UInt32, _ duration: UInt16, payloadType: UInt8 = 101,
    isEnd: Bool = false, marker: Bool = false
) -> Packet {
    var bytes = [UInt8](repeating: 0, count: 4)
    var typed = bytes.mutableSpan
    var span = typed.mutableBytes
    let event = TelephoneEvent(code: 5, isEnd: isEnd, volume: 10, duration: duration)
    _ = event.write(to: &span)
    return Packet(
        header: RTPHeader(
            payloadType: payloadType, sequenceNumber: sequenceNumber, timestamp: timestamp,
            marker: marker), payload: bytes)
}

@Suite("Telephone events on their way (RFC 4733)")
struct EventPassingTests {
    @Test("an event gets the receiver's payload type and clock, audio goes on behind it")
    func eightToFortyEight() throws {
        let bench = try Bench(
            [pcmu, event8(101)], TranscodedFormats(audio: opus, telephoneEvents: [event48(110)]))
        var talker = try Talker(pcmu, timestamp: 1_000)
        for _ in 0..<5 { bench.receive(talker.packet(frame)) }
        for index in 0..<5 {
            bench.receive(
                report(
                    UInt16(5 + index), 1_800, UInt16(min(index + 1, 3)) * 160, isEnd: index >= 2,
                    marker: index == 0))
        }
        talker.sequenceNumber = 10
        talker.timestamp = 1_800 + 480
        bench.receive(talker.packet(frame))
        let events = bench.sent[5..<10]
        #expect(events.allSatisfy { $0.header.payloadType == 110 })
        #expect(events.allSatisfy { $0.header.timestamp == 6_000 + 5 * 960 })
        let reports = events.compactMap { TelephoneEvent($0.payload.span.bytes) }
        #expect(reports.map(\.duration) == [960, 1_920, 2_880, 2_880, 2_880])
        #expect(reports.map(\.isEnd) == [false, false, true, true, true])
        #expect(events.map(\.header.marker) == [true, false, false, false, false])
        #expect(bench.sent.last?.header.timestamp == 13_680)
        #expect(bench.sent.last?.header.payloadType == 96)
        #expect(bench.sent.map(\.header.sequenceNumber) == (100..<111).map { UInt16($0) })
        #expect(bench.transcoder.counters.concealedPackets == 0)
    }

    @Test("a long event becomes segments that join, however many reports are lost")
    func segments() throws {
        let bench = try Bench(
            [pcmu, event8(101)], TranscodedFormats(audio: opus, telephoneEvents: [event48(110)]))
        bench.receive(report(0, 0, 160, marker: true))
        bench.receive(report(1, 0, 10_000))
        bench.receive(report(2, 0, 40_000))
        bench.receive(report(3, 0, 65_535, isEnd: true))
        bench.receive(report(4, 0, 65_535, isEnd: true))
        var receiver = DTMFEventReceiver()
        var reports: [DTMFEventReceiver.Report] = []
        for packet in bench.sent {
            guard let event = TelephoneEvent(packet.payload.span.bytes) else { continue }
            receiver.receive(event, timestamp: packet.header.timestamp, at: bench.now) {
                reports.append($0)
            }
        }
        #expect(
            reports == [
                .began(code: 5, volume: 10, timestamp: 0),
                .ended(code: 5, timestamp: 0, ticks: 65_535 * 6, isEndLost: false),
            ])
        #expect(bench.sent.filter(\.header.marker).count == 1)
    }

    @Test("events of another clock than the audio's do not disturb the audio")
    func otherClock() throws {
        let bench = try Bench(
            [opus, event8(101)], TranscodedFormats(audio: pcma, telephoneEvents: [event8(97)]))
        var talker = try Talker(opus, sourceRateHz: 8_000, timestamp: 4_800)
        for _ in 0..<3 { bench.receive(talker.packet(frame)) }
        bench.receive(report(3, 123_456, 160, marker: true))
        bench.receive(report(4, 123_456, 320, isEnd: true))
        talker.sequenceNumber = 5
        for _ in 0..<3 { bench.receive(talker.packet(frame)) }
        let audio = bench.sent.filter { $0.header.payloadType == 8 }
        #expect(audio.map(\.header.timestamp) == (0..<6).map { 800 + $0 * 160 })
        let events = bench.sent.filter { $0.header.payloadType == 97 }
        #expect(Set(events.map(\.header.timestamp)).count == 1)
        #expect(events.map { $0.payload[3] } == [160, 64])
    }

    @Test("where the receiver takes no events they are dropped and counted")
    func unwanted() throws {
        let bench = try Bench([pcmu, event8(101)], TranscodedFormats(audio: pcma))
        bench.receive(report(0, 0, 160))
        let short = Packet(
            header: RTPHeader(payloadType: 101, sequenceNumber: 1, timestamp: 0), payload: [5, 0])
        bench.receive(short)
        #expect(bench.sent.isEmpty)
        #expect(bench.transcoder.counters.unwanted == 1)
        #expect(bench.transcoder.counters.malformed == 1)
    }
}

@Suite("Silence (RFC 3389, RFC 7587 §3.1.3)")
struct SilenceTests {
    private let noise = AudioFormat(.comfortNoise(clockRateHz: 8_000), payloadType: 13)

    @Test("a pause in the source is a pause in what is sent, the marker bit is kept")
    func pause() throws {
        let bench = try Bench(from: pcmu, to: opus)
        var talker = try Talker(pcmu)
        bench.receive(talker.packet(frame, marker: true))
        bench.receive(talker.packet(frame))
        talker.timestamp += 8_000
        bench.wait(1_000)
        bench.receive(talker.packet(frame, marker: true))
        #expect(bench.sent.map(\.header.timestamp) == [0, 960, 2 * 960 + 48_000])
        #expect(bench.sent.map(\.header.marker) == [true, false, true])
    }

    @Test("timestamps between odd clock rates are exact after a thousand pauses and several wraps")
    func oddClocks() throws {
        let cd = AudioFormat(.l16(sampleRateHz: 44_100, channels: 1), payloadType: 11)
        let bench = try Bench(from: cd, to: AudioFormat(.opus, payloadType: 96))
        var talker = try Talker(cd, timestamp: 0)
        var position: UInt64 = 0
        for index in 0..<1_000 {
            bench.receive(talker.packet([Int16](repeating: 9, count: 441)))
            bench.wait(100)
            let exact = UInt32(truncatingIfNeeded: position * 48_000 / 44_100)
            #expect(bench.sent.count == index + 1)
            #expect(bench.sent.last?.header.timestamp == exact, "packet \(index)")
            let step = UInt32(1_234_567 + 12_345 * index)
            position += UInt64(step)
            talker.timestamp = UInt32(truncatingIfNeeded: position)
        }
        #expect(position > 1 << 32)
    }

    @Test("what fills no packet is sent when the source pauses, and nothing is sent twice")
    func flush() throws {
        let output = AudioFormat(.opus, payloadType: 96, packetTime: .milliseconds(60))
        let bench = try Bench(from: pcmu, to: output)
        var talker = try Talker(pcmu)
        let short = Array(frame.prefix(120))
        for _ in 0..<5 {
            bench.receive(talker.packet(short))
            bench.wait(15)
        }
        #expect(bench.sent.count == 1)
        bench.wait(200)
        // 75 ms: one packet of 60 ms, and a rest of 15 ms in one of 20 ms.
        #expect(bench.sent.map(\.header.timestamp) == [0, 2_880])
        for _ in 0..<8 { bench.receive(talker.packet(short)) }
        // The source goes on at 75 ms, and up to 80 ms have been sent: of its 120 ms 115 are new.
        #expect(bench.sent.map(\.header.timestamp) == [0, 2_880, 3_840])
        bench.finish()
        #expect(bench.sent.map(\.header.timestamp) == [0, 2_880, 3_840, 6_720])
    }

    @Test("comfort noise passes with its level to a receiver that takes it")
    func comfortNoise() throws {
        let bench = try Bench(
            [pcmu, noise],
            TranscodedFormats(
                audio: pcma,
                comfortNoise: AudioFormat(.comfortNoise(clockRateHz: 8_000), payloadType: 77)))
        var talker = try Talker(pcmu)
        bench.receive(talker.packet(frame))
        bench.receive(
            Packet(
                header: RTPHeader(payloadType: 13, sequenceNumber: 1, timestamp: 160),
                payload: [60, 1, 2]))
        talker.sequenceNumber = 2
        talker.timestamp = 8_000
        bench.receive(talker.packet(frame))
        #expect(bench.sent.map(\.header.payloadType) == [8, 77, 8])
        #expect(bench.sent.map(\.header.timestamp) == [0, 160, 8_000])
        #expect(bench.sent.map(\.header.marker) == [false, false, true])
        #expect(bench.sent[1].payload == [60, 1, 2])
    }

    @Test("comfort noise is left out for a receiver that does not take it, and no loss is made up")
    func noNoise() throws {
        let bench = try Bench([pcmu, noise], TranscodedFormats(audio: opus))
        var talker = try Talker(pcmu)
        bench.receive(talker.packet(frame))
        bench.receive(
            Packet(
                header: RTPHeader(payloadType: 13, sequenceNumber: 1, timestamp: 160),
                payload: [60]))
        talker.sequenceNumber = 5
        talker.timestamp = 8_000
        bench.receive(talker.packet(frame))
        bench.wait(100)
        #expect(bench.sent.map(\.header.timestamp) == [0, 48_000])
        #expect(bench.sent.last?.header.marker == true)
        #expect(bench.transcoder.counters.concealedPackets == 0)
    }

    @Test("what Opus leaves out becomes comfort noise for a receiver that takes it")
    func opusSilence() throws {
        let bench = try Bench([opus], TranscodedFormats(audio: pcma, comfortNoise: noise))
        var talker = try Talker(opus, sourceRateHz: 8_000)
        bench.receive(talker.packet(frame))
        bench.receive(
            Packet(
                header: RTPHeader(payloadType: 96, sequenceNumber: 1, timestamp: 960),
                payload: [0x08]))
        #expect(bench.sent.map(\.header.payloadType) == [8, 13])
        #expect(bench.sent.map(\.header.timestamp) == [0, 160])
    }

    @Test("digital silence is left out where the receiver wants DTX, but for one packet in 400 ms")
    func digitalSilence() throws {
        var parameters = OpusParameters()
        parameters.usesDTX = true
        let bench = try Bench(
            from: pcmu, to: AudioFormat(.opus, payloadType: 96, opus: parameters))
        var talker = try Talker(pcmu)
        let silence = [Int16](repeating: 0, count: 160)
        for _ in 0..<500 { bench.receive(talker.packet(silence)) }
        let counters = bench.transcoder.counters
        #expect(counters.skippedFrames > 400)
        #expect(counters.packetsOut < 60)
        let before = bench.sent.count
        for _ in 0..<5 { bench.receive(talker.packet(tone(440, rate: 8_000, count: 160))) }
        #expect(bench.sent.count == before + 5)
        #expect(bench.sent[before].header.marker)
        #expect(bench.sent[before].header.timestamp == 500 * 960)
    }

    @Test("after digital silence the effort is the usual one again")
    func effortComesBack() throws {
        var payloads: [[[UInt8]]] = []
        for isSetAgain in [false, true] {
            let bench = try Bench(from: pcmu, to: opus) { $0.narrowbandComplexity = 10 }
            var talker = try Talker(pcmu)
            for _ in 0..<10 { bench.receive(talker.packet([Int16](repeating: 0, count: 160))) }
            if isSetAgain { bench.transcoder.setComplexityLimit(10) }
            for index in 0..<20 {
                let hertz = 300 + 20 * Double(index)
                bench.receive(talker.packet(tone(hertz, rate: 8_000, count: 160)))
            }
            payloads.append(bench.sent.map(\.payload))
        }
        #expect(payloads[0] == payloads[1])
    }

    @Test("without DTX every packet of silence is sent")
    func silenceWithoutDTX() throws {
        let bench = try Bench(from: pcmu, to: opus)
        var talker = try Talker(pcmu)
        for _ in 0..<100 { bench.receive(talker.packet([Int16](repeating: 0, count: 160))) }
        #expect(bench.sent.count == 100)
    }
}
