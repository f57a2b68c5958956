import BatonAPI
import BatonBase
import BatonConfig
import BatonControl
import BatonIO
import BatonServer
import BatonTelemetry
import Logging
import UnixSignals

/// The running daemon: the relay, its HTTP API and the signals that end, drain and reload it.
struct Daemon: Sendable {
    let start: ServeStart
    let log: LogSetup
    let logger: Logger
    let manager: ServiceManager
    let hub = EventHub()
    let tokens = APITokens()

    /// Serves until a signal, or the API, has ended it.
    ///
    /// - Throws: ``CommandError`` when it cannot start.
    func run() async throws {
        let signals = await UnixSignalsSequence(trapping: .sigterm, .sigint, .sighup)
        let relay = try await startRelay()
        let (drains, drainRequests) = AsyncStream<Void>.makeStream()
        let service = makeService(relay) { drainRequests.yield() }
        do {
            try await serve(relay, service, signals, drains)
        } catch {
            await relay.stop()
            throw error
        }
    }

    private func startRelay() async throws -> RelayServer {
        let hub = hub
        do {
            return try await RelayServer.start(
                start.config, facts: .ofThisMachine(), passed: manager.passedSockets(),
                logger: logger
            ) { RelayControlService.publish($0, to: hub) }
        } catch {
            throw CommandError.refused("\(error)")
        }
    }

    private func makeService(
        _ relay: RelayServer, drain: @escaping @Sendable () -> Void
    ) -> RelayControlService {
        let queue = log.queue
        return RelayControlService(
            relay: relay, hub: hub,
            surroundings: .init(
                startedUnixMs: Int64(clamping: WallClock.nanosecondsSince1970() / 1_000_000),
                logTotals: { queue.totals }, reload: { try await reload(relay) }, drain: drain))
    }

    /// Runs the API beside the relay; returns when the daemon is to end.
    private func serve(
        _ relay: RelayServer, _ service: RelayControlService, _ signals: UnixSignalsSequence,
        _ drains: AsyncStream<Void>
    ) async throws {
        guard let settings = ControlServerSettings(start.config.api) else {
            await announce(relay, api: nil)
            await untilEnd(relay, signals, drains)
            return await finish(relay)
        }
        let control: ControlServer
        do {
            control = try ControlServer(settings: settings, service: service, logger: logger)
        } catch {
            throw CommandError.refused("\(error)")
        }
        tokens.connect(control)
        try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask {
                do {
                    try await control.run { await announce(relay, api: $0) }
                } catch let error as ControlServerError {
                    throw CommandError.refused("\(error)")
                }
                return false
            }
            group.addTask {
                await untilEnd(relay, signals, drains)
                return true
            }
            while let isEnd = try await group.next(), !isEnd {}
            await finish(relay)
            group.cancelAll()
        }
    }

    private func finish(_ relay: RelayServer) async {
        manager.report("STOPPING=1")
        await relay.stop()
        hub.finish()
        logger.info("stopped")
    }

    /// Says on standard output and to the service manager that everything listens.
    private func announce(_ relay: RelayServer, api: SocketAddress?) async {
        var parts = await relay.listeners.map { "ng/\($0.transport) \($0.address)" }
        if let api { parts.append("api http://\(api)") }
        for interface in await relay.status()?.interfaces ?? [] {
            let ports = "\(interface.range.lowerBound)-\(interface.range.upperBound)"
            parts.append("media \(interface.name) \(interface.address) ports \(ports)")
        }
        Output.line("ready " + parts.joined(separator: ", "))
        manager.report("READY=1")
        logger.info("ready", metadata: ["listening": "\(parts.joined(separator: ", "))"])
    }

    // MARK: - Signals

    /// What asks the daemon to do something.
    private enum Request: Sendable {
        case reload, drain, end, drained
    }

    /// Returns when the daemon is to stop: at once on SIGINT and a second SIGTERM, after the drain
    /// on the first SIGTERM or the API's demand.
    private func untilEnd(
        _ relay: RelayServer, _ signals: UnixSignalsSequence, _ drains: AsyncStream<Void>
    ) async {
        let (requests, continuation) = AsyncStream<Request>.makeStream()
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                var terminations = 0
                for await signal in signals {
                    if signal == .sigterm { terminations += 1 }
                    let request: Request =
                        signal == .sighup
                        ? .reload
                        : signal == .sigint || terminations > 1 ? .end : .drain
                    continuation.yield(request)
                }
            }
            group.addTask { for await _ in drains { continuation.yield(.drain) } }
            var isDraining = false
            for await request in requests {
                if request == .end || request == .drained { break }
                if request == .reload { await reloadOnSignal(relay) }
                guard request == .drain, !isDraining else { continue }
                isDraining = true
                group.addTask {
                    await drain(relay)
                    continuation.yield(.drained)
                }
            }
            // A drain under way has to return before the group can: stopping the relay ends it.
            if isDraining { await relay.stop() }
            group.cancelAll()
        }
    }

    private func drain(_ relay: RelayServer) async {
        logger.notice(
            "draining: no new sessions",
            metadata: ["limit": "\(start.config.timeouts.drain)"])
        hub.publish(
            ControlEvent(
                kind: .drain,
                timeUnixMs: Int64(clamping: WallClock.nanosecondsSince1970() / 1_000_000)))
        await relay.drain()
    }

    private func reloadOnSignal(_ relay: RelayServer) async {
        manager.report("RELOADING=1")
        do {
            let differences = try await reload(relay)
            logger.notice("configuration reloaded: \(differences)")
        } catch {
            logger.error("configuration not reloaded, the old one stays in force: \(error)")
        }
        manager.report("READY=1")
    }

    /// Reads the configuration again and applies what can change while the daemon runs.
    private func reload(_ relay: RelayServer) async throws -> ConfigDifferences {
        log.queue.reopen()
        let config = try start.readAgain()
        let differences = try await relay.reload(config, facts: .ofThisMachine())
        log.apply(config.log)
        tokens.set(config.api.token)
        return differences
    }
}
