import BatonBase
import BatonMedia
import BatonRTP

/// One session with what the server knows of it beside offer and answer.
///
/// Confined to the signalling executor.
final class SessionRecord {
    /// The session's place in the table and the number of its timer.
    let slot: Int
    /// The worker that carries it.
    let worker: Int
    /// Parties, streams and ports.
    var session: Session
    /// The last offer, answer or delete.
    var lastSignalAt: Instant
    /// The first answer.
    var answeredAt: Instant?
    /// Set while the session lingers after its end (N8).
    var removalAt: Instant?
    /// What was counted at ports that are closed.
    var retired = SessionTraffic()
    /// Quality by source.
    var sources: [SourceQuality] = []
    /// The last RTP at each port.
    var arrivals: [Arrival] = []
    /// The streams whose one-way audio was reported, by the slot of the silent port.
    var silentPorts: Set<PortSlot> = []
    /// The streams of which silent audio was reported, by the slot of the silent port.
    var soundlessPorts: Set<PortSlot> = []
    /// The streams of which it was reported that media cannot flow, by the slot of their port.
    var obstructedPorts: Set<PortSlot> = []
    /// The tag of the last party found silent.
    var silentTag: String?
    /// What is being recorded of the session.
    var recording: SessionRecording?
    /// Parties that are to be in no recording (`exclude-recording`).
    var unrecorded: Set<PartyID> = []
    /// Where the notice of a timeout goes (`xmlrpc-callback`).
    var noticeTarget: String?
    /// What is played to the parties, one for each at most.
    var playbacks: [Playback] = []
    /// Where keys are told of (`DTMF-log-dest`).
    var dtmfDestination: SocketAddress?
    /// What keys begin and end the blocking of keys: by party, and of all others.
    var triggers: [PartyID: DTMFTrigger] = [:]
    var commonTrigger: DTMFTrigger?

    init(slot: Int, worker: Int, session: Session, at now: Instant) {
        self.slot = slot
        self.worker = worker
        self.session = session
        lastSignalAt = now
    }

    /// The call-id.
    var callID: String { session.callID }
    /// Whether the session has ended and only lingers.
    var isLingering: Bool { removalAt != nil }

    /// The tags of the parties that have one.
    var tags: [String] { session.parties.compactMap(\.tag) }
}

/// The last RTP that was seen at a port.
struct Arrival: Hashable {
    var slot: PortSlot
    /// How many packets had arrived.
    var packets: UInt64
    /// When the last one did.
    var at: Instant
}

/// RTP and RTCP totals.
struct SessionTraffic: Hashable {
    /// RTP and datagrams that are not RTP.
    var rtp = TrafficTotals()
    /// RTCP.
    var rtcp = TrafficTotals()
    /// RTP packets lost on the way to us.
    var lost: Int64 = 0

    mutating func add(_ other: SessionTraffic) {
        rtp = rtp + other.rtp
        rtcp = rtcp + other.rtcp
        lost &+= other.lost
    }
}
