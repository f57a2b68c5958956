import BatonAudio
import BatonBase
import BatonRTP
import BatonTranscode
import Testing

private let pcmu = AudioFormat(.pcmu, payloadType: 0)
private let pcma = AudioFormat(.pcma, payloadType: 8)
private let opus = AudioFormat(.opus, payloadType: 96)
private let frame = [Int16](repeating: 0, count: 160)

private func events(_ payloadType: UInt8, _ clockRateHz: Int = 8_000) -> AudioFormat {
    AudioFormat(.telephoneEvent(clockRateHz: clockRateHz), payloadType: payloadType)
}

private func report(
    _ code: UInt8, _ sequenceNumber: Int, _ timestamp: UInt32, _ duration: Int,
    isEnd: Bool = false
) -> Packet {
    var bytes = [UInt8](repeating: 0, count: 4)
    var typed = bytes.mutableSpan
    var span = typed.mutableBytes
    let event = TelephoneEvent(
        code: code, isEnd: isEnd, volume: 10, duration: UInt16(truncatingIfNeeded: duration))
    _ = event.write(to: &span)
    return Packet(
        header: RTPHeader(
            payloadType: 101, sequenceNumber: UInt16(truncatingIfNeeded: sequenceNumber),
            timestamp: timestamp, marker: duration <= 160), payload: bytes)
}

/// A key that was heard.
private struct HeardKey {
    var code: UInt8
    var durationMilliseconds: Int
}

/// The keys whose tones are in the packets' audio.
private func heard(_ format: AudioFormat, _ packets: [Packet]) throws -> [HeardKey] {
    let rateHz = format.codec == .opus ? 48_000 : format.codec.sampleRateHz
    let listener = try Listener(format, sampleRateHz: rateHz, packets)
    var detector = try DTMFDetector(sampleRateHz: listener.sampleRateHz)
    var tones: [HeardKey] = []
    func take(_ event: DTMFDetector.Event) {
        guard case .ended(let digit, let length, _) = event else { return }
        tones.append(HeardKey(code: digit.rawValue, durationMilliseconds: length))
    }
    detector.process(listener.samples.span, report: take)
    detector.finish(report: take)
    return tones
}

/// Samples at 8 kHz: silence, and a key after it.
private func tone(_ digit: DTMFDigit, milliseconds: Int, after silence: Int = 0) throws -> [Int16] {
    var generator = try DTMFGenerator(sampleRateHz: 8_000, levelDBm0: -10)
    generator.begin(digit, durationMilliseconds: milliseconds, pauseMilliseconds: 0)
    var samples = [Int16](repeating: 0, count: milliseconds * 8)
    var span = samples.mutableSpan
    generator.generate(into: &span)
    return [Int16](repeating: 0, count: silence * 8) + samples
}

extension Bench {
    /// Gives it `samples` at 8 kHz, 20 ms at a time.
    fileprivate func play(_ samples: [Int16], _ talker: inout Talker) {
        var rest = samples[...]
        while !rest.isEmpty {
            let next = Array(rest.prefix(160))
            rest = rest.dropFirst(160)
            receive(talker.packet(next + [Int16](repeating: 0, count: 160 - next.count)))
            wait(20)
        }
    }

    fileprivate var reports: [TelephoneEvent] {
        eventPackets.compactMap { TelephoneEvent($0.payload.span.bytes) }
    }

    fileprivate var eventPackets: [Packet] {
        let types = transcoder.output.telephoneEvents.map(\.payloadType)
        return sent.filter { types.contains($0.header.payloadType) }
    }
}

@Suite("Events that become tones (RFC 4733 §2.5.2, N20)")
struct EventToToneTests {
    private func bench(_ output: AudioFormat = pcma) throws -> Bench {
        try Bench([pcmu, events(101)], TranscodedFormats(audio: output, playsTones: true))
    }

