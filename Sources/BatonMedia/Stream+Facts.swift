public import BatonCrypto
import BatonICE
public import BatonSDP

/// How the keys of one party's line are agreed on.
public enum KeyAgreement: UInt8, Hashable, Sendable, CaseIterable {
    /// There are none: RTP is plain.
    case none
    /// The parties have keys that the relay does not know; their packets pass as they are.
    case betweenParties
    /// An offer with both ways is out.
    case undecided
    /// In the SDP (RFC 4568).
    case sdes
    /// By a DTLS handshake with the relay (RFC 5763).
    case dtls
}

/// The relay's ICE agent towards one party (RFC 8445).
public struct ICEPart: Hashable, Sendable {
    /// Whether the agent decides which pair is used.
    public var isControlling: Bool
    /// Whether the agent only answers checks.
    public var isLite: Bool
    /// Whether the party only answers checks.
    public var isPeerLite: Bool
    /// Whether the party has more candidates to tell (RFC 8838).
    public var isTrickling: Bool
    /// Whether the party has described its side.
    public var isDescribed: Bool
}

// What is to be seen of a stream from outside, beside its counters.
extension Stream {
    /// How keys are agreed on with the party.
    public var keyAgreement: KeyAgreement {
        switch security.mode {
        case .plain: .none
        case .passThrough: .betweenParties
        case .undecided: .undecided
        case .keys: .sdes
        case .dtls: .dtls
        }
    }

    /// The suite of the keys in the SDP that protect what is sent to the party.
    public var cryptoSuite: SRTPCryptoSuite? {
        guard security.mode == .keys else { return nil }
        return (security.outbound ?? security.inbound).flatMap { $0.profile.suite }
    }

    /// Our role in the handshake with the party, `nil` when there is none.
    public var handshakeRole: DTLSParameters.Role? {
        security.mode == .dtls ? security.association?.role : nil
    }

    /// Whether the party has told the fingerprint of its certificate.
    public var hasFingerprint: Bool { security.association?.fingerprints.isEmpty == false }

    /// Our agent towards the party; `nil` without ICE.
    public var icePart: ICEPart? {
        guard ice.isUsed else { return nil }
        let isPeerLite = ice.described?.isLite == true
        return ICEPart(
            isControlling: !ice.isLite && (isPeerLite || ice.role == .controlling),
            isLite: ice.isLite, isPeerLite: isPeerLite,
            isTrickling: ice.described?.isComplete == false, isDescribed: ice.described != nil)
    }
}

extension SRTPProtectionProfile {
    /// The suite that protects packets in the same way; it has the name that SDP and the ng
    /// protocol use.
    public var suite: SRTPCryptoSuite? {
        SRTPCryptoSuite.allCases.first { $0.profile == self }
    }
}

/// What one payload type of a party comes in as, and what it leaves as towards its peer.
public struct CodecPassage: Hashable, Sendable {
    /// What the payload type stands for, `nil` when no SDP and no table says.
    public var incoming: CodecFormat?
    /// What its packets become; `nil` when they are dropped, or not known.
    public var outgoing: CodecFormat?

    /// A passage of which nothing is known by default.
    public init(incoming: CodecFormat? = nil, outgoing: CodecFormat? = nil) {
        self.incoming = incoming
        self.outgoing = outgoing
    }
}

extension Session {
    /// What becomes of packets of `payloadType` that the party sends in its stream at `index`.
    public func codecPassage(
        of id: PartyID, stream index: Int, payloadType: UInt8
    ) -> CodecPassage {
        guard let party = self.index(of: id), parties[party].streams.indices.contains(index) else {
            return CodecPassage()
        }
        let peer = parties[party].peer.flatMap { self.index(of: $0) }
            .flatMap { parties[$0].streams.indices.contains(index) ? $0 : nil }
        let known = format(of: payloadType, from: party, to: peer, index)
        guard let peer, let conversion = conversion(from: party, to: peer, index) else {
            return CodecPassage(incoming: known, outgoing: known)
        }
        guard let rule = conversion.rules.first(where: { $0.source.payloadType == payloadType })
        else { return CodecPassage(incoming: known, outgoing: nil) }
        return CodecPassage(incoming: rule.source, outgoing: rule.outgoing)
    }

    /// What a payload type stands for: as the two parties have it, or as RFC 3551 fixes it.
    private func format(
        of payloadType: UInt8, from party: Int, to peer: Int?, _ index: Int
    ) -> CodecFormat? {
        if let peer {
            let isCaller = parties[party].id.number < parties[peer].id.number
            let agreement = parties[isCaller ? peer : party].streams[index].codecs
            let role: CodecAgreement.Role = isCaller ? .caller : .callee
            let bindings = agreement[role].bindings + agreement[role.other].bindings
            if let format = bindings.first(where: { $0.payloadType == payloadType }) {
                return format
            }
        }
        return RTPMap.fixed(payloadType: payloadType).map {
            CodecFormat(
                payloadType: payloadType, encoding: $0.encoding, clockRateHz: $0.clockRateHz,
                channels: $0.channels)
        }
    }
}

extension MediaConversion.Rule {
    /// What the packets leave as, `nil` when they do not leave as packets of their own.
    var outgoing: CodecFormat? {
        switch action {
        case .pass: return source
        case .passAs(let payloadType):
            var format = source
            format.payloadType = payloadType
            return format
        case .convert(let target): return target.format
        case .telephoneEvent(let format), .comfortNoise(let format): return format
        case .drop, .tones: return nil
        }
    }
}

extension CodecFormat {
    /// The format as people read it: `PCMU/8000`, `opus/48000/2`.
    public var name: String {
        if encoding.isEmpty { return "payload type \(payloadType)" }
        return "\(encoding)/\(clockRateHz)" + (channels > 1 ? "/\(channels)" : "")
    }
}
