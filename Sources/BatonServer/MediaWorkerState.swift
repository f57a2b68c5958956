internal import BatonBase
internal import BatonCrypto
internal import BatonIO
internal import BatonMedia

/// What a media worker owns: the driver of one ``RelayCore``. Lives on the worker's queue.
///
/// One wake-up is one call of ``turn()``: round after round it asks the epoll instance what is
/// ready and gives each ready port at most one vector of datagrams before the next port's turn.
struct MediaWorkerState: ~Copyable {
    private static let wakeupToken = UInt64.max
    private static let timerToken = UInt64.max - 1
    private static let noDescriptor: Int32 = -1

    private let limits: MediaWorkerLimits
    private let counters: CounterArena
    private let mailbox: WorkerMailbox
    private let poller: Poller
    private var timer: TimerDescriptor
    private var slab: DatagramSlab
    private var core: RelayCore
    private var batch = TransmitBatch()
    private var descriptors: [Int32] = []
    /// Ports that filled a whole vector: they may hold more, and edge triggering will not say so.
    private var unfinished: [Int32] = []
    private var stillUnfinished: [Int32] = []
    private var events: [WorkerEvent] = []
    private var relayEvents: [RelayEvent] = []
    private var tally = Tally()
    private var effort: EncodingEffort

    /// What a round has counted, until it is added to the counters.
    private struct Tally {
        var packetsIn: UInt64 = 0
        var bytesIn: UInt64 = 0
        var packetsOut: UInt64 = 0
        var bytesOut: UInt64 = 0
        var fullVectors: UInt64 = 0
    }

    init(
        limits: MediaWorkerLimits, certificate: DTLSCertificate?, portCounters: CounterArena,
        counters: CounterArena, mailbox: WorkerMailbox, tapRing: PacketRing? = nil
    ) throws(SystemError) {
        let poller = try Poller(capacity: 512)
        let timer = try TimerDescriptor()
        try poller.add(mailbox.wakeup.descriptor, token: Self.wakeupToken, for: .read)
        try poller.add(timer.descriptor, token: Self.timerToken, for: .read)
        self.limits = limits
        self.counters = counters
        self.mailbox = mailbox
        self.poller = poller
        self.timer = timer
        slab = DatagramSlab(
            slotCount: limits.datagramsPerPort, datagramBytes: limits.datagramBytes)
        core = RelayCore(
            portCapacity: limits.ports, counters: portCounters, start: MonotonicClock.now(),
            seed: SystemRandom.seed())
        effort = EncodingEffort(at: MonotonicClock.now())
        if let certificate { add(certificate, number: 0) }
        core.setTapRing(tapRing)
        core.setWallClock(
            unixNanoseconds: WallClock.nanosecondsSince1970(), at: MonotonicClock.now())
        counters.store(
            UInt64(core.complexityLimit), row: 0, column: WorkerCounter.complexityLimit.rawValue)
        descriptors.reserveCapacity(limits.ports)
        unfinished.reserveCapacity(limits.ports)
        stillUnfinished.reserveCapacity(limits.ports)
    }

    /// The descriptor that is readable when there is something to do.
    var pollDescriptor: Int32 { poller.descriptor }

    /// One wake-up. While there is traffic it stays and waits in the epoll instance itself, which
    /// costs one change of threads a burst; by way of Dispatch it would be two. When nothing has
    /// come for a while, the queue is given back and Dispatch watches.
    mutating func turn() {
        counters.add(1, row: 0, column: WorkerCounter.wakeups.rawValue)
        while true {
            let isIdle = unfinished.isEmpty && !core.hasHandshakes
            let ready = poller.poll(waitingMilliseconds: isIdle ? limits.lingerMilliseconds : 0)
            if ready == 0, isIdle { return }
            let now = MonotonicClock.now()
            for index in 0..<ready {
                if index &+ 1 < ready { prefetch(poller.event(index &+ 1).token) }
                handle(poller.event(index).token, at: now)
            }
            serveUnfinished(at: now)
            core.runHandshakes(limits.handshakesPerRound, at: now)
            if mailbox.hasCommands { runCommands(at: now) }
            finishRound(now)
        }
    }

    /// Closes every socket, when the worker ends.
    mutating func closeAllPorts() {
        for index in descriptors.indices { closePort(PortSlot(Int32(index))) }
    }