    /// Audio, a key whose reports come every `interval` ms, audio again.
    private func press(
        _ bench: Bench, _ code: UInt8, milliseconds: Int = 100, every interval: Int = 20,
        withAudio: Bool = false, ends: Int = 3
    ) throws {
        var talker = try Talker(pcmu)
        bench.play([Int16](repeating: 0, count: 800), &talker)
        var number = 5
        let start = talker.timestamp
        for time in stride(from: interval, to: milliseconds, by: interval) {
            bench.wait(Double(interval))
            if withAudio {
                talker.sequenceNumber = UInt16(number)
                bench.receive(talker.packet([Int16](repeating: 8_000, count: 160)))
                number += 1
            }
            bench.receive(report(code, number, start, time * 8))
            number += 1
        }
        bench.wait(Double(interval))
        for _ in 0..<ends {
            bench.receive(report(code, number, start, milliseconds * 8, isEnd: true))
            number += 1
        }
        talker.sequenceNumber = UInt16(number)
        talker.timestamp = start + UInt32(milliseconds * 8)
        bench.play([Int16](repeating: 0, count: 1_600), &talker)
    }

    @Test("N20: the key is heard once, as long as it was pressed, and no event leaks")
    func tones() throws {
        for code in UInt8(0)..<16 {
            let bench = try bench()
            try press(bench, code)
            #expect(bench.sent.allSatisfy { $0.header.payloadType == 8 })
            let tones = try heard(pcma, bench.sent)
            #expect(tones.map(\.code) == [code])
            #expect(abs((tones.first?.durationMilliseconds ?? 0) - 100) <= 10)
        }
    }

    @Test("N20: packets of the tone follow each other in number and time, and so does the audio")
    func line() throws {
        let bench = try bench()
        try press(bench, 5)
        let headers = bench.sent.map(\.header)
        #expect(headers.map(\.sequenceNumber) == (0..<headers.count).map { UInt16(100 + $0) })
        for (before, after) in zip(bench.sent, bench.sent.dropFirst()) {
            let covered = UInt32(before.payload.count)
            #expect(after.header.timestamp == before.header.timestamp &+ covered)
        }
        let last: UInt32 = 5 * 160 + 800 + 9 * 160
        #expect(headers.last?.timestamp == last)
        #expect(bench.transcoder.counters.concealedPackets == 0)
    }

    @Test("N20: the tone's packets come evenly though its reports come every 50 ms")
    func even() throws {
        let bench = try bench()
        try press(bench, 9, milliseconds: 300, every: 50)
        #expect(try heard(pcma, bench.sent).map(\.code) == [9])
        let times = zip(bench.sent, bench.recorder.times)
            .filter { $0.0.header.timestamp >= 960 && $0.0.header.timestamp < 3_000 }.map(\.1)
        let pauses = zip(times.dropFirst(), times).map { $0.nanosecondsSince($1) / 1_000_000 }
        #expect(pauses.allSatisfy { $0 <= 20 }, "\(pauses)")
    }

    @Test("N20: audio that is sent beside the event is replaced by the tone")
    func beside() throws {
        let bench = try bench()
        try press(bench, 3, withAudio: true)
        #expect(try heard(pcma, bench.sent).map(\.code) == [3])
    }

    @Test("N20: a key whose end is lost ends 150 ms behind its last report")
    func lostEnd() throws {
        let bench = try bench()
        var talker = try Talker(pcmu)
        bench.play(frame, &talker)
        for index in 1...3 {
            bench.receive(report(7, index, 160, 160 * index))
            bench.wait(20)
        }
        bench.wait(1_000)
        let tones = try heard(pcma, bench.sent)
        #expect(tones.map(\.code) == [7])
        #expect((190...225).contains(tones.first?.durationMilliseconds ?? 0))
        #expect(bench.transcoder.nextDeadline == nil)
    }

