import BatonBase
import BatonIO
import BatonMediaFile
import Glibc
import Testing

@testable import BatonRecord

extension RecorderHarness {
    func forwarding(
        to address: SocketAddress, sampleRateHz: Int = 8_000,
        header: ForwardingPlan.Header = .json
    ) -> ForwardingPlan {
        ForwardingPlan(
            tap: 5, callID: "a call", address: address, sampleRateHz: sampleRateHz,
            header: header, metadata: "the \"text\"")
    }

    /// Both parties are forwarded, and not recorded.
    var forwarded: [RecordedLine] {
        [0, 1].map { line($0, isRecorded: false, isForwarded: true) }
    }

    /// Nothing is forwarded any more.
    func stopForwarding() {
        recorder.update(5, lines: [], at: now)
        // Time must not go on before the recorder has heard of it.
        recorder.settle()
        pass(300)
    }

    /// Waits until the recorder knows that somebody listens.
    func awaitConnection() -> Bool {
        let deadline = ContinuousClock.now + .seconds(20)
        repeat {
            recorder.settle()
            if recorder.figures(ofCall: 5)?.forwarded.first?.isConnected == true { return true }
            _ = poll(nil, 0, 10)
        } while ContinuousClock.now < deadline
        return false
    }

    /// Waits until the recorder has told of `count` things about forwarding.
    func awaitForwarding(_ count: Int) -> [ForwardingEvent] {
        let deadline = ContinuousClock.now + .seconds(20)
        repeat {
            recorder.settle()
            _ = poll(nil, 0, 10)
        } while events.forwarding.count < count && ContinuousClock.now < deadline
        return events.forwarding
    }
}

@Suite("N10: forwarding of audio", .serialized)
struct ForwardingTests {
    @Test("each party's audio comes by a connection of its own, behind a header, to its end")
    func twoParties() throws {
        let harness = try RecorderHarness()
        let listener = try AudioListener()
        harness.recorder.forward(
            harness.forwarding(to: listener.address), lines: harness.forwarded, at: harness.now)
        harness.recorder.settle()
        harness.talk(100)
        harness.stopForwarding()
        var tags: [String] = []
        for _ in 0..<2 {
            let connection = try #require(try listener.connection())
            connection.read()
            #expect(connection.isClosed)
            let isFirst = connection.header.contains("\"tag\": \"tag0\"")
            tags.append(isFirst ? "tag0" : "tag1")
            #expect(connection.header.contains("\"call-id\": \"a call\""))
            #expect(connection.header.contains(#""metadata": "the \"text\"""#))
            #expect(connection.header.contains("\"sample-rate\": 8000"))
            let samples = connection.samples
            #expect(samples.count == 16_000, "two seconds, without a gap")
            let (own, other) = isFirst ? (440.0, 1_000.0) : (1_000.0, 440.0)
            #expect(RecorderHarness.level(own, samples) > 7_000)
            #expect(RecorderHarness.level(other, samples) < 100)
        }
        #expect(Set(tags) == ["tag0", "tag1"])
        let events = harness.awaitForwarding(2)
        #expect(events.map(\.kind) == [.ended, .ended])
        #expect(events.map(\.figures.sentBytes) == [32_000, 32_000])
        #expect(harness.events.kinds.isEmpty, "nothing was recorded")
        #expect(harness.recorder.figures.forwarding.sentBytes == 64_000)
        #expect(harness.recorder.figures.forwarding.streams == 0)
    }

    @Test("the audio comes while the party talks, not a third of a second later")
    func live() throws {
        let harness = try RecorderHarness()
        let listener = try AudioListener()
        harness.recorder.forward(
            harness.forwarding(to: listener.address), lines: [harness.forwarded[0]],
            at: harness.now)
        harness.recorder.settle()
        harness.talk(50)
        let connection = try #require(try listener.connection())
        connection.read { $0.count > 11_200 }
        #expect(connection.samples.count >= 5_600)
        #expect(harness.recorder.figures.forwarding.connections == 1)
    }

    @Test("the audio has the configured rate, and the header may be metadata alone")
    func rate() throws {
        let harness = try RecorderHarness()
        let listener = try AudioListener()
        harness.recorder.forward(
            harness.forwarding(to: listener.address, sampleRateHz: 16_000, header: .metadata),
            lines: [harness.forwarded[0]], at: harness.now)
        harness.recorder.settle()
        harness.talk(100)
        harness.stopForwarding()
        let connection = try #require(try listener.connection())
        connection.read()
        #expect(connection.header == "the \"text\"")
        #expect(abs(connection.samples.count - 32_000) <= 320)
        let level = RecorderHarness.level(
            440, Array(connection.samples[1_600..<30_400]), rate: 16_000)
        #expect(level > 7_000)
    }

