internal import BatonBase
internal import BatonCrypto
internal import BatonICE

// The ICE agents of the ports (RFC 8445). The base of a candidate is its port's number; that a
// component has several bases is for the doors (RelayCore+Doors) to know.
extension RelayCore {
    /// Brings the agent of an RTP port in line with its configuration.
    mutating func configureICE(_ index: Int, _ new: ICEParameters?, at now: Instant) {
        let old = agentParameters(of: index)
        guard new != old else { return }
        guard let new else {
            if old != nil { removeAgent(of: index) }
            return
        }
        if let old, old.isSameAgent(as: new) {
            restartIfAsked(index, old, new)
            changeComponents(index, old, new)
            if old.isRestarted(by: new) { checkAnew(index) }
        } else {
            detachAgent(from: index)
            addAgent(to: index, new, at: now)
        }
        let number = Int(securities[index].agent)
        agents[number]?.parameters = new
        if let remote = new.remote,
            remote != old?.remote || new.localCredentials != old?.localCredentials
        {
            agents[number]?.agent.setRemote(
                remote.credentials, candidates: remote.candidates, isLite: remote.isLite,
                isComplete: remote.isComplete, at: now)
        }
        settleAgent(number, at: now)
    }

    /// What the port's own agent was last told; an RTCP port has that of its RTP port, if any.
    private func agentParameters(of index: Int) -> ICEParameters? {
        let number = securities[index].agent
        guard number >= 0, agents[Int(number)]?.owner == Int32(index) else { return nil }
        return agents[Int(number)]?.parameters
    }

    private mutating func restartIfAsked(_ index: Int, _ old: ICEParameters, _ new: ICEParameters) {
        guard old.localCredentials != new.localCredentials else { return }
        agents[Int(securities[index].agent)]?.agent.restart(new.localCredentials, role: new.role)
    }

    /// After a restart the components that nothing was sent to any more begin as at the first time.
    private mutating func checkAnew(_ index: Int) {
        let number = securities[index].agent
        for base in agents[Int(number)]?.parameters.localCandidates.map(\.base) ?? [] {
            guard isOpen(base: base), securities[base].agent == number, hasLostConsent(base) else {
                continue
            }
            store(ICEState.checking.rawValue, .iceState, base)
        }
    }

    private mutating func addAgent(to index: Int, _ parameters: ICEParameters, at now: Instant) {
        var settings = iceSettings
        settings.isLite = parameters.isLite
        let agent = ICEAgent(
            settings: settings, credentials: parameters.localCredentials,
            candidates: parameters.localCandidates.filter { isOpen(base: $0.base) },
            role: parameters.role, seed: generator.next(), at: now)
        let entry = PortAgent(owner: Int32(index), parameters: parameters, agent: agent)
        let number: Int
        if let free = freeAgents.popLast() {
            number = Int(free)
            agents[number] = entry
        } else {
            number = agents.count
            agents.append(entry)
        }
        attach(number, to: index, component: 1)
        for candidate in parameters.localCandidates {
            attach(number, to: candidate.base, component: candidate.candidate.component)
        }
    }

    /// RTCP comes to a port of its own, or does no more: the agent gains or loses a component, and
    /// the other goes on over the pair that it has.
    private mutating func changeComponents(
        _ index: Int, _ old: ICEParameters, _ new: ICEParameters
    ) {
        let number = Int(securities[index].agent)
        for candidate in old.localCandidates where !new.localCandidates.contains(candidate) {
            agents[number]?.agent.removeComponent(candidate.candidate.component)
            if candidate.base != index { detach(number, from: candidate.base) }
        }
        let added = new.localCandidates.filter { candidate in
            !old.localCandidates.contains(candidate) && isOpen(base: candidate.base)
        }
        agents[number]?.agent.addCandidates(added)
        for candidate in added {
            attach(number, to: candidate.base, component: candidate.candidate.component)
        }
    }

    private func isOpen(base: Int) -> Bool {
        base >= 0 && base < ports.count && ports[base].isOpen
    }

    /// Makes a port a component of an agent; one that it had loses it.
    private mutating func attach(_ number: Int, to base: Int, component: UInt8) {
        guard isOpen(base: base) else { return }
        if securities[base].agent != Int32(number) { detachAgent(from: base) }
        securities[base].agent = Int32(number)
        securities[base].component = component
        ports[base].isSecured = true
        if securities[base].owner < 0 { store(ICEState.checking.rawValue, .iceState, base) }
    }

    /// Makes a port no component of the agent; it learns its peer's address as plain ones do.
    private mutating func detach(_ number: Int, from base: Int) {
        guard base >= 0, base < securities.count, securities[base].agent == Int32(number) else {
            return
        }
        if let owner = owner(of: base), securities[owner].door == Int32(base) {
            releaseDoor(of: owner)
        }
        let usedDoor = securities[base].door >= 0
        releaseDoor(of: base)
        securities[base].agent = PortSecurity.none
        ports[base].isSecured = !securities[base].isPlain
        store(ICEState.none.rawValue, .iceState, base)
        if usedDoor { learnAnew(base) }
    }

    /// Takes its agent away from a port: the agent ends when it is the port's own, and goes on
    /// without the component when it is another port's.
    mutating func detachAgent(from index: Int) {
        let number = Int(securities[index].agent)
        guard number >= 0, let owner = agents[number]?.owner else { return }
        if owner == Int32(index) {
            removeAgent(of: index)
            return
        }
        if securities[index].owner >= 0 {
            agents[number]?.agent.removeCandidates(at: index)
        } else {
            removeComponent(securities[index].component, of: number)
        }
        detach(number, from: index)
    }