    @Test("N20: repeated ends are no second key; the same key again is one")
    func again() throws {
        let bench = try bench()
        var number = 0
        for press in 0..<3 {
            let start = UInt32(press * 4_000)
            for index in 1...8 {
                bench.receive(report(1, number, start, min(index, 5) * 160, isEnd: index >= 5))
                number += 1
                bench.wait(20)
            }
            bench.wait(340)
        }
        #expect(try heard(pcma, bench.sent).map(\.code) == [1, 1, 1])
    }

    @Test("N20: a report of hours makes no more than 120 ms of tone at once")
    func hostile() throws {
        let bench = try bench()
        bench.receive(report(1, 0, 0, 0xffff))
        #expect(bench.sent.count <= 6)
        bench.receive(report(1, 1, 0xffff, 0xffff, isEnd: true))
        #expect(bench.sent.count <= 14)
        bench.receive(report(200, 2, 0x3_0000, 160))
        #expect(bench.transcoder.counters.unwanted == 1)
    }

    @Test("N20: the tone is heard in Opus as well, mono or stereo")
    func inOpus() throws {
        let bench = try bench(opus)
        try press(bench, 12)
        #expect(bench.sent.allSatisfy { $0.header.payloadType == 96 })
        #expect(try heard(opus, bench.sent).map(\.code) == [12])
        var both = opus
        both.opus.prefersStereo = true
        both.opus.sendsStereo = true
        let stereo = try Bench(
            [both, AudioFormat(.telephoneEvent(clockRateHz: 48_000), payloadType: 101)],
            TranscodedFormats(audio: both, playsTones: true))
        for index in 1...10 {
            stereo.receive(report(12, index, 0, min(index, 6) * 960, isEnd: index >= 6))
            stereo.wait(20)
        }
        stereo.wait(200)
        #expect(try heard(opus, stereo.sent).map(\.code) == [12])
    }

    @Test("N20: events of another clock than the audio's are heard too")
    func otherClock() throws {
        let bench = try Bench(
            [opus, events(101)], TranscodedFormats(audio: pcma, playsTones: true))
        var talker = try Talker(opus, sourceRateHz: 8_000, timestamp: 48_000)
        bench.play([Int16](repeating: 0, count: 800), &talker)
        for index in 1...8 {
            bench.receive(report(2, 4 + index, 777, min(index, 6) * 160, isEnd: index >= 6))
            bench.wait(20)
        }
        talker.sequenceNumber = 13
        talker.timestamp = 48_000 + 5 * 960 + 6 * 960
        bench.play([Int16](repeating: 0, count: 800), &talker)
        let tones = try heard(pcma, bench.sent)
        #expect(tones.map(\.code) == [2])
        #expect(abs((tones.first?.durationMilliseconds ?? 0) - 120) <= 10)
    }
}

@Suite("Tones that become events (RFC 4733 §2.5.1, N20)")
struct ToneToEventTests {
    private func bench(_ output: AudioFormat = pcma, _ event: AudioFormat = events(101)) throws
        -> Bench
    {
        try Bench(
            [pcmu], TranscodedFormats(audio: output, telephoneEvents: [event], findsTones: true))
    }

    @Test("N20: a tone is one event: marker, one timestamp, growing duration, three ends")
    func event() throws {
        for milliseconds in [60, 100, 250] {
            let bench = try bench()
            var talker = try Talker(pcmu)
            bench.play(try tone(.five, milliseconds: milliseconds, after: 100) + frame, &talker)
            bench.play([Int16](repeating: 0, count: 800), &talker)
            let reports = bench.reports
            let headers = bench.eventPackets.map(\.header)
            #expect(reports.allSatisfy { $0.code == 5 })
            #expect(Set(headers.map(\.timestamp)).count == 1)
            #expect(headers.map(\.marker) == headers.indices.map { $0 == 0 })
            #expect(reports.map(\.duration) == reports.map(\.duration).sorted())
            #expect(reports.filter(\.isEnd).count == 3 && reports.suffix(3).allSatisfy(\.isEnd))
            let length = Int(reports.last?.duration ?? 0) / 8
            #expect(abs(length - milliseconds) <= 25, "\(length) of \(milliseconds) ms")
            let began = Int(headers.first?.timestamp ?? 0) / 8
            #expect((80...120).contains(began), "\(began)")
            #expect(reports.first.map { (5...14).contains($0.volume) } == true)
        }
    }

