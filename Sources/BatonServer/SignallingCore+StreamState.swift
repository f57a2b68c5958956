import BatonBase
import BatonCrypto
import BatonMedia
import BatonRTP
import BatonSDP

// How a stream stands: protection, ICE, codecs, and what is wrong with it.
extension SignallingCore {
    /// Everything about one stream of a party.
    func detail(
        of stream: Stream, _ index: Int, _ party: Party, in record: SessionRecord, at now: Instant
    ) -> StreamDetail {
        let counts = portCounts(of: stream, in: record)
        let transport = party.transport(of: index)
        let passage = codecPassage(of: stream, index, party, in: record)
        let facts = facts(of: stream, index, party, in: record, at: now)
        var detail = StreamDetail(
            index: index + 1, kind: stream.kind, protocolName: stream.protocolName,
            direction: stream.direction.rawValue, codec: stream.codec,
            ports: ports(
                of: stream, at: portsInUse(of: index, party, in: record),
                signalled: transport.remoteRTP, in: record, at: now))
        detail.protection = protection(of: transport, in: record)
        detail.iceState = transport.icePart == nil ? nil : facts.iceState
        detail.handshakeState = transport.keyAgreement == .dtls ? facts.handshake : nil
        detail.codecIn = passage.incoming?.name
        detail.codecOut = passage.outgoing?.name
        detail.route = routeKind(of: stream, in: record)
        detail.concealedPackets = counts(.concealedPackets)
        detail.recoveredPackets = counts(.recoveredPackets)
        detail.latePackets = counts(.latePackets)
        detail.malformedPayloads = counts(.malformedPayloads)
        detail.levelDBov = facts.levelDBov
        detail.diagnosis = StreamDiagnosis(facts: facts).sentences
        return detail
    }

    /// What becomes of what the party sends; `nil` for a line without ports.
    func routeKind(of stream: Stream, in record: SessionRecord) -> RouteKind? {
        guard stream.ports != nil else { return nil }
        let value = portCounts(of: stream, in: record)(.routeKind)
        return RouteKind(rawValue: UInt8(truncatingIfNeeded: value))
    }

    /// What the last packet of the party came as, and what it left as.
    private func codecPassage(
        of stream: Stream, _ index: Int, _ party: Party, in record: SessionRecord
    ) -> CodecPassage {
        guard stream.treatment == .rtp, let slot = stream.ports?.rtp.slot else {
            return CodecPassage()
        }
        let sources = sources(of: slot, worker: record.worker)
        guard let latest = sources.last else { return CodecPassage() }
        return record.session.codecPassage(
            of: party.id, stream: index, payloadType: latest.payloadType)
    }

    /// The crypto suite in use at a port, by the name that SDP has for it.
    func suite(at slot: PortSlot, of stream: Stream, in record: SessionRecord) -> SRTPCryptoSuite? {
        for slot in [slot, stream.ports?.rtp.slot].compactMap(\.self) {
            let value = counters.count(.protectionProfile, of: slot, worker: record.worker)
            let profile = SRTPProtectionProfile(rawValue: UInt16(truncatingIfNeeded: value))
            if let suite = profile?.suite { return suite }
        }
        return stream.cryptoSuite
    }

    /// The protection between the party and us, in a few words.
    private func protection(of stream: Stream, in record: SessionRecord) -> String {
        let slot = stream.ports?.rtp.slot
        let suite = slot.flatMap { self.suite(at: $0, of: stream, in: record) }
        switch stream.keyAgreement {
        case .none: return "none"
        case .betweenParties: return "between the parties"
        case .undecided: return "SDES or DTLS-SRTP, not answered yet"
        case .sdes: return "SDES" + (suite.map { " \($0.rawValue)" } ?? ", no keys yet")
        case .dtls: return "DTLS-SRTP" + (suite.map { " \($0.rawValue)" } ?? ", no keys yet")
        }
    }

    /// Reads counters of a stream's RTP port; zeros without one.
    private func portCounts(
        of stream: Stream, in record: SessionRecord
    ) -> (PortCounter) -> UInt64 {
        guard let slot = stream.ports?.rtp.slot else { return { _ in 0 } }
        return { [counters] in counters.count($0, of: slot, worker: record.worker) }
    }

