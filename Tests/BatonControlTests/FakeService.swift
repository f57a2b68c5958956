import BatonAPI
import BatonBase
import BatonControl
import Logging
import Synchronization
import Testing

/// A daemon that answers from values set by the test.
final class FakeService: ControlService {
    let hub = EventHub(readerLimit: 3)
    private let calls = Mutex<[String]>([])
    private let ready = Mutex(true)

    var isReady: Bool {
        get { ready.withLock { $0 } }
        set { ready.withLock { $0 = newValue } }
    }

    /// What was asked, in order.
    var asked: [String] { calls.withLock { $0 } }

    private func note(_ call: String) { calls.withLock { $0.append(call) } }

    func status() async -> StatusAnswer { Samples.status }

    func sessions(_ query: SessionQuery) async -> SessionListAnswer {
        note("sessions \(query.sort.rawValue) \(query.limit)")
        return query.answer(from: Samples.sessions)
    }

    func session(callID: String) async -> SessionDetailAnswer? {
        note("session \(callID)")
        return callID == Samples.detail.summary.callID ? Samples.detail : nil
    }

    func endSession(callID: String) async throws -> EndSessionAnswer? {
        note("end \(callID)")
        if callID == "stuck" {
            throw ErrorAnswer(error: "busy", detail: "it is ending already", hint: "wait")
        }
        return callID == Samples.detail.summary.callID
            ? EndSessionAnswer(callID: callID, durationSeconds: 1.5) : nil
    }

    func events(capacity: Int) async -> EventSubscription? { hub.subscribe(capacity: capacity) }
    func health() async -> Readiness { .ready }
    func readiness() async -> Readiness { isReady ? .ready : .unready("draining") }

    func configuration() async -> ConfigAnswer {
        ConfigAnswer(settings: [
            .init(key: "media.tos", value: "0", isDefault: true, appliesOnReload: true)
        ])
    }

    func reload() async throws -> ReloadAnswer {
        ReloadAnswer(
            applied: [.init(key: "log.level", old: "info", new: "debug")], needsRestart: [])
    }

    func drain() async throws -> DrainAnswer {
        DrainAnswer(sessions: 2, remainingSeconds: 30)
    }

    func ng(message: [UInt8], form: NGForm) async -> [UInt8]? {
        let text = String(decoding: message, as: UTF8.self)
        if form == .withCookie, !text.contains(" ") { return nil }
        return Array("reply to \(form) \(text)".utf8)
    }
}

/// Answers with every key filled in.
enum Samples {
    static let sessions: [SessionSummary] = (0..<5).map { number in
        var session = SessionSummary()
        session.callID = "call-\(number)@example"
        session.fromTag = "from\(number)"
        session.toTag = number % 2 == 0 ? "to\(number)" : nil
        session.state = number % 2 == 0 ? .answered : .offered
        session.startedUnixMs = Int64(1_000 * number)
        session.packetsPerSecond = Double(50 * number)
        session.mos = [4.2, 1.5, 3.0, nil, 4.4][number]
        session.lossPercent = Double(number)
        session.lastPacketAgoMs = 7
        return session
    }

    static let detail: SessionDetailAnswer = {
        var source = SourceDetail()
        source.ssrc = 0xdead_beef
        source.lost = -1
        source.mos = 4.1
        var port = PortDetail()
        port.localAddress = "192.0.2.1:30000"
        port.signalledAddress = "198.51.100.1:4000"
        port.remoteAddress = "198.51.100.1:4002"
        port.lastForeignAddress = "203.0.113.66:666"
        port.lastPacketAgoMs = 20
        port.dropsByReason = ["foreign-source": 3]
        port.sources = [source]
        var stream = StreamDetail()
        stream.kind = "audio"
        stream.transport = "RTP/AVP"
        stream.codec = "PCMA"
        stream.ports = [port]
        var party = PartyDetail()
        party.tag = "from0"
        party.label = "caller"
        party.viaBranch = "z9hG4bK1"
        party.streams = [stream]
        var detail = SessionDetailAnswer()
        detail.summary = sessions[0]
        detail.summary.callID = "a/b c@host"
        detail.parties = [party]
        detail.endReason = "deleted"
        return detail
    }()

    static let status: StatusAnswer = {
        var worker = WorkerStatus()
        worker.packets = 12_345
        worker.cpuTimeUs = 2_500_000
        var status = StatusAnswer()
        status.version = "0.1.0"
        status.listeners = ["ng udp 127.0.0.1:2223"]
        status.sessions.current = 5
        status.traffic.packetsIn = 99
        status.dropsByReason = ["foreign-source": 3, "malformed \"x\"\n": 1]
        status.workers = [worker, worker]
        status.workers[1].index = 1
        return status
    }()

    static let event = ControlEvent(
        kind: .sessionEnded, timeUnixMs: 1_700_000_000_000, callID: "a/b c@host", tag: "t",
        reason: "deleted", detail: "by ng")
}

/// Runs a server with a fake service on a free port of loopback while `body` runs.
func withServer<Result: Sendable>(
    _ change: (inout ControlServerSettings) -> Void = { _ in },
    _ body: @Sendable (UInt16, FakeService, ControlServer) async throws -> Result
) async throws -> Result {
    var settings = ControlServerSettings(
        address: SocketAddress(ip: IPAddress(v4: 0x7f00_0001), port: 0))
    change(&settings)
    let service = FakeService()
    let server = try ControlServer(
        settings: settings, service: service, logger: Logger(label: "test"))
    let (ports, continuation) = AsyncStream<UInt16>.makeStream()
    let task = Task {
        defer { continuation.finish() }
        try await server.run { continuation.yield($0.port) }
    }
    defer { task.cancel() }
    var iterator = ports.makeAsyncIterator()
    guard let port = await iterator.next() else {
        try await task.value
        throw RawClient.Failure(description: "the server ended without listening")
    }
    let result = try await body(port, service, server)
    task.cancel()
    _ = await task.result
    return result
}

/// One request over a connection of its own.
func request(
    _ port: UInt16, _ method: String, _ path: String, _ headers: [String] = [], body: String = "",
    host: String = "127.0.0.1"
) async throws -> RawResponse {
    let client = try RawClient(port: port)
    var head = "\(method) \(path) HTTP/1.1\r\nHost: \(host)\r\n"
    for header in headers { head += header + "\r\n" }
    if !body.isEmpty { head += "Content-Length: \(body.utf8.count)\r\n" }
    client.send(head + "\r\n" + body)
    let text = try await client.receive(until: RawResponse.isComplete)
    return try #require(RawResponse(text))
}
