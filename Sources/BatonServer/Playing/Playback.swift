import BatonBase
import BatonMedia
import BatonTranscode

/// What is played to one party.
///
/// Confined to the signalling executor.
final class Playback {
    /// Names it towards the worker.
    let number: UInt32
    /// The party that hears it.
    let party: PartyID
    let track: MediaTrack
    let extent: Extent
    /// The port that plays.
    var port: PortSlot
    /// The codec that it is played in.
    var format: AudioFormat
    /// How it was given to the worker, `nil` before that.
    var begun: PortPlayback?

    /// From where, how often and how long.
    struct Extent: Hashable {
        var startMs = 0
        var turns = 1
        var limitMs: Int?
    }

    init(
        _ number: UInt32, _ track: MediaTrack, _ extent: Extent, to party: PartyID,
        by port: PortSlot, as format: AudioFormat
    ) {
        self.number = number
        self.track = track
        self.extent = extent
        self.party = party
        self.port = port
        self.format = format
    }

    /// What the worker is told.
    /// - Parameter played: how many packets have been played before.
    func command(_ packets: EncodedTrack, played: Int) -> PortPlayback {
        var command = PortPlayback(
            number: number, track: packets, payloadType: format.payloadType)
        let length = EncodedTrack.packetMilliseconds
        command.firstPacket = packets.packetCount > 0 ? extent.startMs / length : 0
        command.turns = extent.turns
        if let limit = extent.limitMs {
            command.packetLimit = max((limit + length - 1) / length, 1)
        }
        command.played = played
        return command
    }
}
