public import BatonBase
public import BatonMedia
import BatonRTP
import BatonSDP

// Sessions as plain values, for the API and the log.
extension SignallingCore {
    /// How many sessions there are, lingering ones included.
    public var sessionCount: Int { table.count }

    /// Summaries of at most `limit` sessions behind the first `skipping`.
    public func summaries(
        skipping: Int = 0, limit: Int = .max, at now: Instant
    ) -> [SessionSummary] {
        table.all.dropFirst(max(skipping, 0)).prefix(max(limit, 0)).map { summary(of: $0, at: now) }
    }

    /// How many sessions each of `workers` workers carries.
    public func sessionCounts(workers: Int) -> [Int] {
        var counts = Array(repeating: 0, count: workers)
        for record in table.all where counts.indices.contains(record.worker) {
            counts[record.worker] += 1
        }
        return counts
    }

    /// A worker says what it has seen at a port.
    public func note(_ event: RelayEvent, callID: String, at now: Instant) {
        count(event)
        guard let record = table.record(callID) else { return }
        let ports = record.session.streamPairs.flatMap { [$0.rtp, $0.rtcp] }
        guard let port = ports.first(where: { $0.slot == event.port })?.address.port else { return }
        if case .digit(let slot, let digit) = event {
            press(digit.code, at: slot, of: record, at: now)
        }
        let kind: ServerEvent.Kind? =
            switch event {
            case .endpointChanged(_, let remote): .endpointChanged(localPort: port, remote: remote)
            case .iceStateChanged(_, let state): .iceStateChanged(localPort: port, state)
            case .secured(_, let profile): .secured(localPort: port, profile)
            case .securityFailed(_, let reason): .securityFailed(localPort: port, reason: reason)
            case .conversionFailed: .conversionFailed(localPort: port)
            case .playingEnded(_, let number): playingEnded(number, of: record, localPort: port)
            case .digit(let slot, let digit): .dtmf(notice(of: digit, at: slot, in: record))
            }
        if let kind { emit(kind, callID: callID, at: now) }
    }

    /// Everything about one session.
    public func detail(of callID: String, at now: Instant) -> SessionDetail? {
        guard let record = table.record(callID) else { return nil }
        return SessionDetail(
            summary: summary(of: record, at: now), metadata: record.session.metadata,
            parties: record.session.parties.map { detail(of: $0, in: record, at: now) },
            copies: copyDetail(of: record))
    }

    /// Sessions that got RTP, or a signal, within `period`: those that a drain waits for.
    public func talkingSessionCount(within period: Duration, at now: Instant) -> Int {
        table.all.reduce(0) { count, record in
            guard !record.isLingering else { return count }
            if now - record.lastSignalAt < period { return count + 1 }
            let isTalking = record.session.streamPairs.contains { pair in
                let last = counters.count(
                    .lastPacketInNanoseconds, of: pair.rtp.slot, worker: record.worker)
                return last > 0 && now - Instant(nanoseconds: last) < period
            }
            return isTalking ? count + 1 : count
        }
    }

    /// What remains of a session that ends now.
    func callRecord(
        of record: SessionRecord, _ reason: EndReason, at now: Instant
    ) -> CallRecord {
        sampleQuality(of: record, at: now)
        let sum = traffic(of: record)
        let scored = record.sources.compactMap(\.progression.average)
        let averages = scored.map(\.meanOpinionScoreTimesTen)
        let lowest = record.sources.compactMap(\.progression.lowest?.meanOpinionScoreTimesTen)
        return CallRecord(
            callID: record.callID, reason: reason,
            createdMicroseconds: wallMicroseconds(record.session.createdAt),
            durationMilliseconds: (now - record.session.createdAt).wholeMilliseconds,
            wasAnswered: record.answeredAt != nil, tags: record.tags, rtp: sum.rtp,
            rtcp: sum.rtcp, lostPackets: sum.lost, lowestMOSTimesTen: lowest.min(),
            averageMOSTimesTen: averages.isEmpty
                ? nil : averages.reduce(0, +) / averages.count,
            metadata: record.session.metadata, noticeTarget: record.noticeTarget)
    }

    private func summary(of record: SessionRecord, at now: Instant) -> SessionSummary {
        let sum = traffic(of: record)
        let counts = record.session.streamPairs.flatMap {
            sources(of: $0.rtp.slot, worker: record.worker)
        }
        return SessionSummary(
            callID: record.callID, state: record.state,
            createdMicroseconds: wallMicroseconds(record.session.createdAt),
            lastSignalMicroseconds: wallMicroseconds(record.lastSignalAt),
            worker: record.worker, tags: record.tags, rtp: sum.rtp, rtcp: sum.rtcp,
            lostPackets: sum.lost, worstLossPercent: counts.map(\.lossPercent).max() ?? 0,
            lastPacketAgoMilliseconds: idleMilliseconds(
                of: record.session.streamPairs.map(\.rtp.slot), worker: record.worker, at: now),
            jitterMicroseconds: counts.map(\.jitterMicroseconds).max() ?? 0,
            mosTimesTen: record.sources.compactMap(\.last?.meanOpinionScoreTimesTen).min(),
            silentTag: record.silentTag)
    }

