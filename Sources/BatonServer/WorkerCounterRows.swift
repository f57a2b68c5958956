public import BatonBase
public import BatonMedia

/// The port counters of all workers.
public final class WorkerCounterRows: PortCounterReader, Sendable {
    private let arenas: [CounterArena]

    /// Reads `arenas`, one for each worker.
    public init(_ arenas: [CounterArena]) {
        self.arenas = arenas
    }

    /// See ``PortCounterReader/count(_:of:worker:)``.
    public func count(_ counter: PortCounter, of slot: PortSlot, worker: Int) -> UInt64 {
        arenas[worker].load(row: Int(slot.index), column: counter.rawValue)
    }

    /// See ``PortCounterReader/count(_:index:of:worker:)``.
    public func count(
        _ counter: SourceCounter, index: Int, of slot: PortSlot, worker: Int
    ) -> UInt64 {
        let column =
            PortCounter.firstSourceColumn + index * SourceCounter.allCases.count + counter.rawValue
        return arenas[worker].load(row: Int(slot.index), column: column)
    }
}
