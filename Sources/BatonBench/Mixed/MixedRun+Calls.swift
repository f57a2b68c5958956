internal import BatonBase
internal import BatonCrypto
internal import BatonIO
internal import BatonSDP

// The beginnings and ends of calls.

extension MixedRun {
    /// Makes a call at each of these places.
    mutating func make(_ chosen: [Int]) throws(BenchError) {
        guard !chosen.isEmpty else { return }
        let calls = chosen.map { draw(at: $0) }
        let name = base.name
        converse(calls, "offer and answer") { call, reply in
            call.call.negotiate(after: reply, run: name)
        }
        for call in calls {
            counts.made += 1
            places[call.place].call = call
            guard call.call.isEstablished else {
                call.phase = .failed
                continue
            }
            try connect(call)
        }
        let music = options.music
        let beginning = calls.filter {
            $0.phase != .failed && $0.beginning(run: name, music: music) != nil
        }
        converse(beginning, "beginning") { call, reply in
            Self.step(call, call.beginning(run: name, music: music), reply)
        }
        let now = MonotonicClock.now()
        for call in calls where call.phase != .failed {
            try begin(call, at: now)
        }
    }

    private mutating func draw(at place: Int) -> MixedCall {
        nextNumber += 1
        let draw = MixedCallDraw(options.shares, using: &places[place].random)
        let index = PartySockets.index(call: place, isCallee: false)
        let call = BenchCall(
            number: nextNumber, caller: base.sockets.addresses[index],
            callee: base.sockets.addresses[index + 1],
            plan: draw.plan(options, dtls.fingerprint))
        return MixedCall(
            draw, place: place, call: call,
            firstSequence: UInt32.random(in: 0...65_535, using: &places[place].random))
    }

    /// Points the sockets of a call at the relay's ports, and makes its keys.
    private mutating func connect(_ call: MixedCall) throws(BenchError) {
        guard let caller = call.call.relayForCaller, let callee = call.call.relayForCallee else {
            return
        }
        let index = PartySockets.index(call: call.place, isCallee: false)
        call.dropsBefore = media.reset(place: call.place)
        try base.sockets.connect(index, to: caller)
        try base.sockets.connect(index + 1, to: callee)
        let (plan, agreement) = (call.call.plan, call.call.agreement)
        call.protections = [
            try protection(plan.caller, agreement.caller, call),
            try protection(plan.callee, agreement.callee, call),
        ]
        call.prepareStreams(musicToneHz: options.musicToneHz)
    }

    private func protection(
        _ party: CallPlan.Party, _ side: CallAgreement.Side, _ call: MixedCall
    ) throws(BenchError) -> PartyProtection? {
        guard let suite = party.suite else { return nil }
        guard let keys = side.keys(suite) else {
            throw .refused("call \(call.number): the relay's key does not suit \(suite.rawValue).")
        }
        return try PartyProtection(sending: keys.sending, receiving: keys.receiving)
    }

    private mutating func begin(_ call: MixedCall, at now: Instant) throws(BenchError) {
        switch call.draw.kind {
        case .dtls:
            let index = PartySockets.index(call: call.place, isCallee: false)
            call.handshake = try Handshake(
                call.call, base.sockets.descriptors[index], dtls,
                isActive: !call.draw.relayBegins)
            call.phase = .handshaking
        case .music where call.isGranted:
            call.playing = (now, now)
            beginTalking(call, at: now)
        case .recorded where call.isGranted:
            if call.draw.isPCAP { counts.recordedPCAP += 1 } else { counts.recordedWAV += 1 }
            beginTalking(call, at: now)
        case .music, .recorded: call.phase = .failed
        case .plain, .secured, .securedBoth, .transcoded: beginTalking(call, at: now)
        }
    }

    // MARK: Ends

    /// Ends calls that have drained or failed, and enters what became of their packets.
    mutating func end(_ calls: [MixedCall]) throws(BenchError) {
        guard !calls.isEmpty else { return }
        let name = base.name
        for call in calls where call.phase == .draining { account(for: call) }
        let stopping = calls.filter { $0.phase == .draining && $0.ending(run: name) != nil }
        converse(stopping, "stop") { call, reply in
            Self.step(call, call.ending(run: name), reply)
        }
        converse(calls, "delete") { call, reply in
            guard let reply else { return .request(call.call.delete(run: name)) }
            // A call that was never set up cannot be ended, which is no further failure.
            return reply.isGranted || call.phase == .failed ? .finished : .failed(reply.refusal)
        }
        for call in calls {
            counts.ended += 1
            if call.phase == .draining {
                try totals[call.draw.kind, default: MixedTotals()].enter(call)
            }
            free(call.place)
        }
    }

    /// Reads what is there, and finds out where what is missing was lost, while the relay still has
    /// its sockets.
    private mutating func account(for call: MixedCall) {
        let now = MonotonicClock.now()
        media.read(call, at: now)
        if let playing = call.playing { call.playing = (playing.from, now) }
        for direction in MediaDirection.allCases {
            let lost = call.streams[Int(direction.rawValue)].lost
            guard lost > 0 else { continue }
            let port =
                direction == .callerToCallee
                ? call.call.relayForCaller?.port : call.call.relayForCallee?.port
            call.losses.add(
                MixedLosses(
                    lost: lost, ownDrops: media.ownDrops(call, direction),
                    relayDrops: port.flatMap { ReceiveQueue.drops(atPort: $0) } ?? 0))
        }
        if call.draw.kind == .recorded, call.draw.isPCAP {
            counts.packetsInPCAP &+= call.streams.reduce(0) { $0 &+ $1.sent }
        }
    }

    // MARK: Requests

    /// Asks the relay something about each of these calls, many at the same time.
    private mutating func converse(
        _ calls: [MixedCall], _ what: String,
        step: (MixedCall, ControlReply?) -> ControlClient.Step
    ) {
        guard !calls.isEmpty else { return }
        let outcome = base.client.run(
            count: calls.count, outstanding: options.relay.outstanding
        ) { chain, reply in
            step(calls[chain], reply)
        }
        counts.note(outcome, what)
    }

    /// One request and its reply.
    private static func step(
        _ call: MixedCall, _ command: ControlValue?, _ reply: ControlReply?
    ) -> ControlClient.Step {
        guard let reply else { return command.map { .request($0) } ?? .finished }
        call.isGranted = reply.isGranted
        return reply.isGranted ? .finished : .failed(reply.refusal)
    }
}
