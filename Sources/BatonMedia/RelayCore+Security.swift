internal import BatonBase
internal import BatonCrypto
internal import BatonRTP

// Ports with keys, and what shares a port with RTP (RFC 7983).
extension RelayCore {
    /// How many bytes a datagram may grow by when it is protected.
    public static var tailroomBytes: Int { SRTPContext.tailroomBytes }

    /// A datagram that came to a port with an agent, an association or keys.
    @inline(never)
    mutating func receiveSecured(
        _ room: inout MutableRawSpan, _ byteCount: Int, from source: SocketAddress,
        _ base: Int, at now: Instant, into batch: inout TransmitBatch
    ) {
        guard securities[base].carrier < 0 else {
            // The peer has been told another port.
            countRefused(source, .foreign, base)
            return
        }
        let kind = RTPDemultiplexer.classify(room.bytes.extracting(first: byteCount))
        if kind == .stun {
            receiveSTUN(room.bytes.extracting(first: byteCount), from: source, base, at: now)
            return
        }
        guard let index = listener(at: base, kind) else {
            countRefused(source, .foreign, owner(of: base) ?? base)
            return
        }
        if kind == .dtls, ports[index].learner.remote == nil, securities[index].agent < 0 {
            keepEarly(room.bytes.extracting(first: byteCount), from: source, index)
            return
        }
        let mayPass =
            securities[index].requiresKeys
            ? foresee(source, room.bytes.extracting(first: byteCount), index, at: now)
            : admit(source, room.bytes.extracting(first: byteCount), index, at: now)
        guard mayPass else { return }
        switch (kind, ports[index].component) {
        case (.dtls, _):
            receiveDTLS(&room, byteCount, from: source, index, at: now, into: &batch)
        case (_, .opaque):
            forwardOpaque(byteCount, index, at: now, into: &batch)
        case (.rtp, .rtp), (.rtp, .multiplexed):
            guard let length = open(&room, byteCount, from: source, index, .media, at: now),
                let line = linePort(of: room.bytes.extracting(first: length), index)
            else { return }
            receiveRTP(&room, length, line, at: now, into: &batch)
        case (.rtcp, _):
            guard let length = open(&room, byteCount, from: source, index, .rtcp, at: now) else {
                return
            }
            let line = linePort(ofControl: room.bytes.extracting(first: length), index)
            receiveRTCP(&room, length, line, at: now, into: &batch)
        case (.rtp, .rtcp), (.stun, _), (.other, _):
            count(.droppedMalformed, index)
        }
    }

    /// Whether a packet's source may be the party, if the packet is authentic. Nothing is learned
    /// from it yet; what is not the party's is counted by reason.
    mutating func foresee(
        _ source: SocketAddress, _ packet: RawSpan, _ index: Int, at now: Instant
    ) -> Bool {
        if ports[index].learner.isSettled(on: source) { return true }
        var learner = ports[index].learner
        let verdict = learner.judge(source, at: now)
        switch verdict {
        case .accepted, .acceptedAndMoved: return true
        case .foreign where learner.awaitsHandover(at: now) && isFromKnownSource(packet, index):
            return true
        case .foreign, .notSelected:
            countRefused(source, verdict, index)
            return false
        }
    }

    /// Opens a packet in place and gives its new length; `nil` and a count when it cannot be. Only
    /// what is authentic says where the party is.
    private mutating func open(
        _ room: inout MutableRawSpan, _ byteCount: Int, from source: SocketAddress, _ index: Int,
        _ kind: TransmitKind, at now: Instant
    ) -> Int? {
        guard securities[index].requiresKeys else { return byteCount }
        hurryHandshake(of: keyHolder(of: index), at: now)
        guard let length = unprotect(&room, byteCount, index, kind),
            admit(source, room.bytes.extracting(first: length), index, at: now)
        else { return nil }
        return length
    }

    /// The same, whoever sent it.
    private mutating func unprotect(
        _ room: inout MutableRawSpan, _ byteCount: Int, _ index: Int, _ kind: TransmitKind
    ) -> Int? {
        let number = securities[keyHolder(of: index)].inbound
        guard number >= 0 else {
            count(.droppedWithoutKeys, index)
            return nil
        }
        do throws(SRTPError) {
            return kind == .rtcp
                ? try contexts[number].unprotectRTCP(&room, byteCount: byteCount)
                : try contexts[number].unprotectRTP(&room, byteCount: byteCount)
        } catch {
            count(Self.counter(for: error), index)
            return nil
        }
    }

    /// The port whose keys are used at port `index`.
    @inline(__always)
    func keyHolder(of index: Int) -> Int {
        let holder = Int(securities[index].keyHolder)
        guard holder >= 0, holder < securities.count,
            securities[holder].opening == securities[index].keyHolderOpening
        else { return index }
        return holder
    }

