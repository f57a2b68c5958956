import BatonBase
import BatonICE
import BatonSDP

/// Opening and closing ports, so that every relayed stream has them and no other.
extension Negotiation {
    /// Brings the ports of both parties in line with their streams. An answer opens none.
    mutating func openPorts(_ ports: inout some PortSource) throws(NegotiationError) {
        for index in session.parties[sender].streams.indices {
            if role == .offer, session.parties[sender].streams[index].treatment.isRelayed {
                try openOwn(index, &ports)
                try openFacing(index, &ports)
            } else {
                releaseUnlessRelayed(index, of: sender)
                releaseUnlessRelayed(index, of: receiver)
            }
        }
        // After all that the call cannot do without.
        for index in session.parties[sender].streams.indices {
            settleDoors(index, of: sender, &ports)
            settleDoors(index, of: receiver, &ports)
        }
    }

    /// The ports that face the sender, of the family of its own address.
    private mutating func openOwn(
        _ index: Int, _ ports: inout some PortSource
    ) throws(NegotiationError) {
        let group = session.parties[sender].bundles.first { $0.contains(index) }
        let isBundleOnly = session.parties[sender].streams[index].isBundleOnly
        let family =
            knownFamily(isBundleOnly ? group?.first ?? index : index, of: sender)
            ?? (connection?.addressType == "IP6" ? .v6 : .v4)
        session.parties[sender].family = family
        let request = PortRequest(interface: session.parties[sender].interface, family: family)
        try open(request, index, of: sender, mayFallBack: false, &ports)
    }

    /// The ports that face the receiver: of the family asked for, else of its own as far as it is
    /// known, else of the sender's.
    private mutating func openFacing(
        _ index: Int, _ ports: inout some PortSource
    ) throws(NegotiationError) {
        let known =
            knownFamily(index, of: receiver) ?? session.parties[receiver].family
            ?? session.parties[sender].streams[index].portRequest?.family
        let request = PortRequest(
            interface: session.parties[receiver].interface,
            family: options.addressFamily ?? known)
        session.parties[receiver].family = request.family
        try open(
            request, index, of: receiver, mayFallBack: options.addressFamily == nil, &ports)
    }

    /// The family of the party's own address, else of the ports that it has.
    private func knownFamily(_ index: Int, of party: Int) -> IPAddress.Family? {
        session.parties[party].streams[index].remoteRTP?.ip.family
            ?? session.parties[party].streams[index].portRequest?.family
    }

    private mutating func open(
        _ request: PortRequest, _ index: Int, of party: Int, mayFallBack: Bool,
        _ ports: inout some PortSource
    ) throws(NegotiationError) {
        if session.parties[party].streams[index].ports != nil,
            session.parties[party].streams[index].portRequest == request
        {
            return
        }
        let pair: PortPair
        do throws(PortError) {
            pair = try openPair(request, mayFallBack: mayFallBack, &ports)
        } catch {
            throw NegotiationError(
                .outOfPorts, detail: "m= line \(index + 1): \(error.sentence)", portError: error)
        }
        opened.append(pair)
        // Candidates at other ports are another ICE session (RFC 8839 §4.4.1.1.1).
        if session.parties[party].streams[index].ports != nil,
            session.parties[party].streams[index].ice.isUsed
        {
            session.parties[party].streams[index].ice.credentials =
                party == receiver ? ICECredentials(using: &generator) : nil
            session.parties[party].streams[index].ice.role = .controlling
        }
        release(index, of: party)
        session.parties[party].streams[index].ports = pair
        session.parties[party].streams[index].portRequest = request
    }

    /// Opens a pair. An interface that does not exist is replaced by the default one, as proxies
    /// are used to, with a warning; `internal` and `external` then stand for IPv4 and IPv6.
    private mutating func openPair(
        _ request: PortRequest, mayFallBack: Bool, _ ports: inout some PortSource
    ) throws(PortError) -> PortPair {
        do throws(PortError) {
            return try ports.openPair(interface: request.interface, family: request.family)
        } catch {
            switch error {
            case .unknownInterface(let name, let known):
                guard request.interface != nil else { throw error }
                var plain = PortRequest(interface: nil, family: request.family)
                if mayFallBack, name == "internal" { plain.family = .v4 }
                if mayFallBack, name == "external" { plain.family = .v6 }
                warnings.append(
                    "interface '\(name)' is not configured (known: "
                        + "\(known.joined(separator: ", "))): the default one was used")
                return try openPair(plain, mayFallBack: mayFallBack, &ports)
            case .noAddress where mayFallBack && request.family != nil:
                return try ports.openPair(interface: request.interface, family: nil)
            case .noAddress, .exhausted, .system, .limit:
                throw error
            }
        }
    }

    private mutating func releaseUnlessRelayed(_ index: Int, of party: Int) {
        guard !session.parties[party].streams[index].treatment.isRelayed else { return }
        release(index, of: party)
        // A line that is used again begins with keys and credentials of its own.
        session.parties[party].streams[index].security = StreamSecurity()
        session.parties[party].streams[index].ice = StreamICE()
    }

    /// Forgets the ports of a stream; they are closed when the message has succeeded.
    private mutating func release(_ index: Int, of party: Int) {
        if let pair = session.parties[party].streams[index].ports { surplus.append(pair) }
        closeDoors(index, of: party)
        session.parties[party].streams[index].ports = nil
        session.parties[party].streams[index].carrier = nil
        session.parties[party].streams[index].portRequest = nil
        session.parties[party].streams[index].rtpConfiguration = nil
        session.parties[party].streams[index].rtcpConfiguration = nil
    }
}

extension PortError {
    /// What is wrong, for people.
    var sentence: String {
        switch self {
        case .unknownInterface(let name, let known):
            "interface '\(name)' is not configured; known: \(known.joined(separator: ", "))"
        case .noAddress(let interface, let family):
            "interface '\(interface)' has no \(family == .v4 ? "IPv4" : "IPv6") address"
        case .exhausted(let interface, let range, let holders):
            "every port pair of interface '\(interface)' in \(range.lowerBound)–"
                + "\(range.upperBound) is taken"
                + (holders.isEmpty ? "" : "; most are held by \(holders.joined(separator: ", "))")
        case .system(let call, let errno, let reason, let address):
            "\(call) for \(address): \(reason) (errno \(errno))"
        case .limit(let name, let value):
            "the limit of \(value) \(name) is reached"
        }
    }
}
