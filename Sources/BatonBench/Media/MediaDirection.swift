/// Which way a packet of a call goes.
public enum MediaDirection: UInt32, Sendable, CaseIterable {
    /// From the party that offered to the party that answered.
    case callerToCallee = 0
    /// From the party that answered to the party that offered.
    case calleeToCaller = 1
}
