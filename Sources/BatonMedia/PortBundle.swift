internal import BatonBase
internal import BatonRTP

/// The lines whose packets come by one port, and which of them each source belongs to.
struct PortBundle {
    /// How many sources are remembered; the one that came first gives way.
    static let sourcesMax = 32

    private(set) var lines: [BundledLine] = []
    private var sources: [(ssrc: UInt32, line: Int)] = []
    private var latest = 0
    private var eldest = 0

    init(_ lines: [BundledLine]) {
        sources.reserveCapacity(Self.sourcesMax)
        self.lines = lines
    }

    /// Takes other lines. A source keeps its line, by its mid, as long as that is there: packets
    /// need not name it again. The line's port may be another one.
    mutating func replace(_ lines: [BundledLine]) {
        sources = sources.compactMap { source in
            let before = self.lines[source.line]
            let place = lines.firstIndex {
                before.mid.isEmpty ? $0.port == before.port : $0.mid == before.mid
            }
            return place.map { (source.ssrc, $0) }
        }
        (latest, eldest) = (0, 0)
        self.lines = lines
    }

    /// The port of the line that a packet belongs to (RFC 9143 §9.2); `nil` when that cannot be
    /// told.
    ///
    /// It is the line that the packet names, else the one that its source belongs to: because an
    /// earlier packet has said so, or the SDP does; else the only one that has the payload type.
    mutating func port(of header: RTPHeader, in packet: RawSpan) -> PortSlot? {
        switch header.hasExtension ? naming(header, packet) : .none {
        case .none: break
        case .another: return nil
        case .line(let line):
            remember(header.ssrc, line)
            return lines[line].port
        }
        if let line = known(header.ssrc) { return lines[line].port }
        guard let line = only(header.payloadType) else { return nil }
        remember(header.ssrc, line)
        return lines[line].port
    }

    /// The port of the line that the party's source `ssrc` belongs to.
    func port(ofSource ssrc: UInt32) -> PortSlot? {
        let line = sources.first { $0.ssrc == ssrc }?.line ?? signalled(ssrc)
        return line.map { lines[$0].port }
    }

    private mutating func known(_ ssrc: UInt32) -> Int? {
        if latest < sources.count, sources[latest].ssrc == ssrc { return sources[latest].line }
        guard let place = sources.firstIndex(where: { $0.ssrc == ssrc }) else {
            return signalled(ssrc)
        }
        latest = place
        return sources[place].line
    }

    private func signalled(_ ssrc: UInt32) -> Int? {
        lines.firstIndex { $0.sources.contains(ssrc) }
    }

    /// The line that alone has a payload type.
    private func only(_ payloadType: UInt8) -> Int? {
        var found: Int?
        for line in lines.indices where lines[line].payloadTypes.contains(payloadType) {
            if found != nil { return nil }
            found = line
        }
        return found
    }

    /// What a packet says of its line.
    private enum Naming {
        /// Nothing.
        case none
        /// It is one that is not, or no longer, in the group.
        case another
        /// It is this one.
        case line(Int)
    }

    private func naming(_ header: RTPHeader, _ packet: RawSpan) -> Naming {
        var found = Naming.none
        for line in lines.indices {
            guard let identifier = lines[line].midExtension,
                let element = header.extensionElement(identifier, in: packet)
            else { continue }
            if Self.isEqual(packet, element, lines[line].mid) { return .line(line) }
            found = .another
        }
        return found
    }

    private static func isEqual(_ packet: RawSpan, _ range: Range<Int>, _ mid: [UInt8]) -> Bool {
        guard range.count == mid.count else { return false }
        for (offset, byte) in mid.enumerated()
        where packet.uint8(at: range.lowerBound &+ offset) != byte { return false }
        return true
    }

    private mutating func remember(_ ssrc: UInt32, _ line: Int) {
        if latest < sources.count, sources[latest].ssrc == ssrc {
            sources[latest].line = line
        } else if let place = sources.firstIndex(where: { $0.ssrc == ssrc }) {
            sources[place].line = line
            latest = place
        } else if sources.count < Self.sourcesMax {
            sources.append((ssrc, line))
        } else {
            sources[eldest] = (ssrc, line)
            eldest = (eldest &+ 1) % Self.sourcesMax
        }
    }
}
