import BatonBase
import BatonRTP
import BatonTranscode
import Testing

private let pcmu = AudioFormat(.pcmu, payloadType: 0)
private let pcma = AudioFormat(.pcma, payloadType: 8)
private let linear = AudioFormat(.l16(sampleRateHz: 16_000, channels: 1), payloadType: 97)

@Suite("Gaps that are made up")
struct ConcealmentTests {
    /// Sends a tone as packets of 20 ms, of which those in `lost` are missing; gives what is heard.
    private func heard(
        _ input: AudioFormat, lost: Set<Int>, _ bench: Bench, packets: Int = 60
    ) throws -> Listener {
        let rate = 16_000
        var talker = try Talker(input, sourceRateHz: rate)
        let actual = talker.encoder.sampleRateHz
        let all = tone(400, rate: actual, count: packets * actual / 50)
        for index in 0..<packets {
            let first = index * actual / 50
            let packet = talker.packet(Array(all[first..<first + actual / 50]))
            if !lost.contains(index) { bench.receive(packet) }
            bench.wait(20)
        }
        bench.finish()
        return try Listener(bench.transcoder.output.audio, sampleRateHz: rate, bench.sent)
    }

    @Test(
        "a tone goes on through a lost packet",
        arguments: [
            pcmu, AudioFormat(.g722, payloadType: 9), linear, AudioFormat(.opus, payloadType: 96),
        ])
    func toneGoesOn(input: AudioFormat) throws {
        let bench = try Bench(from: input, to: linear)
        let listener = try heard(input, lost: [30], bench)
        // 20 ms from where the packet is missing, and its codec's delay behind.
        let gap = listener.samples[30 * 320 + 80..<31 * 320]
        let power = gap.reduce(0.0) { $0 + Double($1) * Double($1) } / Double(gap.count)
        #expect(power.squareRoot() > 2_500, "\(input.codec): \(power.squareRoot())")
        let counters = bench.transcoder.counters
        #expect(counters.lost == 1 && counters.concealedPackets == 1)
        #expect(counters.concealedMicroseconds == 20_000)
        #expect(bench.sent.count == 60)
    }

    @Test("Opus FEC brings a lost packet back, and is counted as such")
    func recovers() throws {
        var parameters = OpusParameters()
        parameters.usesInbandFEC = true
        let input = AudioFormat(.opus, payloadType: 96, opus: parameters)
        var settings = TranscoderSettings()
        settings.expectedLossPercent = 20
        settings.repeatsBeforeLoss = true
        settings.widebandBitrate = 32_000
        var talker = try Talker(input, sourceRateHz: 16_000, settings: settings)
        let bench = try Bench(from: input, to: linear)
        for index in 0..<60 {
            // A sweep: what came before says little about what comes next.
            let packet = talker.packet(tone(200 + 20 * Double(index), rate: 16_000, count: 320))
            if index % 10 != 5 { bench.receive(packet) }
            bench.wait(20)
        }
        let counters = bench.transcoder.counters
        #expect(counters.lost == 6)
        #expect(counters.recoveredPackets >= 4)
        #expect(counters.recoveredPackets + counters.concealedPackets == 6)
        #expect(bench.sent.count == 60)
    }

    @Test("no more of a gap is made up than the limit, the rest is a pause")
    func limit() throws {
        let bench = try Bench(from: pcmu, to: pcma) { $0.concealmentMax = .milliseconds(60) }
        _ = try heard(pcmu, lost: Set(20..<30), bench)
        #expect(bench.transcoder.counters.concealedMicroseconds == 60_000)
        let jumps = zip(bench.sent, bench.sent.dropFirst()).filter {
            $1.header.timestamp &- $0.header.timestamp != 160
        }
        #expect(jumps.count == 1)
        #expect(bench.sent.last?.header.timestamp == 9_440)
    }

    @Test(
        "packets of 10 and of 60 ms become what the receiver wants",
        arguments: [10, 20, 30, 40, 60])
    func packetTimes(milliseconds: Int) throws {
        let output = AudioFormat(.pcma, payloadType: 8, packetTime: .milliseconds(milliseconds))
        let bench = try Bench(from: pcmu, to: output)
        _ = try heard(pcmu, lost: [], bench)
        #expect(bench.sent.count == (1_200 + milliseconds - 1) / milliseconds)
        #expect(bench.sent.dropLast().allSatisfy { $0.payload.count == 8 * milliseconds })
        #expect(bench.sent.reduce(0) { $0 + $1.payload.count } == 9_600)
    }

    @Test("reported loss makes Opus repeat packets, if the receiver can use them")
    func repeats() throws {
        for usesInbandFEC in [false, true] {
            var parameters = OpusParameters()
            parameters.usesInbandFEC = usesInbandFEC
            let opus = AudioFormat(.opus, payloadType: 96, opus: parameters)
            let bench = try Bench(from: pcmu, to: opus)
            let decoder = try AudioDecoder(.opus, sampleRateHz: 8_000, channels: 1)
            for (percent, repeats) in [(0, false), (10, usesInbandFEC), (0, false)] {
                let before = bench.sent.count
                bench.transcoder.setExpectedLoss(percent: percent)
                var talker = try Talker(
                    pcmu, first: UInt16(before), timestamp: UInt32(before) * 160)
                for index in 0..<30 {
                    let hertz = 200 + 15 * Double(index)
                    bench.receive(talker.packet(tone(hertz, rate: 8_000, count: 160)))
                }
                // The first packets after a change may be of the old kind.
                let count = bench.sent.dropFirst(before + 5).count {
                    decoder.repeatsLast($0.payload.span.bytes)
                }
                #expect(repeats ? count > 15 : count == 0, "\(percent) %: \(count)")
            }
        }
    }

