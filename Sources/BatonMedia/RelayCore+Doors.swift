internal import BatonBase
internal import BatonRTP

// Doors: ports at further addresses of an interface (RFC 8445 §5.1.1.1). Each is a base of the
// agent of the port whose door it is, its owner, which has the keys, the routes and the counters.
// While ICE has selected a pair of a door's, the door's learner has the remote address, and the
// owner's has none: so a port without doors looks no further than its own.
extension RelayCore {
    /// Makes a port a door of `owner`, in this opening of it.
    mutating func configureDoor(_ index: Int, of owner: PortSlot) {
        let number = Int(owner.index)
        guard isOpen(owner), number != index, securities[number].owner < 0 else { return }
        securities[index].owner = owner.index
        securities[index].ownerOpening = securities[number].opening
        ports[index].isSecured = true
    }

    /// The port whose door `index` is, itself when it is none; `nil` when that one has closed.
    func owner(of index: Int) -> Int? {
        let owner = Int(securities[index].owner)
        guard owner >= 0 else { return index }
        guard owner < ports.count, ports[owner].isOpen,
            securities[owner].opening == securities[index].ownerOpening
        else { return nil }
        return owner
    }

    /// The door by which the port's peer is reached; `nil` when it is reached by the port itself.
    func door(of index: Int) -> Int? {
        let door = Int(securities[index].door)
        guard door >= 0, door < ports.count, ports[door].isOpen,
            securities[door].opening == securities[index].doorOpening
        else { return nil }
        return door
    }

    /// The port that takes what has come to `base`: itself, or its owner. `nil` when the peer is
    /// reached by another base than this one, so that it is not the peer who sends here.
    @inline(__always)
    func listener(at base: Int, _ kind: MediaDatagramKind) -> Int? {
        securities[base].owner < 0 && securities[base].door < 0
            ? base : doorListener(at: base, kind)
    }

    @inline(never)
    private func doorListener(at base: Int, _ kind: MediaDatagramKind) -> Int? {
        guard let owner = owner(of: base) else { return nil }
        let inUse = securities[owner].door >= 0 ? Int(securities[owner].door) : owner
        if inUse == base { return owner }
        // A peer whose check has worked begins its handshake, whether ours has or not.
        let isChecking = !isSelected(owner) && !hasLostConsent(owner)
        return kind == .dtls && isChecking ? owner : nil
    }

    /// Where what leaves by the port goes, and whose socket sends it, leaving aside that another
    /// port may carry it.
    func ownExit(of index: Int) -> (destination: SocketAddress, socket: PortSlot)? {
        let base = door(of: index) ?? index
        guard let remote = ports[base].learner.remote else { return nil }
        return (remote, PortSlot(Int32(base)))
    }

    /// Takes note of the pair that ICE has selected for a port: the base is the port or a door of
    /// its own.
    mutating func select(_ base: Int, of index: Int, _ remote: SocketAddress, at now: Instant) {
        releaseDoor(of: index)
        ports[index].learner.pin(remote, at: now)
        guard base != index else { return }
        ports[index].learner.silence()
        ports[base].learner.pin(remote, at: now)
        securities[index].door = Int32(base)
        securities[index].doorOpening = securities[base].opening
    }

    /// Has the port use no door any more. Nothing leaves by it until it has a remote address again.
    mutating func releaseDoor(of index: Int) {
        if let door = door(of: index) { ports[door].learner = EndpointLearner() }
        securities[index].door = PortSecurity.none
    }

    /// Has a port learn its peer's address from the start: what a door was told is of no use there.
    mutating func learnAnew(_ index: Int) {
        ports[index].learner = EndpointLearner()
        configureLearner(index)
        publishEndpoint(index)
    }
}
