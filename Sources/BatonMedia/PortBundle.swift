internal import BatonBase
internal import BatonRTP

/// The lines whose packets come by one port, and which of them each source belongs to.
struct PortBundle {
    /// How many sources are remembered; the one that came first gives way.
    static let sourcesMax = 32

    private(set) var lines: [BundledLine] = []
    private var sources: [(ssrc: UInt32, port: PortSlot)] = []
    private var latest = 0
    private var eldest = 0

    init(_ lines: [BundledLine]) {
        sources.reserveCapacity(Self.sourcesMax)
        replace(lines)
    }

    /// Takes other lines. A source keeps its line as long as that is there: its packets need not
    /// name it again.
    mutating func replace(_ lines: [BundledLine]) {
        self.lines = lines
        sources.removeAll { source in !lines.contains { $0.port == source.port } }
        (latest, eldest) = (0, 0)
        for line in lines {
            for ssrc in line.sources { remember(ssrc, line.port) }
        }
    }

    /// The port of the line that a packet belongs to (RFC 9143 §9.2); `nil` when that cannot be
    /// told.
    ///
    /// The line of a known source stays. A new source's is the one that the packet names, else the
    /// one whose SDP has the source, else the only one that has the payload type.
    mutating func port(of header: RTPHeader, in packet: RawSpan) -> PortSlot? {
        if latest < sources.count, sources[latest].ssrc == header.ssrc {
            return sources[latest].port
        }
        if let place = sources.firstIndex(where: { $0.ssrc == header.ssrc }) {
            latest = place
            return sources[place].port
        }
        guard let port = associate(header, packet) else { return nil }
        remember(header.ssrc, port)
        return port
    }

    /// The port of the line that the party's source `ssrc` belongs to.
    func port(ofSource ssrc: UInt32) -> PortSlot? {
        sources.first { $0.ssrc == ssrc }?.port
    }

    private func associate(_ header: RTPHeader, _ packet: RawSpan) -> PortSlot? {
        var isNamed = false
        for line in lines {
            guard let identifier = line.midExtension,
                let element = header.extensionElement(identifier, in: packet)
            else { continue }
            if Self.isEqual(packet, element, line.mid) { return line.port }
            isNamed = true
        }
        // It belongs to a line that is not, or no longer, in the group.
        if isNamed { return nil }
        var found: PortSlot?
        for line in lines where line.payloadTypes.contains(header.payloadType) {
            if found != nil { return nil }
            found = line.port
        }
        return found
    }

    private static func isEqual(_ packet: RawSpan, _ range: Range<Int>, _ mid: [UInt8]) -> Bool {
        guard range.count == mid.count else { return false }
        for (offset, byte) in mid.enumerated()
        where packet.uint8(at: range.lowerBound &+ offset) != byte { return false }
        return true
    }

    private mutating func remember(_ ssrc: UInt32, _ port: PortSlot) {
        if let place = sources.firstIndex(where: { $0.ssrc == ssrc }) {
            sources[place].port = port
        } else if sources.count < Self.sourcesMax {
            sources.append((ssrc, port))
        } else {
            sources[eldest] = (ssrc, port)
            eldest = (eldest &+ 1) % Self.sourcesMax
        }
    }
}
