internal import BatonIO
internal import Synchronization

/// The two queues between signalling and a media worker. Locks are taken for whole batches, when
/// there is something to hand over, and never for a packet.
final class WorkerMailbox: Sendable {
    /// Wakes the worker.
    let wakeup: WakeupDescriptor

    private let commands = Mutex<[WorkerCommand]>([])
    private let events = Mutex<[WorkerEvent]>([])
    private let notify: @Sendable () -> Void

    init(wakeup: WakeupDescriptor, notify: @escaping @Sendable () -> Void) {
        self.wakeup = wakeup
        self.notify = notify
    }

    /// Signalling: hands commands over and wakes the worker if it may be asleep.
    func submit(_ batch: [WorkerCommand]) {
        guard !batch.isEmpty else { return }
        let wasEmpty = commands.withLock { commands in
            let wasEmpty = commands.isEmpty
            commands.append(contentsOf: batch)
            return wasEmpty
        }
        if wasEmpty { wakeup.signal() }
    }

    /// The worker: takes what signalling has handed over.
    func takeCommands() -> [WorkerCommand] {
        wakeup.clear()
        return commands.withLock { commands in
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