    /// Ends a component of an agent at all its bases.
    private mutating func removeComponent(_ component: UInt8, of number: Int) {
        agents[number]?.agent.removeComponent(component)
        for candidate in agents[number]?.parameters.localCandidates ?? []
        where candidate.candidate.component == component {
            detach(number, from: candidate.base)
        }
        agents[number]?.parameters.localCandidates.removeAll {
            $0.candidate.component == component
        }
    }

    /// Takes the agent away from all its ports.
    private mutating func removeAgent(of index: Int) {
        let number = Int(securities[index].agent)
        guard number >= 0, let entry = agents[number] else { return }
        detach(number, from: index)
        for candidate in entry.parameters.localCandidates { detach(number, from: candidate.base) }
        wheel.disarm(PortTimer.agent.number(of: Int(entry.owner)))
        agents[number] = nil
        freeAgents.append(Int32(number))
    }

    /// A STUN message that came to a port, or to a door; it counts at the door's owner.
    mutating func receiveSTUN(
        _ datagram: RawSpan, from source: SocketAddress, _ index: Int, at now: Instant
    ) {
        let number = Int(securities[index].agent)
        let row = owner(of: index) ?? index
        guard number >= 0, agents[number] != nil else {
            count(.droppedMalformed, row)
            return
        }
        guard let message = try? STUNMessageView(datagram) else {
            count(.droppedMalformed, row)
            return
        }
        counters.add(1, row: row, column: PortCounter.stunMessagesIn.rawValue)
        agents[number]?.agent.receive(
            message, from: source, on: index, at: now, by: authenticator, into: &outbox)
        settleAgent(number, at: now)
    }

    /// Lets an agent do what is due.
    mutating func runAgent(of index: Int, at now: Instant) {
        let number = Int(securities[index].agent)
        guard number >= 0, agents[number] != nil else { return }
        agents[number]?.agent.tick(at: now, by: authenticator, into: &outbox)
        settleAgent(number, at: now)
    }

    /// What follows from what an agent has just seen: events and the next deadline.
    private mutating func settleAgent(_ number: Int, at now: Instant) {
        guard let owner = agents[number]?.owner else { return }
        for event in agents[number]?.agent.takeEvents() ?? [] {
            take(event, of: number, at: now)
        }
        let timer = PortTimer.agent.number(of: Int(owner))
        if let deadline = agents[number]?.agent.nextDeadline {
            wheel.arm(timer, at: deadline)
        } else {
            wheel.disarm(timer)
        }
    }

    private mutating func take(_ event: ICEEvent, of number: Int, at now: Instant) {
        switch event {
        case .selected(_, let base, let remote):
            guard isOpen(base: base), securities[base].agent == Int32(number),
                let index = owner(of: base)
            else { return }
            select(base, of: index, remote, at: now)
            if !isSelected(index) {
                report(.iceStateChanged(PortSlot(Int32(index)), .connected))
            }
            store(ICEState.connected.rawValue, .iceState, index)
            publishEndpoint(index)
            report(.endpointChanged(PortSlot(Int32(index)), remote))
            startHandshake(index, at: now)
        case .failed(let component):
            changeState(.failed, ofComponent: component, of: number)
        case .consentLost(let component):
            changeState(.consentLost, ofComponent: component, of: number)
        }
    }

    private mutating func changeState(
        _ state: ICEState, ofComponent component: UInt8, of number: Int
    ) {
        for candidate in agents[number]?.parameters.localCandidates ?? [] {
            let base = candidate.base
            guard candidate.candidate.component == component, isOpen(base: base),
                securities[base].agent == Int32(number), securities[base].owner < 0
            else { continue }
            // That the peer no longer agrees says more than that there is no pair then.
            if state == .failed, hasLostConsent(base) { continue }
            store(state.rawValue, .iceState, base)
            if state == .consentLost {
                releaseDoor(of: base)
                ports[base].learner.silence()
                publishEndpoint(base)
            }
            report(.iceStateChanged(PortSlot(Int32(base)), state))
        }
    }

    /// Whether ICE decides whom the port listens to: it has found a pair.
    func isSelected(_ index: Int) -> Bool {
        counters.load(row: index, column: PortCounter.iceState.rawValue)
            == UInt64(ICEState.connected.rawValue)
    }

    /// Whether the peer has stopped agreeing to receive, and has not been found again.
    func hasLostConsent(_ index: Int) -> Bool {
        counters.load(row: index, column: PortCounter.iceState.rawValue)
            == UInt64(ICEState.consentLost.rawValue)
    }
}

/// An agent and the RTP port that its configuration came with.
struct PortAgent {
    var owner: Int32
    var parameters: ICEParameters
    var agent: ICEAgent
}

/// MESSAGE-INTEGRITY (RFC 8489 §14.5).
struct MessageIntegrity: STUNAuthenticator {
    private let hmac = HMACSHA1()

    func code(
        key: borrowing RawSpan, head: borrowing RawSpan, body: borrowing RawSpan
    ) -> InlineArray<20, UInt8> {
        hmac.code(key: key, head: head, body: body)
    }
}

extension PacketOutbox: ICEOutput {
    mutating func send(
        from base: Int, to destination: SocketAddress, _ write: (inout MutableRawSpan) -> Int
    ) {
        let transmit = Transmit(
            sink: PortSlot(Int32(truncatingIfNeeded: base)), destination: destination, length: 0,
            kind: .control)
        append(transmit, write)
    }
}
