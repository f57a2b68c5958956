public import BatonBase
internal import BatonCrypto

// DTLS associations of the ports (RFC 5763, RFC 5764). A handshake's datagrams wait in a queue for
// the driver to grant them a turn: asymmetric cryptography must not hold up media.
extension RelayCore {
    /// How many of the waiting datagrams are taken at once for media that waits behind one.
    static let hurriedHandshakes = 8

    /// Whether handshake datagrams wait.
    public var hasHandshakes: Bool { handshakes.count > 0 }

    /// Works on at most `limit` of the waiting handshake datagrams.
    public mutating func runHandshakes(_ limit: Int, at now: Instant) {
        var done = 0
        while done < limit, let (index, opening) = handshakes.firstPort {
            // A port that was closed since: its datagrams are nobody's, not the next call's.
            guard securities[index].opening == opening else {
                handshakes.removeFirst()
                continue
            }
            securities[index].waitingHandshakes -= 1
            let number = securities[index].association
            guard number >= 0 else {
                handshakes.removeFirst()
                continue
            }
            associations[number].noteSource(handshakes.firstSource)
            Self.receive(handshakes, &associations[number], at: now)
            handshakes.removeFirst()
            settleHandshake(of: index, at: now)
            done += 1
        }
    }

    /// A peer's media comes right behind the last datagram of its handshake: when that still waits
    /// for its turn, it is taken now, so that the first word is not lost.
    mutating func hurryHandshake(of index: Int, at now: Instant) {
        guard securities[index].inbound < 0, securities[index].waitingHandshakes > 0 else { return }
        runHandshakes(Self.hurriedHandshakes, at: now)
    }

    /// The span of the queue blocks its owner: the association gets it here.
    private static func receive(
        _ handshakes: borrowing HandshakeQueue, _ entry: inout PortAssociation, at now: Instant
    ) {
        entry.association.receive(handshakes.first, at: now)
    }

    /// A DTLS datagram of the port's peer.
    mutating func receiveDTLS(
        _ room: inout MutableRawSpan, _ byteCount: Int, from source: SocketAddress, _ index: Int,
        at now: Instant, into batch: inout TransmitBatch
    ) {
        guard securities[index].association >= 0 else {
            if securities[index].requiresKeys {
                // Nothing passes a port with keys unless it was protected by them.
                count(.droppedWithoutKeys, index)
            } else {
                // Keys that only the parties have: their handshake passes.
                forwardOpaque(byteCount, index, at: now, into: &batch)
            }
            return
        }
        counters.add(1, row: index, column: PortCounter.dtlsDatagramsIn.rawValue)
        queueHandshake(room.bytes.extracting(first: byteCount), from: source, index)
    }

    /// Has a datagram wait for its turn, or drops and counts it.
    private mutating func queueHandshake(
        _ datagram: RawSpan, from source: SocketAddress, _ index: Int
    ) {
        guard securities[index].waitingHandshakes < HandshakeQueue.portMax,
            handshakes.append(
                datagram, from: source, port: index, opening: securities[index].opening)
        else {
            count(.droppedHandshakes, index)
            return
        }
        securities[index].waitingHandshakes += 1
    }

    /// Lets an association do what is due.
    mutating func runHandshake(of index: Int, at now: Instant) {
        let number = securities[index].association
        guard number >= 0 else { return }
        associations[number].association.handleTimeout(at: now)
        settleHandshake(of: index, at: now)
    }

    /// Brings a port's association in line with its configuration.
    mutating func configureHandshake(
        _ index: Int, from old: PortProtection, _ new: DTLSParameters, at now: Instant
    ) {
        if case .dtls(let before) = old, securities[index].association >= 0,
            before.generation == new.generation, before.role == new.role,
            case let number = securities[index].association,
            associations[number].association.state != .failed
        {
            associations[number].association.setFingerprints(new.fingerprints)
            settleHandshake(of: index, at: now)
        } else if case .dtls = old {
            // Media goes on under the old keys until there are new ones (RFC 8842 §4). Signalling
            // has told the peer; an alert might end what it has just begun.
            dropAssociation(of: index)
            beginAssociation(of: index, new)
            if securities[index].association < 0 { releaseKeys(of: index) }
        } else {
            endHandshake(of: index)
            releaseKeys(of: index)
            beginAssociation(of: index, new)
        }
        startHandshake(index, at: now)
        takeEarlyDatagrams(index, at: now)
    }

    /// Begins a failed handshake anew, as the party may after another offer or answer.
    mutating func retryHandshake(_ index: Int, _ parameters: DTLSParameters, at now: Instant) {
        let number = securities[index].association
        if number >= 0, associations[number].association.state != .failed { return }
        dropAssociation(of: index)
        beginAssociation(of: index, parameters)
        startHandshake(index, at: now)
    }

    /// Keeps the beginning of a handshake that overtakes its answer.
    mutating func keepEarly(_ datagram: RawSpan, from source: SocketAddress, _ index: Int) {
        let number = securities[index].association
        guard number >= 0, associations[number].early.count < PortAssociation.earlyMax,
            datagram.byteCount <= HandshakeQueue.slotBytes
        else {
            count(.droppedHandshakes, index)
            return
        }
        associations[number].early.append(
            EarlyDatagram(source: source, bytes: datagram.copiedBytes()))
    }

    /// Gives the handshake what was kept for it, as far as it came from the peer.
    private mutating func takeEarlyDatagrams(_ index: Int, at now: Instant) {
        let number = securities[index].association
        guard number >= 0, ownExit(of: index) != nil else { return }
        let early = associations[number].early
        associations[number].early = []
        for datagram in early {
            let bytes = datagram.bytes.span.bytes
            guard foresee(datagram.source, bytes, index, at: now) else { continue }
            queueHandshake(bytes, from: datagram.source, index)
        }
    }

