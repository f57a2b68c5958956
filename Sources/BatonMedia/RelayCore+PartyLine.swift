internal import BatonBase
internal import BatonRTP
internal import BatonTranscode

/// A place on the line of RTP that a party's peer hears: what is played as if the party had sent it
/// has its SSRC, its sequence numbers and its time (RFC 4733 §2.6.1).
struct PartyLine: Hashable, Sendable {
    var ssrc: UInt32
    /// When it begins.
    var timestamp: UInt32
}

// Keys that are played to a port's peer come in the stream of the other party, where there is one.
extension RelayCore {
    /// The line of the party that the port's peer hears, at `now`; `nil` while none is known, as
    /// before the party's first packet.
    ///
    /// From the first time on packets of that party are numbered anew on their way, so that what is
    /// inserted has room among them.
    mutating func partyLine(of index: Int, at now: Instant) -> PartyLine? {
        guard let source = opposite(of: index) else { return nil }
        let number = ports[source].converter
        if number >= 0, let ssrc = converters[number].transcoder?.outgoingSSRC {
            return converters[number].transcoder?.outgoingTimestamp(at: now)
                .map { PartyLine(ssrc: ssrc, timestamp: $0) }
        }
        if number >= 0, converters[number].transcoder != nil { return nil }
        guard let place = identityPlace(of: index, hearing: source) else { return nil }
        let clockRateHz = audioClockRate(of: source)
        return identities[place].map {
            PartyLine(
                ssrc: $0.ssrc, timestamp: $0.timestamp(clockRateHz: clockRateHz, at: now))
        }
    }

    /// The next sequence number on that line.
    mutating func nextPartyNumber(of index: Int) -> UInt16? {
        guard let source = opposite(of: index) else { return nil }
        let number = ports[source].converter
        if number >= 0, converters[number].transcoder != nil {
            return converters[number].transcoder?.takeSequenceNumber()
        }
        let place = Int(ports[index].continuousIdentity)
        return place >= 0 ? identities[place]?.insert() : nil
    }

    /// A packet of port `index` is not sent, because something is played to its receiver: there is
    /// to be no gap in its place.
    mutating func skipReplaced(_ header: RTPHeader, _ index: Int) {
        let number = ports[index].converter
        if number >= 0 { converters[number].transcoder?.passOver(header) }
        let sink = Int(ports[index].rtpSink)
        guard sink >= 0, sink < ports.count, ports[sink].continuousIdentity >= 0 else { return }
        identities[Int(ports[sink].continuousIdentity)]?.skip(
            ssrc: header.ssrc, sequenceNumber: header.sequenceNumber)
    }

    /// Has packets of port `index` numbered anew, from this one on that is not to be sent, unless a
    /// transcoder does that anyway.
    mutating func makeRoom(for header: RTPHeader, _ index: Int, at now: Instant) {
        let (sink, number) = (Int(ports[index].rtpSink), ports[index].converter)
        guard sink >= 0, sink < ports.count, ports[sink].isOpen,
            ports[sink].continuousIdentity < 0,
            number < 0 || converters[number].transcoder == nil
        else { return }
        let place = takeIdentity()
        ports[sink].continuousIdentity = place
        identities[Int(place)] = ContinuousIdentity(
            ssrc: header.ssrc, sequenceNumber: header.sequenceNumber &- 1,
            timestamp: header.timestamp, at: now)
    }

    /// The place of the identity under which packets leave by `index`; made of the newest source of
    /// `source` if need be.
    private mutating func identityPlace(of index: Int, hearing source: Int) -> Int? {
        if ports[index].continuousIdentity >= 0 { return Int(ports[index].continuousIdentity) }
        let table = Int(ports[source].sourceTable)
        guard table >= 0, let heard = sources.latest(table: table) else { return nil }
        let place = takeIdentity()
        ports[index].continuousIdentity = place
        identities[Int(place)] = ContinuousIdentity(
            ssrc: heard.ssrc,
            sequenceNumber: UInt16(truncatingIfNeeded: heard.extendedSequenceNumber),
            timestamp: heard.timestamp, at: heard.latestArrival)
        return Int(place)
    }

    private func audioClockRate(of index: Int) -> UInt32 {
        if ports[index].clockRateHz > 0 { return ports[index].clockRateHz }
        return configurations[index].clockRates.first?.clockRateHz ?? 8_000
    }
}
