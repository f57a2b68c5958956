internal import BatonBase
internal import BatonCrypto
internal import BatonRTP
internal import BatonTranscode

// Ports whose packets leave in another codec than they come in.
extension RelayCore {
    /// Gives a port the converter of its configuration, unless it has it.
    mutating func configureConversion(_ index: Int, _ new: MediaConversion?) {
        guard ports[index].converter < 0 else { return }
        guard let new else {
            store(RouteKind.relay.rawValue, .routeKind, index)
            return
        }
        let converter = PortConverter(
            new, sequenceNumber: UInt16.random(in: 0...0x7fff, using: &generator))
        if converter.hasFailed { report(.conversionFailed(PortSlot(Int32(index)))) }
        let kind: RouteKind = new.needsTranscoder ? .transcode : .convert
        // There is room: a port has one converter, and the table a place for each port.
        ports[index].converter = converters.insert(converter)
        store(kind.rawValue, .routeKind, index)
    }

    /// Takes a port's converter away; what waits in it is sent.
    mutating func finishConversion(_ index: Int, at now: Instant) {
        let number = ports[index].converter
        guard number >= 0 else { return }
        if let target = conversionTarget(index) {
            let first = outbox.entries.count
            outbox.target = target
            converters[number].transcoder?.finish(at: now, into: &outbox)
            protectOutgoing(from: first)
        }
        converters.remove(number)
        ports[index].converter = RelayPort.none
        wheel.disarm(PortTimer.conversion.number(of: index))
    }

    /// An RTP packet at a port with a converter; it may leave by the batch or by the outbox.
    @inline(never)
    mutating func convert(
        _ room: inout MutableRawSpan, _ bytes: Int, _ header: RTPHeader, _ index: Int,
        at now: Instant, into batch: inout TransmitBatch
    ) {
        let number = ports[index].converter
        switch converters[number].step(of: header.payloadType) {
        case .drop: count(.droppedPayloadType, index)
        case .refuse: count(.droppedUnconverted, index)
        case .pass:
            let type = converters[number].outgoingType(of: header.payloadType)
            if type != header.payloadType { RTPHeader.rewrite(payloadType: type, in: &room) }
            if !leavesContinuous(index) {
                countPassed(room.bytes.extracting(first: bytes), header, index, at: now)
            }
            passOn(&room, bytes, header, index, at: now, into: &batch)
        case .transcode:
            guard let target = conversionTarget(index) else {
                count(.droppedNoDestination, index)
                return
            }
            let first = outbox.entries.count
            outbox.target = target
            // The padding has been validated with the header.
            let padding = header.hasPadding ? Int(room.bytes.uint8(at: bytes &- 1)) : 0
            let payload = header.headerLength..<max(bytes &- padding, header.headerLength)
            converters[number].setComplexityLimit(complexityLimit)
            converters[number].transcoder?.receive(
                header, payload: room.bytes.extracting(payload), at: now, into: &outbox)
            sendConverted(from: first, index, at: now)
            if let level = converters[number].transcoder?.levelDBov {
                noteLevel(level, index, at: now)
            }
        }
    }

    /// Lets a converter do what is due.
    mutating func runConversion(of index: Int, at now: Instant) {
        let number = ports[index].converter
        guard number >= 0, let target = conversionTarget(index) else { return }
        let first = outbox.entries.count
        outbox.target = target
        converters[number].transcoder?.tick(at: now, into: &outbox)
        sendConverted(from: first, index, at: now)
    }

    /// What follows when a converter has put packets into the outbox.
    private mutating func sendConverted(from first: Int, _ index: Int, at now: Instant) {
        let clockRateHz = converters[ports[index].converter].transcoder?.outgoingClockRateHz
        countOutgoing(from: first, clockRateHz: clockRateHz ?? 0, at: now)
        protectOutgoing(from: first)
        settleConversion(index)
        reportFoundTone(index, at: now)
    }

    /// Where a converter's packets go; `nil` when nowhere.
    func conversionTarget(_ index: Int) -> Transmit? {
        let sink = Int(ports[index].rtpSink)
        guard sink >= 0, sink < ports.count, ports[sink].isOpen,
            let exit = exit(of: sink)
        else { return nil }
        return Transmit(
            sink: PortSlot(Int32(sink)), socket: exit.socket, destination: exit.destination,
            length: 0, kind: .media)
    }

    /// The next deadline, and what there is to be seen.
    mutating func settleConversion(_ index: Int) {
        let number = ports[index].converter
        guard let seen = converters[number].transcoder?.counters else { return }
        let before = converters[number].published
        converters[number].published = seen
        publish(seen, since: before, index)
        let timer = PortTimer.conversion.number(of: index)
        let deadline = converters[number].transcoder?.nextDeadline
        if let deadline {
            wheel.arm(timer, at: deadline)
        } else if wheel.isArmed(timer) {
            wheel.disarm(timer)
        }
    }

    /// Adds what a converter has counted to the port's counters and the worker's totals: both go on
    /// when the port gets another converter.
    private func publish(
        _ seen: TranscoderCounters, since before: TranscoderCounters, _ index: Int
    ) {
        func add(_ number: UInt64, _ counter: PortCounter) {
            guard number > 0 else { return }
            counters.add(number, row: index, column: counter.rawValue)
            counters.add(number, row: totalsRow, column: counter.rawValue)
        }
        add(seen.concealedPackets &- before.concealedPackets, .concealedPackets)
        add(seen.recoveredPackets &- before.recoveredPackets, .recoveredPackets)
        add(seen.late &- before.late, .latePackets)
        add(seen.malformed &- before.malformed, .malformedPayloads)
    }

    /// The outbox's room and the context are two stored properties: each comes by itself.
    private static func protect(
        _ place: Int, in outbox: inout PacketOutbox, by context: inout SRTPContext
    ) -> Bool {
        let isRTCP = outbox.entries[place].kind == .rtcp
        return outbox.change(place) { room, byteCount in
            isRTCP
                ? (try? context.protectRTCP(&room, byteCount: byteCount)) ?? 0
                : (try? context.protectRTP(&room, byteCount: byteCount)) ?? 0
        }
    }

    /// Protects what has been put into the outbox since it had `first` entries.
    mutating func protectOutgoing(from first: Int) {
        var place = first
        while place < outbox.entries.count {
            let sink = Int(outbox.entries[place].sink.index)
            let holder = ports[sink].isSecured && securities[sink].requiresKeys
            guard holder else {
                place += 1
                continue
            }
            let context = securities[keyHolder(of: sink)].outbound
            if context >= 0, Self.protect(place, in: &outbox, by: &contexts[context]) {
                place += 1
            } else {
                count(.protectionErrors, sink)
                outbox.withhold(place)
                place += 1
            }
        }
    }
}

/// What becomes of what arrives at a port; the value of ``PortCounter/routeKind``.
public enum RouteKind: UInt8, Hashable, Sendable, CaseIterable {
    /// It passes as it is.
    case relay
    /// Its payload type changes.
    case convert
    /// It is decoded and encoded.
    case transcode
}
