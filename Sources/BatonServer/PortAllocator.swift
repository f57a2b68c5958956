public import BatonBase
public import BatonMedia

/// Ports for sessions: binds pairs, hands the descriptors to the workers and keeps the books of
/// which session holds what (N17, N26).
///
/// A pair costs the sockets' own system calls and constant time.
public struct PortAllocator<Sockets: PortSockets>: MediaPlane {
    /// The numbers that can be tuned.
    public struct Settings: Hashable, Sendable {
        /// How long a released pair rests before it is used again.
        public var restTime: Duration = .seconds(5)
        /// How long it rests at least when nothing else is free.
        public var leastRestTime: Duration = .milliseconds(100)
        /// How many pairs are tried when other programs hold the ports.
        public var bindAttempts = 64
        /// The TOS or Traffic Class byte of ports whose session names none.
        public var typeOfService: UInt8 = 0
        /// How many call-ids an exhaustion error names.
        public var namedHolders = 5

        /// The defaults.
        public init() {}
    }

    /// The interfaces that requests name.
    public let interfaces: InterfaceTable
    /// The workers' counters.
    public let counters: WorkerCounterRows
    /// The numbers in force.
    public var settings: Settings
    /// How often binding failed because another program held the port.
    public private(set) var portsTakenByOthers: UInt64 = 0

    var pools: [PortPool] = []
    var workers: [WorkerPortBooks]
    private var poolByKey: [PortPoolKey: Int] = [:]
    private var holdersOfPool: [Int: (at: Instant, names: [String])] = [:]
    /// The last failure of each pool that no success has followed.
    private var failureOfPool: [Int: PortError] = [:]
    private let sockets: Sockets
    private var generator: SplitMix64
    private var context = PortContext(worker: 0, holder: "", now: Instant(nanoseconds: 0))

    /// Ports of `interfaces` for `workers`, chosen by `generator`.
    public init(
        interfaces: InterfaceTable, workers: [any RelayWorker], sockets: Sockets,
        generator: SplitMix64, settings: Settings = .init()
    ) {
        self.interfaces = interfaces
        self.sockets = sockets
        self.generator = generator
        self.settings = settings
        counters = WorkerCounterRows(workers.map(\.portCounters))
        self.workers = workers.map { worker in
            WorkerPortBooks(
                worker: worker, slots: SlotAllocator(capacity: worker.portCapacity),
                records: Array(repeating: PortRecord(), count: worker.portCapacity))
        }
        for interface in interfaces.interfaces { addPools(of: interface) }
    }

    private mutating func addPools(of interface: InterfaceTable.Interface) {
        for address in interface.addresses where address.ports.count > 1 {
            let key = PortPoolKey(address: address.bound, range: address.ports)
            guard poolByKey[key] == nil else { continue }
            poolByKey[key] = pools.count
            pools.append(
                PortPool(
                    address: address.bound, range: address.ports, restTime: settings.restTime,
                    leastRestTime: settings.leastRestTime))
        }
    }

    // MARK: - MediaPlane

    /// See ``MediaPlane/leastLoadedWorker()``.
    public func leastLoadedWorker() -> Int {
        var best = 0
        for index in workers.indices where workers[index].load < workers[best].load {
            best = index
        }
        return best
    }

    /// See ``MediaPlane/select(_:)``.
    public mutating func select(_ context: PortContext) {
        self.context = context
    }

    /// See ``MediaPlane/setTypeOfService(_:of:worker:)``.
    public func setTypeOfService(_ value: UInt8, of slot: PortSlot, worker: Int) {
        let record = workers[worker].records[Int(slot.index)]
        guard record.descriptor >= 0 else { return }
        sockets.setTypeOfService(value, of: record.descriptor, record.family)
    }

    /// See ``MediaPlane/submit(_:worker:)``.
    public mutating func submit(_ commands: [PortCommand], worker: Int) {
        for command in commands {
            if case .close(let slot) = command {
                close(slot, worker: worker)
            } else {
                workers[worker].pending.append(.port(command))
            }
        }
    }

    /// See ``PortSource/openPair(interface:family:)``. An interface with several addresses of the
    /// family is used in their order.
    public mutating func openPair(
        interface: String?, family: IPAddress.Family?
    ) throws(PortError) -> PortPair {
        guard let found = interfaces.interface(named: interface) else {
            throw .unknownInterface(interface ?? "", known: interfaces.names)
        }
        let family = family ?? found.addresses.first?.bound.family ?? .v4
        let capacity = workers[context.worker].slots.capacity
        guard workers[context.worker].slots.takenCount + 2 <= capacity else {
            throw .limit("ports of one media worker", capacity)
        }
        var failure = PortError.noAddress(interface: found.name, family: family)
        for address in found.addresses where address.bound.family == family {
            do {
                return try openPair(at: address, of: found.name)
            } catch {
                failure = error
            }
        }
        throw failure
    }

