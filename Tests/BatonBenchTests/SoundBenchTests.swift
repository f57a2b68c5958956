import BatonBase
import BatonIO
import Testing

@testable import BatonBench

@Suite("Benches of sound", .serialized)
struct SoundBenchTests {
    private func options(_ relay: FakeRelay) -> RelayBenchOptions {
        var options = RelayBenchOptions(target: relay.address)
        options.calls = 3
        options.duration = .milliseconds(800)
        options.warmUp = .milliseconds(100)
        options.tick = .milliseconds(1)
        return options
    }

    /// What a listener has who received these payloads without fault.
    private func reception(
        _ payloads: [[UInt8]], numbers: [Int]? = nil, ticks: UInt32 = 160
    ) -> SoundReception {
        var reception = SoundReception()
        for number in numbers ?? Array(payloads.indices) {
            var packet: [UInt8] = [0x80, 0]
            packet += [UInt8(number >> 8), UInt8(number & 255)]
            let timestamp = UInt32(number) * ticks
            packet += (0..<4).map { UInt8(truncatingIfNeeded: timestamp >> (24 - 8 * $0)) }
            packet += [0, 0, 0, 1] + payloads[number % payloads.count]
            reception.receive(
                packet.span.bytes, payloadType: 0, ticksPerPacket: 160, isMeasured: true)
        }
        return reception
    }

    private func sound(_ stream: Int, _ codec: SoundCodec) throws -> [[UInt8]] {
        let speech = SpeechSource.speech(seconds: 2, rateHz: 8_000)
        return try codec.encode(
            SpeechSource.adding(SpeechSource.pilot(of: stream), to: speech, rateHz: 8_000),
            SoundEncoding())
    }

    @Test("the pilot tone is heard through each codec", arguments: SoundCodec.allCases)
    func hearsTone(codec: SoundCodec) throws {
        let receptions = try (0..<2).map { reception(try sound($0, codec)) }
        let check = try ToneCheck.listen(
            to: receptions, codec, tone: SpeechSource.pilot,
            amplitude: SpeechSource.pilotAmplitude)
        #expect(check.isPassed, "\(check.levels)")
    }

    @Test("a listener with another's sound is found out, and one with silence")
    func hearsStrangers() throws {
        let silence = [[UInt8]](repeating: Array(repeating: 0xff, count: 160), count: 100)
        let receptions = [reception(try sound(1, .pcmu)), reception(silence)]
        let check = try ToneCheck.listen(
            to: receptions, .pcmu, tone: SpeechSource.pilot,
            amplitude: SpeechSource.pilotAmplitude)
        #expect(check.wrong == 2 && check.strange == 1)
    }

    @Test("RFC 3550 §5.1: gaps, copies and jumping timestamps are counted")
    func countsFaults() {
        let payloads = [[UInt8](repeating: 0xff, count: 160)]
        let gap = reception(payloads, numbers: [1, 2, 5, 6])
        #expect(gap.received == 4 && gap.lost == 2 && gap.timestampFaults == 0)
        let copy = reception(payloads, numbers: [1, 2, 2, 3])
        #expect(copy.unordered == 1 && copy.lost == 0)
        let fast = reception(payloads, numbers: [1, 2, 3], ticks: 80)
        #expect(fast.timestampFaults == 2)
    }

    @Test("a relay that only passes on does not transcode: nothing of the right type arrives")
    func foundOut() throws {
        let relay = try FakeRelay()
        defer { relay.stop() }
        var options = TranscodeBenchOptions(relay: options(relay))
        options.from = .pcmu
        options.to = .pcma
        let report = try TranscodeBench.run(options)
        #expect(!report.isPassed)
        #expect((report.number("media", "malformed") ?? 0) > 60)
        #expect(report.number("media", "received") == 0)
        options.to = .opus
        let error = #expect(throws: BenchError.self) { try TranscodeBench.run(options) }
        #expect(error?.description.contains("lacks opus/48000/2") == true)
    }

    @Test("a relay that does not play is refused with its own words")
    func doesNotPlay() throws {
        let relay = try FakeRelay()
        defer { relay.stop() }
        let error = #expect(throws: BenchError.self) {
            try PlayBench.run(PlayBenchOptions(relay: options(relay), file: "/none.wav"))
        }
        #expect(error?.exitCode == 1)
        #expect(error?.description.contains("3 of 3 calls cannot be played /none.wav") == true)
    }

    @Test("a file that was written is read back")
    func files() throws {
        let samples = PlayBench.toneSamples(seconds: 1)
        let (read, rate) = try SoundFile.read(SoundFile.write(samples, rateHz: 8_000))
        #expect(read == samples && rate == 8_000)
        #expect(throws: BenchError.self) { try SoundFile.read([1, 2, 3]) }
    }

    @Test("libopus is timed, and settings that it has not are refused")
    func timesOpus() throws {
        let report = try OpusBench.run(SoundEncoding(), packets: 100)
        #expect((report.number("opus", "encode") ?? 0) > 0)
        #expect((report.number("opus", "decode") ?? 0) > 0)
        var encoding = SoundEncoding()
        encoding.complexity = 11
        #expect(throws: BenchError.self) { try OpusBench.run(encoding, packets: 100) }
        #expect(throws: BenchError.self) { try OpusBench.run(SoundEncoding(), packets: 5) }
        var pacing = OpusBench.Pacing()
        pacing.streams = 0
        #expect(throws: BenchError.self) {
            try OpusBench.run(SoundEncoding(), packets: 100, pacing: pacing)
        }
    }

    @Test("in real time packets wait for their turn: 100 of 10 streams take 200 ms less one packet")
    func pacesOpus() throws {
        var pacing = OpusBench.Pacing()
        pacing.streams = 10
        pacing.isRealTime = true
        let begin = MonotonicClock.now()
        let report = try OpusBench.run(SoundEncoding(), packets: 100, pacing: pacing)
        // Encoding, then decoding.
        #expect(MonotonicClock.now() - begin >= .milliseconds(2 * 198))
        #expect((report.number("opus", "decode") ?? 0) > 0)
    }

    @Test(
        "options that cannot be are refused before anything is sent",
        arguments: [
            { $0.to = .pcmu }, { $0.encoding.bitrate = 1 }, { $0.encoding.complexity = 11 },
            { $0.encoding.sampleRateHz = 44_100 }, { $0.audio = [1, 2] },
            {
                $0.audio = Array(repeating: 0, count: 50_000)
                $0.audioRateHz = 16_000
            },
        ] as [@Sendable (inout TranscodeBenchOptions) -> Void])
    func refusesOptions(change: @Sendable (inout TranscodeBenchOptions) -> Void) throws {
        let target = SocketAddress(ip: IPAddress(v4: 0x7f00_0001), port: 9)
        var options = TranscodeBenchOptions(relay: RelayBenchOptions(target: target))
        change(&options)
        let error = #expect(throws: BenchError.self) { try TranscodeBench.run(options) }
        #expect(error?.exitCode == 2)
    }
}
