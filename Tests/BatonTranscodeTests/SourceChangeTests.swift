import BatonBase
import BatonRTP
import BatonTranscode
import Testing

private let pcmu = AudioFormat(.pcmu, payloadType: 0)
private let pcma = AudioFormat(.pcma, payloadType: 8)
private let opus = AudioFormat(.opus, payloadType: 96)
private let g722 = AudioFormat(.g722, payloadType: 9)
private let frame = [Int16](repeating: 1_000, count: 160)

@Suite("Changes of the source (RFC 3550 §5.1)")
struct SourceChangeTests {
    /// Two seconds of a source, then two of another one, 100 ms later.
    private func twoSources(_ bench: Bench, to second: AudioFormat = pcmu) throws {
        var first = try Talker(pcmu, first: 65_530, timestamp: .max - 1_000, ssrc: 1)
        for _ in 0..<20 {
            bench.receive(first.packet(frame))
            bench.wait(20)
        }
        bench.wait(100)
        var other = try Talker(second, first: 9_000, timestamp: 77_777, ssrc: 2)
        let samples = [Int16](repeating: 1_000, count: other.encoder.sampleRateHz / 50)
        for _ in 0..<20 {
            bench.receive(other.packet(samples))
            bench.wait(20)
        }
    }

    @Test("a continuous line goes on where the time is, with the marker bit")
    func continuous() throws {
        let bench = try Bench(
            [pcmu], TranscodedFormats(audio: pcma), first: 65_535, isContinuous: true)
        try twoSources(bench)
        #expect(bench.sent.count == 40)
        for (index, packet) in bench.sent.enumerated() {
            #expect(packet.header.sequenceNumber == 65_535 &+ UInt16(index))
            #expect(packet.header.ssrc == 0xbeef)
            // 100 ms passed between the sources.
            let pause: UInt32 = index < 20 ? 0 : 800
            let expected = UInt32.max - 1_000 &+ UInt32(index) * 160 &+ pause
            #expect(packet.header.timestamp == expected)
            #expect(packet.header.marker == (index == 20))
        }
        #expect(bench.transcoder.counters.sourceChanges == 1)
    }

    @Test("without it the timestamps and, if so wanted, the SSRC are the source's")
    func follows() throws {
        let bench = try Bench([pcmu], TranscodedFormats(audio: pcma), ssrc: nil)
        try twoSources(bench)
        #expect(bench.sent.prefix(20).allSatisfy { $0.header.ssrc == 1 })
        #expect(bench.sent.dropFirst(20).allSatisfy { $0.header.ssrc == 2 })
        #expect(bench.sent[20].header.timestamp == 77_777)
        #expect(bench.sent[20].header.sequenceNumber == 120)
    }

    @Test("a source with another codec and clock continues the line")
    func otherCodec() throws {
        let bench = try Bench(
            [pcmu, opus], TranscodedFormats(audio: g722), isContinuous: true)
        try twoSources(bench, to: opus)
        #expect(bench.transcoder.inputCodec == .opus)
        #expect(bench.transcoder.counters.codecChanges == 1)
        let start = UInt32.max - 1_000
        for (index, packet) in bench.sent.prefix(39).enumerated() {
            let pause: UInt32 = index < 20 ? 0 : 800
            #expect(packet.header.timestamp == start &+ UInt32(index) * 160 &+ pause)
        }
    }

    @Test("packets of the old source that straggle do not bring it back")
    func stragglers() throws {
        let bench = try Bench([pcmu], TranscodedFormats(audio: pcma))
        var old = try Talker(pcmu, ssrc: 1)
        var new = try Talker(pcmu, ssrc: 2)
        bench.receive(old.packet(frame))
        bench.receive(new.packet(frame))
        bench.receive(old.packet(frame))
        bench.receive(new.packet(frame))
        #expect(bench.transcoder.counters.strays == 1)
        #expect(bench.transcoder.counters.sourceChanges == 1)
        #expect(bench.sent.count == 3)
    }

    @Test("a sequence that begins anew is followed from its second packet on")
    func restart() throws {
        let bench = try Bench([pcmu], TranscodedFormats(audio: pcma))
        var talker = try Talker(pcmu)
        for _ in 0..<5 { bench.receive(talker.packet(frame)) }
        talker.sequenceNumber = 40_000
        for _ in 0..<5 { bench.receive(talker.packet(frame)) }
        let counters = bench.transcoder.counters
        #expect(counters.strays == 1 && counters.sourceChanges == 1 && counters.lost == 0)
        #expect(bench.sent.count == 9)
        #expect(bench.sent.last?.header.timestamp == 1_440)
    }

    @Test("a stray packet far away changes nothing")
    func stray() throws {
        let bench = try Bench([pcmu], TranscodedFormats(audio: pcma))
        var talker = try Talker(pcmu)
        for index in 0..<10 {
            var packet = talker.packet(frame)
            if index == 5 { packet.header.sequenceNumber = 30_000 }
            bench.receive(packet)
            bench.wait(20)
        }
        bench.wait(100)
        let counters = bench.transcoder.counters
        #expect(counters.strays == 1 && counters.sourceChanges == 0 && counters.lost == 1)
        #expect(bench.sent.map(\.header.timestamp) == (0..<10).map { $0 * 160 })
    }

    @Test(
        "a source whose clock is off keeps its own timestamps over ten minutes",
        arguments: [-200.0, 200])
    func drift(partsPerMillion: Double) throws {
        let output = AudioFormat(.l16(sampleRateHz: 8_000, channels: 1), payloadType: 97)
        let bench = try Bench(from: pcmu, to: output)
        var talker = try Talker(pcmu)
        for _ in 0..<30_000 {
            bench.receive(talker.packet(frame))
            bench.wait(20 * (1 + partsPerMillion / 1e6))
        }
        #expect(bench.sent.count == 30_000)
        #expect(bench.sent.last?.header.timestamp == 4_799_840)
        #expect(bench.transcoder.counters.concealedPackets == 0)
        for (packet, index) in zip(bench.sent, 0...) {
            guard packet.header.timestamp == UInt32(index) * 160 else {
                Issue.record("packet \(index) has timestamp \(packet.header.timestamp)")
                return
            }
        }
    }

    @Test("a codec change in mid-stream keeps one line", arguments: [true, false])
    func codecChange(isContinuous: Bool) throws {
        let bench = try Bench(
            [pcmu, g722, opus], TranscodedFormats(audio: pcma), isContinuous: isContinuous)
        var sequenceNumber: UInt16 = 0
        var expected: UInt32 = 5_000
        for format in [pcmu, g722, opus, pcmu] {
            var talker = try Talker(format, first: sequenceNumber, timestamp: 5_000)
            if format.codec != .opus { talker.timestamp = expected }
            let samples = [Int16](repeating: 500, count: talker.encoder.sampleRateHz / 50)
            for _ in 0..<10 {
                bench.receive(talker.packet(samples))
                bench.wait(20)
            }
            sequenceNumber = talker.sequenceNumber
            expected += 1_600
        }
        bench.finish()
        #expect(bench.transcoder.counters.codecChanges == 3)
        #expect(bench.transcoder.counters.lost == 0)
        for (earlier, later) in zip(bench.sent, bench.sent.dropFirst()) {
            let ticks = later.header.timestamp &- earlier.header.timestamp
            #expect(ticks <= 160 && ticks == UInt32(earlier.payload.count))
        }
    }
}
