import BatonBase
import BatonConfig
import BatonIO
import BatonMedia
import BatonNG
import BatonRecord
import Glibc
import Synchronization
import Testing

@testable import BatonServer

@Suite("N10: start forwarding and stop forwarding")
struct ForwardingCommandTests {
    private func harness(
        _ folder: RecordingFolder? = nil, forwardsTo address: String? = "127.0.0.1:9"
    ) throws -> CoreHarness {
        let harness = CoreHarness { settings in
            settings.recording.directory = folder?.path
            settings.recording.template = "{call-id}-{number}"
            settings.recording.forwardAddress = address.flatMap { SocketAddress($0) }
        }
        let time = harness.now
        harness.core.recorder = Recorder(rings: [], clock: { time }) { _ in }
        try harness.offer()
        try harness.answer()
        return harness
    }

    private func taps(_ harness: CoreHarness) -> Set<PortSlot> {
        var taps: Set<PortSlot> = []
        for case .configure(let slot, let configuration) in harness.books.commands {
            if configuration.tap != nil { taps.insert(slot) } else { taps.remove(slot) }
        }
        return taps
    }

    private func query(_ harness: CoreHarness) throws -> NGDictionary {
        try harness.send("query", ["call-id": "call"])
    }

    @Test("without recording.forward-to it is no error, and a warning says what to set")
    func withoutAddress() throws {
        let harness = try harness(forwardsTo: nil)
        let reply = try harness.send("start forwarding", ["call-id": "call"])
        #expect(reply.text("result") == "ok")
        #expect(reply.text("warning")?.contains("recording.forward-to") == true)
        #expect(taps(harness).isEmpty)
    }

    @Test("both parties are forwarded when none is named, until they are not")
    func wholeCall() throws {
        let harness = try harness()
        let reply = try harness.send("start forwarding", ["call-id": "call"])
        #expect(reply.text("result") == "ok" && reply.text("warning") == nil)
        #expect(taps(harness).count == 4)
        #expect(try query(harness).at("recording", "forwarding")?.integer == 1)
        #expect(try query(harness).at("recording", "call recording")?.integer == 0)
        #expect(try query(harness).at("tags", "b", "recording", "forwarding")?.integer == 1)
        let stop = try harness.send("stop forwarding", ["call-id": "call"])
        #expect(stop.text("result") == "ok" && stop.text("warning") == nil)
        #expect(taps(harness).isEmpty)
        #expect(try query(harness).at("recording", "forwarding")?.integer == nil)
        let again = try harness.send("stop forwarding", ["call-id": "call"])
        #expect(again.text("warning") == "the call is not forwarded")
    }

    @Test("a party that is named is forwarded alone, and can be taken out of a call's forwarding")
    func party() throws {
        let harness = try harness()
        let party: NGDictionary = [
            "call-id": "call", "from-tag": "b", "flags": .list(["directional"]),
        ]
        try harness.send("start forwarding", party)
        let port = try harness.rtpPort("b")
        #expect(taps(harness) == [port, PortSlot(port.index + 1)])
        #expect(try query(harness).at("tags", "a", "recording", "forwarding")?.integer == 0)
        try harness.send("start forwarding", ["call-id": "call"])
        #expect(taps(harness).count == 4)
        try harness.send("stop forwarding", party)
        #expect(!taps(harness).contains(port) && taps(harness).count == 2)
        let unknown = try harness.send(
            "start forwarding",
            ["call-id": "call", "from-tag": "x", "flags": .list(["directional"])])
        #expect(unknown.text("result") == "error")
    }

    @Test("recording and forwarding begin and end without each other")
    func apart() throws {
        let folder = try RecordingFolder()
        let harness = try harness(folder)
        try harness.send("start recording", ["call-id": "call"])
        try harness.send(
            "start forwarding",
            ["call-id": "call", "from-tag": "a", "flags": .list(["directional"])])
        try harness.send("stop recording", ["call-id": "call"])
        #expect(taps(harness).count == 2)
        try harness.send("start recording", ["call-id": "call"])
        #expect(folder.files.filter { $0.hasSuffix(".wav") } == ["call-1.wav", "call-2.wav"])
        try harness.send("stop forwarding", ["call-id": "call"])
        #expect(taps(harness).count == 4)
        #expect(try query(harness).at("recording", "call recording")?.integer == 1)
        #expect(try query(harness).at("recording", "forwarding")?.integer == 0)
        try harness.send("stop recording", ["call-id": "call"])
        #expect(taps(harness).isEmpty)
    }

