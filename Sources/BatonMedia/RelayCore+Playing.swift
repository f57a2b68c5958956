public import BatonBase
internal import BatonRTP
internal import BatonTranscode

// Tracks and telephone events that the core sends itself (N10). While a port's peer is played to,
// the media of the other party does not pass on to it.
extension RelayCore {
    /// Plays to the port's peer. A playback of the number that is being played goes on in place,
    /// in its new codec; another takes the place of what is being played, unless it is queued.
    public mutating func play(_ slot: PortSlot, _ playback: PortPlayback, at now: Instant) {
        guard isOpen(slot) else { return }
        let index = Int(slot.index)
        if let number = players.track(of: index) {
            let running = players.tracks[number]?.playback
            if running?.number == playback.number {
                players.tracks[number]?.change(to: playback, using: &generator)
                return
            }
            if playback.isQueued, running?.isQueued == true {
                if players.tracks[number]?.append(playback) != true {
                    report(.playingEnded(slot, playback.number))
                }
                return
            }
            endPlayer(of: index)
        }
        var player = PortPlayer(playback, at: now, using: &generator)
        // What is queued is a key that the other party would have pressed.
        if playback.isQueued { player.party = partyLine(of: index, at: now) }
        players.insert(player, for: index)
        store(playback.played, .packetsPlayed, index)
        markSource(of: index)
        armPlayer(of: index)
    }

    /// Ends what is played to the port's peer; nothing happens when nothing is.
    public mutating func stopPlaying(_ slot: PortSlot) {
        guard isOpen(slot) else { return }
        endPlayer(of: Int(slot.index))
        armPlayer(of: Int(slot.index))
    }

    /// Sends a telephone event to the port's peer, behind those that wait.
    public mutating func play(_ slot: PortSlot, _ event: PortDTMF, at now: Instant) {
        guard isOpen(slot), event.clockRateHz > 0 else { return }
        let index = Int(slot.index)
        let fits = players.event(of: index).flatMap { players.events[$0]?.fits(event) } ?? false
        if !fits {
            players.insert(PortEventPlayer(event, at: now, using: &generator), for: index)
        }
        if let number = players.event(of: index), players.events[number]?.append(event) != true {
            count(.droppedReplaced, index)
        }
        // A new event begins when the player is asked, not at its deadline.
        runEvents(of: index, at: now)
        markSource(of: index)
        armPlayer(of: index)
    }

    /// Sends what is due at a port.
    mutating func runPlayers(of index: Int, at now: Instant) {
        runTrack(of: index, at: now)
        runEvents(of: index, at: now)
        armPlayer(of: index)
    }

    /// Forgets the players of a port that closes.
    mutating func releasePlayers(of index: Int) {
        players.removeTrack(of: index)
        players.removeEvents(of: index)
    }

    /// Whether what arrives at a port is replaced by what is played to its receiver.
    mutating func isReplaced(_ index: Int) -> Bool {
        let sink = Int(ports[index].rtpSink)
        if isPlayed(sink) { return true }
        ports[index].effects.remove(.isReplaced)
        return false
    }

    /// Brings the mark of a port in line with its route, after a new configuration.
    mutating func markIfReplaced(_ index: Int) {
        if isPlayed(Int(ports[index].rtpSink)) { ports[index].effects.insert(.isReplaced) }
    }

    private func isPlayed(_ index: Int) -> Bool {
        if players.track(of: index) != nil { return true }
        return players.event(of: index).flatMap { players.events[$0]?.isBusy } ?? false
    }

    /// Marks the port whose media goes to the peer of port `index`: its own receiver, as both
    /// parties of a call hear each other.
    private mutating func markSource(of index: Int) {
        let source = Int(ports[index].rtpSink)
        guard source >= 0, source < ports.count, Int(ports[source].rtpSink) == index else { return }
        markIfReplaced(source)
    }

