public import BatonBase
internal import BatonRTP
internal import BatonTranscode

// Reports of our own (RFC 3550 §6.4).
extension RelayCore {
    /// Says what the wall clock shows, for the NTP timestamps of reports.
    public mutating func setWallClock(unixNanoseconds: UInt64, at now: Instant) {
        wallClockOffset = unixNanoseconds &- now.nanoseconds
    }

    /// The report of a port is due.
    mutating func runReports(of index: Int, at now: Instant) {
        let number = reporterNumbers[index]
        guard number >= 0 else { return }
        let first = outbox.entries.count
        sendReport(of: index, withBlocks: true, at: now)
        protectOutgoing(from: first)
        reporters[number].schedule(at: now, using: &generator)
        wheel.arm(
            PortTimer.reports.number(of: index), at: reporters[number].nextReportAt)
    }

    /// Puts a report to the party at port `index` into the outbox, when there is anything to say
    /// and somewhere to send it to. Without a time it is an empty receiver report, which carries
    /// something else.
    mutating func sendReport(
        of index: Int, withBlocks: Bool, saysGoodbye: Bool = false, at now: Instant?
    ) {
        let number = reporterNumbers[index]
        guard number >= 0, let transmit = reportTarget(index) else { return }
        var blocks: InlineArray<4, RTCPReportBlock> = InlineArray(repeating: Self.noBlock)
        var blockCount = 0
        var clock: RTCPClockReading?
        if let now {
            if withBlocks { blockCount = fill(&blocks, index, at: now) }
            clock = clockReading(of: index, at: now)
            guard blockCount > 0 || clock != nil else { return }
        }
        Self.append(
            transmit, blocks, blockCount, clock, saysGoodbye: saysGoodbye,
            at: now ?? Instant(nanoseconds: 0), to: &outbox, of: &reporters[number])
    }

    /// Ends the stream that goes to a party when its port closes.
    mutating func sayGoodbye(of index: Int) {
        guard reporterNumbers[index] >= 0, reporters[reporterNumbers[index]].sent != nil else {
            return
        }
        let first = outbox.entries.count
        sendReport(of: index, withBlocks: false, saysGoodbye: true, at: nil)
        protectOutgoing(from: first)
    }

    /// Where reports to the party at port `index` go; `nil` when nowhere, or without keys yet.
    private func reportTarget(_ index: Int) -> Transmit? {
        guard case .terminate(let termination) = configurations[index].rtcpTreatment else {
            return nil
        }
        let port = Int(termination.exit.index)
        guard port >= 0, port < ports.count, ports[port].isOpen, let exit = exit(of: port) else {
            return nil
        }
        if securities[port].requiresKeys, securities[keyHolder(of: port)].outbound < 0 {
            return nil
        }
        return Transmit(
            sink: termination.exit, socket: exit.socket, destination: exit.destination, length: 0,
            kind: .rtcp)
    }

    private static let noBlock = RTCPReportBlock(
        ssrc: 0, fractionLost: 0, cumulativeLost: 0, extendedSequenceNumber: 0, jitter: 0)

    /// Blocks about the sources that were heard since the last report.
    private mutating func fill(
        _ blocks: inout InlineArray<4, RTCPReportBlock>, _ index: Int, at now: Instant
    ) -> Int {
        let table = Int(ports[index].sourceTable)
        guard table >= 0 else { return 0 }
        var count = 0
        for place in 0..<sources.count(ofTable: table) where count < blocks.count {
            let statistics = sources.statistics(table: table, place: place)
            let number = reporterNumbers[index]
            guard let block = reporters[number].block(about: statistics, at: now) else { continue }
            blocks[count] = block
            count += 1
        }
        return count
    }

    /// The outbox and the session are two stored properties: each comes by itself.
    private static func append(
        _ transmit: Transmit, _ blocks: InlineArray<4, RTCPReportBlock>, _ blockCount: Int,
        _ clock: RTCPClockReading?, saysGoodbye: Bool, at now: Instant,
        to outbox: inout PacketOutbox, of session: inout RTCPSession
    ) {
        outbox.append(transmit) { room in
            var room = room.part(0..<PacketOutbox.slotBytes - PacketOutbox.tailBytes)
            var writer = session.writeReport(
                blocks.span.extracting(first: blockCount), clock: clock, at: now, into: &room)
            guard writer.byteCount > 0 else { return 0 }
            if saysGoodbye, !session.appendGoodbye(&writer, into: &room) { return 0 }
            return writer.byteCount
        }
    }
}