    @Test("a call is recorded and forwarded from one decoder; a pause concerns the files alone")
    func both() throws {
        let harness = try RecorderHarness()
        let listener = try AudioListener()
        _ = try harness.recorder.begin(
            harness.plan([.wav]), lines: [harness.line(0, isForwarded: true), harness.line(1)])
        harness.recorder.forward(
            harness.forwarding(to: listener.address),
            lines: [harness.line(0, isForwarded: true), harness.line(1)], at: harness.now)
        harness.recorder.settle()
        harness.talk(50)
        harness.recorder.pause(6, at: harness.now)
        harness.recorder.settle()
        harness.talk(50, from: 50)
        harness.recorder.resume(6, at: harness.now)
        harness.recorder.settle()
        harness.talk(50, from: 100)
        harness.recorder.end(6, at: harness.now)
        harness.stopForwarding()
        let connection = try #require(try listener.connection())
        connection.read()
        harness.recorder.finish()
        let left = try RecorderHarness.samples(try harness.file("wav"), channel: 0).samples
        #expect(abs(left.count - 16_000) <= 480, "two seconds of three")
        #expect(RecorderHarness.level(440, Array(left[8_200..<15_500])) > 7_000)
        let right = try RecorderHarness.samples(try harness.file("wav"), channel: 1).samples
        #expect(RecorderHarness.level(1_000, right) > 7_000)
        #expect(connection.isClosed)
        #expect(connection.samples.count == 24_000)
        #expect(RecorderHarness.level(440, connection.samples) > 7_500)
        #expect(try listener.connection(milliseconds: 0) == nil, "one party alone was asked for")
    }

    @Test("what is forwarded is not recorded, and what is recorded is not forwarded, unless asked")
    func apart() throws {
        let harness = try RecorderHarness()
        let listener = try AudioListener()
        let lines = [harness.line(0), harness.line(1, isRecorded: false, isForwarded: true)]
        _ = try harness.recorder.begin(harness.plan([.wav]), lines: lines)
        harness.recorder.forward(
            harness.forwarding(to: listener.address), lines: lines, at: harness.now)
        harness.recorder.settle()
        harness.talk(50)
        harness.recorder.finish()
        let file = try harness.file("wav")
        let right = try RecorderHarness.samples(file, channel: 1).samples
        #expect(RecorderHarness.level(1_000, right) < 10)
        #expect(
            RecorderHarness.level(440, try RecorderHarness.samples(file, channel: 0).samples)
                > 7_000)
        let connection = try #require(try listener.connection())
        connection.read()
        #expect(connection.header.contains("tag1"))
    }

    @Test("a listener that does not read costs no more memory: the oldest audio gives way")
    func slowReader() throws {
        let harness = try RecorderHarness()
        let listener = try AudioListener(receiveBufferBytes: 4_096)
        harness.recorder.forward(
            harness.forwarding(to: listener.address, sampleRateHz: 48_000),
            lines: [harness.forwarded[0]], at: harness.now)
        harness.recorder.settle()
        harness.talk(25)
        let connection = try #require(try listener.connection())
        #expect(harness.awaitConnection())
        for second in 0..<12 {
            harness.talk(50, from: 25 + second * 50)
            harness.recorder.resume(0, at: harness.now)  // A look into the rings.
            harness.recorder.settle()
        }
        let figures = try #require(harness.recorder.figures(ofCall: 5)?.forwarded.first)
        #expect(figures.isConnected && figures.droppedFrames > 150, "\(figures)")
        harness.recorder.update(5, lines: [], at: harness.now)
        harness.pass(300)
        connection.read()
        #expect(connection.isClosed && connection.audio.count % 2 == 0)
        // Five seconds and what the system holds, of twelve.
        #expect(connection.samples.count < 48_000 * 8)
        let last = Array(connection.samples.suffix(48_000 * 3))
        #expect(RecorderHarness.level(440, last, rate: 48_000) > 7_000, "whole samples, in order")
        let events = harness.awaitForwarding(2)
        guard case .failed(.slow, let sentence) = events.first?.kind else {
            Issue.record("\(events)")
            return
        }
        #expect(sentence.contains("takes less"))
        #expect(events.count == 2 && events.last?.kind == .ended)
        #expect(harness.recorder.figures.forwarding.failures == [.slow: 1])
    }

    @Test("where nobody listens it is told once, and counted; the call's end is not waited for")
    func absentReader() throws {
        let harness = try RecorderHarness()
        harness.recorder.forward(
            harness.forwarding(to: try AudioListener.nowhere()), lines: [harness.forwarded[0]],
            at: harness.now)
        harness.recorder.settle()
        for second in 0..<10 {
            harness.talk(50, from: second * 50)
            harness.recorder.resume(0, at: harness.now)
            harness.recorder.settle()
        }
        harness.stopForwarding()
        harness.pass(5_000)
        let events = harness.awaitForwarding(2)
        guard case .failed(.refused, _) = events.first?.kind else {
            Issue.record("\(events)")
            return
        }
        #expect(events.count == 2 && events.last?.kind == .ended)
        #expect(events.last?.figures.droppedFrames == 500)
        #expect(harness.recorder.figures.forwarding.failures == [.refused: 1])
        #expect(harness.recorder.figures.forwarding.droppedFrames == 500)
    }
}

