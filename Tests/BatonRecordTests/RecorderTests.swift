import BatonAudio
import BatonBase
import BatonIO
import BatonMediaFile
import BatonOpus
import Foundation
import Synchronization
import Testing

@testable import BatonRecord

@Suite("N10: files of recordings")
struct RecorderTests {
    @Test("WAV: each party is heard on its own channel, for as long as it talked")
    func stereo() throws {
        let harness = try RecorderHarness()
        let files = try harness.recorder.begin(
            harness.plan([.wav]), lines: [harness.line(0), harness.line(1)])
        #expect(files == ["\(harness.folder)/name.wav", "\(harness.folder)/name.json"])
        harness.talk(100)
        harness.recorder.finish()
        let bytes = try harness.file("wav")
        let left = try RecorderHarness.samples(bytes, channel: 0)
        let right = try RecorderHarness.samples(bytes, channel: 1)
        #expect(left.rate == 8_000)
        #expect(abs(left.samples.count - 16_000) <= 320)
        #expect(RecorderHarness.level(440, left.samples) > 7_000)
        #expect(RecorderHarness.level(1_000, left.samples) < 100)
        #expect(RecorderHarness.level(1_000, right.samples) > 7_000)
        #expect(RecorderHarness.level(440, right.samples) < 100)
        #expect(harness.events.kinds == [.finished])
    }

    @Test("WAV, mixed: both parties are heard on one channel")
    func mono() throws {
        let harness = try RecorderHarness()
        _ = try harness.recorder.begin(
            harness.plan([.wav], isStereo: false), lines: [harness.line(0), harness.line(1)])
        harness.talk(50)
        harness.recorder.finish()
        let mixed = try RecorderHarness.samples(try harness.file("wav"), channel: 0)
        #expect(RecorderHarness.level(440, mixed.samples) > 7_000)
        #expect(RecorderHarness.level(1_000, mixed.samples) > 7_000)
    }

    @Test("PCAP: every packet with its time, from the party to our port")
    func capture() throws {
        let harness = try RecorderHarness()
        let begin = harness.now
        _ = try harness.recorder.begin(
            harness.plan([.pcap]), lines: [harness.line(0), harness.line(1)])
        harness.talk(3)
        harness.write(1, [0x81, 201, 0, 1, 0, 0, 0, 1], isControl: true)
        harness.recorder.finish()
        let bytes = try harness.file("pcap")
        var reader = try PCAPReader(bytes.span.bytes)
        var found: [CapturedDatagram] = []
        while let datagram = try reader.nextDatagram(in: bytes.span.bytes) {
            found.append(datagram)
        }
        #expect(found.count == 7)
        #expect(found.first?.source == SocketAddress("192.0.2.1:4000"))
        #expect(found.first?.destination == SocketAddress("127.0.0.1:30000"))
        #expect(found.first?.unixNanoseconds == begin.nanoseconds)
        #expect(found[2].unixNanoseconds == begin.nanoseconds + 20_000_000)
        #expect(Array(bytes[found[1].payload]) == harness.packet(1, 0, hertz: 1_000))
        #expect(found.last?.destination == SocketAddress("127.0.0.1:30003"))
    }

    @Test("Ogg Opus: the tones are at their channels, and the length is that of the talk")
    func opus() throws {
        let harness = try RecorderHarness()
        _ = try harness.recorder.begin(
            harness.plan([.ogg]), lines: [harness.line(0), harness.line(1)])
        harness.talk(150)
        harness.recorder.finish()
        let bytes = try harness.file("ogg")
        let reader = try OggOpusReader(bytes.span.bytes)
        #expect(reader.isComplete && reader.head.channelCount == 2)
        var decoder = try OpusDecoder(sampleRate: .hz8000, channels: .stereo)
        var room = [Int16](repeating: 0, count: 8_000)
        var (left, right): ([Int16], [Int16]) = ([], [])
        for packet in reader.packets {
            let payload = Array(reader.payload[packet.byteRange])
            var span = room.mutableSpan
            let count = try decoder.decode(payload.span.bytes, into: &span)
            for index in 0..<count {
                left.append(room[2 * index])
                right.append(room[2 * index + 1])
            }
        }
        #expect(abs(left.count - 24_000) <= 480)
        #expect(RecorderHarness.level(440, left) > 5_000)
        #expect(RecorderHarness.level(1_000, left) < 500)
        #expect(RecorderHarness.level(1_000, right) > 5_000)
    }