    private static func counter(for error: SRTPError) -> PortCounter {
        switch error {
        case .replayed, .tooOld: .droppedReplayed
        case .malformed: .droppedMalformed
        default: .droppedUnauthenticated
        }
    }

    /// Protects what is about to leave by a secured port; `false` and a count when it cannot be.
    @inline(never)
    mutating func protect(_ room: inout MutableRawSpan, _ transmit: inout Transmit) -> Bool {
        let sink = Int(transmit.sink.index)
        guard securities[sink].requiresKeys else { return true }
        let number = securities[keyHolder(of: sink)].outbound
        guard number >= 0 else {
            count(.protectionErrors, sink)
            return false
        }
        do throws(SRTPError) {
            let length = Int(transmit.length)
            transmit.length = Int32(
                truncatingIfNeeded: transmit.kind == .rtcp
                    ? try contexts[number].protectRTCP(&room, byteCount: length)
                    : try contexts[number].protectRTP(&room, byteCount: length))
            return true
        } catch {
            count(.protectionErrors, sink)
            return false
        }
    }
}

// Configuration.
extension RelayCore {
    /// Brings a port's keys in line with its configuration. What stays the same keeps its roll-over
    /// counter and its replay window.
    mutating func configureProtection(
        _ index: Int, from old: PortProtection, to new: PortProtection, at now: Instant
    ) {
        guard new != old else { return }
        switch new {
        case .none:
            endHandshake(of: index)
            releaseKeys(of: index)
        case .keys(let inbound, let outbound):
            endHandshake(of: index)
            configureKeys(index, from: old, inbound, outbound)
        case .keysOf(let owner):
            endHandshake(of: index)
            releaseKeys(of: index)
            borrowKeys(of: Int(owner.index), for: index)
        case .dtls(let parameters):
            configureHandshake(index, from: old, parameters, at: now)
        }
        securities[index].requiresKeys = new != .none
        ports[index].isSecured = !securities[index].isPlain
    }

    private mutating func configureKeys(
        _ index: Int, from old: PortProtection, _ inbound: SRTPKeys?, _ outbound: SRTPKeys?
    ) {
        var before: (inbound: SRTPKeys?, outbound: SRTPKeys?) = (nil, nil)
        if case .keys(let inbound, let outbound) = old {
            before = (inbound, outbound)
        } else {
            releaseKeys(of: index)
        }
        if inbound != before.inbound { setInboundKeys(inbound, of: index) }
        if outbound != before.outbound { setOutboundKeys(outbound, of: index) }
    }

    /// From this opening of the port `holder` only: a later one belongs to another call.
    private mutating func borrowKeys(of holder: Int, for index: Int) {
        guard holder >= 0, holder < securities.count else { return }
        securities[index].keyHolder = Int32(holder)
        securities[index].keyHolderOpening = securities[holder].opening
    }

    /// Puts a new context in place of the old one.
    mutating func setInboundKeys(_ keys: SRTPKeys?, of index: Int) {
        discard(securities[index].inbound)
        securities[index].inbound = makeContext(keys, .inbound, of: index)
    }

    /// Puts a new context in place of the old one.
    mutating func setOutboundKeys(_ keys: SRTPKeys?, of index: Int) {
        discard(securities[index].outbound)
        securities[index].outbound = makeContext(keys, .outbound, of: index)
    }

    private mutating func makeContext(
        _ keys: SRTPKeys?, _ direction: SRTPDirection, of index: Int
    ) -> Int32 {
        guard let keys, !contexts.isFull, let context = try? SRTPContext(keys, direction: direction)
        else {
            return PortSecurity.none
        }
        store(keys.profile.rawValue, .protectionProfile, index)
        return contexts.insert(context)
    }

    private mutating func discard(_ context: Int32) {
        if context >= 0 { contexts.remove(context) }
    }

    mutating func releaseKeys(of index: Int) {
        discard(securities[index].inbound)
        discard(securities[index].outbound)
        securities[index].inbound = PortSecurity.none
        securities[index].outbound = PortSecurity.none
        securities[index].keyHolder = PortSecurity.none
        store(0, .protectionProfile, index)
    }

    /// Forgets all that a port had beyond a plain one, when it closes.
    mutating func releaseSecurity(of index: Int) {
        endHandshake(of: index)
        detachAgent(from: index)
        releaseBundle(of: index)
        releaseKeys(of: index)
        let opening = securities[index].opening
        securities[index] = PortSecurity()
        securities[index].opening = opening &+ 1
    }
}
