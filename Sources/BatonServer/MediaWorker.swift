public import BatonBase
public import BatonCrypto
public import BatonIO
public import BatonMedia

/// The handle of one media worker: a serial queue that owns its ports' sockets and relays between
/// them. Any thread may hold the handle; the packet path runs on the worker's queue only.
public final class MediaWorker: Sendable {
    /// The worker's number, from 0.
    public let index: Int
    /// How many ports it can hold.
    public let portCapacity: Int
    /// Counters of its ports: a row for each `PortSlot`, and behind them one of totals.
    public let portCounters: CounterArena
    /// The worker's own counters: row 0, columns as in ``WorkerCounter``.
    public let counters: CounterArena

    private let mailbox: WorkerMailbox
    private let state: QueueConfined<MediaWorkerState>
    private let source: ReadSource

    /// Starts worker `index`. `notify` is called on the worker's queue when events wait for
    /// ``takeEvents()``; it must not block.
    ///
    /// - Parameters:
    ///   - certificate: what DTLS handshakes are made with; without one there is no DTLS.
    ///   - tapRing: where copies of packets that are recorded go; the worker is its writer.
    /// - Throws: `SystemError` when the system gives no epoll, timer or event descriptor.
    public init(
        index: Int, limits: MediaWorkerLimits = MediaWorkerLimits(),
        certificate: DTLSCertificate? = nil, tapRing: PacketRing? = nil,
        notify: @escaping @Sendable () -> Void
    ) throws(SystemError) {
        let portCounters = CounterArena(
            rows: limits.ports + 1, columns: PortCounter.columnCount)
        let counters = CounterArena(rows: 1, columns: WorkerCounter.columnCount)
        counters.clear(row: 0)
        let mailbox = WorkerMailbox(wakeup: try WakeupDescriptor(), notify: notify)
        let state = try MediaWorkerState(
            limits: limits, certificate: certificate, portCounters: portCounters,
            counters: counters, mailbox: mailbox, tapRing: tapRing)
        let descriptor = state.pollDescriptor
        let queue = SerialQueue(label: "baton.worker.\(index)")
        let confined = QueueConfined(state, to: queue)
        self.index = index
        self.portCapacity = limits.ports
        self.portCounters = portCounters
        self.counters = counters
        self.mailbox = mailbox
        self.state = confined
        source = ReadSource(descriptor: descriptor, on: queue) {
            confined.withValue { $0.turn() }
        }
    }

    // The handler, and with it the state and its descriptors, is released by Dispatch only when
    // the cancelled source is done with them.
    deinit {
        let confined = state
        source.cancel { confined.withValue { $0.closeAllPorts() } }
    }

    /// Hands commands over, in order. The worker takes no datagram before them, but may sleep on
    /// until ``wake()``. Any thread may call it.
    public func submit(_ commands: [WorkerCommand]) {
        mailbox.submit(commands)
    }

    /// Has a sleeping worker take what was handed over, if anything waits. Any thread may call it.
    public func wake() {
        mailbox.wake()
    }

    /// How often something was dropped, refused or out of the ordinary, since the start.
    public func total(_ counter: PortCounter) -> UInt64 {
        portCounters.load(row: portCapacity, column: counter.rawValue)
    }

    /// Takes the events since the last call, oldest first. Any thread may call it.
    public func takeEvents() -> [WorkerEvent] {
        mailbox.takeEvents()
    }
}
