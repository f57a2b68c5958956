import BatonBase
import BatonMedia
import BatonNG
import BatonSDP

// The parts of a query's reply below a party: streams, ports and sources (P4).
extension SignallingCore {
    /// One element of `medias`.
    func figures(
        of stream: Stream, index: Int, _ party: Party, in record: SessionRecord
    ) -> NGDictionary {
        var body = NGDictionary()
        body.add(.index, .number(index + 1))
        body.add(.type, .text(stream.kind))
        body.add(.protocolName, .text(stream.protocolName))
        if let codec = stream.codec { body.add(.codec, .text(codec)) }
        body.add(.streams, .list(portFigures(of: index, party, in: record)))
        let flags = flags(of: stream, party.transport(of: index), in: record)
        body.add(.flags, .list(flags.map { .text($0) }))
        let ingress = stream.ports.map { sources(of: $0.rtp.slot, worker: record.worker) } ?? []
        body.add(.ingressSSRCs, .list(ingress.map { .dictionary(Self.figures(of: $0)) }))
        let peer = party.peer.flatMap { record.session.party($0) }
        let other = peer.flatMap { $0.streams.indices.contains(index) ? $0.streams[index] : nil }
        let egress = other?.ports.map { sources(of: $0.rtp.slot, worker: record.worker) } ?? []
        body.add(.egressSSRCs, .list(egress.map { .dictionary(Self.figures(of: $0)) }))
        return body
    }

    private func flags(
        of stream: Stream, _ transport: Stream, in record: SessionRecord
    ) -> [String] {
        var flags: [String] = []
        if stream.isDescribed { flags.append("initialized") }
        if stream.sourcePolicy.isAsymmetric { flags.append("asymmetric") }
        // As the relay sees it: it receives what the party sends.
        if stream.direction.receives, !stream.isHeld { flags.append("send") }
        if stream.direction.sends { flags.append("recv") }
        if stream.isMultiplexed { flags.append("rtcp-mux") }
        flags += keyFlags(of: transport)
        if stream.treatment == .opaque || stream.keyAgreement == .betweenParties {
            flags.append("passthrough")
        }
        flags += iceFlags(of: transport)
        if routeKind(of: stream, in: record) == .transcode { flags.append("transcoding") }
        return flags
    }

    private func keyFlags(of stream: Stream) -> [String] {
        switch stream.keyAgreement {
        case .none, .betweenParties: return []
        case .undecided: return ["DTLS-SRTP", "SDES"]
        case .sdes: return ["SDES"]
        case .dtls:
            guard let role = stream.handshakeRole else { return ["DTLS-SRTP"] }
            return [
                "DTLS-SRTP", role == .active ? "DTLS role active" : "DTLS role passive",
            ]
        }
    }

    private func iceFlags(of stream: Stream) -> [String] {
        guard let ice = stream.icePart else { return [] }
        var flags = ["ICE"]
        if ice.isTrickling { flags.append("trickle ICE") }
        if ice.isControlling { flags.append("ICE controlling") }
        if ice.isPeerLite { flags.append("ICE-lite peer") }
        if ice.isLite { flags.append("ICE-lite self") }
        return flags
    }

    private func portFigures(
        of index: Int, _ party: Party, in record: SessionRecord
    ) -> [NGValue] {
        guard let ports = portsInUse(of: index, party, in: record) else { return [] }
        let (stream, transport) = (party.streams[index], party.transport(of: index))
        let rtp = figures(
            of: ports.rtp, signalled: transport.remoteRTP, isRTCP: false, stream, transport,
            in: record)
        guard !stream.isMultiplexed, stream.treatment == .rtp else { return [.dictionary(rtp)] }
        let rtcp = figures(
            of: ports.rtcp, signalled: stream.remoteRTCP, isRTCP: true, stream, transport,
            in: record)
        return [.dictionary(rtp), .dictionary(rtcp)]
    }

