import BatonMedia
import Logging

/// What the log says of an event, but for the call's name.
struct EventLine {
    var level: Logger.Level
    var text: Logger.Message
    var metadata: Logger.Metadata

    init(_ level: Logger.Level, _ text: Logger.Message, _ metadata: Logger.Metadata = [:]) {
        self.level = level
        self.text = text
        self.metadata = metadata
    }

    /// The line of an event that needs no more than itself.
    init(_ kind: ServerEvent.Kind) {
        switch kind {
        case .started: self.init(.debug, "session started")
        case .ended: self.init(.info, "session ended")
        case .dtmf: self.init(.debug, "key pressed")
        case .oneWayAudio(let tag, let seconds):
            self.init(.notice, "one-way audio", ["silent_tag": "\(tag)", "seconds": "\(seconds)"])
        case .silentAudio(let tag, let seconds):
            self.init(.notice, "silent audio", ["silent_tag": "\(tag)", "seconds": "\(seconds)"])
        case .playingEnded, .recordingEnded, .recordingFailed, .forwardingEnded, .forwardingFailed:
            self.init(ofFiles: kind)
        default: self.init(ofPorts: kind)
        }
    }

    private init(ofPorts kind: ServerEvent.Kind) {
        switch kind {
        case .endpointChanged(let port, let remote):
            self.init(.debug, "endpoint changed", ["port": "\(port)", "remote": "\(remote)"])
        case .mediaObstructed(let tag, let port, let reason):
            self.init(
                .warning, "no media",
                ["tag": "\(tag)", "port": "\(port)", "reason": "\(reason)"])
        case .iceStateChanged(let port, .connected):
            self.init(.debug, "ICE has found a pair", ["port": "\(port)"])
        case .iceStateChanged(let port, let state):
            self.init(
                .notice, "ICE has lost its peer", ["port": "\(port)", "state": "\(state)"])
        case .secured(let port, let profile):
            self.init(
                .debug, "DTLS handshake done", ["port": "\(port)", "profile": "\(profile)"])
        case .securityFailed(let port, let reason):
            self.init(
                .warning, "DTLS handshake failed", ["port": "\(port)", "reason": "\(reason)"])
        case .conversionFailed(let port):
            self.init(.error, "audio cannot be converted", ["port": "\(port)"])
        default: self.init(.debug, "event", ["kind": "\(kind)"])
        }
    }

    private init(ofFiles kind: ServerEvent.Kind) {
        switch kind {
        case .playingEnded(let port, nil):
            self.init(.debug, "playing has ended", ["port": "\(port)"])
        case .playingEnded(let port, .some(let reason)):
            self.init(
                .warning, "media could not be played", ["port": "\(port)", "reason": "\(reason)"])
        case .recordingEnded(let files, let packets):
            self.init(
                .info, files.isEmpty ? "recording discarded" : "recording ended",
                ["files": .array(files.map { "\($0)" }), "packets": "\(packets)"])
        case .recordingFailed(let reason):
            self.init(.error, "recording failed", ["reason": "\(reason)"])
        case .forwardingEnded(let tag, let sent, let dropped):
            self.init(
                .info, "forwarding ended",
                ["tag": "\(tag ?? "")", "bytes": "\(sent)", "dropped_frames": "\(dropped)"])
        case .forwardingFailed(let tag, let reason):
            self.init(
                .warning, "audio does not get to its listener",
                ["tag": "\(tag ?? "")", "reason": "\(reason)"])
        default: self.init(.debug, "event", ["kind": "\(kind)"])
        }
    }
}
