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
        body.append("index", .number(index + 1))
        body.append("type", .text(stream.kind))
        body.append("protocol", .text(stream.protocolName))
        body.append("streams", .list(portFigures(of: stream, in: record)))
        body.append("flags", .list(flags(of: stream).map { .text($0) }))
        let ingress = stream.ports.map { sources(of: $0.rtp.slot, worker: record.worker) } ?? []
        body.append("ingress SSRCs", .list(ingress.map { .dictionary(Self.figures(of: $0)) }))
        let peer = party.peer.flatMap { record.session.party($0) }
        let other = peer.flatMap { $0.streams.indices.contains(index) ? $0.streams[index] : nil }
        let egress = other?.ports.map { sources(of: $0.rtp.slot, worker: record.worker) } ?? []
        body.append("egress SSRCs", .list(egress.map { .dictionary(Self.figures(of: $0)) }))
        return body
    }

    private func flags(of stream: Stream) -> [String] {
        var flags: [String] = []
        if stream.isDescribed { flags.append("initialized") }
        if stream.sourcePolicy.isAsymmetric { flags.append("asymmetric") }
        // As the relay sees it: it receives what the party sends.
        if stream.direction.receives, !stream.isHeld { flags.append("send") }
        if stream.direction.sends { flags.append("recv") }
        if stream.isMultiplexed { flags.append("rtcp-mux") }
        if stream.treatment == .opaque { flags.append("passthrough") }
        return flags
    }

    private func portFigures(of stream: Stream, in record: SessionRecord) -> [NGValue] {
        guard let ports = stream.ports else { return [] }
        let rtp = figures(
            of: ports.rtp, signalled: stream.remoteRTP, isRTCP: false, stream, in: record)
        guard !stream.isMultiplexed, stream.treatment == .rtp else { return [.dictionary(rtp)] }
        let rtcp = figures(
            of: ports.rtcp, signalled: stream.remoteRTCP, isRTCP: true, stream, in: record)
        return [.dictionary(rtp), .dictionary(rtcp)]
    }

    /// One element of `streams`.
    private func figures(
        of port: LocalPort, signalled: SocketAddress?, isRTCP: Bool, _ stream: Stream,
        in record: SessionRecord
    ) -> NGDictionary {
        let worker = record.worker
        let count = { [self] (counter: PortCounter) in
            plane.count(counter, of: port.slot, worker: worker)
        }
        let last = lastPacketSeconds(at: port.slot, worker: worker)
        var body = NGDictionary()
        body.append("local port", .number(port.address.port))
        body.append("local address", .text(port.address.ip.description))
        body.append("family", .text(port.address.ip.family.name))
        let remote = remoteAddress(of: port.slot, worker: worker) ?? signalled
        body.append("endpoint", .dictionary(Self.figures(of: remote)))
        body.append("advertised endpoint", .dictionary(Self.figures(of: signalled)))
        body.append("last packet", .number(last))
        body.append("last kernel packet", 0)
        body.append("last user packet", .number(last))
        if let ssrc = sources(of: port.slot, worker: worker).last?.ssrc {
            body.append("SSRC", .number(ssrc))
        }
        var flags = isRTCP ? ["RTCP"] : ["RTP"]
        if !isRTCP, stream.isMultiplexed { flags.append("RTCP") }
        if signalled != nil { flags.append("filled") }
        if count(.isConfirmed) != 0 { flags.append("confirmed") }
        flags.append("no kernel support")
        if stream.sourcePolicy.strictSource { flags.append("strict source address") }
        if stream.sourcePolicy.mediaHandover { flags.append("media handover") }
        body.append("flags", .list(flags.map { .text($0) }))
        let isMixed = stream.isMultiplexed
        body.append(
            "stats",
            [
                "packets": .number(count(.packetsIn) &+ (isRTCP || isMixed ? count(.rtcpPacketsIn) : 0)),
                "bytes": .number(count(.bytesIn) &+ (isRTCP || isMixed ? count(.rtcpBytesIn) : 0)),
                "errors": .number(errors(of: port.slot, worker: worker)),
            ])
        body.append(
            "stats_out",
            [
                "packets": .number(count(.packetsOut) &+ count(.rtcpPacketsOut)),
                "bytes": .number(count(.bytesOut) &+ count(.rtcpBytesOut)),
                "errors": .number(count(.sendErrors)),
            ])
        return body
    }

    /// When the last packet came, in seconds since 1970; 0 for never.
    private func lastPacketSeconds(at slot: PortSlot, worker: Int) -> Int64 {
        let last = plane.count(.lastPacketInNanoseconds, of: slot, worker: worker)
        guard last > 0 else { return 0 }
        return wallMicroseconds(Instant(nanoseconds: last)) / 1_000_000
    }

    private static func figures(of address: SocketAddress?) -> NGDictionary {
        guard let address else { return ["family": "IPv4", "address": "0.0.0.0", "port": 0] }
        return [
            "family": .text(address.ip.family.name), "address": .text(address.ip.description),
            "port": .number(address.port),
        ]
    }

    private static func figures(of source: SourceCounts) -> NGDictionary {
        [
            "SSRC": .number(source.ssrc), "bytes": .number(source.bytes),
            "packets": .number(source.packets),
            "last RTP timestamp": .number(source.timestamp),
            "last RTP seq": .number(source.extendedSequenceNumber & 0xffff),
            "cumulative loss": .number(max(source.lost, 0)),
        ]
    }
}

extension IPAddress.Family {
    /// `IPv4` or `IPv6`.
    var name: String { self == .v4 ? "IPv4" : "IPv6" }
}
