public import BatonAPI

/// How an ng message came over HTTP (N1).
public enum NGForm: Hashable, Sendable {
    /// `POST /ng`: with a cookie in front, as over UDP.
    case withCookie
    /// `POST /ng-plain`: the dictionary alone, bencode or JSON.
    case plain
}

/// A yes or no with its reason.
public struct Readiness: Hashable, Sendable {
    /// Whether it is so.
    public var isReady: Bool
    /// Why not, or `ok`.
    public var reason: String

    /// All is well.
    public static let ready = Readiness(isReady: true, reason: "ok")

    /// Not, for `reason`.
    public static func unready(_ reason: String) -> Readiness {
        Readiness(isReady: false, reason: reason)
    }
}

/// What the HTTP API asks the daemon for. The signalling side implements it; tests fake it.
///
/// Every function may be called from any thread, many at a time. A refusal is thrown as
/// ``/BatonAPI/ErrorAnswer``.
public protocol ControlService: Sendable {
    /// The daemon at a glance.
    func status() async -> StatusAnswer
    /// The sessions that the query asks for.
    func sessions(_ query: SessionQuery) async -> SessionListAnswer
    /// One session, `nil` when there is none of this call-id.
    func session(callID: String) async -> SessionDetailAnswer?
    /// Ends a session as `delete` would, at once; `nil` when there is none of this call-id.
    func endSession(callID: String) async throws -> EndSessionAnswer?
    /// A reader of the daemon's events that keeps at most `capacity` of them; `nil` when there are
    /// too many readers.
    func events(capacity: Int) async -> EventSubscription?
    /// The metrics in Prometheus's text format.
    func metricsText() async -> String
    /// Whether the daemon works at all.
    func health() async -> Readiness
    /// Whether the daemon takes new sessions.
    func readiness() async -> Readiness
    /// The configuration in use.
    func configuration() async -> ConfigAnswer
    /// Reads the configuration again, as SIGHUP does.
    func reload() async throws -> ReloadAnswer
    /// Takes no new sessions and ends when the running ones have, as SIGTERM does.
    func drain() async throws -> DrainAnswer
    /// Answers an ng message in its own encoding; `nil` where ng gives no reply at all.
    func ng(message: [UInt8], form: NGForm) async -> [UInt8]?
}

extension ControlService {
    /// ``MetricsPage`` over ``status()``.
    public func metricsText() async -> String {
        MetricsPage.text(await status())
    }
}
