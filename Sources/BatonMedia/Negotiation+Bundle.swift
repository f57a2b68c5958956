import BatonSDP

/// BUNDLE (RFC 9143), as far as it needs no transport that several lines share.
extension Negotiation {
    /// Whether the description has `mid` in a BUNDLE group.
    func isBundled(_ mid: String?) -> Bool {
        guard let mid else { return false }
        return sdp.groups.contains { $0.semantics == "BUNDLE" && $0.mids.contains(mid) }
    }

    /// The one stream that a bundle with the receiver has.
    ///
    /// A bundle of one line changes nothing on the wire, but some offerers (a page with the policy
    /// max-bundle) take no description without it. It is answered where all other lines of the
    /// group have been refused, and kept in offers to who made it.
    var bundleOfOne: Int? {
        guard !options.rejectsBundle else { return nil }
        let bundled = session.parties[receiver].streams.indices.filter { index in
            session.parties[receiver].streams[index].isBundled && isRelayed(index)
                && streamOfSection.contains(index)
        }
        guard bundled.count == 1, let index = bundled.first,
            session.parties[receiver].streams[index].mid != nil
        else { return nil }
        return index
    }

    /// The line that names the bundle.
    var bundleLine: SDPLine? {
        guard let index = bundleOfOne, let mid = session.parties[receiver].streams[index].mid
        else { return nil }
        return SDPAttribute(name: "group", value: "BUNDLE " + mid).line
    }
}
