import BatonBase
import BatonConfig
import BatonIO
import Logging
import Synchronization
import Testing

@testable import BatonServer

/// Keeps what is logged.
struct KeepingLogHandler: LogHandler {
    final class Lines: Sendable {
        let all = Mutex<[(level: Logger.Level, text: String, metadata: Logger.Metadata)]>([])
    }

    let lines: Lines
    var logLevel = Logger.Level.info
    var metadata: Logger.Metadata = [:]

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        lines.all.withLock {
            $0.append((event.level, "\(event.message)", event.metadata ?? [:]))
        }
    }
}

@Suite("the log of calls (N29)")
struct CallLogTests {
    @Test("N29: one line tells a call's whole life and end, as data")
    func oneLine() async throws {
        let lines = KeepingLogHandler.Lines()
        let config = ServerFixture.config(rtp: 63_000...63_099)
        let server = try await RelayServer.start(
            config, facts: ServerFixture.facts,
            logger: Logger(label: "test") { _ in KeepingLogHandler(lines: lines) })
        let sdp = "3:sdp\(CoreHarness.sdpA.utf8.count):\(CoreHarness.sdpA)"
        for command in ["5:offer", "6:delete"] {
            let text = "d7:command\(command)\(sdp)7:call-id4:call8:from-tag1:ae"
            _ = await server.handleNG(
                Array(text.utf8), hasCookie: false, from: ServerFixture.loopback)
        }
        await server.stop()
        let kept = lines.all.withLock { $0 }
        #expect(kept.map(\.text) == ["session ended"])
        let data = try #require(kept.first?.metadata)
        #expect(data["call"] == "call")
        #expect(data["reason"] == "deleted")
        #expect(data["answered"] == "false")
        #expect(data["rtp_packets"] == "0")
        #expect(data["tags"] == .array(["a"]))
    }

    @Test("N1: messages without a cookie leave one debug line a second, whatever their number")
    func withoutCookie() async throws {
        let lines = KeepingLogHandler.Lines()
        let config = ServerFixture.config(rtp: 63_100...63_199)
        let server = try await RelayServer.start(
            config, facts: ServerFixture.facts,
            logger: Logger(label: "test") { _ in
                KeepingLogHandler(lines: lines, logLevel: .debug)
            })
        let begin = MonotonicClock.now()
        for _ in 0..<500 {
            _ = await server.handleNG(
                Array("nothing".utf8), hasCookie: true, from: ServerFixture.loopback)
        }
        let counted = { lines.all.withLock { $0.map { "\($0.metadata["messages"] ?? "0")" } } }
        let isTold = await ServerFixture.eventually {
            counted().compactMap(Int.init).reduce(0, +) == 500
        }
        let seconds = Double((MonotonicClock.now() - begin).components.seconds)
        #expect(isTold && Double(counted().count) <= seconds + 3)
        let last = lines.all.withLock { $0.last }
        #expect(last?.text == "ng messages without a cookie got no reply")
        #expect(last?.metadata["last_peer"] == "127.0.0.1")
        await server.stop()
    }
}
