import BatonSDP

/// Which RTP header extensions (RFC 8285) are left out of an SDP, by their URIs (`extmap`).
///
/// An extension that is not in the SDP is in no packet either: a party sends those alone that both
/// descriptions have. Packets are not looked into.
public struct HeaderExtensionFilter: Hashable, Sendable {
    /// The URIs to leave out, compared byte by byte; `all` for every one.
    public var uris: Set<String>

    /// Leaves out the extensions of these URIs.
    public init(uris: Set<String> = []) {
        self.uris = uris
    }

    /// Whether nothing is left out.
    var isEmpty: Bool { uris.isEmpty }

    /// Whether a line of an SDP is left out.
    func removes(_ attribute: SDPAttribute) -> Bool {
        let isMap = attribute.name == "extmap"
        guard isMap || attribute.name == "extmap-allow-mixed" else { return false }
        if uris.contains("all") { return true }
        guard isMap, let map = attribute.valueBytes.flatMap({ SDPExtensionMap($0) }) else {
            return false
        }
        return uris.contains(map.uri)
    }
}

extension Negotiation {
    /// Takes the header extensions that are to be hidden out of every relayed section.
    mutating func hideExtensions() {
        let filter = options.hiddenExtensions
        guard !filter.isEmpty else { return }
        for section in sdp.media.indices where streamOfSection[section] != nil {
            var media = editedSections[section] ?? sdp.media[section]
            if media.removeAttributes(where: filter.removes) > 0 {
                editedSections[section] = media
            }
        }
    }
}