    /// See ``PortSource/openDoors(beside:interface:limit:)``.
    public mutating func openDoors(
        beside pair: PortPair, interface: String?, limit: Int
    ) -> [PortPair] {
        // As in offers, where a name that is not known stands for the default interface.
        guard let found = interfaces.interface(named: interface) ?? interfaces.interface(named: nil)
        else { return [] }
        let capacity = workers[context.worker].slots.capacity
        var taken = [pair.rtp.address.ip]
        var doors: [PortPair] = []
        for address in found.addresses where !taken.contains(address.bound) {
            guard doors.count < limit, workers[context.worker].slots.takenCount + 2 <= capacity
            else { break }
            guard let door = try? openPair(at: address, of: found.name) else { continue }
            taken.append(address.bound)
            doors.append(door)
        }
        return doors
    }

    // MARK: - Steps

    private mutating func openPair(
        at address: InterfaceTable.Address, of name: String
    ) throws(PortError) -> PortPair {
        guard let pool = poolByKey[PortPoolKey(address: address.bound, range: address.ports)] else {
            throw .unknownInterface(name, known: interfaces.names)
        }
        var attempts = 0
        var failure: PortError?
        while let pair = pools[pool].take(at: context.now, using: &generator) {
            do {
                let opened = try bind(pair, of: pool, at: address)
                failureOfPool[pool] = nil
                return opened
            } catch {
                pools[pool].rest(pair, at: context.now)
                attempts += 1
                let told = PortError.system(
                    call: error.call, errno: error.errno, reason: error.reason,
                    address: SocketAddress(
                        ip: address.bound, port: pools[pool].evenPort(of: pair)))
                (failure, failureOfPool[pool]) = (told, told)
                if error.isPortTaken { portsTakenByOthers &+= 1 }
                guard error.isPortTaken, attempts < settings.bindAttempts else { throw told }
            }
        }
        // A pair that could not be bound rests like a used one. Where sessions hold nothing, it is
        // the system that keeps the ports from us, although this request may not have asked it.
        if pools[pool].takenCount == 0 { failure = failure ?? failureOfPool[pool] }
        throw failure
            ?? .exhausted(interface: name, range: address.ports, holders: recentHolders(of: pool))
    }

    /// Who holds the most ports, looked up once a second at most: a flood of offers that find no
    /// port must not cost a search each.
    private mutating func recentHolders(of pool: Int) -> [String] {
        if let known = holdersOfPool[pool], context.now - known.at < .seconds(1) {
            return known.names
        }
        let names = holders(of: pool)
        holdersOfPool[pool] = (context.now, names)
        return names
    }

    /// Binds both ports of a pair and hands them to the worker.
    private mutating func bind(
        _ pair: UInt16, of pool: Int, at address: InterfaceTable.Address
    ) throws(PortSocketError) -> PortPair {
        let even = SocketAddress(ip: address.bound, port: pools[pool].evenPort(of: pair))
        let odd = SocketAddress(ip: address.bound, port: even.port + 1)
        let typeOfService = context.typeOfService ?? settings.typeOfService
        let rtp = try sockets.open(even, typeOfService: typeOfService)
        let rtcp: Int32
        do {
            rtcp = try sockets.open(odd, typeOfService: typeOfService)
        } catch {
            sockets.close(rtp)
            throw error
        }
        pools[pool].opened(pair)
        return PortPair(
            rtp: adopt(rtp, even, pool, pair, address.advertised),
            rtcp: adopt(rtcp, odd, pool, pair, address.advertised))
    }

    private mutating func adopt(
        _ descriptor: Int32, _ address: SocketAddress, _ pool: Int, _ pair: UInt16,
        _ advertised: IPAddress
    ) -> LocalPort {
        let worker = context.worker
        guard let index = workers[worker].slots.take() else {
            preconditionFailure("the free rows were counted before the sockets were opened")
        }
        let slot = PortSlot(Int32(index))
        // The row is ours until the worker gets the open command; what its last owner counted goes.
        workers[worker].worker.portCounters.clear(row: index)
        workers[worker].records[index] = PortRecord(
            pool: Int32(pool), pair: pair, holder: context.holder, descriptor: descriptor,
            family: address.ip.family)
        workers[worker].load += 1
        workers[worker].pending.append(.open(slot, descriptor: descriptor))
        return LocalPort(slot: slot, address: address, advertised: advertised)
    }

    private mutating func close(_ slot: PortSlot, worker: Int) {
        let index = Int(slot.index)
        if workers[worker].records[index].hasFailed {
            portClosed(slot, worker: worker, at: context.now)
        } else {
            workers[worker].pending.append(.port(.close(slot)))
            workers[worker].records[index].descriptor = -1
        }
        workers[worker].load -= 1
    }
}