    private mutating func beginAssociation(of index: Int, _ parameters: DTLSParameters) {
        let numbered = dtlsContexts.first { $0.number == parameters.certificateNumber }
        guard let dtlsContext = numbered?.context ?? dtlsContexts.first?.context,
            !associations.isFull
        else { return }
        do throws(DTLSError) {
            let association = try DTLSAssociation(
                dtlsContext, role: parameters.role == .active ? .active : .passive,
                fingerprints: parameters.fingerprints)
            securities[index].association = associations.insert(
                PortAssociation(association))
            store(HandshakeState.new.rawValue, .dtlsState, index)
        } catch {
            report(.securityFailed(PortSlot(Int32(index)), "\(error)"))
        }
    }

    /// Sends the first flight when it is ours to send and there is somewhere to send it.
    mutating func startHandshake(_ index: Int, at now: Instant) {
        let number = securities[index].association
        guard number >= 0, ownExit(of: index) != nil,
            securities[index].agent < 0 || isSelected(index)
        else { return }
        associations[number].association.start(at: now)
        settleHandshake(of: index, at: now)
    }

    /// Sends what an association wants sent, and takes note of what it has come to.
    private mutating func settleHandshake(of index: Int, at now: Instant) {
        let number = securities[index].association
        guard number >= 0 else { return }
        sendHandshake(number, index, to: answersTo(index))
        while let event = associations[number].association.nextEvent() {
            take(event, index, at: now)
        }
        store(
            HandshakeState(associations[number].association.state).rawValue, .dtlsState, index)
        let timer = PortTimer.handshake.number(of: index)
        if let deadline = associations[number].association.nextDeadline {
            wheel.arm(timer, at: deadline)
        } else {
            wheel.disarm(timer)
        }
    }

    /// Sends what an association has waiting, to `source` when that is known better than where the
    /// peer is.
    private mutating func sendHandshake(
        _ number: Int32, _ index: Int, to source: SocketAddress? = nil
    ) {
        guard let exit = ownExit(of: index) else { return }
        let transmit = Transmit(
            sink: PortSlot(Int32(index)), socket: exit.socket,
            destination: source ?? exit.destination, length: 0, kind: .control)
        while !outbox.isFull {
            var length = 0
            outbox.append(transmit) { room in
                length = associations[number].association.nextDatagram(into: &room)
                return length
            }
            if length == 0 { return }
        }
    }

    private mutating func take(_ event: DTLSEvent, _ index: Int, at now: Instant) {
        let slot = PortSlot(Int32(index))
        switch event {
        case .connected(let keys):
            setInboundKeys(
                SRTPKeys(
                    profile: keys.profile, masterKey: keys.remoteKey, masterSalt: keys.remoteSalt),
                of: index)
            setOutboundKeys(
                SRTPKeys(
                    profile: keys.profile, masterKey: keys.localKey, masterSalt: keys.localSalt),
                of: index)
            report(.secured(slot, keys.profile))
            learnFromHandshake(index, at: now)
        case .failed(let failure):
            releaseKeys(of: index)
            report(.securityFailed(slot, failure.description))
        case .closed:
            break
        }
    }

    /// Where the peer of a handshake that goes on has sent from; ICE knows better, where there is.
    private func answersTo(_ index: Int) -> SocketAddress? {
        let number = securities[index].association
        return number >= 0 && securities[index].agent < 0 ? associations[number].answersTo : nil
    }

    /// Whoever has come to the end of the handshake is the party.
    private mutating func learnFromHandshake(_ index: Int, at now: Instant) {
        guard let source = answersTo(index) else { return }
        associations[securities[index].association].answersTo = nil
        _ = admit(source, RawSpan(), index, at: now)
    }

    /// Ends a port's association, telling the peer.
    mutating func endHandshake(of index: Int) {
        let number = securities[index].association
        guard number >= 0 else { return }
        associations[number].association.close()
        sendHandshake(number, index)
        dropAssociation(of: index)
    }

    private mutating func dropAssociation(of index: Int) {
        let number = securities[index].association
        guard number >= 0 else { return }
        wheel.disarm(PortTimer.handshake.number(of: index))
        associations.remove(number)
        securities[index].association = PortSecurity.none
        store(0, .dtlsState, index)
    }
}

/// What makes handshakes with one of our certificates.
struct NumberedDTLSContext {
    var number: UInt32
    var context: DTLSContext
}

/// A port's association.
struct PortAssociation: ~Copyable {
    /// How many datagrams that came before the answer are kept: a ClientHello has up to three.
    static let earlyMax = 3

    var association: DTLSAssociation
    /// Datagrams that came before the peer's address was known.
    var early: [EarlyDatagram] = []
    /// Where the peer's last datagram came from while the handshake goes on: that is where answers
    /// go. It says nothing yet of where the party is.
    var answersTo: SocketAddress?

    init(_ association: consuming DTLSAssociation) {
        self.association = association
    }

    /// A datagram of the handshake has come from `source`.
    mutating func noteSource(_ source: SocketAddress?) {
        switch association.state {
        case .new, .connecting: answersTo = source
        case .awaitingFingerprint, .connected, .failed, .closed: break
        }
    }
}

/// A handshake datagram that came before it was known whose it is.
struct EarlyDatagram {
    var source: SocketAddress
    var bytes: [UInt8]
}