    private func detail(
        of party: Party, in record: SessionRecord, at now: Instant
    ) -> PartyDetail {
        PartyDetail(
            tag: party.tag, label: party.label, viaBranch: party.viaBranches.last,
            streams: party.streams.enumerated().map { index, stream in
                detail(of: stream, index, party, in: record, at: now)
            })
    }

    /// The ports of a stream as the party knows them.
    func ports(
        of stream: Stream, at pair: PortPair?, signalled: SocketAddress?,
        in record: SessionRecord, at now: Instant
    ) -> [PortDetail] {
        guard let pair else { return [] }
        let first =
            stream.treatment == .opaque ? "opaque" : stream.isMultiplexed ? "multiplexed" : "rtp"
        let rtp = detail(of: pair.rtp, first, signalled, in: record, at: now)
        guard first == "rtp" else { return [rtp] }
        return [rtp, detail(of: pair.rtcp, "rtcp", stream.remoteRTCP, in: record, at: now)]
    }

    private func detail(
        of port: LocalPort, _ component: String, _ signalled: SocketAddress?,
        in record: SessionRecord, at now: Instant
    ) -> PortDetail {
        let slot = port.slot
        let worker = record.worker
        let count = { [self] (counter: PortCounter) in
            counters.count(counter, of: slot, worker: worker)
        }
        let received = traffic(of: slot, worker: worker)
        let drops = Self.dropCounters.map { ($0.1, count($0.0)) }.filter { $0.1 > 0 }
        return PortDetail(
            component: component, local: port.address, advertised: port.advertised,
            signalled: signalled, remote: remoteAddress(of: slot, worker: worker),
            isConfirmed: count(.isConfirmed) != 0,
            endpointChanges: count(.endpointChanges),
            idleMilliseconds: idleMilliseconds(of: [slot], worker: worker, at: now),
            rtpReceived: received.rtp, rtcpReceived: received.rtcp,
            rtpSent: TrafficTotals(packets: count(.packetsOut), bytes: count(.bytesOut)),
            rtcpSent: TrafficTotals(packets: count(.rtcpPacketsOut), bytes: count(.rtcpBytesOut)),
            drops: Dictionary(drops) { first, _ in first },
            lastForeignSource: address(
                (.foreignFamilyAndPort, .foreignHigh, .foreignLow), of: slot, worker: worker),
            sources: sources(of: slot, worker: worker).map {
                detail(of: $0, quality(of: $0.ssrc, at: slot, in: record))
            })
    }

    /// Milliseconds since the last packet at any of the ports; `nil` when none ever came.
    func idleMilliseconds(
        of slots: [PortSlot], worker: Int, at now: Instant
    ) -> UInt64? {
        let last = slots.map { counters.count(.lastPacketInNanoseconds, of: $0, worker: worker) }
            .max()
        guard let last, last > 0 else { return nil }
        return now.nanosecondsSince(Instant(nanoseconds: last)) / 1_000_000
    }

    private func detail(of source: SourceCounts, _ quality: SourceQuality?) -> SourceDetail {
        SourceDetail(
            ssrc: source.ssrc, payloadType: source.payloadType, packets: source.packets,
            bytes: source.bytes, lost: source.lost, lossPercent: source.lossPercent,
            restarts: source.restarts, reordered: source.reordered, duplicates: source.duplicates,
            jitterMicroseconds: source.jitterMicroseconds,
            rFactor: quality?.last?.rFactor,
            roundTripMicroseconds: quality?.last?.roundTripMicroseconds,
            mosTimesTen: quality?.last?.meanOpinionScoreTimesTen,
            lowestMOSTimesTen: quality?.progression.lowest?.meanOpinionScoreTimesTen,
            averageMOSTimesTen: quality?.progression.average?.meanOpinionScoreTimesTen)
    }
}

extension SessionRecord {
    /// Where the session stands.
    var state: SessionSummary.State {
        if isLingering { return .lingering }
        if answeredAt == nil { return .offered }
        return session.parties.contains { $0.streams.contains(where: \.isQuiet) }
            ? .held : .answered
    }
}

extension Stream {
    /// Whether the party holds its peer, or is held, on a stream that exists.
    var isQuiet: Bool {
        treatment == .rtp && (isHeld || direction != .sendrecv)
    }
}
