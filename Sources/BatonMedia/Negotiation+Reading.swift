import BatonBase
import BatonSDP

/// What the sender's description says about the sender's own streams.
extension Negotiation {
    /// Takes every section over into its stream.
    mutating func readDescription() throws(NegotiationError) {
        if role == .offer, let interface = options.senderInterface {
            session.parties[sender].interface = interface
        }
        if role == .offer, let interface = options.receiverInterface {
            session.parties[receiver].interface = interface
        }
        readBundles()
        for section in sdp.media.indices {
            guard let index = streamOfSection[section] else { continue }
            // A copy, written back when it is whole.
            var stream = session.parties[sender].streams[index]
            try read(section, into: &stream)
            session.parties[sender].streams[index] = stream
        }
    }

    private mutating func read(_ section: Int, into stream: inout Stream) throws(NegotiationError) {
        let media = sdp.media[section]
        let summary = summaries[section]
        let profile = TransportProfile(media.protocolName)
        stream.kind = media.kind.rawValue
        stream.protocolName = media.protocolName
        let isBundleOnly = isBundleOnly(section)
        stream.treatment = media.isRejected && !isBundleOnly ? .rejected : profile.treatment
        if role == .offer { (stream.mid, stream.hasGeneratedMid) = (summary.mid, false) }
        stream.isBundleOnly = isBundleOnly
        if bundle(of: section) != nil { readSources(media, into: &stream) }
        stream.hasBeenShown = true
        stream.isDescribed = true
        stream.direction = summary.direction ?? sdp.direction ?? .sendrecv
        readFormats(media, summary, into: &stream)
        guard stream.isRelayed else {
            (stream.remoteRTP, stream.remoteRTCP) = (nil, nil)
            (stream.isHeld, stream.hasZeroAddress) = (false, false)
            return
        }
        try readAddresses(section, into: &stream)
        readPolicy(into: &stream)
        readSecurity(section, into: &stream)
        stream.isHeld = stream.hasZeroAddress || !stream.direction.receives
        if role == .offer { stream.muxAgreement.isOfferedByParty = hasRTCPMux(section) }
    }

    /// Whether a section multiplexes, or the one does that speaks for its group (RFC 8859 §5.35).
    func hasRTCPMux(_ section: Int) -> Bool {
        summaries[section].hasRTCPMux
            || bundle(of: section)?.first.map { summaries[$0].hasRTCPMux } ?? false
    }

    /// What tells the line's packets from those of the others in its group.
    private func readSources(_ media: MediaDescription, into stream: inout Stream) {
        let maps = media.extensionMaps + sdp.extensionMaps
        let map = maps.first { $0.uri == "urn:ietf:params:rtp-hdrext:sdes:mid" }
        stream.midExtension = map.flatMap { UInt8(exactly: $0.identifier) }
        var sources: [UInt32] = []
        for ssrc in media.sources.map(\.ssrc) where !sources.contains(ssrc) {
            if sources.count < session.limits.bundledSources { sources.append(ssrc) }
        }
        stream.signalledSources = sources
    }

    private func readFormats(
        _ media: MediaDescription, _ summary: SectionSummary, into stream: inout Stream
    ) {
        let types = media.payloadTypes
        guard TransportProfile(media.protocolName).treatment == .rtp, let first = types.first else {
            stream.clockRates = []
            stream.codec = media.formats.first
            stream.firstFormat = stream.codec ?? "0"
            return
        }
        stream.clockRates = summary.clockRates(of: types)
        stream.codec = summary.rtpMap(of: first)?.encoding
        stream.firstFormat = "\(first)"
    }

    /// Where the sender wants its packets.
    private mutating func readAddresses(
        _ section: Int, into stream: inout Stream
    ) throws(NegotiationError) {
        let ip = try address(section)
        // An ICE agent that has no candidate yet writes a zero address too (RFC 8840 §4.1.1).
        stream.hasZeroAddress = ip.isUnspecified && !hasICE(iceSection(of: section))
        if ip.isUnspecified || stream.isBundleOnly || isOutOfReach(ip, section, stream) {
            (stream.remoteRTP, stream.remoteRTCP) = (nil, nil)
            return
        }
        let old = (stream.remoteRTP, stream.remoteRTCP)
        stream.remoteRTP = SocketAddress(ip: ip, port: sdp.media[section].port)
        stream.remoteRTCP = stream.treatment == .rtp ? rtcpAddress(section, ip) : nil
        if reopensLearning || (stream.remoteRTP, stream.remoteRTCP) != old {
            stream.learningGeneration &+= 1
        }
    }

    func hasICE(_ section: Int) -> Bool {
        summaries[section].hasICE || sdp.lines.contains { AttributeRole($0) == .ice }
    }

    /// Where the sender wants RTCP: as `a=rtcp` says, or one above its RTP port.
    private func rtcpAddress(_ section: Int, _ ip: IPAddress) -> SocketAddress? {
        guard let rtcp = summaries[section].rtcp else {
            let port = sdp.media[section].port
            return port < .max ? SocketAddress(ip: ip, port: port &+ 1) : nil
        }
        var address = ip
        if options.addressTrust != .receivedFrom, let own = rtcp.address, !own.isUnspecified {
            address = own
        }
        guard rtcp.port != 0, address.family == ip.family, !address.isMulticast else { return nil }
        return SocketAddress(ip: address, port: rtcp.port)
    }

    /// The ports that face an answerer were shown to it in the offer: an answer of the other
    /// address family cannot be served. Nor is a multicast group.
    private mutating func isOutOfReach(
        _ ip: IPAddress, _ section: Int, _ stream: Stream
    ) -> Bool {
        if ip.isMulticast {
            warnings.append(
                "m= line \(section + 1): \(ip) is a multicast address: nothing is sent there")
            return true
        }
        guard role == .answer, let local = stream.ports?.rtp.address.ip,
            local.family != ip.family
        else { return false }
        warnings.append(
            "m= line \(section + 1): \(ip) cannot be reached from the port offered, \(local): "
                + "nothing is sent there")
        return true
    }

    /// The IP address for a section, 0.0.0.0 or :: when it is on hold.
    private func address(_ section: Int) throws(NegotiationError) -> IPAddress {
        guard let connection = summaries[section].connection ?? connection else {
            throw NegotiationError(
                .incompleteDescription,
                detail: "m= line \(section + 1) has no c= line, nor has the session")
        }
        let signalled = connection.ip
        if let source = options.receivedFrom, signalled?.isUnspecified != true {
            if options.addressTrust == .receivedFrom { return source }
            // A host name is never resolved; where the message came from is the next best.
            if signalled == nil, options.addressTrust == .unstated { return source }
        }
        guard let signalled else {
            throw NegotiationError(
                .incompleteDescription,
                detail: "m= line \(section + 1): '\(connection.address)' is no IP address, and "
                    + "names are not resolved")
        }
        return signalled
    }

    private func readPolicy(into stream: inout Stream) {
        var policy = SourcePolicy()
        if let learning = options.learning { stream.statedLearning = learning }
        policy.learning = stream.statedLearning ?? options.defaultLearning
        if options.addressTrust != .descriptionOnly { policy.receivedFrom = options.receivedFrom }
        policy.permitsAnyAddress = options.permitsAnyAddress
        policy.strictSource = options.flags.contains(.strictSource)
        policy.mediaHandover = options.flags.contains(.mediaHandover)
        policy.isAsymmetric = options.flags.contains(.asymmetric)
        stream.sourcePolicy = policy
        stream.piercesNAT = options.flags.contains(.pierceNAT)
    }
}