// What sender reports state.
extension RelayCore {
    /// Where the stream that leaves by port `index` is: by its source's own reports, so that what
    /// the source sends in other streams stays in time with it, else by our clock.
    private mutating func clockReading(of index: Int, at now: Instant) -> RTCPClockReading? {
        guard let sent = reporters[reporterNumbers[index]].sent else { return nil }
        if let reading = sourceReading(of: index, sent, at: now) { return reading }
        return RTCPClockReading(
            ntpTimestamp: NTPTimestamp(unixNanoseconds: wallClockOffset &+ now.nanoseconds),
            rtpTimestamp: sent.timestamp(at: now))
    }

    private mutating func sourceReading(
        of index: Int, _ sent: RTCPSentStream, at now: Instant
    ) -> RTCPClockReading? {
        guard let origin = opposite(of: index), reporterNumbers[origin] >= 0 else { return nil }
        var source = sent.ssrc
        var clockRateHz = ports[origin].clockRateHz
        var offset: UInt32 = 0
        let converter = ports[origin].converter
        if converter >= 0, let rate = converters[converter].transcoder?.inputClockRateHz {
            clockRateHz = rate
        } else if ports[index].continuousIdentity >= 0,
            let identity = identities[Int(ports[index].continuousIdentity)],
            // What is played has a line of its own, which is by our clock.
            identity.ssrc == sent.ssrc
        {
            source = identity.sourceSSRC
            offset = identity.timestampOffset
        }
        guard
            var reading = reporters[reporterNumbers[origin]].heardSource(source)?
                .reading(at: now, clockRateHz: clockRateHz),
            ports[origin].sourceTable >= 0,
            let statistics = sources.statistics(
                of: source, table: Int(ports[origin].sourceTable)),
            statistics.isPlausible(reading, clockRateHz: clockRateHz, at: now)
        else { return nil }
        if converter >= 0, converters[converter].transcoder != nil {
            guard
                let timestamp = converters[converter].transcoder?
                    .outgoingTimestamp(of: reading.rtpTimestamp)
            else { return nil }
            reading.rtpTimestamp = timestamp
        } else {
            reading.rtpTimestamp &+= offset
        }
        return reading
    }

    /// Whether packets of port `index` are moved onto a line of their sink's own.
    func leavesContinuous(_ index: Int) -> Bool {
        let sink = Int(ports[index].rtpSink)
        return sink >= 0 && sink < ports.count && ports[sink].continuousIdentity >= 0
    }

    /// Counts a packet that passes port `index` as it now is.
    @inline(never)
    mutating func countPassed(
        _ packet: RawSpan, _ header: RTPHeader, _ index: Int, at now: Instant
    ) {
        let sink = Int(ports[index].rtpSink)
        guard ports[index].effects.contains(.countsForReports), sink >= 0, sink < ports.count,
            reporterNumbers[sink] >= 0, exit(of: sink) != nil
        else { return }
        let padding = header.hasPadding ? Int(packet.uint8(at: packet.byteCount &- 1)) : 0
        reporters[reporterNumbers[sink]].countSent(
            ssrc: packet.uint32(at: 8), timestamp: packet.uint32(at: 4),
            payloadBytes: max(packet.byteCount &- header.headerLength &- padding, 0),
            clockRateHz: ports[index].clockRateHz, at: now)
    }

    /// Counts the RTP that has been put into the outbox since it had `first` entries, before it is
    /// protected.
    mutating func countOutgoing(from first: Int, clockRateHz: UInt32, at now: Instant) {
        for place in first..<max(outbox.entries.count, first) {
            let sink = Int(outbox.entries[place].sink.index)
            let length = Int(outbox.entries[place].length)
            guard outbox.entries[place].kind == .media, length > RTPHeader.fixedLength,
                reporterNumbers[sink] >= 0
            else { continue }
            let (ssrc, timestamp) = outbox.sourceAndTimestamp(of: place)
            reporters[reporterNumbers[sink]].countSent(
                ssrc: ssrc, timestamp: timestamp,
                payloadBytes: length - RTPHeader.fixedLength, clockRateHz: clockRateHz, at: now)
        }
    }
}
