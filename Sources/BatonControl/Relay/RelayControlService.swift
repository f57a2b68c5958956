public import BatonAPI
import BatonBase
public import BatonConfig
import BatonIO
public import BatonServer
public import BatonTelemetry
import Synchronization

/// The daemon's own ``ControlService``: the API's answers from a running relay.
public final class RelayControlService: ControlService {
    /// What the service needs beside the relay itself.
    public struct Surroundings: Sendable {
        /// When the process started, in milliseconds since 1970-01-01 UTC.
        public var startedUnixMs: Int64
        /// What the log has written and lost so far.
        public var logTotals: @Sendable () -> LogQueue.Totals
        /// Reads the configuration again and applies it.
        public var reload: @Sendable () async throws -> ConfigDifferences
        /// Begins to drain; returns at once.
        public var drain: @Sendable () -> Void

        /// The surroundings of a daemon that started at `startedUnixMs`.
        public init(
            startedUnixMs: Int64, logTotals: @escaping @Sendable () -> LogQueue.Totals,
            reload: @escaping @Sendable () async throws -> ConfigDifferences,
            drain: @escaping @Sendable () -> Void
        ) {
            self.startedUnixMs = startedUnixMs
            self.logTotals = logTotals
            self.reload = reload
            self.drain = drain
        }
    }

    let hub: EventHub
    let relay: RelayServer
    let surroundings: Surroundings
    let rates = Mutex(RateMeter())

    /// Answers for `relay`, whose events come to `hub` through ``publish(_:to:)``.
    public init(relay: RelayServer, hub: EventHub, surroundings: Surroundings) {
        self.relay = relay
        self.hub = hub
        self.surroundings = surroundings
    }

    /// Gives a relay's event to the API's readers. Any thread may call it.
    public static func publish(_ event: ServerEvent, to hub: EventHub) {
        for event in ControlEvent.list(of: event) { hub.publish(event) }
    }

    /// See ``ControlService``.
    public func sessions(_ query: SessionQuery) async -> SessionListAnswer {
        let now = MonotonicClock.now()
        let wall = WallClock.nanosecondsSince1970()
        let all = await relay.sessions()
        var listed = all.map { BatonAPI.SessionSummary($0, at: wall) }
        rates.withLock { $0.rate(&listed, at: now) }
        return query.answer(from: listed)
    }

    /// See ``ControlService``.
    public func session(callID: String) async -> SessionDetailAnswer? {
        guard let detail = await relay.session(callID: callID) else { return nil }
        return SessionDetailAnswer(detail, at: WallClock.nanosecondsSince1970())
    }

    /// See ``ControlService``.
    public func endSession(callID: String) async throws -> EndSessionAnswer? {
        guard let record = await relay.endSession(callID: callID) else { return nil }
        return EndSessionAnswer(
            callID: callID, durationSeconds: Double(record.durationMilliseconds) / 1_000)
    }

    /// See ``ControlService``.
    public func events(capacity: Int) async -> EventSubscription? {
        hub.subscribe(capacity: capacity)
    }

    /// See ``ControlService``.
    public func health() async -> Readiness {
        await relay.status() == nil ? .unready("the relay has stopped") : .ready
    }

    /// See ``ControlService``.
    public func readiness() async -> Readiness {
        await relay.isServing ? .ready : .unready("draining: no new sessions are taken")
    }

    /// See ``ControlService``.
    public func configuration() async -> ConfigAnswer {
        ConfigAnswer(await relay.config ?? .defaults)
    }

    /// See ``ControlService``.
    public func reload() async throws -> ReloadAnswer {
        do {
            return ReloadAnswer(try await surroundings.reload())
        } catch {
            throw ErrorAnswer(
                error: "configuration not reloaded", detail: "\(error)",
                hint: "correct the file and try again; the old configuration stays in force")
        }
    }

    /// See ``ControlService``.
    public func drain() async throws -> DrainAnswer {
        surroundings.drain()
        let totals = await relay.status()?.totals
        let limit = await relay.config?.timeouts.drain ?? .zero
        return DrainAnswer(
            sessions: (totals?.sessions ?? 0) - (totals?.lingeringSessions ?? 0),
            remainingSeconds: Double(limit.components.seconds))
    }

    /// See ``ControlService``.
    public func ng(message: [UInt8], form: NGForm) async -> [UInt8]? {
        // Who may use the API has been checked there, by address or token.
        await relay.handleNG(
            message, hasCookie: form == .withCookie, from: IPAddress(v4: 0x7f00_0001))
    }
}
