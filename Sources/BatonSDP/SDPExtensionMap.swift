/// `a=extmap:`: what an identifier of RTP header extensions stands for (RFC 8285 §8).
///
///     a=extmap:<identifier>["/"<direction>] <URI> [<attributes>]
public struct SDPExtensionMap: Hashable, Sendable {
    /// The identifier: 1 to 14 for one-byte headers, up to 255 for two-byte headers, 4096 to 4351
    /// in an offer that leaves the choice to the answer.
    public var identifier: UInt16
    /// In which directions the extension is used; `nil` when the line does not say: as the stream.
    public var direction: MediaDirection?
    /// The name of the extension.
    public var uri: String
    /// What follows the name; empty as a rule.
    public var attributes: String

    /// The mapping of an identifier.
    public init(
        identifier: UInt16, direction: MediaDirection? = nil, uri: String, attributes: String = ""
    ) {
        self.identifier = identifier
        self.direction = direction
        self.uri = uri
        self.attributes = attributes
    }

    /// The parts of the attribute's value; `nil` when they cannot be read or the identifier is
    /// none of those above.
    public init?(_ value: ArraySlice<UInt8>) {
        var rest = value
        guard let first = SDPText.word(&rest), let uri = SDPText.word(&rest) else { return nil }
        let slash = first.firstIndex(of: SDPText.slash) ?? first.endIndex
        guard let identifier = SDPText.number(first[..<slash], as: UInt16.self),
            (1...255).contains(identifier) || (4_096...4_351).contains(identifier)
        else { return nil }
        self.init(
            identifier: identifier, uri: SDPText.string(uri),
            attributes: SDPText.string(SDPText.stripped(rest)))
        guard slash < first.endIndex else { return }
        direction = MediaDirection(rawValue: SDPText.string(first[(slash &+ 1)...]))
        if direction == nil { return nil }
    }

    /// The attribute.
    public var attribute: SDPAttribute {
        let way = direction.map { "/\($0.rawValue)" } ?? ""
        let suffix = attributes.isEmpty ? "" : " \(attributes)"
        return SDPAttribute(name: "extmap", value: "\(identifier)\(way) \(uri)\(suffix)")
    }
}

extension SDPSection {
    /// The `a=extmap:` attributes of this section that can be read, in order (RFC 8285 §8).
    public var extensionMaps: [SDPExtensionMap] {
        attributes(named: "extmap").compactMap { $0.valueBytes.flatMap { SDPExtensionMap($0) } }
    }

    /// Whether `a=extmap-allow-mixed` allows one-byte and two-byte headers in one stream
    /// (RFC 8285 §6).
    public var allowsMixedExtensionHeaders: Bool { hasAttribute(named: "extmap-allow-mixed") }
}
