/// A session description (RFC 8866): lines in order, bytes as they came.
///
/// What baton does not understand passes through unchanged. Normalised on output are only the
/// line endings (CRLF) and blank lines (left out).
public struct SessionDescription: SDPSection, Hashable, Sendable {
    /// The session-level lines in order: all before the first `m=` line.
    public var lines: [SDPLine]
    /// The media sections in order.
    public var media: [MediaDescription]

    /// A description made of these lines and sections.
    public init(lines: [SDPLine], media: [MediaDescription] = []) {
        self.lines = lines
        self.media = media
    }

    /// The first `o=` line; `nil` without one or when it has fewer than six words
    /// (RFC 8866 §5.2). Setting replaces it and removes further ones; `nil` removes all.
    public var origin: SDPOrigin? {
        get { firstLine(.origin).flatMap { SDPOrigin($0.value) } }
        set { if let newValue { setLine(newValue.line) } else { removeLines(.origin) } }
    }

    /// The text of the first `s=` line; `nil` without one (RFC 8866 §5.3). Setting replaces it
    /// and removes further ones; an empty name is written as one blank, `nil` removes all.
    public var sessionName: String? {
        get { firstLine(.sessionName)?.text }
        set {
            guard let newValue else { return removeLines(.sessionName) }
            setLine(SDPLine(.sessionName, newValue.isEmpty ? " " : newValue))
        }
    }

    /// The `a=group:` attributes of the session level, in order (RFC 5888 §5).
    public var groups: [SDPGroup] {
        attributes(named: "group").compactMap { $0.valueBytes.flatMap { SDPGroup($0) } }
    }
    /// The BUNDLE groups, in order (RFC 9143 §6): their sections share one transport.
    public var bundleGroups: [SDPGroup] {
        groups.filter { $0.semantics == "BUNDLE" }
    }

    /// Takes the BUNDLE groups out and puts `groups` in their place, or behind all lines.
    public mutating func setBundleGroups(_ groups: [SDPGroup]) {
        let isBundle = { (line: SDPLine) in
            guard line.isAttribute(named: "group"), let value = line.attribute?.valueBytes else {
                return false
            }
            return SDPGroup(value)?.semantics == "BUNDLE"
        }
        let first = lines.firstIndex(where: isBundle)
        lines.removeAll(where: isBundle)
        lines.insert(contentsOf: groups.map(\.attribute.line), at: first ?? lines.endIndex)
    }
}
