public import BatonBase
public import BatonMedia

// What the driver does with the allocator between requests, and what it shows.
extension PortAllocator {
    /// Hands the queued commands to the workers, which take no datagram before them. The driver
    /// calls it before each reply.
    public mutating func flush() {
        for index in workers.indices where !workers[index].pending.isEmpty {
            workers[index].worker.submit(workers[index].pending)
            workers[index].pending.removeAll(keepingCapacity: true)
        }
    }

    /// Wakes the workers that have commands waiting. The driver calls it once a turn: a waking
    /// costs a change of threads.
    public func wakeWorkers() {
        for books in workers { books.worker.wake() }
    }

    /// Lets released pairs rest for `time` from now on.
    public mutating func setRestTime(_ time: Duration) {
        settings.restTime = time
        for index in pools.indices { pools[index].restTime = time }
    }

    /// A worker could not watch the port's socket: nothing arrives there, and closing it later is
    /// for the books only.
    public mutating func portFailed(_ slot: PortSlot, worker: Int, at now: Instant) {
        let index = Int(slot.index)
        guard workers.indices.contains(worker), workers[worker].records.indices.contains(index),
            workers[worker].records[index].pool >= 0
        else { return }
        if workers[worker].records[index].descriptor < 0 {
            portClosed(slot, worker: worker, at: now)
        } else {
            workers[worker].records[index].descriptor = -1
            workers[worker].records[index].hasFailed = true
        }
    }

    /// A worker reports the port closed: its row is free and its number rests.
    public mutating func portClosed(_ slot: PortSlot, worker: Int, at now: Instant) {
        let index = Int(slot.index)
        guard workers.indices.contains(worker), workers[worker].records.indices.contains(index)
        else { return }
        let record = workers[worker].records[index]
        guard record.pool >= 0 else { return }
        workers[worker].records[index] = PortRecord()
        workers[worker].slots.release(index)
        pools[Int(record.pool)].closedPort(of: record.pair, at: now)
    }

    /// The call-id that holds the port, `nil` when nobody does.
    public func holder(of slot: PortSlot, worker: Int) -> String? {
        guard workers.indices.contains(worker),
            workers[worker].records.indices.contains(Int(slot.index)),
            workers[worker].records[Int(slot.index)].pool >= 0
        else { return nil }
        return workers[worker].records[Int(slot.index)].holder
    }

    /// How many ports are open or closing, over all workers.
    public var openPortCount: Int { workers.reduce(0) { $0 + $1.slots.takenCount } }

    /// See ``PortSource/advertisedAddress(interface:family:)``.
    public func advertisedAddress(
        interface: String?, family: IPAddress.Family?
    ) -> IPAddress? {
        let found = interfaces.interface(named: interface) ?? interfaces.interface(named: nil)
        let addresses = found?.addresses ?? []
        return (addresses.first { $0.bound.family == family } ?? addresses.first)?.advertised
    }

    /// See ``MediaPlane/interfaceUsage``.
    public var interfaceUsage: [InterfaceUsage] {
        interfaces.interfaces.flatMap { interface in
            interface.addresses.compactMap { usage(of: $0, named: interface.name) }
        }
    }

    private func usage(
        of address: InterfaceTable.Address, named name: String
    ) -> InterfaceUsage? {
        guard
            let pool = pools.first(where: {
                $0.address == address.bound && $0.range == address.ports
            })
        else { return nil }
        return InterfaceUsage(
            name: name, address: address.bound, advertised: address.advertised,
            range: address.ports, portsTotal: pool.pairCount * 2,
            portsUsed: pool.takenCount * 2, portsResting: pool.restingPairs * 2)
    }

    /// The call-ids that hold the most ports of a pool. Looks at every row: for error texts only.
    func holders(of pool: Int) -> [String] {
        var counts: [String: Int] = [:]
        for books in workers {
            for record in books.records where Int(record.pool) == pool {
                counts[record.holder, default: 0] += 1
            }
        }
        return counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
            .prefix(settings.namedHolders).map { "\($0.key) (\($0.value) ports)" }
    }
}
