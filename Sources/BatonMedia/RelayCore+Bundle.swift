internal import BatonBase
internal import BatonRTP

// Several lines by one port (RFC 9143): the port that carries them has the peer's address, its keys
// and its agent; the lines' own ports have everything else, as if packets came there.
extension RelayCore {
    /// Brings a port's part in a bundle in line with its configuration.
    mutating func configureBundle(_ index: Int, _ configuration: PortConfiguration) {
        if let carrier = configuration.carrier.map({ Int($0.index) }),
            carrier >= 0, carrier < securities.count
        {
            securities[index].carrier = Int32(carrier)
            securities[index].carrierOpening = securities[carrier].opening
        } else {
            securities[index].carrier = PortSecurity.none
        }
        configureLines(of: index, configuration.bundle)
        ports[index].isSecured = !securities[index].isPlain
    }

    private mutating func configureLines(of index: Int, _ lines: [BundledLine]) {
        let number = securities[index].bundle
        if lines.isEmpty {
            releaseBundle(of: index)
        } else if number >= 0 {
            if bundles[number].lines != lines { bundles[number].replace(lines) }
        } else if !bundles.isFull {
            securities[index].bundle = bundles.insert(PortBundle(lines))
        }
    }

    mutating func releaseBundle(of index: Int) {
        let number = securities[index].bundle
        if number >= 0 { bundles.remove(number) }
        securities[index].bundle = PortSecurity.none
    }

    /// The port that carries what leaves by port `index`, when that is another one, and still in
    /// the opening that was meant.
    func carrier(of index: Int) -> Int? {
        let carrier = Int(securities[index].carrier)
        guard carrier >= 0, carrier < ports.count, ports[carrier].isOpen,
            securities[carrier].opening == securities[index].carrierOpening
        else { return nil }
        return carrier
    }

    /// Where what leaves by port `index` goes, and whose socket sends it; `nil` when nowhere.
    @inline(__always)
    func exit(of index: Int) -> (destination: SocketAddress, socket: PortSlot)? {
        if let remote = ports[index].learner.remote { return (remote, PortSlot(Int32(index))) }
        return carriedExit(of: index)
    }

    @inline(never)
    private func carriedExit(of index: Int) -> (destination: SocketAddress, socket: PortSlot)? {
        ownExit(of: carrier(of: index) ?? index)
    }

    /// The port that stands for the line of an RTP packet that came to port `index` and is open;
    /// `nil` and a count when no line can be told.
    mutating func linePort(of packet: RawSpan, _ index: Int) -> Int? {
        let number = securities[index].bundle
        guard number >= 0, let header = try? RTPHeader(validating: packet) else { return index }
        guard let port = bundles[number].port(of: header, in: packet), isOpen(port) else {
            count(.droppedUnassociated, index)
            return nil
        }
        return Int(port.index)
    }

    /// The same of RTCP. A compound packet is taken as a whole, by the first packet that says whose
    /// it is: as its sender, or by what it is about. What says nothing belongs to the port itself.
    func linePort(ofControl packet: RawSpan, _ index: Int) -> Int {
        let number = securities[index].bundle
        guard number >= 0 else { return index }
        var offset = 0
        while let header = try? RTCPHeader(validating: packet, at: offset) {
            let end = offset &+ header.byteCount
            let part = packet.extracting(offset..<end)
            if let port = linePort(ofControl: part, header, bundles[number]) { return port }
            offset = end
        }
        return index
    }

    private func linePort(
        ofControl part: RawSpan, _ header: RTCPHeader, _ bundle: PortBundle
    ) -> Int? {
        guard part.byteCount >= 8 else { return nil }
        if let port = bundle.port(ofSource: part.uint32(at: 4)), isOpen(port) {
            return Int(port.index)
        }
        guard let subject = Self.subject(of: part, header) else { return nil }
        for line in bundle.lines where isOpen(line.port) {
            if sends(subject, by: Int(line.port.index)) { return Int(line.port.index) }
        }
        return nil
    }

    /// The first source that an RTCP packet is about.
    private static func subject(of part: RawSpan, _ header: RTCPHeader) -> UInt32? {
        switch header.packetType {
        case .senderReport where header.count > 0 && part.byteCount >= 32: part.uint32(at: 28)
        case .receiverReport where header.count > 0 && part.byteCount >= 12: part.uint32(at: 8)
        case .transportFeedback where part.byteCount >= 12: part.uint32(at: 8)
        case .payloadFeedback where part.byteCount >= 12: feedbackSubject(of: part, header)
        default: nil
        }
    }

    /// FIR and REMB have 0 in the header; the one names its source in its first entry (RFC 5104
    /// §4.3.1.2), the other behind its name and numbers.
    private static func feedbackSubject(of part: RawSpan, _ header: RTCPHeader) -> UInt32 {
        let source = part.uint32(at: 8)
        guard source == 0, part.byteCount >= 20 else { return source }
        let isEstimate = header.count == 15 && part.uint32(at: 12) == 0x5245_4d42
        if isEstimate { return part.byteCount >= 24 ? part.uint32(at: 20) : 0 }
        return part.uint32(at: 12)
    }

    /// Whether the party at the line `index` is sent the source `ssrc`.
    private func sends(_ ssrc: UInt32, by index: Int) -> Bool {
        let identity = Int(ports[index].continuousIdentity)
        if identity >= 0, identities[identity]?.ssrc == ssrc { return true }
        let peer = Int(ports[index].rtpSink)
        guard peer >= 0, peer < ports.count, ports[peer].sourceTable >= 0 else { return false }
        return sources.holds(ssrc, table: Int(ports[peer].sourceTable))
    }
}
