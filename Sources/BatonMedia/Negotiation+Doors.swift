import BatonBase

/// Doors: further ports of a stream, at the other addresses of its interface (RFC 8445 §5.1.1.1).
/// They are open while ICE is used towards the party, or may come to be.
extension Negotiation {
    /// Brings the doors of a stream in line with what is known of ICE. They are asked for once, by
    /// an offer: while ICE goes on, its candidates stay what they are.
    mutating func settleDoors(_ index: Int, of party: Int, _ ports: inout some PortSource) {
        guard wantsDoors(index, of: party) else {
            closeDoors(index, of: party)
            return
        }
        let isFirst = !session.parties[party].streams[index].hasTriedDoors
        session.parties[party].streams[index].hasTriedDoors = true
        guard role == .offer, isFirst, let pair = session.parties[party].streams[index].ports
        else { return }
        let doors = ports.openDoors(
            beside: pair, interface: session.parties[party].streams[index].portRequest?.interface,
            limit: session.limits.doors)
        opened += doors
        session.parties[party].streams[index].doors = doors
        session.parties[party].streams[index].hasConfiguredDoors = doors.isEmpty
    }

    private func wantsDoors(_ index: Int, of party: Int) -> Bool {
        let stream = session.parties[party].streams[index]
        guard stream.treatment == .rtp, stream.carrier == nil, stream.ports != nil else {
            return false
        }
        return stream.ice.isUsed
            || (role == .offer && party == sender && stream.ice.described != nil)
    }

    /// Forgets the doors of a stream; they are closed when the message has succeeded.
    mutating func closeDoors(_ index: Int, of party: Int) {
        surplus += session.parties[party].streams[index].doors
        session.parties[party].streams[index].doors = []
        session.parties[party].streams[index].hasTriedDoors = false
    }
}
