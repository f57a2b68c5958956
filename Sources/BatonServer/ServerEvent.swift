public import BatonBase
public import BatonCrypto
public import BatonMedia

/// Why a session ended.
public enum EndReason: String, Hashable, Sendable, CaseIterable {
    /// A `delete` of the control protocol.
    case deleted
    /// The API asked for it.
    case endedByAPI = "ended by API"
    /// No RTP for the no-media timeout (N25).
    case noMedia = "no media"
    /// Held or silent for the silent timeout (N25).
    case silent
    /// The offer was never answered (N25).
    case unanswered = "offer not answered"
    /// The longest permitted life was over (N25).
    case final = "final timeout"
    /// There were no ports for the call's first offer.
    case outOfPorts = "out of ports"
    /// The reply to the call's first offer was longer than a datagram can be (N5).
    case replyTooLong = "reply too long"
    /// The server stopped.
    case shutdown

    /// Whether the session ended by itself, which is worth a notice.
    public var isTimeout: Bool {
        switch self {
        case .noMedia, .silent, .unanswered, .final: true
        case .deleted, .endedByAPI, .outOfPorts, .replyTooLong, .shutdown: false
        }
    }
}

/// Something that happened to a session.
public struct ServerEvent: Hashable, Sendable {
    /// What happened.
    public enum Kind: Hashable, Sendable {
        /// The first offer was answered with ports.
        case started
        /// The session is over, with this record of it.
        case ended(CallRecord)
        /// Packets come from one side only: the tag that is silent.
        case oneWayAudio(silentTag: String, seconds: Int)
        /// The address that a port sends to changed by learning.
        case endpointChanged(localPort: UInt16, remote: SocketAddress)
        /// Packets of both sides come, but those of one carry silence: its tag.
        case silentAudio(silentTag: String, seconds: Int)
        /// No media can flow between a party and us, with a sentence that says what is missing.
        case mediaObstructed(tag: String, localPort: UInt16, reason: String)
        /// ICE has found a pair at a port, has found none, or the peer has stopped agreeing to
        /// receive.
        case iceStateChanged(localPort: UInt16, ICEState)
        /// A DTLS handshake has given keys.
        case secured(localPort: UInt16, SRTPProtectionProfile)
        /// A DTLS handshake has failed, for this reason.
        case securityFailed(localPort: UInt16, reason: String)
        /// What a port's party sends is to be converted and cannot be: it is dropped.
        case conversionFailed(localPort: UInt16)
        /// What was played by a port has come to its end, or could not be played for this reason.
        case playingEnded(localPort: UInt16, failure: String?)
        /// A party has pressed a key.
        case dtmf(DTMFNotice)
        /// The files of a recording are complete; without files they have been discarded.
        case recordingEnded(files: [String], packets: UInt64)
        /// Something of a recording cannot be written, with a sentence; the call goes on.
        case recordingFailed(reason: String)
        /// Everything of a party's audio was sent to its listener, or given up.
        case forwardingEnded(tag: String?, sentBytes: UInt64, droppedFrames: UInt64)
        /// A party's audio does not get to its listener, with a sentence; the call goes on.
        case forwardingFailed(tag: String?, reason: String)
    }

    /// Counts up by one an event, from 1; a gap means that events were lost to this reader.
    public var number: UInt64
    /// When it happened: microseconds since 1970 UTC.
    public var timeMicroseconds: Int64
    /// The session's call-id.
    public var callID: String
    /// What happened.
    public var kind: Kind
}

/// What remains of a call: the data of its one log line (CDR) and of its notice.
public struct CallRecord: Hashable, Sendable {
    /// The call-id.
    public var callID: String
    /// Why it ended.
    public var reason: EndReason
    /// When it began: microseconds since 1970 UTC.
    public var createdMicroseconds: Int64
    /// How long it lived, in milliseconds.
    public var durationMilliseconds: Int
    /// Whether an answer came.
    public var wasAnswered: Bool
    /// The tags of its parties.
    public var tags: [String]
    /// RTP over all ports, both directions of arrival.
    public var rtp: TrafficTotals
    /// RTCP over all ports.
    public var rtcp: TrafficTotals
    /// RTP packets lost on the way to us, over all sources.
    public var lostPackets: Int64
    /// The lowest MOS seen, times ten; `nil` when none was measured.
    public var lowestMOSTimesTen: Int?
    /// The average MOS, times ten; `nil` when none was measured.
    public var averageMOSTimesTen: Int?
    /// What `metadata` said.
    public var metadata: String?
    /// Where the notice of a timeout goes beside the configured place (`xmlrpc-callback`).
    public var noticeTarget: String?
}

/// Packets, bytes and errors.
public struct TrafficTotals: Hashable, Sendable {
    /// Packets received.
    public var packets: UInt64 = 0
    /// Their UDP payload bytes.
    public var bytes: UInt64 = 0
    /// Packets dropped or not sent.
    public var errors: UInt64 = 0

    /// These counts; nothing yet by default.
    public init(packets: UInt64 = 0, bytes: UInt64 = 0, errors: UInt64 = 0) {
        self.packets = packets
        self.bytes = bytes
        self.errors = errors
    }

    /// The sum of two totals.
    public static func + (lhs: TrafficTotals, rhs: TrafficTotals) -> TrafficTotals {
        var sum = lhs
        sum.packets &+= rhs.packets
        sum.bytes &+= rhs.bytes
        sum.errors &+= rhs.errors
        return sum
    }
}
