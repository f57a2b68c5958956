// Lines of one party that share ports (RFC 9143).
extension Party {
    /// Whether other lines come and go by the ports of the stream at `index`.
    func carries(_ index: Int) -> Bool {
        streams.contains { $0.carrier == index }
    }

    /// The stream that has the addresses, keys and ICE of the one at `index`: mostly itself.
    public func transport(of index: Int) -> Stream {
        guard let carrier = streams[index].carrier, streams.indices.contains(carrier) else {
            return streams[index]
        }
        return streams[carrier]
    }

    /// The ports by which the party knows the stream at `index`: the slots are its own, the
    /// addresses its carrier's. `nil` when it has none.
    public func shownPorts(of index: Int) -> PortPair? {
        guard var pair = streams[index].ports, let carrier = transport(of: index).ports else {
            return streams[index].ports
        }
        (pair.rtp.address, pair.rtp.advertised) = (carrier.rtp.address, carrier.rtp.advertised)
        (pair.rtcp.address, pair.rtcp.advertised) = (carrier.rtcp.address, carrier.rtcp.advertised)
        return pair
    }

    /// Puts `lines`, two at least, onto the ports of the first.
    mutating func share(_ lines: [Int]) {
        guard let carrier = lines.first else { return }
        moveTransport(of: lines, to: carrier)
        streams[carrier].carrier = nil
        streams[carrier].isMultiplexed = true
        for index in lines.dropFirst() {
            // Its own addresses, keys and credentials wait until it leaves: another answer to the
            // same offer may have no bundle.
            streams[index].carrier = carrier
            streams[index].isMultiplexed = true
        }
    }

    /// Has each transport that lines share go on as that of the first of them that is open: of the
    /// group that its carrier is in, or of all when the carrier has ended.
    mutating func keepTransports(of open: [Int]) {
        for carrier in streams.indices where carries(carrier) {
            let group = bundles.first { $0.contains(carrier) }
            if group == nil, open.contains(carrier) { continue }
            let lines = (open.contains(carrier) ? group : nil) ?? Array(streams.indices)
            let next = lines.first { index in
                open.contains(index) && (index == carrier || streams[index].carrier == carrier)
            }
            moveTransport(of: [carrier], to: next)
        }
    }

    /// Has the transport that the lines of `group` use go on as that of the stream `tagged`. The
    /// party goes on with its own, whatever line is the first; so the addresses and keys that it
    /// knows have to stay (RFC 9143 §7.5.3).
    mutating func moveTransport(of group: [Int], to tagged: Int?) {
        guard let tagged, let carrier = group.compactMap({ carrier(of: $0) }).first,
            carrier != tagged
        else { return }
        var other = streams[carrier]
        streams[tagged].swapTransport(with: &other)
        streams[carrier] = other
        for index in streams.indices where streams[index].carrier == carrier {
            streams[index].carrier = index == tagged ? nil : tagged
        }
        streams[carrier].carrier = tagged
    }

    /// The carrier of the bundle that the stream at `index` is in, `nil` when it is in none.
    private func carrier(of index: Int) -> Int? {
        streams[index].carrier ?? (carries(index) ? index : nil)
    }
}

extension Party {
    /// Follows streams that have moved: `places[n]` now has what was at `order[n]`.
    mutating func renumberBundles(_ places: [Int], as order: [Int]) {
        func place(of index: Int) -> Int {
            zip(places, order).first { $1 == index }?.0 ?? index
        }
        for index in streams.indices {
            streams[index].carrier = streams[index].carrier.map { place(of: $0) }
        }
        bundles = bundles.map { $0.map { place(of: $0) } }
        offeredBundle = offeredBundle.map { place(of: $0) }
    }
}

extension Stream {
    /// Exchanges ports, addresses, keys and ICE with another stream of the same party.
    fileprivate mutating func swapTransport(with other: inout Stream) {
        swap(&ports, &other.ports)
        swap(&portRequest, &other.portRequest)
        swap(&doors, &other.doors)
        swap(&hasTriedDoors, &other.hasTriedDoors)
        swap(&hasConfiguredDoors, &other.hasConfiguredDoors)
        swap(&remoteRTP, &other.remoteRTP)
        swap(&remoteRTCP, &other.remoteRTCP)
        swap(&isMultiplexed, &other.isMultiplexed)
        swap(&sourcePolicy, &other.sourcePolicy)
        swap(&learningGeneration, &other.learningGeneration)
        swap(&rtpConfiguration, &other.rtpConfiguration)
        swap(&rtcpConfiguration, &other.rtcpConfiguration)
        swap(&security, &other.security)
        swap(&ice, &other.ice)
    }
}
