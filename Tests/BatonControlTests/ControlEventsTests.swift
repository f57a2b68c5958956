import BatonAPI
import BatonControl
import BatonControlTestKit
import Glibc
import Testing

@Suite("HTTP API: events (N29, N25)")
struct ControlEventsTests {
    private func open(
        _ port: UInt16, _ path: String = "/v1/events", receiveBufferBytes: Int32? = nil
    ) throws -> RawClient {
        let client = try RawClient(port: port, receiveBufferBytes: receiveBufferBytes)
        client.send("GET \(path) HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        return client
    }

    private static func event(_ number: Int, callID: String = "c") -> ControlEvent {
        ControlEvent(kind: .timeout, timeUnixMs: Int64(number), callID: callID, reason: "media")
    }

    @Test("N29: events come in order with their names, numbers and data")
    func order() async throws {
        try await withServer { port, service, _ in
            let client = try open(port)
            let head = try await client.receive { $0.contains(": baton events") }
            #expect(RawResponse(head)?.headers["content-type"] == "text/event-stream")
            for kind in ControlEvent.Kind.allCases {
                service.hub.publish(ControlEvent(kind: kind, timeUnixMs: 5, callID: "x"))
            }
            let text = try await client.receive { $0.contains("event: drain") }
            #expect(
                text.contains(
                    "id: 1\nevent: session-started\n"
                        + #"data: {"callID":"x","kind":"session-started","timeUnixMs":5}"#
                ), "\(text)")
            let names = text.split(separator: "\n").filter { $0.hasPrefix("event: ") }
            #expect(
                names.map { String($0.dropFirst(7)) }
                    == ControlEvent.Kind.allCases.map(\.rawValue))
        }
    }

    @Test("N29: a reader may ask for one session only")
    func filtered() async throws {
        try await withServer { port, service, _ in
            let client = try open(port, "/v1/events?call-id=a%2Fb")
            _ = try await client.receive { $0.contains(": baton events") }
            service.hub.publish(Self.event(1, callID: "other"))
            service.hub.publish(Self.event(2, callID: "a/b"))
            let text = try await client.receive { $0.contains("data:") }
            #expect(text.contains("id: 2\n") && !text.contains("id: 1\n"))
        }
    }

    @Test("a quiet stream has heartbeats, which keep it from being cut off")
    func heartbeats() async throws {
        try await withServer {
            $0.idleTimeout = .seconds(6)
        } _: { port, service, _ in
            let client = try open(port)
            let text = try await client.receive { $0.components(of: ": still here") >= 4 }
            #expect(text.contains(": still here"))
            service.hub.publish(Self.event(1))
            #expect(try await client.receive { $0.contains("data:") }.contains("timeout"))
        }
    }

    @Test("readers beyond the limit get 503; a reader that leaves gives its place back")
    func readerLimit() async throws {
        try await withServer {
            $0.idleTimeout = .seconds(6)
        } _: { port, service, _ in
            var clients = try (0..<service.hub.readerLimit).map { _ in try open(port) }
            #expect(await eventually { service.hub.readerCount == service.hub.readerLimit })
            let refused = try await request(port, "GET", "/v1/events")
            #expect(refused.status == 503 && refused.body.contains("too many readers"))
            clients.removeAll()
            #expect(await eventually { service.hub.readerCount == 0 })
        }
    }

    @Test("readers that leave at once give their places back")
    func hastyReaders() async throws {
        try await withServer { port, service, _ in
            for _ in 0..<30 { _ = try open(port) }
            let isServed = await eventually {
                guard let client = try? open(port) else { return false }
                let text = try? await client.receive { $0.contains("\r\n\r\n") }
                return text?.contains(" 200 ") == true
            }
            #expect(isServed)
            #expect(await eventually { service.hub.readerCount == 0 })
        }
    }

    @Test("a reader that stops reading loses events, costs bounded memory and is cut off")
    func stalledReader() async throws {
        let change = { (settings: inout ControlServerSettings) in
            settings.idleTimeout = .seconds(8)
            settings.eventQueue = 64
        }
        try await withServer(change) { port, service, _ in
            let client = try open(port, receiveBufferBytes: 4_096)
            #expect(await eventually { service.hub.readerCount == 1 })
            let before = Self.residentBytes()
            let began = ContinuousClock.now
            for number in 0..<300_000 { service.hub.publish(Self.event(number)) }
            let took = ContinuousClock.now - began
            #expect(took < .seconds(60), "publishing waits for nobody")
            // 300,000 events are some 30 MB; kept are a queue of 64 and one socket's buffers.
            #expect(Self.residentBytes() - before < 12_000_000)
            let isCutOff = await eventually {
                for number in 0..<1_000 { service.hub.publish(Self.event(number)) }
                return service.hub.readerCount == 0
            }
            #expect(isCutOff)
            _ = client
        }
    }

    @Test("a slow reader is told how many events it lost")
    func lost() async throws {
        try await withServer {
            $0.eventQueue = 4
        } _: { port, service, _ in
            let client = try open(port, receiveBufferBytes: 4_096)
            #expect(await eventually { service.hub.readerCount == 1 })
            for number in 0..<50_000 { service.hub.publish(Self.event(number)) }
            let told = Task { try await client.receive { $0.contains("event: lost\ndata: {\"e") } }
            let text = try await told.value
            let number = text.split(separator: "\"events\":").dropFirst().first.flatMap { part in
                Int(part.prefix { $0.isNumber })
            }
            #expect((number ?? 0) > 0)
        }
    }

    @Test("the end of the server ends the streams")
    func shutdown() async throws {
        let client = try await withServer { port, service, _ in
            let client = try open(port)
            _ = try await client.receive { $0.contains(": baton events") }
            return client
        }
        #expect(await client.isClosed(within: 5))
    }

    @Test("the end of the hub ends the streams after what is queued")
    func finish() async throws {
        try await withServer { port, service, _ in
            let client = try open(port)
            _ = try await client.receive { $0.contains(": baton events") }
            service.hub.publish(Self.event(1))
            service.hub.finish()
            let text = try await client.receive { $0.contains("\r\n0\r\n") }
            #expect(text.contains("id: 1\n"))
            #expect(service.hub.subscribe(capacity: 1) == nil)
        }
    }

    private static func residentBytes() -> Int {
        guard let file = fopen("/proc/self/statm", "r") else { return 0 }
        defer { fclose(file) }
        var line = [CChar](repeating: 0, count: 256)
        guard fgets(&line, 256, file) != nil else { return 0 }
        let fields = String(
            decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) },
            as: UTF8.self
        ).split(separator: " ")
        return (fields.dropFirst().first.flatMap { Int($0) } ?? 0) * 4_096
    }
}
