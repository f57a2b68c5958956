internal import BatonBase
internal import BatonRTP
internal import BatonTranscode

/// Plays a track to one port's peer: a cursor into packets that are shared, and a line of RTP of
/// its own (RFC 3550 §5.1). Sans-IO; the core asks it when it is due.
struct PortPlayer {
    /// What of a player's time a late worker makes up for; the rest is left out.
    static let latenessMax = Duration.milliseconds(100)
    static let interval = Duration.milliseconds(EncodedTrack.packetMilliseconds)
    /// How many playbacks wait at most.
    static let queueMax = 64

    private(set) var playback: PortPlayback
    /// Packets played, those of earlier configurations included.
    private(set) var played: Int
    /// When the next packet is due.
    private(set) var dueAt: Instant
    /// What comes behind the playback.
    private(set) var waiting: [PortPlayback] = []
    private var line: OwnLine
    /// The line of the party whose key it is; `nil` for one of its own.
    var party: PartyLine?

    init(_ playback: PortPlayback, at now: Instant, using generator: inout SplitMix64) {
        self.playback = playback
        played = playback.played
        dueAt = now
        line = OwnLine(using: &generator)
    }

    /// Puts `next` behind what waits; `false` when too much does.
    mutating func append(_ next: PortPlayback) -> Bool {
        guard waiting.count < Self.queueMax else { return false }
        waiting.append(next)
        return true
    }

    /// Goes on in another codec: at the same place, on a new line.
    mutating func change(to next: PortPlayback, using generator: inout SplitMix64) {
        playback = next
        line = OwnLine(using: &generator)
    }

    /// The header of the next packet and the packet's place in the track; `nil` when everything
    /// has been played. The time moves on by a packet.
    mutating func next() -> (header: TranscodedHeader, bytes: Range<Int>)? {
        guard let place = playback.packet(after: played) else { return nil }
        played &+= 1
        dueAt = dueAt + Self.interval
        let bytes = playback.track.bytes(of: place)
        var header = line.header(
            playback.payloadType, isSent: !bytes.isEmpty, ticks: playback.track.ticks)
        if let party {
            header.ssrc = party.ssrc
            header.timestamp = party.timestamp
            self.party?.timestamp &+= playback.track.ticks
        }
        return (header, bytes)
    }

    /// Begins with what waits, on the same line; `false` when nothing does.
    mutating func beginNext() -> Bool {
        guard !waiting.isEmpty else { return false }
        playback = waiting.removeFirst()
        played = playback.played
        line.startsTalkSpurt = true
        return true
    }

    /// A worker that was busy for long does not send everything at once.
    mutating func catchUp(at now: Instant) {
        if dueAt + Self.latenessMax < now { dueAt = now }
    }
}

/// An SSRC of baton's own with its sequence numbers and timestamps, all from a random beginning
/// (RFC 3550 §5.1).
struct OwnLine {
    let ssrc: UInt32
    var sequenceNumber: UInt16
    var timestamp: UInt32
    /// Whether the next packet has the marker bit (RFC 3551 §4.1).
    var startsTalkSpurt = true

    init(using generator: inout SplitMix64) {
        ssrc = UInt32.random(in: 0 ... .max, using: &generator)
        // Half of the numbers stay free before the first roll-over (RFC 3711 §3.3.1).
        sequenceNumber = UInt16.random(in: 0...0x7fff, using: &generator)
        timestamp = UInt32.random(in: 0 ... .max, using: &generator)
    }

    /// The next packet's header. A packet that is not sent takes time and no sequence number.
    mutating func header(
        _ payloadType: UInt8, isSent: Bool = true, ticks: UInt32
    ) -> TranscodedHeader {
        let header = TranscodedHeader(
            ssrc: ssrc, timestamp: timestamp, sequenceNumber: sequenceNumber,
            payloadType: payloadType, marker: startsTalkSpurt)
        timestamp &+= ticks
        startsTalkSpurt = !isSent
        if isSent { sequenceNumber &+= 1 }
        return header
    }
}