@Suite("N10: the connection to a listener", .serialized)
struct ForwardConnectionTests {
    private let header = Array("header\0".utf8)
    private let start = Instant(nanoseconds: 1_000_000_000)

    private func turn(_ connection: ForwardConnection, _ milliseconds: Int) {
        connection.turn(at: start + .milliseconds(milliseconds), header: header)
    }

    @Test("attempts follow after half a second, a second, two; what waits is sent then")
    func backOff() throws {
        let address = try AudioListener.nowhere()
        let connection = ForwardConnection(to: address, sampleRateHz: 8_000)
        connection.append([Int16](repeating: 0x0102, count: 160))
        for attempt in [0, 500, 1_500] {
            turn(connection, attempt)
            turn(connection, attempt + 1)
        }
        let listener = try AudioListener(at: address)
        turn(connection, 3_499)
        #expect(try listener.connection(milliseconds: 50) == nil)
        turn(connection, 3_500)
        let accepted = try #require(try listener.connection())
        turn(connection, 3_550)
        accepted.read { $0.count >= 7 + 320 }
        #expect(accepted.header == "header")
        #expect(accepted.samples == [Int16](repeating: 0x0102, count: 160))
        #expect(connection.isEmpty && connection.isConnected)
        #expect(connection.takeFailures().map(\.cause) == [.refused])
    }

    @Test("a listener that goes away is told once, and finds the header again when it is back")
    func again() throws {
        let listener = try AudioListener()
        let connection = ForwardConnection(to: listener.address, sampleRateHz: 8_000)
        var first = try connected(connection, listener)
        #expect(first?.header == "header")
        first = nil
        var milliseconds = 50
        while connection.isConnected, milliseconds < 450 {
            connection.append([1, 2, 3])
            turn(connection, milliseconds)
            milliseconds += 10
            _ = poll(nil, 0, 5)
        }
        #expect(!connection.isConnected)
        #expect(connection.takeFailures().map(\.cause) == [.closed])
        turn(connection, 2_000)
        let second = try #require(try listener.connection())
        turn(connection, 2_050)
        second.read { $0.count >= 7 }
        #expect(second.header == "header" && second.audio.count % 2 == 0)
    }

    @Test("what the listener says is passed over")
    func chatter() throws {
        let listener = try AudioListener()
        let connection = ForwardConnection(to: listener.address, sampleRateHz: 8_000)
        let accepted = try #require(try connected(connection, listener))
        accepted.write([UInt8](repeating: 1, count: 2_000))
        for index in 1...20 { turn(connection, index * 10) }
        connection.append([7, 8, 9])
        turn(connection, 300)
        connection.close()
        accepted.read()
        #expect(accepted.samples == [7, 8, 9])
    }

    private func connected(
        _ connection: ForwardConnection, _ listener: AudioListener
    ) throws -> AudioConnection? {
        turn(connection, 0)
        let accepted = try listener.connection()
        turn(connection, 10)
        accepted?.read { $0.count >= 7 }
        return accepted
    }
}

@Suite("N10: audio that waits to be sent")
struct SampleBacklogTests {
    @Test("whatever is sent, and whatever gives way, samples stay whole and in order")
    func wholeSamples() {
        for seed in UInt64(1)...50 {
            var random = SplitMix64(seed: seed)
            var backlog = SampleBacklog(frames: 4, frameBytes: 8)
            var bytes: [UInt8] = []
            var next: Int16 = 0
            for _ in 0..<200 {
                let count = Int(random.next() % 6)
                backlog.append((0..<count).map { next &+ Int16($0) })
                next &+= Int16(count)
                #expect(backlog.count <= 32, "seed \(seed)")
                let sent = min(backlog.first.count, Int(random.next() % 9))
                bytes += backlog.first.prefix(sent)
                backlog.remove(sent)
            }
            let samples = stride(from: 0, to: bytes.count - 1, by: 2).map {
                Int16(bitPattern: UInt16(bytes[$0]) | UInt16(bytes[$0 + 1]) << 8)
            }
            let isRising = zip(samples, samples.dropFirst()).allSatisfy { $0 < $1 }
            #expect(isRising, "seed \(seed): \(samples)")
            let lost = Int(next) - samples.count - (backlog.count + 1) / 2
            #expect(lost == Int(backlog.droppedFrames) * 4, "seed \(seed)")
        }
    }

    @Test("a new connection begins with a whole sample, and what is given up is counted")
    func align() {
        var backlog = SampleBacklog(frames: 4, frameBytes: 8)
        backlog.append([0x0201, 0x0403, 0x0605])
        backlog.remove(1)
        backlog.align()
        #expect(Array(backlog.first) == [3, 4, 5, 6])
        backlog.giveUp()
        #expect(backlog.isEmpty && backlog.droppedFrames == 1)
    }
}
