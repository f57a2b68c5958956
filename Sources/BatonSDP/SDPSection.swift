/// The session level or one media section: lines in order, and what can be done with them on
/// either level.
public protocol SDPSection {
    /// The lines of this section in order. A media section's own `m=` line is not among them.
    var lines: [SDPLine] { get set }
}

extension SDPSection {
    /// The first line of this type, `nil` without one.
    public func firstLine(_ type: SDPLineType) -> SDPLine? {
        lines.first { $0.type == type }
    }

    /// All lines of this type in order.
    public func lines(_ type: SDPLineType) -> [SDPLine] {
        lines.filter { $0.type == type }
    }

    /// Puts `line` in place of the first line of its type and removes further ones; without one,
    /// inserts it where RFC 8866 §5 wants that type.
    public mutating func setLine(_ line: SDPLine) {
        let type = line.type
        guard let index = lines.firstIndex(where: { $0.type == type }) else {
            insert(line)
            return
        }
        lines[index] = line
        let following = lines.index(after: index)
        if lines[following...].contains(where: { $0.type == type }) {
            lines[following...].removeAll { $0.type == type }
        }
    }

    /// Inserts `line` behind the lines that RFC 8866 §5 places before it or together with it.
    public mutating func insert(_ line: SDPLine) {
        let rank = line.type.rank
        let index = lines.firstIndex { $0.type.rank > rank } ?? lines.endIndex
        lines.insert(line, at: index)
    }

    /// Removes all lines of this type.
    public mutating func removeLines(_ type: SDPLineType) {
        lines.removeAll { $0.type == type }
    }

    /// The first `c=` line of this section that can be read (RFC 8866 §5.7). Setting replaces it
    /// and removes further ones; `nil` removes all.
    public var connection: SDPConnection? {
        get {
            for line in lines where line.type == .connection {
                if let connection = SDPConnection(line.value) { return connection }
            }
            return nil
        }
        set {
            if let newValue { setLine(newValue.line) } else { removeLines(.connection) }
        }
    }

    /// The `b=` lines that can be read, in order (RFC 8866 §5.8).
    public var bandwidths: [SDPBandwidth] {
        lines(.bandwidth).compactMap { SDPBandwidth($0.value) }
    }

    /// The direction attribute of this section itself, the last one if there are several;
    /// `nil` without one (RFC 8866 §6.7).
    ///
    /// Setting writes the new one in place of the first and removes the others; `nil` removes
    /// all.
    public var direction: MediaDirection? {
        get {
            for line in lines.reversed() where SDPAttributeNames.direction.contains(line) {
                if let direction = MediaDirection(rawValue: line.text) { return direction }
            }
            return nil
        }
        set {
            replaceAttributes(
                where: { SDPAttributeNames.direction.contains($0) },
                with: newValue.map { SDPAttribute($0.rawValue) })
        }
    }
}
