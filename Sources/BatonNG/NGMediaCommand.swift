/// A command on the media of a running call (N10).
public enum NGMediaCommand: String, Hashable, Sendable, CaseIterable {
    /// Record the call from now on.
    case startRecording = "start recording"
    /// Stop recording; with ``NGMediaFlags/pauseRecording`` only for now, with
    /// ``NGMediaFlags/discardRecording`` for good and without a trace.
    case stopRecording = "stop recording"
    /// Stop recording for now.
    case pauseRecording = "pause recording"
    /// Let no DTMF of a party through.
    case blockDTMF = "block DTMF"
    /// The opposite of `block DTMF`.
    case unblockDTMF = "unblock DTMF"
    /// Let no media of a party through.
    case blockMedia = "block media"
    /// The opposite of `block media`.
    case unblockMedia = "unblock media"
    /// Put silence in place of a party's media.
    case silenceMedia = "silence media"
    /// The opposite of `silence media`.
    case unsilenceMedia = "unsilence media"
    /// Send a copy of the packets to a recorder.
    case startForwarding = "start forwarding"
    /// The opposite of `start forwarding`.
    case stopForwarding = "stop forwarding"
    /// Play ``NGRequest/playback`` to a party.
    case playMedia = "play media"
    /// End that.
    case stopMedia = "stop media"
    /// Send ``NGDTMFOptions/digit`` to a party's peer.
    case playDTMF = "play DTMF"

    /// Whether a `from-tag` names the party without ``NGFlags/directional`` being set. These
    /// commands need a party; the others mean the whole call unless they are told.
    public var takesFromTag: Bool {
        self == .playMedia || self == .stopMedia || self == .playDTMF
    }
}
