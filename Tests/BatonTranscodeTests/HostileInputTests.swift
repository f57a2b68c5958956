import BatonBase
import BatonRTP
import BatonTestKit
import BatonTranscode
import Testing

private let opus = AudioFormat(.opus, payloadType: 96)
private let pcma = AudioFormat(.pcma, payloadType: 8)

@Suite("Input that is wrong")
struct HostileInputTests {
    @Test(
        "random payloads of Opus are survived and their time is filled",
        arguments: 1...20 as ClosedRange<UInt64>)
    func randomOpus(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let bench = try Bench(from: opus, to: pcma)
        for index in 0..<300 {
            let count = Int.random(in: 0...120, using: &random)
            let payload = (0..<count).map { _ in UInt8.random(in: 0 ... .max, using: &random) }
            let header = RTPHeader(
                payloadType: 96, sequenceNumber: UInt16(index), timestamp: UInt32(index) * 960)
            bench.receive(Packet(header: header, payload: payload))
            bench.wait(20)
        }
        #expect(bench.transcoder.counters.malformed > 0, "seed \(seed)")
        #expect(!bench.sent.isEmpty)
    }

    @Test(
        "changed bytes in packets of a real encoder are survived",
        arguments: 1...10 as ClosedRange<UInt64>)
    func damagedOpus(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let bench = try Bench(from: opus, to: pcma)
        var talker = try Talker(opus, sourceRateHz: 8_000)
        let speech = tone(300, rate: 8_000, count: 160)
        for _ in 0..<200 {
            var packet = talker.packet(speech)
            let offset = Int.random(in: 0..<packet.payload.count, using: &random)
            packet.payload[offset] = UInt8.random(in: 0 ... .max, using: &random)
            if Bool.random(using: &random) { packet.payload.removeLast() }
            bench.receive(packet)
        }
        #expect(bench.transcoder.counters.packetsIn == 200)
    }

    @Test("courses of random bytes are survived", arguments: 1...100 as ClosedRange<UInt64>)
    func randomCourses(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let count = Int.random(in: 0...4_000, using: &random)
        var bytes = (0..<count).map { _ in UInt8.random(in: 0 ... .max, using: &random) }
        // Short payloads and near numbers, so that there are many packets that belong together.
        for offset in stride(from: 1, to: count - 12, by: 1) where offset % 40 == 1 {
            bytes[offset + 2] = 0
            bytes[offset + 3] = UInt8(truncatingIfNeeded: offset / 40) &+ bytes[offset + 3] % 3
            bytes[offset + 10] = 0
            bytes[offset + 11] = 28
        }
        fuzzTranscode(bytes)
    }

    @Test("the corpus and every input that once failed are survived")
    func replays() throws {
        let corpus = try RepositoryFiles.contents(of: "tools/fuzz/corpus/Transcode")
        let regressions = try RepositoryFiles.contents(of: "tools/fuzz/regressions/Transcode")
        #expect(!corpus.isEmpty)
        for input in corpus + regressions { fuzzTranscode(input.bytes) }
    }

    @Test("payloads beyond the limit and unknown payload types are counted")
    func counted() throws {
        let bench = try Bench(from: AudioFormat(.pcmu, payloadType: 0), to: pcma)
        let long = [UInt8](repeating: 0xff, count: 1_401)
        bench.receive(
            Packet(
                header: RTPHeader(payloadType: 0, sequenceNumber: 0, timestamp: 0), payload: long))
        bench.receive(
            Packet(
                header: RTPHeader(payloadType: 50, sequenceNumber: 1, timestamp: 0),
                payload: [1]))
        bench.receive(
            Packet(header: RTPHeader(payloadType: 0, sequenceNumber: 2, timestamp: 0), payload: []))
        #expect(bench.transcoder.counters.malformed == 2)
        #expect(bench.transcoder.counters.unknownPayloadTypes == 1)
        #expect(bench.sent.isEmpty)
    }

    @Test("an output without room costs packets, and numbers stay in a row")
    func noRoom() throws {
        let bench = try Bench(from: AudioFormat(.pcmu, payloadType: 0), to: pcma)
        var talker = try Talker(AudioFormat(.pcmu, payloadType: 0))
        let frame = [Int16](repeating: 9, count: 160)
        bench.receive(talker.packet(frame))
        bench.recorder.room = 10
        bench.receive(talker.packet(frame))
        bench.recorder.room = 1_400
        bench.receive(talker.packet(frame))
        #expect(bench.sent.map(\.header.sequenceNumber) == [100, 101])
        #expect(bench.sent.map(\.header.timestamp) == [0, 320])
        #expect(bench.transcoder.counters.unsent == 1)
    }

    @Test("formats that cannot be transcoded are refused")
    func refused() {
        let event = AudioFormat(.telephoneEvent(clockRateHz: 8_000), payloadType: 101)
        let identity = TranscodedIdentity(ssrc: 1, sequenceNumber: 0, isContinuous: false)
        #expect(throws: TranscoderError.outputIsNotAudio) {
            _ = try AudioTranscoder(
                input: [pcma], output: TranscodedFormats(audio: event), identity: identity)
        }
        #expect(throws: TranscoderError.inputHasNoAudio) {
            _ = try AudioTranscoder(
                input: [event], output: TranscodedFormats(audio: pcma), identity: identity)
        }
        let odd = AudioFormat(.l16(sampleRateHz: 7_777, channels: 1), payloadType: 97)
        #expect(throws: TranscoderError.unsupported(odd.codec)) {
            _ = try AudioTranscoder(
                input: [odd], output: TranscodedFormats(audio: pcma), identity: identity)
        }
    }
}
