import BatonBase
import BatonMedia

// Which of a stream's addresses ICE has chosen.
extension SignallingCore {
    /// The ports by which the party knows the stream at `index`, at the addresses that ICE has
    /// chosen; before it has, and without it, at the ones that `m=` and `c=` name.
    func portsInUse(of index: Int, _ party: Party, in record: SessionRecord) -> PortPair? {
        guard var pair = party.shownPorts(of: index) else { return nil }
        let doors = party.transport(of: index).doors
        guard !doors.isEmpty else { return pair }
        let ports = doors.flatMap { [$0.rtp, $0.rtcp] }
        move(&pair.rtp, to: ports, in: record)
        move(&pair.rtcp, to: ports, in: record)
        return pair
    }

    private func move(_ port: inout LocalPort, to doors: [LocalPort], in record: SessionRecord) {
        let number = counters.count(.doorInUse, of: port.slot, worker: record.worker)
        guard let door = doors.first(where: { UInt64(clamping: $0.slot.index) + 1 == number })
        else { return }
        (port.address, port.advertised) = (door.address, door.advertised)
    }
}
