import BatonBase
import BatonSDP

/// One offer or answer in the making: a copy of the session, and what has been done to it so far.
///
/// The steps run in the order in which `Session` calls them; nothing is seen of them from outside
/// until all have succeeded.
struct Negotiation {
    /// What the message is.
    enum Role: Equatable {
        /// RFC 3264 §5.
        case offer
        /// RFC 3264 §6.
        case answer
    }

    /// The session as it will be.
    var session: Session
    let role: Role
    /// The description that the message carries.
    let sdp: SessionDescription
    private(set) var options: SignallingOptions
    let now: Instant
    /// The index of the party whose description this is.
    var sender = 0
    /// The index of the party that it goes on to.
    var receiver = 0
    /// For each section of ``sdp`` the stream of the sender that it describes; `nil` for a section
    /// that answers nothing.
    var streamOfSection: [Int?] = []
    /// Whether endpoints are learned anew: the message is no repetition.
    var reopensLearning = true
    /// What the sections of ``sdp`` say.
    let summaries: [SectionSummary]
    /// The groups of ``sdp`` that share transports (RFC 9143): sections, in the order of the group.
    let bundles: [[Int]]
    /// The session-level `c=`.
    let connection: SDPConnection?
    /// Sections whose formats are others in the SDP sent on.
    var editedSections: [Int: MediaDescription] = [:]
    /// Our address for a description that shows no port of ours, `nil` where it must stay as it is.
    var addressWithoutPorts: IPAddress?
    /// Ports opened for this message.
    var opened: [PortPair] = []
    /// Ports that are no longer needed.
    var surplus: [PortPair] = []
    var warnings: [String] = []
    /// Where keys and credentials come from.
    var generator: any RandomNumberGenerator

    init(
        _ session: Session, _ role: Role, _ sdp: SessionDescription, _ options: SignallingOptions,
        _ now: Instant, using generator: any RandomNumberGenerator
    ) {
        self.generator = generator
        self.session = session
        self.role = role
        self.sdp = sdp
        self.now = now
        self.options = options
        summaries = sdp.media.map { SectionSummary($0) }
        bundles = Self.bundles(of: sdp, summaries)
        connection = sdp.connection
        forgetEmptyWords()
        for name in options.security.sdes.unservedSuites.prefix(8) {
            warnings.append("SDES: the suite '\(name.prefix(64))' is not served")
        }
    }

    /// An empty word is no word: some proxies send the key all the same.
    private mutating func forgetEmptyWords() {
        if options.toTag == "" { options.toTag = nil }
        if options.viaBranch == "" { options.viaBranch = nil }
        if options.senderInterface == "" { options.senderInterface = nil }
        if options.receiverInterface == "" { options.receiverInterface = nil }
    }

    /// Refuses what would make the session grow beyond its limits.
    func checkLimits() throws(NegotiationError) {
        let limits = session.limits
        guard sdp.media.count <= limits.streams else {
            throw NegotiationError(
                .cannotRewrite,
                detail: "the SDP has \(sdp.media.count) m= lines; \(limits.streams) are the limit")
        }
        try checkLength(options.fromTag)
        try checkLength(options.toTag)
        try checkLength(options.viaBranch)
        try checkLength(options.label)
        try checkLength(options.receiverLabel)
        try checkLength(options.senderInterface)
        try checkLength(options.receiverInterface)
    }

    private func checkLength(_ name: String?) throws(NegotiationError) {
        guard let name, name.utf8.count > session.limits.nameBytes else { return }
        throw NegotiationError(
            .invalidDialogue,
            detail: "'\(name.prefix(32))…' is longer than \(session.limits.nameBytes) bytes")
    }

    /// Notes who hears whom, the labels and what concerns the session as a whole.
    mutating func settleDialogue() {
        session.lastSignalledAt = now
        let (from, to) = (session.parties[sender].id, session.parties[receiver].id)
        if role == .answer {
            session.answerCount &+= 1
            session.isAnswered = true
            session.parties[sender].answerOrder = session.answerCount
            session.parties[sender].peer = to
            session.parties[receiver].peer = from
        } else {
            session.parties[receiver].offeredBy = from
            if session.parties[sender].peer == nil { session.parties[sender].peer = to }
            if session.parties[receiver].peer == nil { session.parties[receiver].peer = from }
        }
        if let label = options.label { session.parties[sender].label = label }
        if let label = options.receiverLabel { session.parties[receiver].label = label }
        if let tos = options.typeOfService { session.typeOfService = tos }
        if let dtmf = options.dtmfBlocking { session.parties[sender].restrictions.dtmf = dtmf }
        if let delay = options.dtmfDelayMs {
            session.parties[sender].restrictions.setDTMFDelay(delay)
        }
        if options.detectsTones { session.parties[sender].restrictions.detectsTones = true }
        if let generates = options.generatesRTCP { session.generatesRTCP = generates }
        guard let metadata = options.metadata else { return }
        if metadata.utf8.count <= session.limits.metadataBytes {
            session.metadata = metadata
        } else {
            warnings.append(
                "metadata is longer than \(session.limits.metadataBytes) bytes and was not kept")
        }
    }
}
