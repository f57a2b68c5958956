internal import BatonBase

/// What a port has beyond a plain one: an ICE agent, keys, a DTLS association. All are numbers in
/// the core's tables; `none` for what there is not.
struct PortSecurity: BitwiseCopyable {
    static let none: Int32 = -1

    /// Protects what leaves, opens what arrives.
    var outbound = PortSecurity.none
    var inbound = PortSecurity.none
    /// The port whose keys are used here, when they are another's, and which of its openings.
    var keyHolder = PortSecurity.none
    var keyHolderOpening: UInt32 = 0
    /// Counts the port's openings: what was meant for an earlier one does not reach a later one.
    var opening: UInt32 = 0
    /// The agent whose component the port is.
    var agent = PortSecurity.none
    var association = PortSecurity.none
    /// The port that carries what leaves here, when it is another one, and which of its openings.
    var carrier = PortSecurity.none
    var carrierOpening: UInt32 = 0
    /// The lines whose packets come here, when there are several.
    var bundle = PortSecurity.none
    /// The port whose door this one is, and which of its openings.
    var owner = PortSecurity.none
    var ownerOpening: UInt32 = 0
    /// The door by which the port's peer is reached, if it is one, and which of its openings.
    var door = PortSecurity.none
    var doorOpening: UInt32 = 0
    /// Whether nothing may pass without keys.
    var requiresKeys = false
    /// The agent's component that the port is: 1 for RTP, 2 for RTCP.
    var component: UInt8 = 1
    /// How many of its datagrams wait in the queue of handshakes.
    var waitingHandshakes: UInt8 = 0

    /// Whether the port is a plain one after all.
    var isPlain: Bool {
        !requiresKeys && agent == Self.none && association == Self.none
            && carrier == Self.none && bundle == Self.none && owner == Self.none
    }
}
