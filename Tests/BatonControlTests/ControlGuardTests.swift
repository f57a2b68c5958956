import BatonAPI
import BatonBase
import BatonControl
import BatonControlTestKit
import Logging
import Testing

@Suite("HTTP API: who may use it, and its bounds (N6)")
struct ControlGuardTests {
    @Test("N6: off loopback the server refuses to start without a token")
    func tokenNeeded() throws {
        let address = try #require(SocketAddress("192.0.2.7:9080"))
        let error = #expect(throws: ControlServerError.self) {
            try ControlServer(
                settings: ControlServerSettings(address: address), service: FakeService(),
                logger: Logger(label: "test"))
        }
        #expect(error?.description.contains("set api.token (--api-token)") == true)
        _ = try ControlServer(
            settings: ControlServerSettings(address: address, token: "t"), service: FakeService(),
            logger: Logger(label: "test"))
    }

    @Test("N6: with a token every request but a probe must show it")
    func token() async throws {
        try await withServer {
            $0.token = "open sesame"
        } _: { port, _, server in
            let none = try await request(port, "GET", "/v1/status")
            #expect(none.status == 401 && none.headers["www-authenticate"] == "Bearer")
            let right = ["Authorization: Bearer open sesame"]
            for wrong in ["Bearer open", "Bearer open sesamf", "open sesame", "Bearer ", ""] {
                let answer = try await request(
                    port, "GET", "/metrics", ["Authorization: \(wrong)"])
                #expect(answer.status == 401, "\(wrong)")
            }
            #expect(try await request(port, "POST", "/v1/drain", body: "x").status == 401)
            #expect(try await request(port, "POST", "/ng", body: "x").status == 401)
            #expect(try await request(port, "GET", "/v1/status", right).status == 200)
            #expect(try await request(port, "GET", "/readyz").status == 200)
            server.setToken("another")
            #expect(try await request(port, "GET", "/v1/status", right).status == 401)
        }
    }

    @Test("N6: without a token a web page cannot use the API")
    func webPages() async throws {
        try await withServer { port, _, _ in
            let origin = ["Origin: http://evil.example"]
            #expect(try await request(port, "POST", "/v1/drain", origin, body: "x").status == 403)
            let rebound = try await request(port, "GET", "/v1/status", host: "evil.example:9080")
            #expect(rebound.status == 403)
            for host in ["localhost:9080", "[::1]:9080", "127.0.0.1"] {
                #expect(try await request(port, "GET", "/v1/status", host: host).status == 200)
            }
        }
    }

    @Test("one connection too many gets 503 and a sentence; a place that is free again is used")
    func connections() async throws {
        try await withServer {
            $0.connections = 2
        } _: { port, _, server in
            let one = try RawClient(port: port)
            var two: RawClient? = try RawClient(port: port)
            let ping = "GET /ping HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
            one.send(ping)
            two?.send(ping)
            _ = try await one.receive(until: RawResponse.isComplete)
            _ = try await two?.receive(until: RawResponse.isComplete)
            let third = try await request(port, "GET", "/ping")
            #expect(third.status == 503)
            #expect(
                try APICoding.decode(ErrorAnswer.self, from: third.body.utf8).error
                    == "too many connections")
            #expect(server.refusedConnections == 1)
            two = nil
            let isServed = await eventually {
                (try? await request(port, "GET", "/ping"))?.status == 200
            }
            #expect(isServed)
            one.send(ping)
            #expect(try await one.receive(until: RawResponse.isComplete).contains("pong"))
        }
    }

    @Test("a flood of connections costs those that flood, and is over when they go")
    func flood() async throws {
        try await withServer {
            $0.connections = 1
        } _: { port, _, server in
            let first = try RawClient(port: port)
            let ping = "GET /ping HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
            first.send(ping)
            _ = try await first.receive(until: RawResponse.isComplete)
            let flood = try (0..<300).map { _ in try RawClient(port: port) }
            #expect(await eventually { server.refusedConnections == 300 })
            first.send(ping)
            #expect(try await first.receive(until: RawResponse.isComplete).contains("pong"))
            for client in flood { #expect(await client.isClosed(within: 10)) }
        }
    }

    @Test("a body that is too long gets 413, a head that is too long ends the connection")
    func sizes() async throws {
        try await withServer {
            $0.bodyLimitBytes = 1_000
        } _: { port, _, _ in
            let type = ["Content-Type: application/x-rtpengine-ng"]
            let body = "1 " + String(repeating: "x", count: 1_000)
            #expect(try await request(port, "POST", "/ng", type, body: body).status == 413)
            let fits = String(body.prefix(1_000))
            #expect(try await request(port, "POST", "/ng", type, body: fits).status == 200)
            let client = try RawClient(port: port)
            let long = String(repeating: "y", count: 20_000)
            client.send("GET /ping HTTP/1.1\r\nX-Long: \(long)\r\n\r\n")
            let answer = try await client.receive { _ in false }
            #expect(!answer.contains("pong") && !answer.contains(" 200 "))
            #expect(try await request(port, "GET", "/ping").status == 200)
        }
    }

    @Test("no HTTP at all ends the connection and nothing else")
    func nonsense() async throws {
        try await withServer { port, _, _ in
            for text in ["\u{0}\u{1}\u{2}\r\n\r\n", "GET\r\n\r\n", "d7:command4:pinge\r\n\r\n"] {
                let client = try RawClient(port: port)
                client.send(text)
                client.finishSending()
                let answer = try await client.receive { _ in false }
                #expect(!answer.contains(" 200 "))
            }
            #expect(try await request(port, "GET", "/ping").status == 200)
        }
    }

    @Test(
        "a connection that makes no progress is closed",
        arguments: [
            "", "GET /ping HTTP/1.1\r\nHost: 127.0",
            "POST /ng HTTP/1.1\r\nContent-Type: application/x-rtpengine-ng\r\n"
                + "Content-Length: 50\r\n\r\n1 ",
        ])
    func idle(start: String) async throws {
        try await withServer {
            $0.idleTimeout = .milliseconds(300)
        } _: { port, _, _ in
            let client = try RawClient(port: port)
            client.send(start)
            #expect(await client.isClosed(within: 5))
        }
    }

    @Test("bytes that trickle in do not keep a connection open")
    func trickle() async throws {
        try await withServer {
            $0.idleTimeout = .milliseconds(400)
        } _: { port, _, _ in
            let client = try RawClient(port: port)
            let trickle = Task {
                client.send("GET /ping HTTP/1.1\r\n")
                while !Task.isCancelled {
                    client.send("X: y\r\n")
                    try await Task.sleep(for: .milliseconds(50))
                }
            }
            defer { trickle.cancel() }
            #expect(await client.isClosed(within: 5))
        }
    }

    @Test("an occupied port is told with what to do")
    func occupied() async throws {
        try await withServer { port, _, _ in
            var settings = ControlServerSettings(
                address: SocketAddress(ip: IPAddress(v4: 0x7f00_0001), port: port))
            settings.connections = 1
            let other = try ControlServer(
                settings: settings, service: FakeService(), logger: Logger(label: "test"))
            let error = await #expect(throws: ControlServerError.self) {
                try await other.run { _ in }
            }
            #expect(
                error?.description
                    == "api: cannot listen on 127.0.0.1:\(port) (address already in use); "
                    + "end what uses the port or choose another with --api ADDRESS:PORT")
        }
    }
}
