internal import BatonBase
internal import BatonRTP

/// What the packet path knows of one port: small, without references.
///
/// A packet's arrival needs the first cache line, sending to the port's peer the second
/// (``EndpointLearner/remote``); the order of the fields sees to that.
struct RelayPort: BitwiseCopyable, Sendable {
    /// "No such port", "no such table".
    static let none: Int32 = -1
    /// No payload type, as ``payloadType``.
    static let noPayloadType: UInt8 = 255

    var isOpen = false
    /// Whether the port has more to it than a plain one: see ``PortSecurity``.
    var isSecured = false
    var component = PortComponent.rtp
    /// What is done to packets that arrive.
    var effects = PortEffects()
    /// The payload type that ``clockRateHz`` belongs to, unless it is one of telephone events: the
    /// packet path looks closer at every other one than this.
    var payloadType = RelayPort.noPayloadType
    var pierceAttempts: UInt8 = 0
    /// What becomes of RTCP that arrives.
    var rtcpHandling = RTCPHandling.relay
    var clockRateHz: UInt32 = 0
    var rtpSink = RelayPort.none
    var rtcpSink = RelayPort.none
    /// The port's place in the table of sources, or of continuous identities; `none` without one.
    var sourceTable = RelayPort.none
    var continuousIdentity = RelayPort.none
    /// The port's place in the table of converters, `none` where packets pass as they are.
    var converter = RelayPort.none
    var learner = EndpointLearner()
    var identity = IdentityPolicy.transparent
}

extension PayloadClockRate {
    /// The clock rate of `payloadType` in Hz: as signalled, or RFC 3551 §6's; 0 when unknown.
    static func clockRate(of payloadType: UInt8, signalled: [PayloadClockRate]) -> UInt32 {
        for entry in signalled where entry.payloadType == payloadType { return entry.clockRateHz }
        switch payloadType {
        case 6: return 16_000
        case 10, 11: return 44_100
        case 16: return 11_025
        case 17: return 22_050
        case 0...13, 15, 18: return 8_000
        case 14, 25...34: return 90_000
        default: return 0
        }
    }
}
