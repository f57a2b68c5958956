import BatonBase

/// From the session's state to the configuration of every port.
extension Session {
    /// The commands that bring the worker's ports in line with the session; each port's
    /// configuration is remembered, so that only changes are told.
    mutating func updateConfigurations() -> [PortCommand] {
        var commands: [PortCommand] = []
        for party in parties.indices {
            let peer = mutualPeer(of: party)
            for index in parties[party].streams.indices {
                guard let ports = parties[party].streams[index].ports else { continue }
                let (rtp, rtcp) = configurations(party, peer, index)
                if parties[party].streams[index].rtpConfiguration != rtp {
                    parties[party].streams[index].rtpConfiguration = rtp
                    commands.append(.configure(ports.rtp.slot, rtp))
                }
                if parties[party].streams[index].rtcpConfiguration != rtcp {
                    parties[party].streams[index].rtcpConfiguration = rtcp
                    commands.append(.configure(ports.rtcp.slot, rtcp))
                }
            }
        }
        return commands
    }

    /// The party that the one at `index` hears and is heard by: both must name each other.
    private func mutualPeer(of index: Int) -> Int? {
        guard let peer = parties[index].peer else { return nil }
        return parties.firstIndex { $0.id == peer && $0.peer == parties[index].id }
    }

    private func configurations(
        _ party: Int, _ peer: Int?, _ index: Int
    ) -> (rtp: PortConfiguration, rtcp: PortConfiguration) {
        let stream = parties[party].streams[index]
        var sink: Stream?
        if let peer, index < parties[peer].streams.count {
            sink = parties[peer].streams[index]
        }
        var (rtp, rtcp) = Self.components(of: stream)
        // Until a party has answered from its new family, its old address is out of reach.
        let family = stream.ports?.rtp.address.ip.family
        if stream.remoteRTP?.ip.family == family {
            rtp.remote = stream.remoteRTP
            if !stream.isMultiplexed { rtcp.remote = stream.remoteRTCP }
        }
        rtp.sourcePolicy = stream.sourcePolicy
        rtcp.sourcePolicy = stream.sourcePolicy
        rtp.learningGeneration = stream.learningGeneration
        rtcp.learningGeneration = stream.learningGeneration
        rtp.piercesNAT = stream.piercesNAT
        rtcp.piercesNAT = stream.piercesNAT
        rtp.clockRates = Self.merged(sink?.clockRates ?? [], stream.clockRates)
        Self.route(&rtp, &rtcp, to: sink)
        return (rtp, rtcp)
    }

    /// What the two ports of a stream carry. DTLS and what belongs to it is not RTP.
    private static func components(
        of stream: Stream
    ) -> (PortConfiguration, PortConfiguration) {
        let isReadable =
            stream.treatment == .rtp
            && TransportProfile(stream.protocolName).security != .dtls
        guard isReadable else {
            return (PortConfiguration(component: .opaque), PortConfiguration(component: .opaque))
        }
        return (
            PortConfiguration(component: stream.isMultiplexed ? .multiplexed : .rtp),
            PortConfiguration(component: .rtcp)
        )
    }

    private static func route(
        _ rtp: inout PortConfiguration, _ rtcp: inout PortConfiguration, to sink: Stream?
    ) {
        guard let sink, let ports = sink.ports else { return }
        rtp.rtpSink = ports.rtp.slot
        if rtp.component == .opaque {
            if sink.treatment == .rtp { rtcp.rtpSink = ports.rtcp.slot }
            return
        }
        let rtcpSink = sink.isMultiplexed ? ports.rtp.slot : ports.rtcp.slot
        rtp.rtcpSink = rtcpSink
        rtcp.rtcpSink = rtcpSink
    }

    /// A party sends the payload types that its peer described; what only it described itself
    /// comes behind them.
    private static func merged(
        _ peer: [PayloadClockRate], _ own: [PayloadClockRate]
    ) -> [PayloadClockRate] {
        if peer == own || own.isEmpty { return peer }
        if peer.isEmpty { return own }
        return peer
            + own.filter { rate in !peer.contains { $0.payloadType == rate.payloadType } }
    }
}

extension Negotiation {
    /// What the worker must be told: first every changed configuration, so that no route leads to
    /// a closed port, then the ports that are no longer needed.
    mutating func portCommands() -> [PortCommand] {
        session.updateConfigurations() + surplus.flatMap(\.closings)
    }
}

extension PortPair {
    /// Closes both ports.
    var closings: [PortCommand] { [.close(rtp.slot), .close(rtcp.slot)] }
}