    /// The next port's state is on its way from memory while this port is served.
    @inline(__always)
    private func prefetch(_ token: UInt64) {
        guard token < Self.timerToken else { return }
        core.prefetch(PortSlot(Int32(truncatingIfNeeded: token)))
    }

    private mutating func handle(_ token: UInt64, at now: Instant) {
        switch token {
        case Self.wakeupToken: mailbox.wakeup.clear()
        case Self.timerToken:
            timer.clear()
            runTimers(at: now)
        default: servePort(Int32(truncatingIfNeeded: token), at: now)
        }
    }

    /// Ports that had more than one vector: one more each, then it is the poller's turn again.
    private mutating func serveUnfinished(at now: Instant) {
        guard !unfinished.isEmpty else { return }
        swap(&unfinished, &stillUnfinished)
        for index in stillUnfinished { servePort(index, at: now) }
        stillUnfinished.removeAll(keepingCapacity: true)
    }

    private mutating func servePort(_ index: Int32, at now: Instant) {
        let descriptor = descriptors[Int(index)]
        guard descriptor != Self.noDescriptor else { return }
        core.prefetchRoute(PortSlot(index))
        let count = slab.receive(from: descriptor)
        // Asked when the datagrams are here: what a reply brought about finds the commands that
        // were queued before it. A port that they close drops what it has just received.
        if mailbox.hasCommands { runCommands(at: now) }
        for slot in 0..<count {
            relay(slot, PortSlot(index), at: now)
            if core.wantsToSend { sendOutgoing() }
        }
        if core.outgoingCount > 0 { sendOutgoing() }
        tally.packetsIn &+= UInt64(count)
        if count == slab.slotCount {
            tally.fullVectors &+= 1
            unfinished.append(index)
        }
    }

    /// One datagram from its slot to wherever the core says.
    @inline(__always)
    private mutating func relay(_ slot: Int, _ port: PortSlot, at now: Instant) {
        guard let source = slab.source(of: slot) else { return }
        if slab.isTruncated(slot) {
            core.receiveTruncated(on: port)
            return
        }
        tally.bytesIn &+= UInt64(slab.length(of: slot))
        Self.receive(slot, from: source, on: port, at: now, &slab, &core, &batch)
        for index in 0..<batch.count { send(batch[index], from: slot) }
    }

    /// The span of a slot blocks its owner: the core gets it here, beside its own borrow.
    @inline(__always)
    private static func receive(
        _ slot: Int, from source: SocketAddress, on port: PortSlot, at now: Instant,
        _ slab: inout DatagramSlab, _ core: inout RelayCore, _ batch: inout TransmitBatch
    ) {
        batch.removeAll()
        let byteCount = slab.length(of: slot)
        var room = slab.room(of: slot)
        core.receive(&room, byteCount: byteCount, from: source, on: port, at: now, into: &batch)
    }

    private mutating func send(_ transmit: Transmit, from slot: Int) {
        let descriptor = descriptors[Int(transmit.socket.index)]
        let failure = slab.send(
            slot: slot, length: Int(transmit.length), through: descriptor,
            to: transmit.destination)
        finish(transmit, failure)
    }

    private mutating func finish(_ transmit: Transmit, _ failure: Int32) {
        core.completed(transmit, wasSent: failure == 0)
        guard failure == 0 else { return }
        tally.packetsOut &+= 1
        tally.bytesOut &+= UInt64(UInt32(bitPattern: transmit.length))
    }

    /// Sends what the core has made itself.
    @inline(never)
    private mutating func sendOutgoing() {
        for index in 0..<core.outgoingCount {
            let transmit = core.outgoing(index)
            let descriptor = descriptors[Int(transmit.socket.index)]
            guard descriptor != Self.noDescriptor, transmit.length > 0 else { continue }
            let failure = slab.send(
                core.outgoingBytes(index), through: descriptor, to: transmit.destination)
            finish(transmit, failure)
        }
        core.removeOutgoing()
    }

    private mutating func runTimers(at now: Instant) {
        while let action = core.nextDueAction(at: now) {
            switch action {
            case .inspectReceiveQueue(let port):
                let descriptor = descriptors[Int(port.index)]
                if let drops = ReceiveQueue.drops(of: descriptor) {
                    core.setReceiveQueueDrops(drops, of: port)
                }
            case .pierce(let transmit): send(transmit, from: 0)
            case .sendOutgoing: sendOutgoing()
            }
        }
    }

