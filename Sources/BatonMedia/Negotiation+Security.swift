import BatonCrypto
import BatonSDP

/// SRTP between each party and the relay (RFC 4568, RFC 5763): who holds the keys, and which.
extension Negotiation {
    /// What a section says of keys and of ICE.
    func readSecurity(_ section: Int, into stream: inout Stream) {
        stream.security.described = SecurityDescription()
        let keys = keySection(of: section)
        if summaries[keys].hasSecurity || hasSessionSecurity {
            stream.security.described = SecurityDescription(
                cryptos: sdp.media[keys].cryptos, fingerprints: sdp.fingerprints(of: keys),
                setup: sdp.setup(of: keys), tlsID: sdp.tlsID(of: keys))
        }
        readICE(iceSection(of: section), into: &stream)
    }

    private var hasSessionSecurity: Bool {
        sdp.lines.contains { AttributeRole($0) == .dtls }
    }

    /// Decides in an offer who will hold the keys on both sides of a stream, and what the receiver
    /// is offered.
    mutating func showSecurity(_ index: Int, _ stream: inout Stream) {
        guard stream.treatment == .rtp else { return }
        let source = session.parties[sender].streams[index]
        let sent = TransportProfile(source.protocolName).security
        let shown = TransportProfile(stream.protocolName).security
        let isOpenAlready = source.security.isTerminated || stream.security.isTerminated
        let asks = options.security
        let isOpened = opensMedia(index) || opensBundle(index)
        if sent == shown, !isOpened, !isOpenAlready, !asks.demandsTermination,
            !asks.offersOpportunisticSRTP, !asks.acceptsOpportunisticSRTP
        {
            let mode: StreamSecurity.Mode = sent == .none ? .plain : .passThrough
            session.parties[sender].streams[index].security.mode = mode
            stream.security.mode = mode
            return
        }
        if asks.dtlsReverse != .unstated {
            session.parties[sender].streams[index].security.statedChoice = asks.dtlsReverse
        }
        if !asks.sdes.offererPreference.isEmpty {
            session.parties[sender].streams[index].security.statedPreference =
                asks.sdes.offererPreference
        }
        let mode = senderMode(session.parties[sender].streams[index], sent)
        session.parties[sender].streams[index].security.mode = mode
        // A line that shares the ports of another shares its keys.
        if stream.carrier != nil { return }
        offerKeys(&stream, shown, like: source)
        let isEmpty = stream.security.ownCryptos.isEmpty && stream.security.ownFingerprint == nil
        if stream.security.isTerminated, isEmpty {
            warnings.append(
                "m= line \(index + 1): \(stream.protocolName) is offered without keys and without "
                    + "a handshake, since both are switched off or not served")
        }
    }

    /// How the sender's own keys are agreed on.
    private mutating func senderMode(
        _ source: Stream, _ security: TransportProfile.Security
    ) -> StreamSecurity.Mode {
        let described = source.security.described
        let mayUseDTLS =
            source.security.statedChoice != .off && !options.capabilities.fingerprints.isEmpty
        switch security {
        case .none:
            let accepts =
                options.security.acceptsOpportunisticSRTP || source.security.mode == .keys
            return accepts && usableCrypto(of: source) != nil ? .keys : .plain
        case .srtp, .dtls:
            if security == .dtls { return .dtls }
            let hasHandshake = !described.fingerprints.isEmpty && mayUseDTLS
            guard hasHandshake, usableCrypto(of: source) != nil else {
                return hasHandshake ? .dtls : .keys
            }
            // The sender leaves the choice: what is in use stays.
            if source.security.mode == .keys, source.security.inbound != nil { return .keys }
            if source.security.mode == .dtls, source.security.associationIdentity != nil {
                return .dtls
            }
            return options.security.sdes.isPreferred ? .keys : .dtls
        }
    }

