import BatonSDP

/// What an `a=` line means to a relay; everything it need not know is `other`.
enum AttributeRole: Equatable {
    /// ICE (RFC 8839): a candidate of the parties' would lead around the relay.
    case ice
    /// `a=crypto` (RFC 4568).
    case crypto
    /// What belongs to DTLS: `a=fingerprint`, `a=setup`, `a=tls-id` (RFC 8842).
    case dtls
    /// `a=rtcp` (RFC 3605).
    case rtcp
    /// `a=rtcp-mux` (RFC 5761).
    case rtcpMux
    /// `a=rtcp-mux-only` (RFC 8858).
    case rtcpMuxOnly
    /// `a=rtcp-fb` (RFC 4585).
    case rtcpFeedback
    /// `a=sendrecv` and its kin.
    case direction
    /// `a=mid` (RFC 5888).
    case mid
    /// `a=group` (RFC 5888).
    case group
    /// `a=bundle-only` (RFC 9143 §6).
    case bundleOnly
    /// `a=rtpmap`.
    case rtpMap
    /// Any other attribute, and any line that is none.
    case other

    /// The role of `line`.
    init(_ line: SDPLine) {
        let bytes = line.bytes
        let start = bytes.startIndex &+ 2
        guard bytes.count > 2, line.type == .attribute else {
            self = .other
            return
        }
        let first = bytes[start]
        for entry in Self.entries where entry.name[0] == first {
            if Self.hasName(entry.name, bytes, start) {
                self = entry.role
                return
            }
        }
        self = .other
    }

    private static func hasName(
        _ name: [UInt8], _ bytes: ArraySlice<UInt8>, _ start: Int
    ) -> Bool {
        let end = start &+ name.count
        guard end <= bytes.endIndex else { return false }
        for offset in name.indices where bytes[start &+ offset] != name[offset] { return false }
        guard end < bytes.endIndex else { return true }
        return bytes[end] == UInt8(ascii: ":") || bytes[end] == 0x20 || bytes[end] == 0x09
    }

    private static let entries: [(name: [UInt8], role: AttributeRole)] = names.map {
        (Array($0.utf8), $1)
    }

    private static let names: [(String, AttributeRole)] = [
        ("rtpmap", .rtpMap), ("candidate", .ice), ("ice-ufrag", .ice), ("ice-pwd", .ice),
        ("ice-options", .ice), ("ice-lite", .ice), ("ice-mismatch", .ice), ("ice-pacing", .ice),
        ("end-of-candidates", .ice), ("remote-candidates", .ice), ("crypto", .crypto),
        ("fingerprint", .dtls), ("setup", .dtls), ("tls-id", .dtls), ("rtcp", .rtcp),
        ("rtcp-mux", .rtcpMux), ("rtcp-mux-only", .rtcpMuxOnly), ("rtcp-fb", .rtcpFeedback),
        ("sendrecv", .direction), ("sendonly", .direction), ("recvonly", .direction),
        ("inactive", .direction), ("mid", .mid), ("group", .group),
        ("bundle-only", .bundleOnly),
    ]
}
