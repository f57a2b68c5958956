import HTTPTypes

/// A route of the API. The OpenAPI document lists the same ones; a test compares.
package enum ControlRoute: String, CaseIterable, Sendable {
    /// Liveness of the connection, as ng's HTTP clients ask for it.
    case ping = "GET /ping"
    /// Whether the daemon works at all.
    case health = "GET /healthz"
    /// Whether the daemon takes new sessions.
    case ready = "GET /readyz"
    /// Prometheus metrics.
    case metrics = "GET /metrics"
    /// The description of the API.
    case openAPI = "GET /openapi.yaml"
    /// The daemon at a glance.
    case status = "GET /v1/status"
    /// A list of sessions.
    case sessions = "GET /v1/sessions"
    /// One session.
    case session = "GET /v1/sessions/{call-id}"
    /// Ends one session.
    case endSession = "DELETE /v1/sessions/{call-id}"
    /// A stream of events.
    case events = "GET /v1/events"
    /// The configuration in use.
    case configuration = "GET /v1/config"
    /// Reads the configuration again.
    case reload = "POST /v1/reload"
    /// Takes no new sessions and ends.
    case drain = "POST /v1/drain"
    /// An ng message with its cookie.
    case ng = "POST /ng"
    /// An ng message without cookie.
    case ngPlain = "POST /ng-plain"

    /// The method.
    package var method: String { String(rawValue.prefix { $0 != " " }) }
    /// The path, with `{call-id}` where a parameter is.
    package var path: String { String(rawValue.drop { $0 != " " }.dropFirst()) }
    /// Whether it is answered without a token: probes and nothing that tells anything.
    package var isOpen: Bool { [.ping, .health, .ready].contains(self) }

    /// What a request's target leads to.
    enum Match: Hashable {
        /// A route and the call-id of its path, or an empty text.
        case route(ControlRoute, callID: String)
        /// A path that exists, for these methods.
        case wrongMethod(allowed: [String])
        /// No such path.
        case unknown
    }

    /// The route of a method and a raw (percent-encoded) path.
    static func match(method: String, path: String) -> Match {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        let found = allCases.filter { $0.matches(parts) }
        if let route = found.first(where: { $0.method == method }) {
            guard route.path.hasSuffix("}") else { return .route(route, callID: "") }
            guard let callID = parts.last.flatMap({ PercentText.decode($0) }) else {
                return .unknown
            }
            return .route(route, callID: callID)
        }
        return found.isEmpty ? .unknown : .wrongMethod(allowed: found.map(\.method))
    }

    private func matches(_ parts: [Substring]) -> Bool {
        let own = path.split(separator: "/", omittingEmptySubsequences: false)
        return own.count == parts.count
            && zip(own, parts).allSatisfy { $0 == $1 || ($0.hasPrefix("{") && !$1.isEmpty) }
    }
}
