public import BatonBase
internal import BatonRTP

extension RelayCore {
    /// Takes a datagram that arrived at `slot` from `source`, changes it in place where it must,
    /// and adds to `batch` what is to be sent of it.
    ///
    /// - Parameters:
    ///   - room: the datagram, and behind it ``tailroomBytes`` at least for a tag to grow into.
    ///   - byteCount: the datagram's length.
    public mutating func receive(
        _ room: inout MutableRawSpan, byteCount: Int, from source: SocketAddress,
        on slot: PortSlot, at now: Instant, into batch: inout TransmitBatch
    ) {
        let index = Int(slot.index)
        guard isOpen(slot) else { return }
        if ports[index].isSecured {
            receiveSecured(&room, byteCount, from: source, index, at: now, into: &batch)
            return
        }
        guard admit(source, room.bytes.extracting(first: byteCount), index, at: now) else { return }
        let kind = RTPDemultiplexer.classify(room.bytes.extracting(first: byteCount))
        switch (kind, ports[index].component) {
        case (_, .opaque), (.dtls, .rtp), (.dtls, .multiplexed):
            forwardOpaque(byteCount, index, at: now, into: &batch)
        case (.rtp, .rtp), (.rtp, .multiplexed):
            receiveRTP(&room, byteCount, index, at: now, into: &batch)
        case (.rtcp, _):
            receiveRTCP(&room, byteCount, index, at: now, into: &batch)
        case (.dtls, .rtcp):
            forwardOpaque(byteCount, index, at: now, into: &batch)
        case (.rtp, .rtcp), (.stun, _), (.other, _):
            count(.droppedMalformed, index)
        }
    }

    /// Counts a datagram that did not fit into its slot; nothing of it is sent.
    public mutating func receiveTruncated(on slot: PortSlot) {
        guard isOpen(slot) else { return }
        count(.droppedTruncated, Int(slot.index))
    }

    /// Counts what became of a transmit: sent, or refused by the system.
    public mutating func completed(_ transmit: Transmit, wasSent: Bool) {
        let row = Int(transmit.sink.index)
        guard wasSent else {
            count(.sendErrors, row)
            return
        }
        guard transmit.kind != .control else { return }
        let isRTCP = transmit.kind == .rtcp
        counters.add(
            1, row: row, column: (isRTCP ? PortCounter.rtcpPacketsOut : .packetsOut).rawValue)
        counters.add(
            UInt64(UInt32(bitPattern: transmit.length)), row: row,
            column: (isRTCP ? PortCounter.rtcpBytesOut : .bytesOut).rawValue)
    }

    /// Whether the packet's source is the party; what is not is counted by reason.
    @inline(__always)
    mutating func admit(
        _ source: SocketAddress, _ packet: RawSpan, _ index: Int, at now: Instant
    ) -> Bool {
        let wasConfirmed = ports[index].learner.isConfirmed
        let verdict = ports[index].learner.judge(source, at: now)
        if verdict == .accepted, wasConfirmed { return true }
        return settle(verdict, source, packet, index, at: now)
    }

    /// What follows from a verdict that is not the common one.
    @inline(never)
    private mutating func settle(
        _ verdict: SourceVerdict, _ source: SocketAddress, _ packet: RawSpan, _ index: Int,
        at now: Instant
    ) -> Bool {
        var verdict = verdict
        if verdict == .foreign, ports[index].learner.awaitsHandover(at: now),
            isFromKnownSource(packet, index)
        {
            verdict = ports[index].learner.handOver(to: source, at: now)
        }
        switch verdict {
        case .accepted:
            publishEndpoint(index)
            return true
        case .acceptedAndMoved:
            count(.endpointChanges, index)
            publishEndpoint(index)
            report(.endpointChanged(PortSlot(Int32(index)), source))
            return true
        case .foreign, .notSelected:
            countRefused(source, verdict, index)
            return false
        }
    }

    /// Counts a packet whose source is not the party.
    mutating func countRefused(_ source: SocketAddress, _ verdict: SourceVerdict, _ index: Int) {
        count(verdict == .foreign ? .droppedForeignSource : .droppedAfterConfirmation, index)
        publish(source, index, .foreignFamilyAndPort, .foreignHigh, .foreignLow)
    }

    /// Whether a packet is RTP with an SSRC that the port has taken packets of before.
    func isFromKnownSource(_ packet: RawSpan, _ index: Int) -> Bool {
        let table = ports[index].sourceTable
        guard table >= 0, RTPDemultiplexer.classify(packet) == .rtp,
            let header = try? RTPHeader(validating: packet)
        else { return false }
        let bundle = securities[index].bundle
        if bundle >= 0, bundles[bundle].port(ofSource: header.ssrc) != nil { return true }
        return sources.holds(header.ssrc, table: Int(table))
    }

    @inline(__always)
    mutating func receiveRTP(
        _ room: inout MutableRawSpan, _ bytes: Int, _ index: Int, at now: Instant,
        into batch: inout TransmitBatch
    ) {
        guard let header = try? RTPHeader(validating: room.bytes.extracting(first: bytes)) else {
            count(.droppedMalformed, index)
            return
        }
        countArrival(bytes, index, .packetsIn, .bytesIn, at: now)
        if header.payloadType != ports[index].payloadType {
            meetPayloadType(room.bytes.extracting(first: bytes), header, index, at: now)
        }
        let table = Int(ports[index].sourceTable)
        if table >= 0 {
            sources.receive(
                header, table: table, bytes: bytes, clockRateHz: ports[index].clockRateHz,
                at: now, counters: counters, row: index)
        }
        var bytes = bytes
        if !ports[index].effects.isEmpty {
            bytes = applyEffects(&room, bytes, header, index, at: now)
            guard bytes > 0 else { return }
        }
        if ports[index].converter >= 0 {
            convert(&room, bytes, header, index, at: now, into: &batch)
        } else {
            passOn(&room, bytes, header, index, at: now, into: &batch)
        }
    }

