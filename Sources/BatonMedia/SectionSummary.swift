import BatonBase
import BatonSDP

/// What offer/answer needs to know of one media section, gathered in one pass over its lines.
struct SectionSummary {
    /// The section's own `c=`, `nil` without one.
    var connection: SDPConnection?
    /// The section's own direction, `nil` without one.
    var direction: MediaDirection?
    /// `a=rtcp`.
    var rtcp: RTCPAttribute?
    /// `a=rtcp-mux` or `a=rtcp-mux-only`.
    var hasRTCPMux = false
    /// `a=rtcp-mux-only`.
    var hasRTCPMuxOnly = false
    /// Any attribute of ICE.
    var hasICE = false
    /// Any attribute of keys: `a=crypto`, `a=fingerprint` and what belongs to them.
    var hasSecurity = false
    /// `a=mid`.
    var mid: String?
    /// `a=bundle-only`.
    var isBundleOnly = false
    /// The `a=rtpmap` lines.
    var rtpMaps: [RTPMap] = []

    /// The summary of `media`.
    init(_ media: MediaDescription) {
        rtpMaps.reserveCapacity(8)
        for line in media.lines {
            if line.type == .connection {
                if connection == nil { connection = SDPConnection(line.value) }
                continue
            }
            switch AttributeRole(line) {
            case .rtcp: rtcp = line.attribute?.valueBytes.flatMap { RTCPAttribute($0) }
            case .rtcpMux: hasRTCPMux = true
            case .rtcpMuxOnly:
                hasRTCPMux = true
                hasRTCPMuxOnly = true
            case .direction:
                direction = line.attribute.flatMap { MediaDirection(rawValue: $0.text) }
            case .mid: mid = line.attribute?.value
            case .bundleOnly: isBundleOnly = true
            case .rtpMap:
                if let map = line.attribute?.valueBytes.flatMap({ RTPMap($0) }) {
                    rtpMaps.append(map)
                }
            case .ice: hasICE = true
            case .crypto, .dtls: hasSecurity = true
            case .rtcpFeedback, .group, .other: break
            }
        }
    }

    /// Clock rates of the payload types `types`, each once: their `a=rtpmap`, or RFC 3551 §6's
    /// table.
    func clockRates(of types: [UInt8]) -> [PayloadClockRate] {
        var rates: [PayloadClockRate] = []
        rates.reserveCapacity(types.count)
        var seen: (low: UInt64, high: UInt64) = (0, 0)
        for type in types where type < 128 {
            let bit = UInt64(1) << UInt64(type & 63)
            guard (type < 64 ? seen.low : seen.high) & bit == 0 else { continue }
            if type < 64 { seen.low |= bit } else { seen.high |= bit }
            if let map = rtpMap(of: type) {
                rates.append(
                    PayloadClockRate(
                        payloadType: type, clockRateHz: map.clockRateHz,
                        encoding: PayloadEncoding(name: map.encoding), channels: map.channels))
            }
        }
        return rates
    }

    /// What `type` stands for.
    func rtpMap(of type: UInt8) -> RTPMap? {
        rtpMaps.first { $0.payloadType == type } ?? RTPMap.fixed(payloadType: type)
    }
}
