import BatonBase
import BatonMedia
import Synchronization

@testable import BatonServer

/// A worker that does nothing until the test lets it close what it was told to.
final class FakeWorker: RelayWorker {
    let portCounters: CounterArena
    let counters = CounterArena(rows: 1, columns: 16)
    let portCapacity: Int
    private let commands = Mutex<[WorkerCommand]>([])

    init(capacity: Int = 1_024) {
        portCapacity = capacity
        portCounters = CounterArena(rows: capacity, columns: PortCounter.columnCount)
    }

    func submit(_ commands: [WorkerCommand]) {
        self.commands.withLock { $0 += commands }
    }

    func wake() {}

    func takeEvents() -> [WorkerEvent] {
        commands.withLock { commands in
            defer { commands = [] }
            return commands.compactMap { command in
                guard case .port(.close(let slot)) = command else { return nil }
                return .closed(slot)
            }
        }
    }

    var opened: [PortSlot] {
        commands.withLock { commands in
            commands.compactMap { command in
                guard case .open(let slot, _) = command else { return nil }
                return slot
            }
        }
    }
}
