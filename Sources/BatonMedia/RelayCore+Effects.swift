internal import BatonBase
internal import BatonRTP

// What is done to packets on their way, where something is (N10).
extension RelayCore {
    /// Applies the port's effects to an RTP packet that has been counted; `false` when it goes no
    /// further.
    @inline(never)
    mutating func applyEffects(
        _ room: inout MutableRawSpan, _ bytes: Int, _ header: RTPHeader, _ index: Int,
        at now: Instant
    ) -> Bool {
        let effects = ports[index].effects
        if effects.contains(.blocksMedia) {
            count(.droppedBlocked, index)
            return false
        }
        if effects.contains(.isReplaced), isReplaced(index) {
            count(.droppedReplaced, index)
            return false
        }
        return true
    }
}
