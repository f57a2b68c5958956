import BatonAPI
import BatonControl
import BatonControlTestKit
import Testing

@Suite("HTTP API routes (N29, N1, N28)")
struct ControlRouteTests {
    private func decode<Value: Decodable>(_ type: Value.Type, _ response: RawResponse) throws
        -> Value
    {
        #expect(response.headers["content-type"] == "application/json")
        return try APICoding.decode(type, from: response.body.utf8)
    }

    @Test("N28: ping, healthz and readyz answer one line; a draining daemon is not ready")
    func probes() async throws {
        try await withServer { port, service, _ in
            let ping = try await request(port, "GET", "/ping")
            #expect(ping.status == 200 && ping.body == "pong\n")
            #expect(try await request(port, "GET", "/healthz").body == "ok\n")
            #expect(try await request(port, "GET", "/readyz").status == 200)
            service.isReady = false
            let unready = try await request(port, "GET", "/readyz")
            #expect(unready.status == 503 && unready.body == "draining\n")
        }
    }

    @Test("N29: status, sessions, one session and the configuration are JSON")
    func reads() async throws {
        try await withServer { port, _, _ in
            let status = try await request(port, "GET", "/v1/status")
            #expect(try decode(StatusAnswer.self, status) == Samples.status)
            let list = try await request(port, "GET", "/v1/sessions?sort=worst&limit=2")
            let answer = try decode(SessionListAnswer.self, list)
            #expect(answer.total == 5 && answer.matching == 5)
            #expect(answer.sessions.map(\.callID) == ["call-1@example", "call-2@example"])
            let found = try await request(port, "GET", "/v1/sessions/a%2Fb%20c@host")
            #expect(try decode(SessionDetailAnswer.self, found) == Samples.detail)
            let config = try await request(port, "GET", "/v1/config")
            #expect(try decode(ConfigAnswer.self, config).settings.count == 1)
        }
    }

    @Test("N29: sessions are filtered by text and state")
    func filters() async throws {
        try await withServer { port, _, _ in
            let one = try await request(port, "GET", "/v1/sessions?filter=from3")
            #expect(try decode(SessionListAnswer.self, one).sessions.map(\.fromTag) == ["from3"])
            let offered = try await request(port, "GET", "/v1/sessions?state=offered&sort=oldest")
            let answer = try decode(SessionListAnswer.self, offered)
            #expect(answer.sessions.map(\.fromTag) == ["from1", "from3"] && answer.matching == 2)
        }
    }

    @Test("N29: a session is ended; what is refused says why")
    func ends() async throws {
        try await withServer { port, service, _ in
            let ended = try await request(port, "DELETE", "/v1/sessions/a%2Fb%20c@host")
            #expect(try decode(EndSessionAnswer.self, ended).callID == "a/b c@host")
            let missing = try await request(port, "DELETE", "/v1/sessions/none")
            #expect(missing.status == 404)
            #expect(try decode(ErrorAnswer.self, missing).error == "no such session")
            let stuck = try await request(port, "DELETE", "/v1/sessions/stuck")
            #expect(stuck.status == 409)
            #expect(try decode(ErrorAnswer.self, stuck).error == "busy")
            #expect(service.asked == ["end a/b c@host", "end none", "end stuck"])
        }
    }

    @Test("N28: reload names what it applied, drain what still runs")
    func actions() async throws {
        try await withServer { port, _, _ in
            let reload = try await request(port, "POST", "/v1/reload", body: "x")
            #expect(try decode(ReloadAnswer.self, reload).applied.map(\.key) == ["log.level"])
            let drain = try await request(port, "POST", "/v1/drain", body: "x")
            #expect(try decode(DrainAnswer.self, drain).sessions == 2)
        }
    }

    @Test("N1: ng over HTTP takes and gives back its content types")
    func ng() async throws {
        try await withServer { port, _, _ in
            let own = ["Content-Type: application/x-rtpengine-ng"]
            let json = ["Content-Type: application/json; charset=utf-8"]
            let ng = try await request(port, "POST", "/ng", own, body: "1 d7:commande")
            #expect(ng.body == "reply to withCookie 1 d7:commande")
            #expect(ng.headers["content-type"] == "application/x-rtpengine-ng")
            let plain = try await request(port, "POST", "/ng-plain", json, body: "{}")
            #expect(plain.body == "reply to plain {}")
            #expect(plain.headers["content-type"] == "application/json")
            #expect(try await request(port, "POST", "/ng-plain", own, body: "de").status == 200)
            #expect(try await request(port, "POST", "/ng", json, body: "1 {}").status == 415)
            #expect(try await request(port, "POST", "/ng", body: "1 {}").status == 415)
            let bare = try await request(port, "POST", "/ng", own, body: "nocookie")
            #expect(bare.status == 400)
            #expect(try decode(ErrorAnswer.self, bare).error == "no cookie")
        }
    }

    @Test("what does not exist is told with what does")
    func unknown() async throws {
        try await withServer { port, _, _ in
            let missing = try await request(port, "GET", "/v2/status")
            #expect(missing.status == 404)
            #expect(try decode(ErrorAnswer.self, missing).hint.contains("/openapi.yaml"))
            let method = try await request(port, "DELETE", "/v1/status")
            #expect(method.status == 405 && method.headers["allow"] == "GET")
            let both = try await request(port, "PUT", "/v1/sessions/x", body: "x")
            #expect(both.headers["allow"] == "GET, DELETE")
        }
    }

    @Test(
        "a wrong parameter is named with what it may be",
        arguments: [
            ("/v1/sessions?limit=0", "limit", "from 1 to 1000"),
            ("/v1/sessions?sort=up", "sort", "newest, oldest, worst, busiest, call-id"),
            ("/v1/sessions?state=x", "state", "offered, answered, held, ended"),
            ("/v1/sessions?page=1", "page", "filter, state, sort, limit"),
            ("/v1/events?id=1", "id", "call-id"),
        ])
    func parameters(path: String, name: String, hint: String) async throws {
        let response = try await withServer { port, _, _ in try await request(port, "GET", path) }
        #expect(response.status == 400)
        let answer = try decode(ErrorAnswer.self, response)
        #expect(answer.detail.hasPrefix(name) && answer.hint.contains(hint))
    }

    @Test("several requests go over one connection, also in one packet")
    func keepAlive() async throws {
        try await withServer { port, _, _ in
            let client = try RawClient(port: port)
            let one = "GET /ping HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
            client.send(one + one + one)
            let text = try await client.receive { $0.components(of: "pong\n") == 3 }
            #expect(text.components(of: "HTTP/1.1 200 OK") == 3)
        }
    }
}

extension String {
    /// How often `part` occurs.
    func components(of part: String) -> Int { ranges(of: part).count }
}
