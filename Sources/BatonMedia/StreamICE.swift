import BatonBase
import BatonICE
import BatonSDP

/// ICE on one party's line: what was said about it, and our side of it.
struct StreamICE: Hashable, Sendable {
    /// The candidates that are kept of one party's line.
    static let candidatesMax = 64

    /// What the party's last description says, `nil` when it does without ICE.
    var described: ICERemoteParameters?
    /// Whether we are an agent towards the party.
    var isUsed = false
    /// Whether the agent only answers checks.
    var isLite = true
    /// Whether an earlier message said that we only answer the party's checks.
    var statedLite: Bool?
    /// Our part, as long as neither side is lite.
    var role = ICERole.controlled
    /// What the party signs its checks with, `nil` before there was ICE.
    var credentials: ICECredentials?

    /// What the worker needs to know; `nil` when there is no agent.
    func parameters(
        _ ports: PortPair, doors: [PortPair], isMultiplexed: Bool
    ) -> ICEParameters? {
        guard isUsed, let credentials else { return nil }
        var parameters = ICEParameters(
            localCredentials: credentials,
            localCandidates: Self.candidates(
                ports, doors: doors, isMultiplexed: isMultiplexed),
            role: role, isLite: isLite)
        parameters.remote = described
        let families = Set(([ports] + doors).map(\.rtp.address.ip.family))
        parameters.remote?.candidates.removeAll { !families.contains($0.address.ip.family) }
        return parameters
    }

    /// Our candidates: the ports that face the party, then their doors. Each address is preferred
    /// to those behind it, and IPv6 to IPv4 (RFC 8421 §4).
    static func candidates(
        _ ports: PortPair, doors: [PortPair], isMultiplexed: Bool
    ) -> [ICELocalCandidate] {
        let pairs = [ports] + doors
        let families = pairs.map(\.rtp.address.ip.family)
        let preferred =
            pairs.indices.filter { families[$0] == .v6 }
            + pairs.indices.filter { families[$0] != .v6 }
        return pairs.indices.flatMap { index -> [ICELocalCandidate] in
            let rank = preferred.firstIndex(of: index) ?? index
            return candidates(pairs[index], rank: rank, number: index + 1, isMultiplexed)
        }
    }

    /// The candidates at one address. Each has a foundation of its own (RFC 8445 §5.1.1.3): its
    /// `number`.
    private static func candidates(
        _ pair: PortPair, rank: Int, number: Int, _ isMultiplexed: Bool
    ) -> [ICELocalCandidate] {
        var components: [(number: UInt8, port: LocalPort)] = [(1, pair.rtp)]
        if !isMultiplexed { components.append((2, pair.rtcp)) }
        return components.map { component, port in
            ICELocalCandidate(
                ICECandidate(
                    component: component, type: .host,
                    priority: ICECandidate.priority(
                        .host, localPreference: .max - UInt16(clamping: rank),
                        component: component),
                    address: SocketAddress(ip: port.advertised, port: port.address.port),
                    foundation: "\(number)"),
                base: Int(port.slot.index))
        }
    }
}

extension ICERemoteParameters {
    /// What the section at `index` of `sdp` says of ICE; `nil` when it does without.
    ///
    /// Candidates that no datagram can reach are left out: TCP, names (mDNS among them).
    init?(_ sdp: SessionDescription, _ index: Int) {
        guard let credentials = sdp.iceCredentials(of: index) else { return nil }
        let candidates = sdp.media[index].candidates.compactMap { ICECandidate($0) }
        self.init(
            credentials: ICECredentials(credentials), candidates: candidates,
            isLite: sdp.hasICELite,
            isComplete: sdp.media[index].hasEndOfCandidates
                || !sdp.iceOptions(of: index).contains("trickle"))
    }
}

extension ICECredentials {
    init(_ credentials: SDPICECredentials) {
        self.init(
            usernameFragment: Array(credentials.usernameFragment.utf8),
            password: Array(credentials.password.utf8))
    }

    /// The two as SDP writes them.
    var sdp: SDPICECredentials? {
        SDPICECredentials(
            usernameFragment: String(decoding: usernameFragment, as: UTF8.self),
            password: String(decoding: password, as: UTF8.self))
    }
}

extension ICECandidate {
    /// A candidate from an SDP; `nil` when no datagram can reach it.
    init?(_ candidate: SDPCandidate) {
        guard candidate.transport == .udp, let address = candidate.socketAddress,
            let component = UInt8(exactly: candidate.component), component == 1 || component == 2,
            address.port != 0, !address.ip.isUnspecified, !address.ip.isMulticast
        else { return nil }
        let type: ICECandidateType
        switch candidate.type {
        case .host: type = .host
        case .serverReflexive: type = .serverReflexive
        case .peerReflexive: type = .peerReflexive
        case .relayed: type = .relayed
        case .other: return nil
        }
        self.init(
            component: component, type: type, priority: candidate.priority, address: address,
            foundation: candidate.foundation)
    }

    /// The candidate as SDP writes it.
    var sdp: SDPCandidate {
        SDPCandidate(
            foundation: foundation, component: UInt16(component), priority: priority,
            address: address, type: .host)
    }
}
