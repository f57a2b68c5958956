public import BatonSDP

/// What two parties have offered and answered about the codecs of one `m=` line, and what the
/// control messages wanted of it: codec negotiation with transcoding (RFC 3264 §5, §6, §8).
///
/// A pure value, one for each pair of streams; with forking each branch has its own with its
/// offerer. The roles stay for the life of the call, whoever makes a re-offer: of two parties the
/// one that appeared later is the callee, and its stream is the place to keep the agreement.
/// For every offer and answer, when streams are matched and before ports are opened:
///
///     let outcome = agreement.offer(section, from: .caller, options)      // an INVITE
///     let outcome = agreement.answer(section, from: .callee, options)     // its 183 or 200
///
/// `outcome.section` is rewritten (addresses, ports, ICE and so on) instead of the section that was
/// received; with `outcome.isRejected` the line is treated as refused; `outcome.warnings` go into
/// the control reply. Then the port that faces a party, where its packets arrive, is configured
/// with ``conversion(from:)`` and, if there is one, with its ``MediaConversion/clockRates``.
///
/// Without any option, and while no transcoding was set up, sections come out as they came and no
/// conversion exists.
public struct CodecAgreement: Hashable, Sendable {
    /// One of the two parties.
    public enum Role: UInt8, Hashable, Sendable {
        /// The party that made the first offer.
        case caller
        /// The party that it went to.
        case callee

        /// The other one.
        public var other: Role { self == .caller ? .callee : .caller }
    }

    /// What is known of the caller.
    var caller = CodecParty()
    /// What is known of the callee.
    var callee = CodecParty()

    /// An agreement of parties that have not spoken yet.
    public init() {}

    /// What becomes of the RTP that this party sends, `nil` when it all passes as it is. It holds
    /// from the answer on; until the first, for the callee, from the offer on.
    public func conversion(from role: Role) -> MediaConversion? { self[role].conversion }

    /// Whether packets of either party are converted: later offers without options keep that.
    public var isConverting: Bool { caller.conversion != nil || callee.conversion != nil }

    /// What is known of a party.
    subscript(role: Role) -> CodecParty {
        get { role == .caller ? caller : callee }
        set { if role == .caller { caller = newValue } else { callee = newValue } }
    }
}

/// What comes of an offer or answer.
public struct CodecOutcome: Hashable, Sendable {
    /// The section for the other party. Its port, protocol and everything else that is not about
    /// formats or packet times are as they came.
    public var section: MediaDescription
    /// Whether no codec is left and the line is to be refused (`allow-no-codec-media`).
    public var isRejected = false
    /// Sentences about what was asked for and cannot be done.
    public var warnings: [String] = []

    /// The outcome that leaves `section` as it is.
    public init(_ section: MediaDescription) {
        self.section = section
    }
}
