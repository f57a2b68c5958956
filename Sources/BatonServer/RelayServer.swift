public import BatonBase
public import BatonConfig
public import BatonIO
import BatonMedia
import BatonNG
import BatonRecord
public import Logging

/// The relay: control protocol, sessions and media workers as one thing that starts, reloads,
/// drains and stops.
///
/// It runs on its own event loop; every function may be awaited from anywhere.
public actor RelayServer {
    /// The loop that all of signalling runs on.
    public nonisolated let loop: EventLoop
    private var engine: ServerEngine?
    private var startedAt = Instant(nanoseconds: 0)

    /// The loop.
    public nonisolated var unownedExecutor: UnownedSerialExecutor {
        loop.asUnownedSerialExecutor()
    }

    /// Opens all sockets and starts to serve.
    ///
    /// - Parameters:
    ///   - passed: sockets from the service manager, used beside or instead of configured ones.
    ///   - observer: called with every event, on the loop; it must not block.
    /// - Throws: ``SetupError`` with one sentence for a person.
    public static func start(
        _ config: Config, facts: MachineFacts, passed: [ServiceManager.PassedSocket] = [],
        logger: Logger, observer: (@Sendable (ServerEvent) -> Void)? = nil
    ) async throws(SetupError) -> RelayServer {
        let server: RelayServer
        do {
            server = RelayServer(loop: try EventLoop(label: "baton.signalling"))
        } catch {
            throw SetupError("cannot start: \(error)")
        }
        try await server.open(config, facts, passed, logger, observer)
        return server
    }

    private init(loop: EventLoop) {
        self.loop = loop
    }

    private func open(
        _ config: Config, _ facts: MachineFacts, _ passed: [ServiceManager.PassedSocket],
        _ logger: Logger, _ observer: (@Sendable (ServerEvent) -> Void)?
    ) throws(SetupError) {
        let interfaces: InterfaceTable
        do throws(ConfigError) {
            try config.check(on: facts)
            interfaces = InterfaceTable(try config.resolvedInterfaces(on: facts))
        } catch {
            throw SetupError(error.description)
        }
        // Fewer files than hoped for are no reason not to start; EMFILE has its own error later.
        _ = try? ProcessResources.raiseOpenFilesLimit()
        ProcessResources.reserveDescriptors(Self.descriptorCount(config, interfaces))
        let identity = try ServerIdentity(at: Int(WallClock.nanosecondsSince1970() / 1_000_000_000))
        let rings = (0..<max(config.media.workers ?? facts.processors, 1)).map { _ in
            PacketRing(capacity: config.recording.queueBytes)
        }
        let workers = try makeWorkers(config, identity, rings)
        let engine = ServerEngine(
            config: config, identity: identity, interfaces: interfaces, workers: workers, on: loop,
            logger: logger)
        engine.observer = observer
        engine.core.library.run = { [weak self] job in
            Task.detached(priority: .utility) { await MediaLoader.shared.run(job, for: self) }
        }
        engine.core.recorder = makeRecorder(rings)
        try engine.openListeners(passed: passed)
        engine.startTimer()
        startedAt = MonotonicClock.now()
        self.engine = engine
    }

    /// How many descriptors there are when every port is in use, with some for everything else.
    private static func descriptorCount(_ config: Config, _ interfaces: InterfaceTable) -> Int {
        let ports = interfaces.interfaces.reduce(0) { sum, interface in
            sum + interface.addresses.reduce(0) { $0 + $1.ports.count }
        }
        return ports + config.ng.connections + config.api.connections + 256
    }

    private func makeWorkers(
        _ config: Config, _ identity: ServerIdentity, _ rings: [PacketRing]
    ) throws(SetupError) -> [MediaWorker] {
        var limits = MediaWorkerLimits()
        limits.ports = config.media.portsPerWorker
        limits.datagramBytes = config.media.packetBytes
        limits.datagramsPerPort = config.media.packetsPerTurn
        var workers: [MediaWorker] = []
        for (index, ring) in rings.enumerated() {
            do {
                workers.append(
                    try MediaWorker(
                        index: index, limits: limits, certificate: identity.certificate,
                        tapRing: ring
                    ) { [weak self] in self?.workerHasEvents() })
            } catch {
                throw SetupError("cannot start media worker \(index): \(error)")
            }
        }
        return workers
    }

    private nonisolated func makeRecorder(_ rings: [PacketRing]) -> Recorder {
        Recorder(rings: rings, clock: MonotonicClock.now) { [weak self] event in
            self?.loop.execute { [weak self] in
                self?.assumeIsolated { $0.engine?.take(event) }
            }
        }
    }

    private nonisolated func workerHasEvents() {
        loop.execute { [weak self] in
            self?.assumeIsolated { $0.engine?.takeWorkerEvents() }
        }
    }

    /// Gives the library what came of a job of its own.
    func finishMediaJob(_ number: UInt64, _ result: MediaJobResult) {
        guard let engine else { return }
        engine.core.library.finish(number, result, at: MonotonicClock.now())
        engine.finishTurn()
    }

    // MARK: - Running

    /// Where the control protocol is listened for.
    public var listeners: [ListenerStatus] { engine?.listeners ?? [] }

    /// The configuration in force.
    public var config: Config? { engine?.config }

    /// Whether new sessions are taken.
    public var isServing: Bool { engine.map { !$0.core.isDraining } ?? false }

    /// Executes a control message that came by another channel, such as `POST /ng`.
    ///
    /// - Parameters:
    ///   - hasCookie: `false` for `POST /ng-plain`: the document alone.
    /// - Returns: the reply, `nil` where the protocol gives none.
    public func handleNG(
        _ message: [UInt8], hasCookie: Bool, from peer: IPAddress
    ) -> [UInt8]? {
        guard let engine else { return nil }
        defer { engine.finishTurn() }
        let now = MonotonicClock.now()
        if hasCookie { return engine.core.receive(message, from: peer, at: now) }
        let frame = NGFrame(cookie: nil, document: NGBytes(message))
        return engine.core.receive(frame, from: peer, at: now)
    }

    /// Applies those values of `config` that can change while the server runs; the answer names
    /// them and the others (N28).
    /// - Throws: ``SetupError`` when `config` cannot be used at all; nothing changes then.
    public func reload(
        _ config: Config, facts: MachineFacts
    ) throws(SetupError) -> ConfigDifferences {
        guard let engine else { throw SetupError("the server is not running") }
        do throws(ConfigError) {
            try config.check(on: facts)
        } catch {
            throw SetupError(error.description)
        }
        let differences = config.differences(from: engine.config)
        engine.apply(engine.config.reloaded(with: config))
        return differences
    }

    /// Refuses new sessions, and returns when the running ones have ended, are silent, or the
    /// configured time is over.
    public func drain() async {
        guard let engine else { return }
        engine.startDrain(at: MonotonicClock.now())
        await withCheckedContinuation { continuation in
            if engine.drain == nil {
                continuation.resume()
            } else {
                engine.drain?.waiters.append(continuation)
            }
        }
    }

    /// Ends all sessions and closes everything.
    public func stop() {
        engine?.stop()
        engine = nil
    }

    // MARK: - Looking in

    /// The server at a glance.
    public func status() -> ServerStatus? {
        engine?.status(startedAt: startedAt)
    }

    /// Summaries of at most `limit` sessions behind the first `skipping`.
    public func sessions(skipping: Int = 0, limit: Int = .max) -> [SessionSummary] {
        engine?.core.summaries(skipping: skipping, limit: limit, at: MonotonicClock.now()) ?? []
    }

    /// Everything about one session.
    public func session(callID: String) -> SessionDetail? {
        engine?.core.detail(of: callID, at: MonotonicClock.now())
    }

    /// Ends a session at once; `nil` when there is none of this call-id.
    public func endSession(callID: String) -> CallRecord? {
        guard let engine else { return nil }
        defer { engine.finishTurn() }
        return engine.core.endSession(callID, at: MonotonicClock.now())
    }

    /// The events from now on; a reader that lags behind loses the oldest of its `capacity`. `nil`
    /// when there are too many readers.
    public func events(capacity: Int = 256) -> AsyncStream<ServerEvent>? {
        engine?.events.subscribe(capacity: capacity) { [weak self, loop] number in
            loop.execute { [weak self] in
                self?.assumeIsolated { $0.engine?.events.remove(number) }
            }
        }
    }
}