    /// What the receiver is offered: what was agreed on with it before, else all there is.
    private mutating func offerKeys(
        _ stream: inout Stream, _ security: TransportProfile.Security, like source: Stream
    ) {
        let mayUseDTLS = options.security.dtls != .off && !options.capabilities.fingerprints.isEmpty
        let offersKeys =
            security == .srtp || (security == .none && options.security.offersOpportunisticSRTP)
        guard security != .none || offersKeys else {
            stream.security.mode = .plain
            return
        }
        stream.security.isOptional = security == .none
        let mayUseKeys = offersKeys && !options.security.sdes.isOff
        let showsDTLS = mayUseDTLS && security != .none
        if stream.security.mode == .keys, mayUseKeys, !stream.security.ownCryptos.isEmpty {
            stream.security.offeredCryptos = stream.security.ownCryptos
            stream.security.offersHandshake = false
            return
        }
        if stream.security.mode == .dtls, showsDTLS, stream.security.association != nil,
            stream.security.ownFingerprint != nil
        {
            stream.security.offeredCryptos = []
            stream.security.offersHandshake = true
            return
        }
        if mayUseKeys { makeOfferedCryptos(&stream, like: source) }
        let showsKeys = !stream.security.ownCryptos.isEmpty && mayUseKeys
        if !showsKeys { stream.security.ownCryptos = [] }
        stream.security.offeredCryptos = stream.security.ownCryptos
        stream.security.offersHandshake = showsDTLS
        stream.security.mode = showsDTLS ? (showsKeys ? .undecided : .dtls) : .keys
        if showsDTLS, stream.security.ownFingerprint == nil { showFingerprint(&stream) }
        if showsDTLS, stream.security.association == nil {
            stream.security.association = DTLSParameters(
                role: .passive, fingerprints: [], generation: 1,
                certificateNumber: stream.security.certificateNumber)
        }
    }

    /// A line for each suite, those that the sender has offered itself first; lines that were shown
    /// before stay.
    private mutating func makeOfferedCryptos(_ stream: inout Stream, like source: Stream) {
        guard stream.security.ownCryptos.isEmpty else { return }
        let permitted = options.security.sdes.offeredSuites
        var suites =
            options.security.sdes.order.isEmpty
            ? source.security.described.cryptos.compactMap(\.suite).filter(permitted.contains) : []
        if !options.security.sdes.addsNoSuites || suites.isEmpty {
            for suite in permitted where !suites.contains(suite) { suites.append(suite) }
        }
        for suite in suites {
            var line = SDPCrypto(
                tag: UInt32(stream.security.ownCryptos.count + 1), suite,
                options.security.sdes.parameters, using: &generator)
            if options.security.sdes.namesLifetime {
                line.keys[0].lifetime = .powerOfTwo(exponent: 31)
            }
            stream.security.ownCryptos.append(line)
        }
    }

    /// The first of a party's lines that can be used, in its own order or the one asked for.
    func usableCrypto(of stream: Stream) -> SDPCrypto? {
        let asked = options.security.sdes
        let usable = stream.security.described.cryptos.filter { crypto in
            guard let suite = crypto.suite, asked.permits(suite) else { return false }
            return crypto.parameters.allSatisfy { !asked.refusedParameters.contains($0) }
                && SRTPKeys(crypto) != nil
        }
        let preference =
            asked.offererPreference.isEmpty
            ? stream.security.statedPreference : asked.offererPreference
        for suite in preference {
            if let preferred = usable.first(where: { $0.suite == suite }) { return preferred }
        }
        return usable.first
    }
}

// The answer.
extension Negotiation {
    /// Settles the keys on both sides of an answered stream; gives what stands in the way, `nil`
    /// when nothing does.
    mutating func settleSecurity(_ answer: inout Stream, _ offer: inout Stream) -> String? {
        settleICE(&answer, &offer)
        if answer.security.isTerminated, answer.carrier == nil || answer.hasShownPort,
            let obstacle = takeAnsweredKeys(&answer)
        {
            return obstacle
        }
        if takesOpportunisticKeys(of: offer, answeredBy: answer) { offer.security.mode = .keys }
        return offer.security.isTerminated ? answerKeys(&offer) : nil
    }

    /// What the answerer has chosen.
    private mutating func takeAnsweredKeys(_ stream: inout Stream) -> String? {
        let described = stream.security.described
        if !described.fingerprints.isEmpty, stream.security.offersHandshake {
            stream.security.mode = .dtls
            forgetKeys(&stream)
            // The answer has the last word on the roles; one that is silent leaves the active one
            // to us (RFC 4145 §4).
            let asked = described.setup.flatMap { Self.counterpart(of: $0) }
            settleAssociation(&stream, asked ?? .active, isDemanded: asked != nil)
            return nil
        }
        let offered = stream.security.offeredCryptos
        if described.cryptos.isEmpty, stream.security.isOptional {
            stream.security.mode = .plain
            forgetKeys(&stream)
            return nil
        }
        guard !offered.isEmpty else { return "the answer has no fingerprint" }
        for crypto in described.cryptos {
            let own = offered.first { $0.tag == crypto.tag && $0.suite == crypto.suite }
            guard let own, let theirs = SRTPKeys(crypto), let ours = SRTPKeys(own) else { continue }
            stream.security.mode = .keys
            stream.security.ownCryptos = [own]
            stream.security.inbound = theirs
            stream.security.outbound = ours
            stream.security.association = nil
            stream.security.associationIdentity = nil
            return nil
        }
        return "the answer takes none of the keys that were offered"
    }

