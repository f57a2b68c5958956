import BatonBase
import BatonConfig
import BatonIO
import BatonMedia
import BatonNG
import BatonRecord
import Foundation
import Synchronization
import Testing

@testable import BatonServer

/// A folder that goes away with its test.
final class RecordingFolder {
    let path = NSTemporaryDirectory() + "baton-recordings-\(UInt64.random(in: 0 ... .max))"

    init() throws {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    var files: [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted()
    }
}

@Suite("N10: recording")
struct RecordingTests {
    private func harness(
        _ folder: RecordingFolder?, _ change: (inout SignallingSettings) -> Void = { _ in }
    ) -> CoreHarness {
        let harness = CoreHarness { settings in
            settings.recording.directory = folder?.path
            settings.recording.template = "{call-id}-{number}"
            change(&settings)
        }
        let time = harness.now
        harness.core.recorder = Recorder(rings: [], clock: { time }) { _ in }
        return harness
    }

    /// The taps of all ports as the worker was told last.
    private func taps(_ harness: CoreHarness) -> [PortSlot: TapNumber] {
        var taps: [PortSlot: TapNumber] = [:]
        for case .configure(let slot, let configuration) in harness.books.commands {
            #expect((configuration.tap != nil) == configuration.effects.contains(.tapped))
            taps[slot] = configuration.tap
        }
        return taps
    }

    private func names(_ reply: NGDictionary) -> [String] {
        (reply["recordings"]?.list ?? []).compactMap {
            $0.string?.text.components(separatedBy: "/").last
        }
    }

    @Test("record-call in the offer records all ports from the first packet; offers list the files")
    func recordCall() throws {
        let folder = try RecordingFolder()
        let harness = harness(folder)
        let reply = try harness.offer("call", ["record-call": "yes"])
        #expect(names(reply) == ["call-1.wav", "call-1.json"])
        #expect(reply.text("warning") == nil)
        try harness.answer()
        #expect(taps(harness).count == 4)
        #expect(Set(taps(harness).values.map(\.recording)) == [1])
        #expect(folder.files == ["call-1.json", "call-1.wav"])
    }

    @Test("start recording and stop recording work on a running call, whatever it had before")
    func startAndStop() throws {
        let folder = try RecordingFolder()
        let harness = harness(folder)
        try harness.offer()
        try harness.answer()
        #expect(taps(harness).isEmpty)
        let reply = try harness.send("start recording", ["call-id": "call"])
        #expect(reply.text("result") == "ok")
        #expect(taps(harness).count == 4)
        #expect(
            try harness.send("query", ["call-id": "call"]).at("recording", "call recording")?
                .integer == 1)
        #expect(try harness.send("stop recording", ["call-id": "call"]).text("result") == "ok")
        #expect(taps(harness).isEmpty)
        #expect(try harness.send("query", ["call-id": "call"])["recording"] == nil)
        let again = try harness.send("stop recording", ["call-id": "call"])
        #expect(again.text("warning") == "the call is not recorded")
    }

    @Test("one party alone is recorded when the command names it; an excluded one never is")
    func parties() throws {
        let folder = try RecordingFolder()
        let harness = harness(folder)
        try harness.offer()
        try harness.answer()
        try harness.send(
            "start recording",
            ["call-id": "call", "from-tag": "b", "flags": .list(["directional"])])
        let port = try harness.rtpPort("b")
        let tapped = Set(taps(harness).keys)
        #expect(tapped == [port, PortSlot(port.index + 1)])
        let other = self.harness(folder)
        try other.offer(
            "call",
            ["record-call": "yes", "flags": .list(["exclude-recording"]), "recording-file": "x"])
        try other.answer()
        #expect(taps(other)[try other.rtpPort("a")] == nil)
        #expect(taps(other)[try other.rtpPort("b")] != nil)
    }