    /// Sends an RTP packet to the port's sink as it is, but for the sink's identity and protection.
    @inline(__always)
    mutating func passOn(
        _ room: inout MutableRawSpan, _ bytes: Int, _ header: RTPHeader, _ index: Int,
        at now: Instant, into batch: inout TransmitBatch
    ) {
        guard var transmit = route(bytes, index, .media) else { return }
        let sink = Int(transmit.sink.index)
        let identity = Int(ports[sink].continuousIdentity)
        if identity >= 0 {
            guard makeContinuous(&room, header, identity, index, at: now) else { return }
            countPassed(room.bytes.extracting(first: bytes), header, index, at: now)
        }
        if ports[sink].isSecured {
            guard protect(&room, &transmit) else { return }
        }
        batch.append(transmit)
    }

    /// Moves a packet onto its sink's line; `false` when it came too late to have a place there.
    @inline(never)
    private mutating func makeContinuous(
        _ datagram: inout MutableRawSpan, _ header: RTPHeader, _ identity: Int, _ index: Int,
        at now: Instant
    ) -> Bool {
        guard identities[identity] != nil else {
            identities[identity] = ContinuousIdentity(
                ssrc: header.ssrc, sequenceNumber: header.sequenceNumber,
                timestamp: header.timestamp, at: now)
            return true
        }
        let clockRateHz = ports[index].clockRateHz
        guard
            let outgoing = identities[identity]?.rewrite(
                header, clockRateHz: clockRateHz, at: now)
        else {
            count(.droppedTooLate, index)
            return false
        }
        RTPHeader.rewrite(
            sequenceNumber: outgoing.sequenceNumber, timestamp: outgoing.timestamp,
            ssrc: outgoing.ssrc, in: &datagram)
        if outgoing.isFirstOfSource { RTPHeader.rewrite(marker: true, in: &datagram) }
        return true
    }

    mutating func updateClockRate(_ index: Int, _ payloadType: UInt8) {
        ports[index].payloadType = payloadType
        ports[index].clockRateHz = PayloadClockRate.clockRate(
            of: payloadType, signalled: configurations[index].clockRates)
    }

    mutating func receiveRTCP(
        _ room: inout MutableRawSpan, _ bytes: Int, _ index: Int, at now: Instant,
        into batch: inout TransmitBatch
    ) {
        // The first packet's length field must fit: RFC 3550 §A.2, as far as SRTCP leaves it open.
        guard bytes >= 8, 4 &* (Int(room.bytes.uint16(at: 2)) &+ 1) <= bytes else {
            count(.droppedMalformed, index)
            return
        }
        countArrival(bytes, index, .rtcpPacketsIn, .rtcpBytesIn, at: now)
        if ports[index].effects.contains(.tapped) {
            tap(room.bytes.extracting(first: bytes), index, isControl: true, at: now)
        }
        var bytes = bytes
        switch ports[index].rtcpHandling {
        case .relay: break
        case .removeFeedback:
            guard let rest = removeFeedback(&room, bytes, index) else { return }
            bytes = rest
        case .terminate:
            consumeRTCP(room.bytes.extracting(first: bytes), index, at: now)
            return
        }
        guard var transmit = route(bytes, index, .rtcp) else { return }
        if ports[Int(transmit.sink.index)].isSecured {
            guard protect(&room, &transmit) else { return }
        }
        batch.append(transmit)
    }

    mutating func forwardOpaque(
        _ bytes: Int, _ index: Int, at now: Instant, into batch: inout TransmitBatch
    ) {
        let isControl = ports[index].component == .rtcp
        if isControl {
            countArrival(bytes, index, .rtcpPacketsIn, .rtcpBytesIn, at: now)
        } else {
            countArrival(bytes, index, .packetsIn, .bytesIn, at: now)
        }
        guard let transmit = route(bytes, index, isControl ? .rtcp : .media) else { return }
        let sink = Int(transmit.sink.index)
        if ports[sink].isSecured, securities[sink].requiresKeys {
            // It cannot be protected, and unprotected nothing leaves there.
            count(.protectionErrors, sink)
            return
        }
        batch.append(transmit)
    }

    /// Where what arrived at port `index` goes; `nil` and a count when nowhere.
    @inline(__always)
    mutating func route(_ bytes: Int, _ index: Int, _ kind: TransmitKind) -> Transmit? {
        let sink = Int(kind == .rtcp ? ports[index].rtcpSink : ports[index].rtpSink)
        guard sink >= 0, sink < ports.count, ports[sink].isOpen,
            let exit = exit(of: sink)
        else {
            count(.droppedNoDestination, index)
            return nil
        }
        return Transmit(
            sink: PortSlot(Int32(sink)), socket: exit.socket, destination: exit.destination,
            length: bytes, kind: kind)
    }

    @inline(__always)
    private mutating func countArrival(
        _ bytes: Int, _ index: Int, _ packets: PortCounter, _ byteCount: PortCounter,
        at now: Instant
    ) {
        counters.add(1, row: index, column: packets.rawValue)
        counters.add(UInt64(bytes), row: index, column: byteCount.rawValue)
        counters.store(
            now.nanoseconds, row: index, column: PortCounter.lastPacketInNanoseconds.rawValue)
    }

    /// Counts something out of the ordinary, at the port and in the worker's totals.
    @inline(never)
    mutating func count(_ counter: PortCounter, _ index: Int) {
        counters.add(1, row: index, column: counter.rawValue)
        counters.add(1, row: totalsRow, column: counter.rawValue)
    }
}
