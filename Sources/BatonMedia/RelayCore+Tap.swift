internal import BatonBase

// Copies for the recorder (N10).
extension RelayCore {
    /// Gives the recorder a copy of a packet that is in the clear; it is counted when there is no
    /// room for it. Nothing waits.
    @inline(never)
    mutating func tap(
        _ packet: RawSpan, _ index: Int, isControl: Bool = false, at now: Instant
    ) {
        guard let ring = tapRing, var number = configurations[index].tap else { return }
        if isControl { number.isControl = true }
        let tapped = TappedPacket(
            tap: number, arrival: now, remote: exit(of: index)?.destination)
        if !ring.write(tapped, packet) { count(.unrecordedPackets, index) }
    }
}
