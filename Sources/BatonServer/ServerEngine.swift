import BatonBase
import BatonConfig
import BatonIO
import BatonMedia
import BatonNG
import BatonRecord
import Logging

/// Everything that runs on the signalling loop: the core, its drivers and what they share.
///
/// Confined to the loop; ``RelayServer`` is its door to other threads.
final class ServerEngine {
    typealias Core = SignallingCore<PortAllocator<SystemPortSockets>>

    /// The configuration in force.
    var config: Config
    let core: Core
    let loop: EventLoop
    let workers: [MediaWorker]
    let events = EventFanOut()
    let notices: NoticeSender
    lazy var dtmfSender = DTMFSender()
    let logger: Logger
    /// What marks an SDP as this process's own (`loop-protect`), and the certificate in use.
    var identity: ServerIdentity
    /// When the next certificate is made.
    var nextCertificate: Instant
    var streams: NGStreamServer?
    var datagrams: [NGDatagramListener] = []
    var meter = LoadMeter()
    var drain: Drain?
    /// Called with every event, on the loop.
    var observer: (@Sendable (ServerEvent) -> Void)?
    private var nextHousekeeping: Instant
    private var timerAt: Instant?
    private var pathLimits = ReplyLimits()
    private var loggedUnusable: UInt64 = 0

    /// A drain under way.
    struct Drain {
        var deadline: Instant
        var waiters: [CheckedContinuation<Void, Never>] = []
    }

    /// How often the drivers' own timeouts are looked at.
    static let housekeepingInterval: Duration = .seconds(1)

    init(
        config: Config, identity: ServerIdentity, interfaces: InterfaceTable,
        workers: [MediaWorker], on loop: EventLoop, logger: Logger
    ) {
        let now = MonotonicClock.now()
        var settings = PortAllocator<SystemPortSockets>.Settings()
        settings.restTime = config.media.portReuseDelay
        settings.typeOfService = UInt8(clamping: config.media.tos)
        let ports = PortAllocator(
            interfaces: interfaces, workers: workers,
            sockets: SystemPortSockets(receiveBufferBytes: config.media.receiveBufferBytes),
            generator: SplitMix64(seed: .random(in: 0 ... .max)), settings: settings)
        self.identity = identity
        nextCertificate = now + ServerIdentity.certificateAge
        core = SignallingCore(
            settings: SignallingSettings(config, identity), plane: ports,
            wallClockOriginMicroseconds: Self.wallClockOrigin(now),
            using: SystemRandomNumberGenerator(), at: now)
        notices = NoticeSender(on: loop, clock: MonotonicClock.now)
        notices.timeout = config.notice.timeout
        self.config = config
        self.loop = loop
        self.workers = workers
        self.logger = logger
        nextHousekeeping = now + Self.housekeepingInterval
    }

    /// Microseconds since 1970 UTC when the monotonic clock read 0.
    static func wallClockOrigin(_ now: Instant) -> Int64 {
        Int64(clamping: WallClock.nanosecondsSince1970() / 1_000)
            &- Int64(clamping: now.nanoseconds / 1_000)
    }

    // MARK: - Turns

    /// Starts the loop's timer.
    func startTimer() {
        loop.setTimerHandler { [weak self] in self?.timerFired() }
        rearm()
    }

    private func timerFired() {
        timerAt = nil
        let now = MonotonicClock.now()
        core.tick(at: now)
        if nextHousekeeping <= now { housekeep(at: now) }
        finishTurn()
    }

    /// Hands over what a turn produced: commands to workers, events to readers; sets the timer.
    func finishTurn() {
        core.plane.flush()
        core.plane.wakeWorkers()
        for event in core.takeEvents() { publish(event) }
        rearm()
    }

    private func rearm() {
        var next = nextHousekeeping
        if let deadline = core.nextDeadline { next = min(next, deadline) }
        if let timerAt, timerAt <= next { return }
        timerAt = next
        loop.setTimer(at: next)
    }