    @Test("the request's file, folder and pattern win over what is configured")
    func names() throws {
        let folder = try RecordingFolder()
        let harness = harness(nil)
        try harness.offer()
        let file = try harness.send(
            "start recording",
            ["call-id": "call", "recording-file": .text("\(folder.path)/mine.pcap")])
        #expect(names(file) == ["mine.pcap", "mine.json"])
        try harness.send("stop recording", ["call-id": "call"])
        let pattern = try harness.send(
            "start recording",
            [
                "call-id": "call", "recording-dir": .text(folder.path),
                "recording-pattern": "%c_{number}",
            ])
        #expect(names(pattern) == ["call_2.wav", "call_2.json"])
    }

    @Test(
        "output- is another word for recording-",
        arguments: ["output-file", "output-dest", "output-destination"])
    func outputNames(key: String) throws {
        let folder = try RecordingFolder()
        let harness = harness(folder)
        var fields: NGDictionary = ["record-call": "yes", "output-dir": "."]
        fields.append(key, "named")
        #expect(names(try harness.offer("call", fields)) == ["named.wav", "named.json"])
        let pattern: NGDictionary = ["record-call": "yes", "output-pattern": "made-%c"]
        let other = try harness.offer("other", pattern)
        #expect(names(other) == ["made-other.wav", "made-other.json"])
    }

    @Test(
        "what is not done yet is named in a warning",
        arguments: [
            "recording-media-slots", "recording-media-slot-offer", "recording-media-slot-answer",
            "VSC-start-rec", "VSC-stop-rec", "VSC-start-stop-rec", "VSC-pause-rec",
            "VSC-pause-resume-rec", "VSC-start-pause-resume-rec",
        ])
    func keysWithoutEffect(key: String) throws {
        var fields: NGDictionary = [:]
        fields.append(key, "2")
        let reply = try harness(try RecordingFolder()).offer("call", fields)
        #expect(reply.text("result") == "ok")
        #expect(reply.text("warning")?.contains(key) == true, "\(reply)")
    }

    @Test("flags that are not done yet are named in a warning; skip-recording-db is so anyway")
    func flagsWithoutEffect() throws {
        let harness = harness(try RecordingFolder())
        for flag in ["recording-announcement", "recording-vsc"] {
            let reply = try harness.offer(
                NGBytes(flag).text, ["flags": .list([.text(flag)])])
            #expect(reply.text("warning")?.contains(flag) == true, "\(reply)")
        }
        let silent = try harness.offer(
            "call",
            ["flags": .list(["skip-recording-db", "exclude-recording", "discard-recording"])])
        #expect(silent.text("warning") == nil)
    }

    @Test("a party that excludes itself in the middle of a call is left out from then on")
    func excludedLater() throws {
        let folder = try RecordingFolder()
        let harness = harness(folder)
        try harness.offer("call", ["record-call": "yes"])
        try harness.answer()
        #expect(taps(harness).count == 4)
        try harness.offer("call", ["flags": .list(["exclude-recording"]), "to-tag": "b"])
        #expect(taps(harness)[try harness.rtpPort("a")] == nil)
        #expect(taps(harness)[try harness.rtpPort("b")] != nil)
        let query = try harness.send("query", ["call-id": "call"])
        #expect(query.at("tags", "a", "recording", "excluded")?.integer == 1)
        #expect(query.at("tags", "b", "recording", "excluded")?.integer == 0)
    }

    @Test("what cannot be made is refused with the reason and what to do")
    func refusals() throws {
        let harness = harness(nil)
        let missing = try harness.offer("call", ["record-call": "yes"])
        #expect(missing.text("result") == "ok", "the call goes on")
        #expect(missing.text("warning")?.contains("recording.directory") == true)
        for (key, value, word) in [
            ("recording-dir", "/does/not/exist", "make the folder"),
            ("recording-dir", "/tmp/../etc", "leads upwards"),
            ("recording-pattern", "{call}", "call-id"), ("recording-pattern", "%q", "%c"),
        ] {
            var fields: NGDictionary = ["call-id": "call"]
            fields.append(key, .text(value))
            if key != "recording-dir" { fields.append("recording-dir", "/tmp") }
            let reply = try harness.send("start recording", fields)
            #expect(reply.text("error-reason") == "Failed to start recording")
            #expect(reply.text("detail")?.contains(word) == true, "\(reply)")
        }
        #expect(taps(harness).isEmpty)
    }

