public import BatonBase
public import BatonSDP

extension Session {
    /// Takes an offer (RFC 3264 §5, §8) of the party `options.fromTag`.
    ///
    /// Parties and ports are made as needed; ports that exist stay while their interface and family
    /// stay.
    /// - Parameter generator: where keys and ICE credentials come from: one that cannot be guessed.
    /// - Throws: ``NegotiationError``, whose commands close ports that were opened in vain. The
    ///   session is unchanged.
    public mutating func offer(
        _ sdp: SessionDescription, _ options: SignallingOptions, ports: inout some PortSource,
        using generator: inout some RandomNumberGenerator, at now: Instant
    ) throws(NegotiationError) -> NegotiationResult {
        try negotiate(.offer, sdp, options, &ports, &generator, now)
    }

    /// Takes the answer (RFC 3264 §6) of the party `options.toTag` to an offer of the party
    /// `options.fromTag`: the tags stand as they did in the offer.
    /// - Throws: ``NegotiationError`` as ``offer(_:_:ports:using:at:)`` does.
    public mutating func answer(
        _ sdp: SessionDescription, _ options: SignallingOptions, ports: inout some PortSource,
        using generator: inout some RandomNumberGenerator, at now: Instant
    ) throws(NegotiationError) -> NegotiationResult {
        try negotiate(.answer, sdp, options, &ports, &generator, now)
    }

    private mutating func negotiate<Generator: RandomNumberGenerator>(
        _ role: Negotiation.Role, _ sdp: SessionDescription, _ options: SignallingOptions,
        _ ports: inout some PortSource, _ generator: inout Generator, _ now: Instant
    ) throws(NegotiationError) -> NegotiationResult {
        if options.flags.contains(.loopProtect), LoopMark(options).isIn(sdp) {
            return NegotiationResult(sdp: sdp)
        }
        var work = Negotiation(self, role, sdp, options, now, using: generator)
        defer { if let used = work.generator as? Generator { generator = used } }
        do throws(NegotiationError) {
            try work.checkLimits()
            try work.choosePair()
            try work.matchStreams()
            try work.readDescription()
            work.negotiateCodecs()
            work.hideExtensions()
            if role == .offer { work.showStreams() } else { work.settleStreams() }
            try work.openPorts(&ports)
            work.chooseBundle()
            work.settleDialogue()
            work.chooseAddressWithoutPorts(ports)
            let rewritten = work.rewrittenDescription()
            let commands = work.portCommands()
            self = work.session
            return NegotiationResult(sdp: rewritten, commands: commands, warnings: work.warnings)
        } catch {
            var failure = error
            failure.commands = work.opened.flatMap { pair -> [PortCommand] in
                [.close(pair.rtp.slot), .close(pair.rtcp.slot)]
            }
            throw failure
        }
    }
}