    @Test("packets out of order are put right, and a short loss does not move what follows")
    func order() throws {
        let harness = try RecorderHarness()
        _ = try harness.recorder.begin(
            harness.plan([.wav]), lines: [harness.line(0), harness.line(1)])
        harness.talk(20, skipping: [5, 11, 12])
        harness.talk(30, from: 20)
        harness.recorder.finish()
        let whole = try RecorderHarness.samples(try harness.file("wav"), channel: 0).samples
        // The tone goes on in phase behind the losses.
        #expect(RecorderHarness.level(440, Array(whole[..<600])) > 7_000)
        let reference = try RecorderHarness()
        _ = try reference.recorder.begin(
            reference.plan([.wav]), lines: [reference.line(0), reference.line(1)])
        for pair in 0..<25 {
            reference.write(0, reference.packet(0, 2 * pair + 1, hertz: 440))
            reference.write(0, reference.packet(0, 2 * pair, hertz: 440))
            reference.pass(40)
        }
        reference.recorder.finish()
        let swapped = try RecorderHarness.samples(try reference.file("wav"), channel: 0).samples
        #expect(RecorderHarness.level(440, Array(swapped[320..<7_600])) > 7_500)
        #expect(RecorderHarness.level(440, Array(whole[2_400..<7_600])) > 7_500)
    }

    @Test("a pause is left out, and stands in the metadata")
    func pause() throws {
        let harness = try RecorderHarness()
        _ = try harness.recorder.begin(
            harness.plan([.wav, .pcap]), lines: [harness.line(0), harness.line(1)])
        harness.talk(50)
        harness.recorder.pause(6, at: harness.now)
        harness.recorder.settle()
        harness.talk(100, from: 50)
        harness.recorder.resume(6, at: harness.now)
        harness.recorder.settle()
        harness.talk(50, from: 150)
        harness.recorder.finish()
        let left = try RecorderHarness.samples(try harness.file("wav"), channel: 0).samples
        #expect(abs(left.count - 16_000) <= 480, "two seconds of four")
        #expect(RecorderHarness.level(440, Array(left[8_200..<15_500])) > 7_000)
        let metadata = String(decoding: try harness.file("json"), as: UTF8.self)
        #expect(metadata.contains("\"from\": 1001.0"))
        #expect(metadata.contains("\"to\": 1003.0"))
        #expect(metadata.contains("\"packets\": 200"))
    }

    @Test("a wideband codec makes a recording of 16 kHz, in which narrowband is resampled")
    func wideband() throws {
        let harness = try RecorderHarness()
        _ = try harness.recorder.begin(
            harness.plan([.wav]),
            lines: [
                harness.line(0), harness.line(1, [RecorderHarness.g722, RecorderHarness.pcmu]),
            ])
        harness.talk(100)
        harness.recorder.finish()
        let left = try RecorderHarness.samples(try harness.file("wav"), channel: 0)
        #expect(left.rate == 16_000)
        #expect(abs(left.samples.count - 32_000) <= 640)
        #expect(RecorderHarness.level(440, left.samples, rate: 16_000) > 7_000)
    }

    @Test("discarded: no file is left")
    func discard() throws {
        let harness = try RecorderHarness()
        _ = try harness.recorder.begin(
            harness.plan([.wav, .ogg, .pcap]), lines: [harness.line(0)])
        harness.talk(10)
        harness.recorder.end(6, at: harness.now, discards: true)
        harness.recorder.finish()
        #expect(try FileManager.default.contentsOfDirectory(atPath: harness.folder).isEmpty)
        #expect(harness.events.kinds == [.discarded])
    }

    @Test("nothing is overwritten, and no file is left when one cannot be made")
    func exclusive() throws {
        let harness = try RecorderHarness()
        try Data().write(to: URL(fileURLWithPath: harness.folder + "/name.wav"))
        #expect(throws: SystemError.self) {
            _ = try harness.recorder.begin(harness.plan([.pcap, .wav]), lines: [])
        }
        let left = try FileManager.default.contentsOfDirectory(atPath: harness.folder)
        #expect(left == ["name.wav"])
    }

    @Test("a disk that is full is told once and counted")
    func diskFull() throws {
        let device = OutputFile(
            owning: Descriptor(owning: open("/dev/full", O_WRONLY)), path: "/dev/full")
        let full = RecordingFile(device, leavesHoles: false)
        full.buffer = [1, 2, 3]
        full.flush(always: true)
        full.buffer = [4]
        full.flush(always: true)
        #expect(full.lostBytes == 4)
        #expect(full.writtenBytes == 0)
        #expect(full.failure != nil)
        #expect(full.buffer.isEmpty)
    }

    @Test("a recording without packets has files that can be read")
    func empty() throws {
        let harness = try RecorderHarness()
        _ = try harness.recorder.begin(harness.plan([.wav, .ogg, .pcap]), lines: [harness.line(0)])
        harness.recorder.finish()
        #expect(try RecorderHarness.samples(try harness.file("wav"), channel: 0).samples.isEmpty)
        let ogg = try harness.file("ogg")
        #expect(throws: Never.self) { _ = try OggOpusReader(ogg.span.bytes) }
    }
}