    @Test("a call whose keys only the parties have says so; with record-call the keys are ours")
    func passThrough() throws {
        let folder = try RecordingFolder()
        let harness = harness(folder)
        let crypto =
            "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwd\r\n"
        let sdp = CoreHarness.sdp(port: 40_000, kind: "audio RTP/SAVP 0", more: crypto)
        try harness.offer(sdp: sdp)
        let reply = try harness.send("start recording", ["call-id": "call"])
        #expect(reply.text("warning")?.contains("record-call") == true)
        #expect(taps(harness).isEmpty)
        let opened = try harness.offer("other", sdp: sdp, ["record-call": "yes"])
        #expect(opened.text("sdp")?.contains("inline:AAECAwQF") == false)
    }

    @Test("pause, go on, discard: no file is left")
    func discard() throws {
        let folder = try RecordingFolder()
        let harness = harness(folder)
        try harness.offer("call", ["record-call": "yes"])
        try harness.send("pause recording", ["call-id": "call"])
        #expect(
            try harness.send("query", ["call-id": "call"]).at("recording", "paused")?.integer == 1)
        try harness.send("start recording", ["call-id": "call"])
        #expect(
            try harness.send("query", ["call-id": "call"]).at("recording", "paused")?.integer == 0)
        try harness.send("stop recording", ["call-id": "call", "pause": "yes"])
        #expect(
            try harness.send("query", ["call-id": "call"]).at("recording", "paused")?.integer == 1)
        try harness.send(
            "stop recording", ["call-id": "call", "flags": .list(["discard-recording"])])
        harness.core.recorder?.finish()
        #expect(folder.files.isEmpty)
    }

    @Test("the packets of a call go through a worker into the file, which is complete after delete")
    func throughTheServer() async throws {
        let folder = try RecordingFolder()
        let ended = Mutex<[String]>([])
        let fixture = try await ServerFixture(
            rtp: 63_200...63_299,
            { config in
                config.recording.directory = folder.path
                config.recording.formats = [.pcap, .wav]
                config.recording.template = "{call-id}"
            },
            observer: { event in
                guard case .recordingEnded(let files, let packets) = event.kind else { return }
                ended.withLock { $0 = files + ["\(packets)"] }
            })
        let offer = try await fixture.offer("wired", ["record-call": "yes"])
        let answer = try await fixture.answer("wired")
        let ports = try [answer, offer].map { reply in
            let line = try #require(
                reply.text("sdp")?.components(separatedBy: "m=audio ").last?
                    .components(separatedBy: " ").first)
            return try #require(UInt16(line))
        }
        let sockets = try [40_000, 40_100].map { _ in
            try UDPSocket(bindingTo: SocketAddress(ip: ServerFixture.loopback, port: 0))
                .takeDescriptor()
        }
        defer { for socket in sockets { Descriptor.close(taken: socket) } }
        for number in 0..<25 {
            for (index, socket) in sockets.enumerated() {
                let time = UInt16(number * 160)
                var packet: [UInt8] = [0x80, 0, 0, UInt8(number), 0, 0, UInt8(time >> 8)]
                packet += [UInt8(time & 255), 0, 0, 0, UInt8(index + 1)]
                packet += [UInt8](repeating: 0x20, count: 160)
                _ = DatagramSocket.send(
                    packet, through: socket,
                    to: SocketAddress(ip: ServerFixture.loopback, port: ports[index]))
            }
        }
        let arrived = await ServerFixture.eventually {
            await fixture.server.session(callID: "wired")?.summary.rtp.packets == 50
        }
        #expect(arrived)
        _ = try await fixture.send("delete", ["call-id": "wired", "from-tag": "a"])
        let isEnded = await ServerFixture.eventually { !ended.withLock { $0.isEmpty } }
        #expect(isEnded)
        #expect(ended.withLock { $0.last } == "50")
        #expect(folder.files == ["wired.json", "wired.pcap", "wired.wav"])
        let capture = try Data(contentsOf: URL(fileURLWithPath: folder.path + "/wired.pcap"))
        let recordBytes = 16 + 28 + 172
        #expect(capture.count == 24 + 50 * recordBytes)
        await fixture.server.stop()
    }
}