    private mutating func endPlayer(of index: Int) {
        guard let player = players.removeTrack(of: index) else { return }
        let slot = PortSlot(Int32(index))
        report(.playingEnded(slot, player.playback.number))
        for playback in player.waiting { report(.playingEnded(slot, playback.number)) }
    }

    private mutating func runTrack(of index: Int, at now: Instant) {
        guard let number = players.track(of: index) else { return }
        let first = outbox.entries.count
        let target = playerTarget(index)
        let clockRateHz = players.tracks[number].map { $0.playback.track.clockRateHz } ?? 0
        players.tracks[number]?.catchUp(at: now)
        while let due = players.tracks[number]?.dueAt, due <= now {
            guard let packet = players.tracks[number]?.next() else {
                guard beginNext(number, index) else { break }
                continue
            }
            if let target, !packet.bytes.isEmpty, let track = players.tracks[number]?.playback.track
            {
                outbox.target = target
                var header = packet.header
                if players.tracks[number]?.party != nil {
                    guard let next = nextPartyNumber(of: index) else { continue }
                    header.sequenceNumber = next
                }
                outbox.send(header, copying: packet.bytes, of: track.payload)
            }
        }
        countOutgoing(from: first, clockRateHz: UInt32(clamping: clockRateHz), at: now)
        protectOutgoing(from: first)
        if let player = players.tracks[number] { store(player.played, .packetsPlayed, index) }
    }

    /// What comes when a playback is over; `false` when nothing does.
    private mutating func beginNext(_ number: Int, _ index: Int) -> Bool {
        guard let ended = players.tracks[number]?.playback.number else { return false }
        if players.tracks[number]?.beginNext() == true {
            report(.playingEnded(PortSlot(Int32(index)), ended))
            return true
        }
        endPlayer(of: index)
        return false
    }

    private mutating func runEvents(of index: Int, at now: Instant) {
        guard let number = players.event(of: index) else { return }
        let first = outbox.entries.count
        let target = playerTarget(index)
        if let player = players.events[number], player.isBusy, !player.isSending {
            let party = partyLine(of: index, at: now)
            players.events[number]?.party = party
        }
        while let packet = players.events[number]?.next(at: now) {
            guard let target else { continue }
            outbox.target = target
            var header = packet.header
            if players.events[number]?.party != nil {
                guard let next = nextPartyNumber(of: index) else { continue }
                header.sequenceNumber = next
            }
            outbox.send(header) { packet.event.write(to: &$0) ?? 0 }
        }
        countOutgoing(
            from: first, clockRateHz: players.events[number]?.clockRateHz ?? 0, at: now)
        protectOutgoing(from: first)
    }

    private mutating func armPlayer(of index: Int) {
        let timer = PortTimer.player.number(of: index)
        let track = players.track(of: index).flatMap { players.tracks[$0]?.dueAt }
        let event = players.event(of: index).flatMap { players.events[$0]?.nextDeadline }
        if let deadline = Self.earlier(track, event) {
            wheel.arm(timer, at: deadline)
        } else if wheel.isArmed(timer) {
            wheel.disarm(timer)
        }
    }

    static func earlier(_ one: Instant?, _ other: Instant?) -> Instant? {
        guard let one, let other else { return one ?? other }
        return min(one, other)
    }

    /// Where what is played goes; `nil` while nobody knows.
    private func playerTarget(_ index: Int) -> Transmit? {
        exit(of: index).map {
            Transmit(
                sink: PortSlot(Int32(index)), socket: $0.socket, destination: $0.destination,
                length: 0, kind: .media)
        }
    }
}

extension PacketOutbox {
    /// Puts an RTP packet with the payload `range` of `bytes` into the outbox, for ``target``.
    mutating func send(_ header: TranscodedHeader, copying range: Range<Int>, of bytes: [UInt8]) {
        send(header) { room in
            guard range.count <= room.byteCount else { return 0 }
            for offset in 0..<range.count {
                room.store(bytes[range.lowerBound &+ offset], at: offset)
            }
            return range.count
        }
    }
}
