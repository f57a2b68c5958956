internal import BatonIO
internal import Synchronization

/// The two queues between signalling and a media worker. Locks are taken for whole batches, when
/// there is something to hand over, and never for a packet.
final class WorkerMailbox: Sendable {
    /// Wakes the worker.
    let wakeup: WakeupDescriptor

    private let hasWaitingCommands = Atomic<Bool>(false)
    private let commands = Mutex<[WorkerCommand]>([])
    private let events = Mutex<[WorkerEvent]>([])
    private let notify: @Sendable () -> Void

    init(wakeup: WakeupDescriptor, notify: @escaping @Sendable () -> Void) {
        self.wakeup = wakeup
        self.notify = notify
    }

    /// Whether commands wait: the worker asks before each port's turn, which costs it no lock.
    var hasCommands: Bool { hasWaitingCommands.load(ordering: .acquiring) }

    /// Signalling: hands commands over. A worker that is awake sees them before it takes the next
    /// datagram; one that sleeps does when ``wake()`` is called.
    func submit(_ batch: [WorkerCommand]) {
        guard !batch.isEmpty else { return }
        commands.withLock { commands in
            commands.append(contentsOf: batch)
            hasWaitingCommands.store(true, ordering: .releasing)
        }
    }

    /// Signalling: wakes the worker unless it has taken all commands meanwhile.
    func wake() {
        if hasCommands { wakeup.signal() }
    }

    /// The worker: takes what signalling has handed over.
    func takeCommands() -> [WorkerCommand] {
        commands.withLock { commands in
            hasWaitingCommands.store(false, ordering: .relaxed)
            let taken = commands
            commands = []
            return taken
        }
    }

    /// The worker: hands events over and tells signalling, if it may not know yet.
    func post(_ batch: [WorkerEvent]) {
        let wasEmpty = events.withLock { events in
            let wasEmpty = events.isEmpty
            events.append(contentsOf: batch)
            return wasEmpty
        }
        if wasEmpty { notify() }
    }

    /// Signalling: takes what the worker has handed over.
    func takeEvents() -> [WorkerEvent] {
        events.withLock { events in
            let taken = events
            events = []
            return taken
        }
    }
}
