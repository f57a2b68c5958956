public import BatonBase

extension RelayCore {
    /// Replaces a port's configuration; nothing happens when the port is not open.
    public mutating func configure(
        _ slot: PortSlot, _ configuration: PortConfiguration, at now: Instant
    ) {
        guard isOpen(slot) else { return }
        let index = Int(slot.index)
        if let owner = configuration.doorOf {
            configurations[index] = configuration
            configureDoor(index, of: owner)
            return
        }
        let before = configurations[index]
        let isSameRoute = configuration.rtpSink == before.rtpSink
        if configuration.conversion != before.conversion || !isSameRoute {
            // What waits belongs to the route that it came for.
            finishConversion(index, at: now)
        }
        configurations[index] = configuration
        ports[index].component = configuration.component
        ports[index].identity = configuration.identity
        ports[index].effects = configuration.effects
        ports[index].rtpSink = configuration.rtpSink?.index ?? RelayPort.none
        ports[index].rtcpSink = configuration.rtcpSink?.index ?? RelayPort.none
        ports[index].payloadType = RelayPort.noPayloadType
        configureBundle(index, configuration)
        markIfReplaced(index)
        configureICE(index, configuration.ice, at: now)
        configureLearner(index)
        configureProtection(
            index, from: before.protection, to: configuration.protection, at: now)
        if case .dtls(let parameters) = configuration.protection,
            configuration.protection == before.protection,
            configuration.learningGeneration != before.learningGeneration
        {
            retryHandshake(index, parameters, at: now)
        }
        configureConversion(index, configuration.conversion)
        provideTables(for: index)
        configureRTCP(index, configuration.rtcpTreatment, at: now)
        publishEndpoint(index)
        if configuration.piercesNAT { beginPiercing(index, at: now) }
    }

    /// Says whom the port listens to and where the peer is, as far as signalling knows.
    mutating func configureLearner(_ index: Int) {
        // ICE knows better where the peer is, as soon as it has found a pair.
        if isSelected(index) { return }
        let configuration = configurations[index]
        ports[index].learner.configure(
            remote: configuration.remote, policy: configuration.sourcePolicy,
            generation: configuration.learningGeneration)
        // Who no longer agrees to receive is sent nothing until a check works again (RFC 7675
        // §5.1).
        if hasLostConsent(index) { ports[index].learner.silence() }
    }

    /// The next thing that is due at `now`, `nil` when there is nothing more.
    public mutating func nextDueAction(at now: Instant) -> DuePortAction? {
        while true {
            if wantsToSend { return .sendOutgoing }
            guard let timer = wheel.expire(at: now) else { return nil }
            let index = timer / PortTimer.count
            switch PortTimer(rawValue: timer % PortTimer.count) {
            case .inspection:
                wheel.arm(timer, at: now + Self.inspectionInterval)
                requestLevel(index)
                return .inspectReceiveQueue(PortSlot(Int32(index)))
            case .pierce:
                if let transmit = pierce(index, at: now) { return .pierce(transmit) }
            case .agent: runAgent(of: index, at: now)
            case .handshake: runHandshake(of: index, at: now)
            case .conversion: runConversion(of: index, at: now)
            case .digits: runDigits(of: index, at: now)
            case .reports: runReports(of: index, at: now)
            case .player: runPlayers(of: index, at: now)
            case nil: break
            }
        }
    }

    /// When ``nextDueAction(at:)`` wants to be called next, `nil` for never.
    public var nextDeadline: Instant? { wheel.nextDeadline() }

    /// Records what the system says of a port's receive queue.
    public mutating func setReceiveQueueDrops(_ drops: UInt32, of slot: PortSlot) {
        guard isOpen(slot) else { return }
        let column = PortCounter.receiveQueueDrops.rawValue
        let before = counters.load(row: Int(slot.index), column: column)
        guard UInt64(drops) > before else { return }
        counters.store(UInt64(drops), row: Int(slot.index), column: column)
        counters.add(UInt64(drops) &- before, row: totalsRow, column: column)
    }

    private mutating func beginPiercing(_ index: Int, at now: Instant) {
        let heard = counters.load(
            row: index, column: PortCounter.lastPacketInNanoseconds.rawValue)
        guard heard == 0 else { return }
        ports[index].pierceAttempts = Self.pierceAttempts
        wheel.arm(PortTimer.pierce.number(of: index), at: now)
    }

    private mutating func pierce(_ index: Int, at now: Instant) -> Transmit? {
        let heard = counters.load(
            row: index, column: PortCounter.lastPacketInNanoseconds.rawValue)
        guard heard == 0, ports[index].pierceAttempts > 0,
            let remote = ports[index].learner.remote
        else { return nil }
        ports[index].pierceAttempts -= 1
        wheel.arm(PortTimer.pierce.number(of: index), at: now + Self.pierceInterval)
        return Transmit(
            sink: PortSlot(Int32(index)), destination: remote, length: 0, kind: .media)
    }

    /// Gives the port the tables that its component and identity need.
    private mutating func provideTables(for index: Int) {
        let component = ports[index].component
        if ports[index].sourceTable == RelayPort.none, component != .rtcp, component != .opaque {
            ports[index].sourceTable = sources.take()
        }
        if ports[index].identity == .continuous, ports[index].continuousIdentity == RelayPort.none {
            ports[index].continuousIdentity = takeIdentity()
        }
    }

    mutating func takeIdentity() -> Int32 {
        if let free = freeIdentities.popLast() {
            identities[Int(free)] = nil
            return free
        }
        identities.append(nil)
        return Int32(identities.count - 1)
    }

    mutating func releaseTables(of index: Int) {
        if ports[index].sourceTable != RelayPort.none {
            sources.release(ports[index].sourceTable)
        }
        if ports[index].continuousIdentity != RelayPort.none {
            freeIdentities.append(ports[index].continuousIdentity)
        }
    }

    /// Shows the port's endpoint in its counters, and in those of the lines that it carries.
    mutating func publishEndpoint(_ index: Int) {
        publishEndpoint(of: carrier(of: index) ?? index, at: index)
        guard securities[index].bundle >= 0 else { return }
        for line in bundles[securities[index].bundle].lines where isOpen(line.port) {
            publishEndpoint(of: index, at: Int(line.port.index))
        }
    }

    private mutating func publishEndpoint(of port: Int, at row: Int) {
        let learner = ports[port].learner
        counters.store(
            learner.isConfirmed ? 1 : 0, row: row, column: PortCounter.isConfirmed.rawValue)
        store(door(of: port).map { $0 &+ 1 } ?? 0, .doorInUse, row)
        publish(ownExit(of: port)?.destination, row, .remoteFamilyAndPort, .remoteHigh, .remoteLow)
    }

    mutating func publish(
        _ address: SocketAddress?, _ index: Int, _ familyAndPort: PortCounter,
        _ high: PortCounter, _ low: PortCounter
    ) {
        let word = address.map { UInt64($0.ip.family.rawValue) << 16 | UInt64($0.port) } ?? 0
        counters.store(word, row: index, column: familyAndPort.rawValue)
        counters.store(address?.ip.high ?? 0, row: index, column: high.rawValue)
        counters.store(address?.ip.low ?? 0, row: index, column: low.rawValue)
    }
}
