import BatonBase
import BatonConfig
import BatonIO
import BatonNG
import Testing

@testable import BatonServer

@Suite("notices (N21, N25)", .serialized)
struct NoticeTests {
    @Test(
        "a target is an address with an optional port and path",
        arguments: [
            ("http://127.0.0.1:8080/hook?x=1", "127.0.0.1:8080", "/hook?x=1"),
            ("HTTP://127.0.0.1", "127.0.0.1:80", "/"), ("127.0.0.1:99", "127.0.0.1:99", "/"),
            ("http://[::1]:81/a", "[::1]:81", "/a"), ("http://[::1]/a", "[::1]:80", "/a"),
            ("http://localhost:82/", "127.0.0.1:82", "/"),
        ])
    func targets(text: String, address: String, path: String) throws {
        let target = try #require(NoticeTarget(text))
        #expect(target.address.description == address)
        #expect(target.path == path)
    }

    @Test(
        "a name, another scheme, or bytes that end a line are no target",
        arguments: [
            "http://example.org/", "https://127.0.0.1/", "http://127.0.0.1/a b", "",
            "http://127.0.0.1/a\r\nX: y",
        ])
    func noTargets(text: String) {
        #expect(NoticeTarget(text) == nil)
    }

    @Test(
        "the outcome is read from the status line, wherever it is cut",
        arguments: [
            ("HTTP/1.1 200 OK\r\n", NoticeRequest.Outcome.delivered),
            ("HTTP/1.0 204\r\n", .delivered), ("HTTP/1.1 500 No\r\n", .refused),
            ("hello\r\n", .refused),
        ])
    func status(text: String, outcome: NoticeRequest.Outcome) throws {
        let target = try #require(NoticeTarget("127.0.0.1:1"))
        var request = NoticeRequest(to: target, body: ["a": "b"], software: "baton x\r\n")
        let head = String(decoding: request.bytes, as: UTF8.self)
        #expect(head.hasPrefix("POST / HTTP/1.1\r\nHost: 127.0.0.1:1\r\nUser-Agent: batonx\r\n"))
        #expect(head.hasSuffix("\r\n\r\n{\"a\":\"b\"}"))
        var results: [NoticeRequest.Outcome] = []
        for byte in text.utf8 { if let result = request.receive([byte]) { results.append(result) } }
        #expect(results == [outcome])
    }

    @Test("a response without an end of line is refused at its bound")
    func endless() throws {
        var request = NoticeRequest(
            to: try #require(NoticeTarget("127.0.0.1:1")), body: [:], software: "x")
        #expect(request.receive(Array(repeating: 65, count: 1_023)) == nil)
        #expect(request.receive([65]) == .refused)
    }

    @Test(
        "N21, N25, N30: a timeout is posted as JSON, by name, to the configured or given target",
        arguments: [false, true])
    func posted(isByRequest: Bool) async throws {
        let listener = try TCPListener(
            bindingTo: SocketAddress(ip: ServerFixture.loopback, port: 0))
        let hookBound = listener.localAddress
        let hook = try #require(hookBound)
        let fixture = try await ServerFixture { config in
            config.timeouts.unanswered = .seconds(1)
            if !isByRequest { config.notice.url = "http://\(hook)/timeout" }
            config.software = "Relay of ours/7"
        }
        let callback: NGDictionary = ["xmlrpc-callback": .text("http://\(hook)/timeout")]
        _ = try await fixture.offer("lonely", isByRequest ? callback : [:])
        var accepted: Int32?
        let isConnected = await ServerFixture.eventually {
            accepted = (try? listener.accept())?.socket
            return accepted != nil
        }
        #expect(isConnected)
        let connection = Descriptor(owning: try #require(accepted))
        var request: [UInt8] = []
        let isComplete = await ServerFixture.eventually {
            _ = try? StreamSocket.read(connection.number, into: &request, limit: 4_096)
            return request.last == UInt8(ascii: "}")
        }
        #expect(isComplete)
        let text = String(decoding: request, as: UTF8.self)
        #expect(text.hasPrefix("POST /timeout HTTP/1.1\r\n"))
        #expect(text.contains("\r\nUser-Agent: Relayofours/7\r\n"))
        #expect(await fixture.server.status()?.software == "Relay of ours/7")
        #expect(text.contains("\"reason\":\"offer not answered\""))
        #expect(text.contains("\"call-id\":\"lonely\""))
        _ = try StreamSocket.write(
            connection.number, Array("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n".utf8)[...])
        let isCounted = await ServerFixture.eventually {
            await fixture.server.status()?.totals.noticesSent == 1
        }
        #expect(isCounted)
        await fixture.server.stop()
    }

    @Test("N25: a notice that nobody takes is counted as failed, within its time")
    func failed() async throws {
        let listener = try TCPListener(
            bindingTo: SocketAddress(ip: ServerFixture.loopback, port: 0))
        let hookBound = listener.localAddress
        let hook = try #require(hookBound)
        let fixture = try await ServerFixture { config in
            config.timeouts.unanswered = .seconds(1)
            config.notice.url = "http://\(hook)/never-answers"
            config.notice.timeout = .milliseconds(200)
        }
        _ = try await fixture.offer("silent-hook")
        _ = try await fixture.offer("refused-hook", ["xmlrpc-callback": "127.0.0.1:1"])
        let isCounted = await ServerFixture.eventually {
            await fixture.server.status()?.totals.noticesFailed == 3
        }
        #expect(isCounted)
        await fixture.server.stop()
        let kept = listener.localAddress
        #expect(kept == hook)
    }
}