    /// What follows a round of ready descriptors: timers, events for signalling, counters.
    private mutating func finishRound(_ start: Instant) {
        if core.outgoingCount > 0 { sendOutgoing() }
        timer.arm(at: core.nextDeadline)
        if core.hasEvents { takeRelayEvents() }
        if !events.isEmpty {
            mailbox.post(events)
            events.removeAll(keepingCapacity: true)
        }
        count(tally.packetsIn, .packetsIn)
        count(tally.bytesIn, .bytesIn)
        count(tally.packetsOut, .packetsOut)
        count(tally.bytesOut, .bytesOut)
        count(tally.fullVectors, .fullVectors)
        tally = Tally()
        let end = MonotonicClock.now()
        let busy = end.nanosecondsSince(start)
        count(busy, .busyNanoseconds)
        guard core.isConverting || core.complexityLimit < 10 else { return }
        judgeEffort(busy, at: end)
    }

    /// A worker that falls behind lets its encoders take less effort.
    private mutating func judgeEffort(_ busy: UInt64, at now: Instant) {
        var percent = effort.note(busyNanoseconds: busy, endingAt: now)
        if !core.isConverting {
            effort = EncodingEffort(at: now)
            percent = 0
        }
        guard let percent else { return }
        core.complexityLimit = effort.complexityLimit
        counters.store(
            UInt64(core.complexityLimit), row: 0, column: WorkerCounter.complexityLimit.rawValue)
        mailbox.post([
            .effortChanged(complexityLimit: core.complexityLimit, busyPercent: percent)
        ])
    }

    private func count(_ amount: UInt64, _ counter: WorkerCounter) {
        if amount > 0 { counters.add(amount, row: 0, column: counter.rawValue) }
    }

    private mutating func takeRelayEvents() {
        core.drainEvents(into: &relayEvents)
        for event in relayEvents { events.append(.relay(event)) }
        relayEvents.removeAll(keepingCapacity: true)
        counters.store(
            core.droppedEvents, row: 0, column: WorkerCounter.droppedEvents.rawValue)
    }
}

// MARK: - Commands

extension MediaWorkerState {
    private mutating func runCommands(at now: Instant) {
        for command in mailbox.takeCommands() {
            switch command {
            case .open(let port, let descriptor): openPort(port, descriptor, at: now)
            case .port(.configure(let port, let configuration)):
                core.configure(port, configuration, at: now)
            case .port(.close(let port)): closePort(port)
            case .port(.play(let port, let playback)): core.play(port, playback, at: now)
            case .port(.stopPlaying(let port)): core.stopPlaying(port)
            case .port(.playDTMF(let port, let event)): core.play(port, event, at: now)
            case .certificate(let certificate, let number): add(certificate, number: number)
            }
            if core.wantsToSend { sendOutgoing() }
        }
        counters.store(
            UInt64(core.openPortCount), row: 0, column: WorkerCounter.openPorts.rawValue)
    }

    private mutating func add(_ certificate: DTLSCertificate, number: UInt32) {
        if let context = try? DTLSContext(certificate) {
            core.addDTLSContext(context, number: number)
        }
    }

    private mutating func openPort(_ port: PortSlot, _ descriptor: Int32, at now: Instant) {
        let index = Int(port.index)
        while descriptors.count <= index { descriptors.append(Self.noDescriptor) }
        do {
            try poller.add(
                descriptor, token: UInt64(index), for: [.read, .edgeTriggered])
        } catch {
            Descriptor.close(taken: descriptor)
            events.append(.openFailed(port, errno: error.errno))
            return
        }
        descriptors[index] = descriptor
        core.open(port, at: now)
    }

    private mutating func closePort(_ port: PortSlot) {
        let index = Int(port.index)
        guard index >= 0, index < descriptors.count, descriptors[index] != Self.noDescriptor
        else { return }
        recordFinalDrops(port, descriptors[index])
        core.close(port)
        // The end of a handshake still leaves by the port.
        if core.outgoingCount > 0 { sendOutgoing() }
        Descriptor.close(taken: descriptors[index])
        descriptors[index] = Self.noDescriptor
        events.append(.closed(port))
    }

    private mutating func recordFinalDrops(_ port: PortSlot, _ descriptor: Int32) {
        if let drops = ReceiveQueue.drops(of: descriptor) {
            core.setReceiveQueueDrops(drops, of: port)
        }
    }
}
