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
                commands += doorCommands(party, index, ports)
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

    /// Tells the worker whose doors these are, once; before their owner's candidates name them.
    private mutating func doorCommands(
        _ party: Int, _ index: Int, _ ports: PortPair
    ) -> [PortCommand] {
        guard !parties[party].streams[index].hasConfiguredDoors else { return [] }
        parties[party].streams[index].hasConfiguredDoors = true
        return parties[party].streams[index].doors.flatMap { door -> [PortCommand] in
            var rtp = PortConfiguration(component: .rtp)
            var rtcp = PortConfiguration(component: .rtcp)
            (rtp.doorOf, rtcp.doorOf) = (ports.rtp.slot, ports.rtcp.slot)
            return [.configure(door.rtp.slot, rtp), .configure(door.rtcp.slot, rtcp)]
        }
    }

    /// The party that the one at `index` hears and is heard by: both must name each other.
    private func mutualPeer(of index: Int) -> Int? {
        guard let peer = parties[index].peer else { return nil }
        let own = parties[index].id
        return self.index(of: peer).flatMap { parties[$0].peer == own ? $0 : nil }
    }

    // Fields are read where they are: a copy of a stream counts ten references up and down.
    private func configurations(
        _ party: Int, _ peer: Int?, _ index: Int
    ) -> (rtp: PortConfiguration, rtcp: PortConfiguration) {
        let sinkParty = peer.flatMap { index < parties[$0].streams.count ? $0 : nil }
        var (rtp, rtcp) = components(party, index)
        // Until a party has answered from its new family, its old address is out of reach.
        let family = parties[party].streams[index].ports?.rtp.address.ip.family
        if let remote = parties[party].streams[index].remoteRTP, remote.ip.family == family,
            parties[party].streams[index].carrier == nil
        {
            rtp.remote = remote
            if !parties[party].streams[index].isMultiplexed {
                rtcp.remote = parties[party].streams[index].remoteRTCP
            }
        }
        protect(&rtp, &rtcp, party, index)
        restrict(&rtp, party, index)
        rtp.sourcePolicy = parties[party].streams[index].sourcePolicy
        rtp.learningGeneration = parties[party].streams[index].learningGeneration
        rtp.piercesNAT = parties[party].streams[index].piercesNAT
        rtcp.sourcePolicy = rtp.sourcePolicy
        rtcp.learningGeneration = rtp.learningGeneration
        rtcp.piercesNAT = rtp.piercesNAT
        tap(&rtp, &rtcp, party, index)
        rtp.clockRates = clockRates(party, sinkParty, index)
        rtp.bundle = bundle(party, peer, index)
        guard let sinkParty else { return (rtp, rtcp) }
        rtp.conversion = conversion(from: party, to: sinkParty, index)
        route(&rtp, &rtcp, to: sinkParty, index)
        treatRTCP(&rtp, &rtcp, party, sinkParty, index)
        return (rtp, rtcp)
    }

    /// The payload types that the party may send.
    private func clockRates(_ party: Int, _ peer: Int?, _ index: Int) -> [PayloadClockRate] {
        let own = parties[party].streams[index].clockRates
        guard let peer, index < parties[peer].streams.count else { return own }
        if let conversion = conversion(from: party, to: peer, index) {
            return conversion.clockRates
        }
        return Self.merged(parties[peer].streams[index].clockRates, own)
    }

    /// The lines whose packets come by the stream's port: none when it has it for itself.
    private func bundle(_ party: Int, _ peer: Int?, _ index: Int) -> [BundledLine] {
        guard parties[party].carries(index) else { return [] }
        return parties[party].streams.indices.compactMap { line in
            let stream = parties[party].streams[line]
            guard line == index || stream.carrier == index, let ports = stream.ports else {
                return nil
            }
            var bundled = BundledLine(port: ports.rtp.slot)
            bundled.mid = Array((stream.mid ?? "").utf8)
            bundled.midExtension = stream.midExtension
            bundled.sources = stream.signalledSources
            bundled.payloadTypes = clockRates(party, peer, line).map(\.payloadType)
            return bundled
        }
    }

    /// What is kept back of what the party sends.
    private func restrict(_ rtp: inout PortConfiguration, _ party: Int, _ index: Int) {
        let restrictions = restrictions(of: party)
        rtp.effects.formUnion(restrictions.effects)
        rtp.dtmfBlocking = restrictions.dtmf
        rtp.dtmfDelayMs = restrictions.dtmfDelayMs
        rtp.isEncrypted = parties[party].streams[index].security.mode == .passThrough
    }

    /// What becomes of what one party sends on its way to the other.
    func conversion(from party: Int, to peer: Int, _ index: Int) -> MediaConversion? {
        let isCaller = parties[party].id.number < parties[peer].id.number
        let holder = isCaller ? peer : party
        return parties[holder].streams[index].codecs.conversion(from: isCaller ? .caller : .callee)
    }

    /// What the two ports of a stream carry. DTLS and what belongs to it is not RTP.
    private func components(
        _ party: Int, _ index: Int
    ) -> (PortConfiguration, PortConfiguration) {
        let isReadable =
            parties[party].streams[index].treatment == .rtp
        guard isReadable else {
            return (PortConfiguration(component: .opaque), PortConfiguration(component: .opaque))
        }
        let isMultiplexed = parties[party].streams[index].isMultiplexed
        return (
            PortConfiguration(component: isMultiplexed ? .multiplexed : .rtp),
            PortConfiguration(component: .rtcp)
        )
    }

    /// Keys and ICE of the two ports of a stream.
    private func protect(
        _ rtp: inout PortConfiguration, _ rtcp: inout PortConfiguration, _ party: Int, _ index: Int
    ) {
        guard let ports = parties[party].streams[index].ports, rtp.component != .opaque else {
            return
        }
        if let carrier = parties[party].streams[index].carrier {
            share(&rtp, &rtcp, parties[party].streams[carrier])
            return
        }
        let isMultiplexed = parties[party].streams[index].isMultiplexed
        rtp.ice = parties[party].streams[index].ice.parameters(
            ports, doors: parties[party].streams[index].doors, isMultiplexed: isMultiplexed)
        switch parties[party].streams[index].security.mode {
        case .plain, .passThrough: break
        case .keys:
            rtp.protection = .keys(
                inbound: parties[party].streams[index].security.inbound,
                outbound: parties[party].streams[index].security.outbound)
            rtcp.protection = .keysOf(ports.rtp.slot)
        case .undecided, .dtls:
            guard let association = parties[party].streams[index].security.association else {
                // Its peer may answer with media at once: nothing passes before the handshake.
                rtp.protection = .keys(inbound: nil, outbound: nil)
                rtcp.protection = .keysOf(ports.rtp.slot)
                return
            }
            rtp.protection = .dtls(association)
            rtcp.protection = isMultiplexed ? .keysOf(ports.rtp.slot) : .dtls(association)
        }
    }

    /// Address, keys and ICE are those of the stream that carries this one.
    private func share(
        _ rtp: inout PortConfiguration, _ rtcp: inout PortConfiguration, _ carrier: Stream
    ) {
        guard let slot = carrier.ports?.rtp.slot else { return }
        rtp.carrier = slot
        rtcp.carrier = slot
        guard carrier.security.isTerminated else { return }
        rtp.protection = .keysOf(slot)
        rtcp.protection = .keysOf(slot)
    }

    private func route(
        _ rtp: inout PortConfiguration, _ rtcp: inout PortConfiguration, to sink: Int, _ index: Int
    ) {
        guard let ports = parties[sink].streams[index].ports else { return }
        rtp.rtpSink = ports.rtp.slot
        if rtp.component == .opaque {
            if parties[sink].streams[index].treatment == .rtp { rtcp.rtpSink = ports.rtcp.slot }
            return
        }
        let rtcpSink =
            parties[sink].streams[index].isMultiplexed ? ports.rtp.slot : ports.rtcp.slot
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
