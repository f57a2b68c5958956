import BatonBase
import BatonSDP

/// What is to be changed in one media section; what has been done is crossed off.
struct SectionEdit {
    /// The `c=` line to write, `nil` once it stands or when none is wanted.
    var connection: SDPLine?
    /// The `a=rtcp` line, likewise.
    var rtcp: SDPLine?
    /// The direction to write, likewise; `nil` leaves the attributes as they are.
    var direction: MediaDirection?
    /// Whether `a=rtcp-mux` is to stand there.
    var showsMux = false
    /// Whether what the section says of keys stays.
    var keepsSecurity = true
    /// What the section says of keys and ICE instead.
    var securityLines: [SDPLine] = []
    /// Whether `a=rtcp-fb` lines stay.
    var keepsFeedback = true
    /// Whether the section has no port of its own (`a=bundle-only`).
    var isBundleOnly = false
    /// Whether `a=mid` stays.
    var keepsMid = true
    /// The `a=mid` value to add.
    var addedMid: String?
    private var hasMux = false
    private var hasDirection = false
    private var hasConnection = false

    /// An edit that writes `address` as the section's connection address.
    init(_ address: IPAddress?) {
        connection = address.map { SDPConnection($0).line }
    }

    /// What stands in for `line`: itself, another line, or nothing.
    mutating func take(_ line: SDPLine) -> SDPLine? {
        if line.type == .connection {
            // A section's further c= lines would contradict the one that is written.
            if hasConnection { return nil }
            guard let wanted = connection else { return line }
            (connection, hasConnection) = (nil, true)
            return wanted
        }
        switch AttributeRole(line) {
        case .ice, .bundleOnly: return nil
        case .crypto, .dtls: return keepsSecurity ? line : nil
        case .rtcp:
            defer { rtcp = nil }
            return rtcp
        case .rtcpMux:
            guard showsMux, !hasMux else { return nil }
            hasMux = true
            return line
        case .rtcpMuxOnly: return showsMux ? line : nil
        case .rtcpFeedback: return keepsFeedback ? line : nil
        case .mid: return keepsMid ? line : nil
        case .direction:
            guard let wanted = direction else { return line }
            defer { hasDirection = true }
            return hasDirection ? nil : SDPAttribute(wanted.rawValue).line
        case .group, .rtpMap, .other: return line
        }
    }

    /// The lines that found no place.
    var appended: [SDPLine] {
        var lines: [SDPLine] = []
        if let rtcp { lines.append(rtcp) }
        if showsMux, !hasMux { lines.append(SDPAttribute("rtcp-mux").line) }
        if let direction, !hasDirection { lines.append(SDPAttribute(direction.rawValue).line) }
        lines += securityLines
        if isBundleOnly { lines.append(SDPAttribute("bundle-only").line) }
        if let addedMid { lines.append(SDPAttribute(name: "mid", value: addedMid).line) }
        return lines
    }
}