    /// What the offerer is answered.
    private mutating func answerKeys(_ stream: inout Stream) -> String? {
        let described = stream.security.described
        if stream.security.mode == .dtls {
            guard !described.fingerprints.isEmpty else { return "the offer has no fingerprint" }
            let asked = options.security.dtls
            let choice = asked == .unstated ? stream.security.statedChoice : asked
            guard !options.capabilities.fingerprints.isEmpty, choice != .off else {
                return "DTLS is switched off"
            }
            forgetKeys(&stream)
            let demanded = Self.counterpart(of: described.setup ?? .active)
            settleAssociation(
                &stream, demanded ?? (choice == .passive ? .passive : .active),
                isDemanded: described.setup != nil && demanded != nil)
            if stream.security.ownFingerprint == nil || stream.security.isAnotherAssociation {
                showFingerprint(&stream)
            }
            return nil
        }
        guard let crypto = usableCrypto(of: stream), let suite = crypto.suite else {
            return described.cryptos.isEmpty
                ? "the offer has no keys" : "the offer has no suite that is served"
        }
        let kept = stream.security.ownCryptos.first { $0.suite == suite }
        var own =
            kept ?? SDPCrypto(tag: crypto.tag, suite, [], using: &generator)
        own.tag = crypto.tag
        own.parameters = crypto.parameters.filter(\.isAnswered)
        stream.security.ownCryptos = [own]
        stream.security.inbound = SRTPKeys(crypto)
        stream.security.outbound = SRTPKeys(own)
        stream.security.association = nil
        return nil
    }

    /// Our role towards a party with this `a=setup` (RFC 5763 §5); `nil` when it leaves the choice.
    private static func counterpart(of setup: SDPSetup) -> DTLSParameters.Role? {
        switch setup {
        case .active: .passive
        case .passive: .active
        case .actpass, .holdconn: nil
        }
    }

    /// Goes on with the association that there is, or begins another when the party is another one
    /// or has changed its part (RFC 8842 §3.1).
    private mutating func settleAssociation(
        _ stream: inout Stream, _ role: DTLSParameters.Role, isDemanded: Bool
    ) {
        let described = stream.security.described
        let identity = AssociationIdentity(
            fingerprints: described.fingerprints, tlsID: described.tlsID)
        let before = stream.security.association
        let known = stream.security.associationIdentity
        let isSame =
            known == nil
            ? before?.role == role
            : known == identity && before != nil && (before?.role == role || !isDemanded)
        stream.security.association = DTLSParameters(
            // While the association lasts, so does its role.
            role: isSame ? before?.role ?? role : role,
            fingerprints: described.fingerprints.compactMap { CertificateFingerprint($0) },
            generation: isSame ? before?.generation ?? 1 : (before?.generation ?? 0) &+ 1,
            certificateNumber: stream.security.certificateNumber)
        stream.security.associationIdentity = identity
        stream.security.isAnotherAssociation = !isSame
    }

    /// Chooses the certificate for the next association, and the hash that the party sees of it.
    private func showFingerprint(_ stream: inout Stream) {
        stream.security.ownFingerprint = options.capabilities.fingerprint(
            options.security.fingerprintHash)
        stream.security.certificateNumber = options.capabilities.certificateNumber
        stream.security.association?.certificateNumber = options.capabilities.certificateNumber
    }

    private func forgetKeys(_ stream: inout Stream) {
        stream.security.ownCryptos = []
        stream.security.inbound = nil
        stream.security.outbound = nil
    }
}

extension SDPCryptoParameter {
    /// Whether an answer must say the same: it changes what packets look like (RFC 4568 §6.3).
    fileprivate var isAnswered: Bool {
        switch self {
        case .unencryptedSRTP, .unencryptedSRTCP, .unauthenticatedSRTP: true
        case .keyDerivationRate, .fecOrder, .fecKey, .windowSizeHint, .other: false
        }
    }
}
