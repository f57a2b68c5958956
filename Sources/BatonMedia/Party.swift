public import BatonBase

/// Names a party within its session; never used again for another one.
public struct PartyID: Hashable, Sendable {
    /// 0, 1, 2 … in the order of appearance.
    public let number: Int

    init(_ number: Int) {
        self.number = number
    }
}

/// One side of a conversation: a tag, and the streams that face it.
///
/// A party that an offer went to has no tag until it answers. Several parties may stand behind one
/// offerer (`via-branch`); the one that answered last is the one that hears and is heard.
public struct Party: Hashable, Sendable, Identifiable {
    /// The party's name within the session.
    public let id: PartyID
    /// The SIP tag, `nil` for a party that has not answered.
    public internal(set) var tag: String?
    /// Further tags that this party has answered with (forking downstream), oldest first.
    public internal(set) var aliases: [String] = []
    /// The branches by which offers reach the party, oldest first.
    public internal(set) var viaBranches: [String] = []
    /// The name given by `label`.
    public internal(set) var label: String?
    /// When the party appeared.
    public let createdAt: Instant
    /// The party's lines, in the order of its SDP.
    public internal(set) var streams: [Stream] = []
    /// The party that this one hears and is heard by.
    public internal(set) var peer: PartyID?
    /// The interface that faces the party, `nil` for the default one.
    public internal(set) var interface: String?
    /// The family of the addresses that the party is shown, `nil` before it is known.
    public internal(set) var family: IPAddress.Family?
    /// What the party may not send.
    public internal(set) var restrictions = MediaRestrictions()
    /// Whether the party has sent an SDP itself.
    public internal(set) var isDescribed = false

    /// The party whose offers reach this one.
    var offeredBy: PartyID?
    /// The last description taken from the party.
    var spokenDigest: UInt64 = 0
    /// Counts the party's own offers, repetitions excluded.
    var offerRound: UInt32 = 0
    /// Whether the party's last offer has been answered.
    var isOfferAnswered = true
    /// Which offer the party answered last.
    var answered: AnsweredOffer?
    /// Grows with every answer in the session: the party with the highest answered last.
    var answerOrder: UInt64 = 0
    /// The groups of lines that share ports (RFC 9143), as the party's last description has them:
    /// streams, in the order of the group.
    var bundles: [[Int]] = []
    /// The group in the last offer that the party was sent.
    var offeredBundle: [Int] = []
    /// What the party was last sent.
    var outgoing = OutgoingDescription()

    init(id: PartyID, tag: String?, at now: Instant) {
        self.id = id
        self.tag = tag
        createdAt = now
    }

    /// Whether `tag` is this party's tag or one of its aliases.
    public func isTagged(_ tag: String) -> Bool {
        self.tag == tag || aliases.contains(tag)
    }
}

/// Names an offer: whose, and the how manieth.
struct AnsweredOffer: Hashable, Sendable {
    /// Who made it.
    var party: PartyID
    /// The value of ``Party/offerRound`` at the time.
    var round: UInt32
}

/// What a party has been sent so far, as far as later descriptions must agree with it.
struct OutgoingDescription: Hashable, Sendable {
    /// The last description without its `o=` line, `nil` before the first.
    var digest: UInt64?
    /// The last version in `o=`.
    var version: UInt64?
    /// Our address in the last description that had one.
    var address: IPAddress?
    /// The value of the first `o=` line, for the parts that must stay.
    var origin: [UInt8]?
    /// The first `s=` line, likewise.
    var sessionName: String?
}