    /// Takes what the workers report.
    func takeWorkerEvents() {
        let now = MonotonicClock.now()
        for (index, worker) in workers.enumerated() {
            for event in worker.takeEvents() { take(event, from: index, at: now) }
        }
        finishTurn()
    }

    private func take(_ event: WorkerEvent, from worker: Int, at now: Instant) {
        switch event {
        case .closed(let slot):
            core.plane.portClosed(slot, worker: worker, at: now)
        case .openFailed(let slot, let errno):
            let call = core.plane.holder(of: slot, worker: worker) ?? ""
            core.plane.portFailed(slot, worker: worker, at: now)
            logger.error(
                "a media worker could not watch a port",
                metadata: ["call": "\(call)", "reason": "\(SystemError.reason(errno))"])
        case .relay(let event):
            guard let call = core.plane.holder(of: event.port, worker: worker) else { return }
            core.note(event, callID: call, at: now)
        case .effortChanged(let limit, let percent):
            logEffort(limit, percent, worker)
        }
    }

    private func logEffort(_ limit: Int, _ busyPercent: Int, _ worker: Int) {
        let facts: Logger.Metadata = [
            "worker": "\(worker)", "busy-percent": "\(busyPercent)",
            "complexity-at-most": "\(limit)",
        ]
        if limit < 10 {
            logger.warning("a busy media worker limits the effort of Opus", metadata: facts)
        } else {
            logger.notice("a media worker has its usual effort for Opus again", metadata: facts)
        }
    }

    /// Takes what the recorder reports.
    func take(_ event: RecorderEvent) {
        core.note(event, at: MonotonicClock.now())
        finishTurn()
    }

    // MARK: - Control messages

    /// Executes a datagram. The workers have their commands when it returns: the reply may go.
    func execute(_ message: [UInt8], from source: SocketAddress) -> [UInt8]? {
        defer { core.plane.flush() }
        let limit = pathLimits.limit(for: source, configured: config.ng.replyLimitBytes)
        return core.receive(
            message, from: source.ip, replyLimitBytes: limit, at: MonotonicClock.now())
    }

    // MARK: - Housekeeping

    private func housekeep(at now: Instant) {
        nextHousekeeping = now + (drain == nil ? Self.housekeepingInterval : .milliseconds(100))
        core.wallClockOriginMicroseconds = Self.wallClockOrigin(now)
        core.load = meter.measure(workers, at: now)
        streams?.housekeep(at: now)
        notices.housekeep(at: now)
        pathLimits.forget()
        renewCertificate(at: now)
        logUnusable()
        checkDrain(at: now)
    }

    /// One line for all messages since the last one: whoever sends rubbish must not fill the log.
    private func logUnusable() {
        let count = core.totals.unusableMessages
        guard count > loggedUnusable, let peer = core.lastUnusablePeer else { return }
        logger.debug(
            "ng messages without a cookie got no reply",
            metadata: ["messages": "\(count - loggedUnusable)", "last_peer": "\(peer)"])
        loggedUnusable = count
    }

    // MARK: - Drain

    /// Refuses new sessions from now on.
    func startDrain(at now: Instant) {
        core.isDraining = true
        if drain == nil { drain = Drain(deadline: now + config.timeouts.drain) }
        nextHousekeeping = now
        rearm()
    }

    private func checkDrain(at now: Instant) {
        guard let drain else { return }
        let talking = core.talkingSessionCount(within: config.timeouts.drainIdle, at: now)
        guard talking == 0 || now >= drain.deadline else { return }
        self.drain?.waiters = []
        for waiter in drain.waiters { waiter.resume() }
    }

    /// Ends sessions, closes sockets and lets every handler go.
    func stop() {
        core.endAll(.shutdown, at: MonotonicClock.now())
        finishTurn()
        core.recorder?.finish()
        streams?.stop()
        for listener in datagrams { listener.stop() }
        datagrams = []
        notices.stop()
        events.finish()
        for waiter in drain?.waiters ?? [] { waiter.resume() }
        drain = nil
        loop.removeAllHandlers()
    }
}