    /// What a diagnosis is made of.
    func facts(
        of stream: Stream, _ index: Int, _ party: Party, in record: SessionRecord, at now: Instant
    ) -> StreamDiagnosis.Facts {
        let count = portCounts(of: stream, in: record)
        var facts = StreamDiagnosis.Facts()
        let peer = party.peer.flatMap { record.session.party($0) }
        let other = peer.flatMap { $0.streams.indices.contains(index) ? $0.streams[index] : nil }
        facts.isAnswered = record.answeredAt != nil && peer?.peer == party.id && stream.isDescribed
        facts.isExpected =
            stream.treatment == .rtp && stream.ports != nil && stream.direction.sends
            && !stream.isHeld && other?.isHeld != true && other?.direction.receives != false
        readTransport(of: index, party, in: record, into: &facts)
        facts.packetsIn = count(.packetsIn)
        readDrops(count, into: &facts)
        guard let slot = stream.ports?.rtp.slot else { return facts }
        facts.foreignAddress = address(
            (.foreignFamilyAndPort, .foreignHigh, .foreignLow), of: slot, worker: record.worker)
        facts.remote = party.transport(of: index).remoteRTP
        facts.idleMilliseconds = idleMilliseconds(of: [slot], worker: record.worker, at: now)
        let level = count(.audioLevel)
        facts.levelDBov = level > 0 ? 1 - Int(clamping: level) : nil
        return facts
    }

    /// How the path to the party is protected and found: of the stream that has the ports.
    private func readTransport(
        of index: Int, _ party: Party, in record: SessionRecord,
        into facts: inout StreamDiagnosis.Facts
    ) {
        let transport = party.transport(of: index)
        let count = portCounts(of: transport, in: record)
        let carrier = party.streams[index].carrier ?? index
        for (line, stream) in party.streams.enumerated()
        where line == carrier || stream.carrier == carrier {
            facts.transportPacketsIn &+= portCounts(of: stream, in: record)(.packetsIn)
        }
        facts.unassociated = count(.droppedUnassociated)
        facts.keyAgreement = transport.keyAgreement
        facts.handshakeRole = transport.handshakeRole
        facts.hasFingerprint = transport.hasFingerprint
        facts.ice = transport.icePart
        facts.iceState = ICEState(rawValue: UInt8(truncatingIfNeeded: count(.iceState))) ?? .none
        facts.handshake =
            HandshakeState(rawValue: UInt8(truncatingIfNeeded: count(.dtlsState))) ?? .none
        facts.stunMessages = count(.stunMessagesIn)
        facts.handshakeDatagrams = count(.dtlsDatagramsIn)
        facts.withoutKeys = count(.droppedWithoutKeys)
        facts.unauthenticated = count(.droppedUnauthenticated)
        facts.foreign = count(.droppedForeignSource)
    }

    private func readDrops(
        _ count: (PortCounter) -> UInt64, into facts: inout StreamDiagnosis.Facts
    ) {
        facts.protectionErrors = count(.protectionErrors)
        facts.withoutDestination = count(.droppedNoDestination)
        facts.otherPayloadTypes = count(.droppedPayloadType)
        facts.unconverted = count(.droppedUnconverted)
        facts.blocked = count(.droppedBlocked)
        facts.malformedPayloads = count(.malformedPayloads)
        facts.sendErrors = count(.sendErrors)
    }

    /// How many streams are relayed in which way, over all sessions that have not ended.
    func streamCounts() -> [RouteKind: Int] {
        var counts: [RouteKind: Int] = [:]
        for record in table.all where !record.isLingering {
            record.session.forEachStreamPair { pair in
                let value = counters.count(.routeKind, of: pair.rtp.slot, worker: record.worker)
                let kind = RouteKind(rawValue: UInt8(truncatingIfNeeded: value)) ?? .relay
                counts[kind, default: 0] += 1
            }
        }
        return counts
    }
}