    @Test("effort and expected loss can be changed while it runs")
    func changes() throws {
        let bench = try Bench(from: pcmu, to: AudioFormat(.opus, payloadType: 96))
        bench.transcoder.setComplexityLimit(0)
        _ = try heard(pcmu, lost: [], bench, packets: 5)
        bench.transcoder.setComplexityLimit(11)
        bench.transcoder.setComplexityLimit(-1)
        bench.transcoder.setComplexityLimit(10)
        bench.transcoder.setExpectedLoss(percent: 30)
        #expect(bench.sent.count == 5)
    }

    @Test("N20: a limit of the effort lowers it, also through silence, and never raises it")
    func limitsEffort() throws {
        func payloads(_ complexity: Int, limit: Int?) throws -> [[UInt8]] {
            let bench = try Bench(from: pcmu, to: AudioFormat(.opus, payloadType: 96)) {
                $0.narrowbandComplexity = complexity
            }
            if let limit { bench.transcoder.setComplexityLimit(limit) }
            var talker = try Talker(pcmu)
            for index in 0..<40 {
                let samples =
                    (10..<16).contains(index)
                    ? [Int16](repeating: 0, count: 160)
                    : tone(200 + 15 * Double(index), rate: 8_000, count: 160)
                bench.receive(talker.packet(samples))
            }
            return bench.sent.map(\.payload)
        }
        let low = try payloads(0, limit: nil)
        let high = try payloads(9, limit: nil)
        #expect(low != high)
        #expect(try payloads(9, limit: 0) == low)
        #expect(try payloads(0, limit: 9) == low)
        #expect(try payloads(9, limit: 10) == high)
    }

    @Test("the level is that of the audio")
    func level() throws {
        let bench = try Bench(from: pcmu, to: pcma) { $0.levelInterval = 1 }
        _ = try heard(pcmu, lost: [], bench, packets: 5)
        // A sine of 8,000 is 8000² / 2 against 32768²: -15.3 dB.
        #expect(bench.transcoder.levelDBov == -15)
    }
}

@Suite("The wait for missing packets")
struct ReorderWaitTests {
    @Test("without reordering the wait vanishes, and a gap is made up with the next packet")
    func vanishes() throws {
        let bench = try Bench(from: pcmu, to: pcma)
        var talker = try Talker(pcmu)
        for index in 0..<400 {
            let packet = talker.packet([Int16](repeating: 9, count: 160))
            if index % 20 != 10 { bench.receive(packet) }
            if index > 300, index % 20 == 11 {
                #expect(bench.sent.last?.header.timestamp == UInt32(index) * 160)
            }
            bench.wait(20)
        }
        #expect(bench.transcoder.nextDeadline == nil)
    }

    @Test("packets that come too late teach to wait, up to the limit")
    func learns() throws {
        let bench = try Bench(from: pcmu, to: pcma) { $0.reorderWaitStart = .zero }
        var talker = try Talker(pcmu)
        for _ in 0..<20 {
            let packets = (0..<4).map { _ in talker.packet([Int16](repeating: 9, count: 160)) }
            bench.receive(packets[0])
            bench.wait(20)
            bench.receive(packets[2])
            bench.wait(15)
            bench.receive(packets[1])
            bench.wait(25)
            bench.receive(packets[3])
            bench.wait(20)
        }
        #expect(bench.transcoder.counters.late == 1)
        #expect(bench.transcoder.counters.reordered == 19)
    }
}

@Suite("Parameters of Opus in SDP (RFC 7587 §6.1)")
struct OpusParametersTests {
    @Test("what is read is written again")
    func roundTrip() {
        let text =
            "minptime=10;maxplaybackrate=16000;maxaveragebitrate=20000;stereo=1;useinbandfec=1"
        #expect(OpusParameters(fmtp: text).fmtp == text)
        #expect(OpusParameters(fmtp: "").fmtp.isEmpty)
    }

    @Test("spaces, case, unknown names and senseless values are survived")
    func tolerant() {
        let parameters = OpusParameters(
            fmtp: " UseInbandFEC = 1 ; x=y; stereo=7;maxplaybackrate=-5; usedtx=1;;cbr")
        #expect(parameters.usesInbandFEC && parameters.usesDTX)
        #expect(!parameters.prefersStereo && parameters.maxPlaybackRateHz == nil)
        #expect(!parameters.wantsConstantBitrate)
    }

    @Test("codecs are found by their SDP names and static payload types")
    func codecs() {
        #expect(AudioCodec(encodingName: "pcmu", clockRateHz: 8_000) == .pcmu)
        #expect(AudioCodec(encodingName: "OPUS", clockRateHz: 48_000, channels: 2) == .opus)
        #expect(AudioCodec(encodingName: "opus", clockRateHz: 8_000) == nil)
        #expect(
            AudioCodec(encodingName: "L16", clockRateHz: 44_100, channels: 2)
                == .l16(sampleRateHz: 44_100, channels: 2))
        #expect(AudioCodec(encodingName: "L16", clockRateHz: 7_000) == nil)
        #expect(AudioCodec(encodingName: "G729", clockRateHz: 8_000) == nil)
        #expect(AudioCodec(staticPayloadType: 9) == .g722)
        #expect(AudioCodec(staticPayloadType: 18) == nil)
        for type in 0...127 as ClosedRange<UInt8> {
            guard let codec = AudioCodec(staticPayloadType: type) else { continue }
            #expect(
                AudioCodec(
                    encodingName: codec.encodingName, clockRateHz: codec.clockRateHz,
                    channels: codec.channels) == codec)
        }
    }
}