    @Test("exclude-recording keeps a party from listeners too, and a command that names it warns")
    func excluded() throws {
        let harness = try harness()
        try harness.offer("other", ["flags": .list(["exclude-recording"])])
        let reply = try harness.send(
            "start forwarding",
            ["call-id": "other", "from-tag": "a", "flags": .list(["directional"])])
        #expect(reply.text("warning")?.contains("exclude-recording") == true)
        #expect(taps(harness).isEmpty)
    }

    @Test("packets go through a worker to the listener, and the call's end ends the connection")
    func throughTheServer() async throws {
        let listener = try TCPListener(
            bindingTo: SocketAddress(ip: ServerFixture.loopback, port: 0))
        let address = listener.localAddress
        let ended = Mutex<[String]>([])
        let fixture = try await ServerFixture(
            rtp: 63_300...63_399, { $0.recording.forwardAddress = address },
            observer: { event in
                guard case .forwardingEnded(let tag, let sent, _) = event.kind else { return }
                ended.withLock { $0.append("\(tag ?? "") \(sent)") }
            })
        _ = try await fixture.offer("heard", ["metadata": "who"])
        let answer = try await fixture.answer("heard")
        _ = try await fixture.send("start forwarding", ["call-id": "heard"])
        let line = answer.text("sdp")?.split(separator: "m=audio ").last?.split(separator: " ")
        let port = try #require(line?.first.flatMap { UInt16($0) })
        let socket = try UDPSocket(bindingTo: SocketAddress(ip: ServerFixture.loopback, port: 0))
            .takeDescriptor()
        defer { Descriptor.close(taken: socket) }
        let target = SocketAddress(ip: ServerFixture.loopback, port: port)
        // A party speaks for as long as nothing of it has been heard.
        var (bytes, number): ([UInt8], Int) = ([], 0)
        var accepted: Int32?
        defer { if let accepted { Descriptor.close(taken: accepted) } }
        while !Self.isHeard(bytes), number < 1_000 {
            _ = DatagramSocket.send(Self.packet(number), through: socket, to: target)
            number += 1
            try await Task.sleep(for: .milliseconds(20))
            if accepted == nil { accepted = try listener.accept()?.socket }
            guard let accepted else { continue }
            _ = try StreamSocket.read(accepted, into: &bytes, limit: 65_536)
        }
        let descriptor = try #require(accepted)
        _ = try await fixture.send("delete", ["call-id": "heard", "from-tag": "a"])
        var end: StreamTransfer?
        while end == nil {
            var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            guard poll(&waiting, 1, 10_000) == 1 else { break }
            let read = try StreamSocket.read(descriptor, into: &bytes, limit: 65_536)
            if read == .endOfStream { end = read }
        }
        #expect(end == .endOfStream)
        let header = String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        #expect(header.contains("\"call-id\": \"heard\"") && header.contains("\"who\""))
        #expect(Self.isHeard(bytes), "not silence")
        let isTold = await ServerFixture.eventually { ended.withLock { $0.count == 1 } }
        #expect(isTold)
        await fixture.server.stop()
    }

    /// 20 ms of PCMU that is no silence.
    private static func packet(_ number: Int) -> [UInt8] {
        let time = UInt32(number * 160)
        return [0x80, 0, UInt8(number >> 8 & 255), UInt8(number & 255)]
            + (0..<4).map { UInt8(time >> (24 - 8 * $0) & 255) } + [0, 0, 0, 1]
            + [UInt8](repeating: 0x20, count: 160)
    }

    /// Whether there is sound behind the header of a forwarded stream.
    private static func isHeard(_ bytes: [UInt8]) -> Bool {
        bytes.drop { $0 != 0 }.dropFirst().contains { $0 != 0 }
    }
}
