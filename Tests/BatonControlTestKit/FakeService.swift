package import BatonAPI
package import BatonControl
import Synchronization

/// A daemon that answers from values set by the test.
package final class FakeService: ControlService {
    /// Where the test publishes events.
    package let hub = EventHub(readerLimit: 3)
    private let calls = Mutex<[String]>([])
    private let ready = Mutex(true)

    /// Whether the daemon says that it is ready.
    package var isReady: Bool {
        get { ready.withLock { $0 } }
        set { ready.withLock { $0 = newValue } }
    }

    /// What was asked, in order.
    package var asked: [String] { calls.withLock { $0 } }

    /// A daemon that nobody has asked yet.
    package init() {}

    private func note(_ call: String) { calls.withLock { $0.append(call) } }

    package func status() async -> StatusAnswer { Samples.status }

    package func sessions(_ query: SessionQuery) async -> SessionListAnswer {
        note("sessions \(query.sort.rawValue) \(query.limit)")
        return query.answer(from: Samples.sessions)
    }

    package func session(callID: String) async -> SessionDetailAnswer? {
        note("session \(callID)")
        return callID == Samples.detail.summary.callID ? Samples.detail : nil
    }

    package func endSession(callID: String) async throws -> EndSessionAnswer? {
        note("end \(callID)")
        if callID == "stuck" {
            throw ErrorAnswer(error: "busy", detail: "it is ending already", hint: "wait")
        }
        return callID == Samples.detail.summary.callID
            ? EndSessionAnswer(callID: callID, durationSeconds: 1.5) : nil
    }

    package func events(capacity: Int) async -> EventSubscription? {
        hub.subscribe(capacity: capacity)
    }
    package func health() async -> Readiness { .ready }
    package func readiness() async -> Readiness { isReady ? .ready : .unready("draining") }

    package func configuration() async -> ConfigAnswer {
        ConfigAnswer(settings: [
            .init(key: "media.tos", value: "0", isDefault: true, appliesOnReload: true)
        ])
    }

    package func reload() async throws -> ReloadAnswer {
        ReloadAnswer(
            applied: [.init(key: "log.level", old: "info", new: "debug")], needsRestart: [])
    }

    package func drain() async throws -> DrainAnswer {
        DrainAnswer(sessions: 2, remainingSeconds: 30)
    }

    package func ng(message: [UInt8], form: NGForm) async -> [UInt8]? {
        let text = String(decoding: message, as: UTF8.self)
        if form == .withCookie, !text.contains(" ") { return nil }
        return Array("reply to \(form) \(text)".utf8)
    }
}