    @Test("N20: no more than 40 ms of the tone are left in the audio, at any place in a packet")
    func silenced() throws {
        for offset in stride(from: 100, to: 120, by: 3) {
            let bench = try bench()
            var talker = try Talker(pcmu)
            bench.play(try tone(.nine, milliseconds: 200, after: offset), &talker)
            bench.play([Int16](repeating: 0, count: 800), &talker)
            let audio = bench.sent.filter { $0.header.payloadType == 8 }
            let listener = try Listener(pcma, sampleRateHz: 8_000, audio)
            let loud = listener.samples.count { abs(Int($0)) > 200 }
            #expect(loud < 40 * 8, "\(loud / 8) ms")
            #expect(try heard(pcma, audio).isEmpty)
            #expect(bench.reports.filter(\.isEnd).count == 3)
        }
    }

    @Test("N20: numbers have no gap, and the audio's time goes on during the event")
    func line() throws {
        let bench = try bench()
        var talker = try Talker(pcmu)
        bench.play(try tone(.pound, milliseconds: 100, after: 100), &talker)
        bench.play([Int16](repeating: 0, count: 800), &talker)
        #expect(
            bench.sent.map(\.header.sequenceNumber)
                == (0..<bench.sent.count).map { UInt16(100 + $0) })
        let audio = bench.sent.filter { $0.header.payloadType == 8 }.map(\.header.timestamp)
        #expect(audio == (0..<audio.count).map { UInt32($0 * 160) })
        #expect(bench.transcoder.takeEndedTone()?.code == 11)
        #expect(bench.transcoder.takeEndedTone() == nil)
    }

    @Test("N20: the event has the receiver's clock; a long one becomes segments that join")
    func otherClock() throws {
        let bench = try bench(opus, events(110, 48_000))
        var talker = try Talker(pcmu)
        bench.play(try tone(.one, milliseconds: 2_000, after: 100), &talker)
        bench.play([Int16](repeating: 0, count: 800), &talker)
        var receiver = DTMFEventReceiver()
        var ended: [UInt32] = []
        for packet in bench.eventPackets {
            guard let event = TelephoneEvent(packet.payload.span.bytes) else { continue }
            receiver.receive(event, timestamp: packet.header.timestamp, at: bench.now) {
                if case .ended(1, _, let ticks, false) = $0 { ended.append(ticks) }
            }
        }
        #expect(ended.count == 1)
        #expect(ended.allSatisfy { abs(Int($0) - 96_000) <= 25 * 48 }, "\(ended)")
        #expect(Set(bench.eventPackets.map(\.header.timestamp)).count == 2)
    }

    @Test("N20: a source that falls silent in the middle of a tone has let go of the key")
    func fallsSilent() throws {
        let bench = try bench()
        var talker = try Talker(pcmu)
        bench.play(try tone(.zero, milliseconds: 200), &talker)
        let before = bench.reports.filter(\.isEnd).count
        #expect(before == 0)
        bench.wait(200)
        #expect(bench.reports.filter(\.isEnd).count == 3)
    }

    @Test("N20: other audio passes as it is, and tells of no key")
    func others() throws {
        let bench = try bench(pcmu)
        var talker = try Talker(pcmu)
        let samples = (0..<8_000).map { index in
            Int16(truncatingIfNeeded: (index * 37 % 211 - 105) * 60)
        }
        var plain = try Talker(pcmu)
        var expected: [[UInt8]] = []
        for start in stride(from: 0, to: 8_000, by: 160) {
            expected.append(plain.packet(Array(samples[start..<start + 160])).payload)
        }
        bench.play(samples, &talker)
        #expect(bench.sent.map(\.payload) == expected)
    }
}