    /// One element of `streams`.
    private func figures(
        of port: LocalPort, signalled: SocketAddress?, isRTCP: Bool, _ stream: Stream,
        _ transport: Stream, in record: SessionRecord
    ) -> NGDictionary {
        let worker = record.worker
        let count = { [self] (counter: PortCounter) in
            counters.count(counter, of: port.slot, worker: worker)
        }
        let last = lastPacketSeconds(at: port.slot, worker: worker)
        var body = NGDictionary()
        body.add(.localPort, .number(port.address.port))
        body.add(.localAddress, .text(port.address.ip.description))
        body.add(.family, .text(port.address.ip.family.name))
        let remote = remoteAddress(of: port.slot, worker: worker) ?? signalled
        body.add(.endpoint, .dictionary(Self.figures(of: remote)))
        body.add(.advertisedEndpoint, .dictionary(Self.figures(of: signalled)))
        if let suite = suite(at: port.slot, of: transport, in: record) {
            body.add(.cryptoSuite, .text(suite.rawValue))
        }
        body.add(.lastPacket, .number(last))
        body.add(.lastKernelPacket, 0)
        body.add(.lastUserPacket, .number(last))
        if let ssrc = sources(of: port.slot, worker: worker).last?.ssrc {
            body.add(.ssrc, .number(ssrc))
        }
        let flags = flags(
            ofPort: port.slot, signalled, isRTCP, stream, transport, worker: worker)
        body.add(.flags, .list(flags.map { .text($0) }))
        let hasControl = isRTCP || stream.isMultiplexed
        var received = TrafficTotals()
        received.packets = count(.packetsIn) &+ (hasControl ? count(.rtcpPacketsIn) : 0)
        received.bytes = count(.bytesIn) &+ (hasControl ? count(.rtcpBytesIn) : 0)
        received.errors = errors(of: port.slot, worker: worker)
        body.add(.stats, .figures(received))
        var sent = TrafficTotals()
        sent.packets = count(.packetsOut) &+ count(.rtcpPacketsOut)
        sent.bytes = count(.bytesOut) &+ count(.rtcpBytesOut)
        sent.errors = count(.sendErrors)
        body.add(.statsOut, .figures(sent))
        return body
    }

    private func flags(
        ofPort slot: PortSlot, _ signalled: SocketAddress?, _ isRTCP: Bool, _ stream: Stream,
        _ transport: Stream, worker: Int
    ) -> [String] {
        var flags = isRTCP ? ["RTCP"] : ["RTP"]
        if !isRTCP, stream.isMultiplexed { flags.append("RTCP") }
        if signalled != nil { flags.append("filled") }
        if counters.count(.isConfirmed, of: slot, worker: worker) != 0 {
            flags.append("confirmed")
        }
        flags.append("no kernel support")
        let secured = stream.carrier == nil ? slot : transport.ports?.rtp.slot ?? slot
        let handshake = counters.count(.dtlsState, of: secured, worker: worker)
        if handshake == UInt64(HandshakeState.connected.rawValue) {
            flags.append("DTLS fingerprint verified")
        }
        if stream.sourcePolicy.strictSource { flags.append("strict source address") }
        if stream.sourcePolicy.mediaHandover { flags.append("media handover") }
        return flags
    }

    /// When the last packet came, in seconds since 1970; 0 for never.
    private func lastPacketSeconds(at slot: PortSlot, worker: Int) -> Int64 {
        let last = counters.count(.lastPacketInNanoseconds, of: slot, worker: worker)
        guard last > 0 else { return 0 }
        return wallMicroseconds(Instant(nanoseconds: last)) / 1_000_000
    }

    private static func figures(of address: SocketAddress?) -> NGDictionary {
        guard let address else { return [.family: "IPv4", .address: "0.0.0.0", .port: 0] }
        return [
            .family: .text(address.ip.family.name), .address: .text(address.ip.description),
            .port: .number(address.port),
        ]
    }

    private static func figures(of source: SourceCounts) -> NGDictionary {
        [
            .ssrc: .number(source.ssrc), .bytes: .number(source.bytes),
            .packets: .number(source.packets),
            .lastRTPTimestamp: .number(source.timestamp),
            .lastRTPSeq: .number(source.extendedSequenceNumber & 0xffff),
            .cumulativeLoss: .number(max(source.lost, 0)),
        ]
    }
}

extension IPAddress.Family {
    /// `IPv4` or `IPv6`.
    var name: String { self == .v4 ? "IPv4" : "IPv6" }
}
