public import BatonAPI
import BatonBase
public import BatonConfig
import BatonMedia
import BatonServer

// The relay's values in the API's form.

extension BatonAPI.SessionSummary {
    /// The session as it stands at `wall`, nanoseconds since 1970.
    init(_ session: BatonServer.SessionSummary, at wall: UInt64) {
        self.init()
        callID = session.callID
        state = BatonAPI.SessionSummary.State(session.state)
        fromTag = session.tags.first ?? ""
        toTag = session.tags.dropFirst().first
        worker = session.worker
        startedUnixMs = session.createdMicroseconds / 1_000
        let lived = Int64(clamping: wall / 1_000) &- session.createdMicroseconds
        durationSeconds = Double(max(lived, 0)) / 1e6
        packets = session.rtp.packets
        bytes = session.rtp.bytes
        packetsDropped = session.rtp.errors &+ session.rtcp.errors
        lossPercent = session.worstLossPercent
        jitterMs = Double(session.jitterMicroseconds) / 1_000
        mos = session.mosTimesTen.map { Double($0) / 10 }
        lastPacketAgoMs = session.lastPacketAgoMilliseconds
    }
}

extension BatonAPI.SessionSummary.State {
    init(_ state: BatonServer.SessionSummary.State) {
        self =
            switch state {
            case .offered: .offered
            case .answered: .answered
            case .held: .held
            case .lingering: .ended
            }
    }
}

extension SessionDetailAnswer {
    init(_ detail: BatonServer.SessionDetail, at wall: UInt64) {
        self.init()
        summary = BatonAPI.SessionSummary(detail.summary, at: wall)
        parties = detail.parties.map { BatonAPI.PartyDetail($0) }
        recording = detail.copies.map { RecordingDetail($0) }
    }
}

extension BatonAPI.PartyDetail {
    init(_ party: BatonServer.PartyDetail) {
        self.init()
        tag = party.tag ?? ""
        label = party.label
        viaBranch = party.viaBranch
        streams = party.streams.map { BatonAPI.StreamDetail($0) }
    }
}

extension BatonAPI.StreamDetail {
    init(_ stream: BatonServer.StreamDetail) {
        self.init()
        index = stream.index
        kind = stream.kind
        transport = stream.protocolName
        codec = stream.codec
        direction = stream.direction
        protection = stream.protection
        iceState = stream.iceState?.word
        dtlsState = stream.handshakeState?.word
        codecIn = stream.codecIn
        codecOut = stream.codecOut
        route = stream.route?.word
        concealedPackets = stream.concealedPackets
        recoveredPackets = stream.recoveredPackets
        latePackets = stream.latePackets
        malformedPayloads = stream.malformedPayloads
        audioLevelDBov = stream.levelDBov
        diagnosis = stream.diagnosis
        ports = stream.ports.map { BatonAPI.PortDetail($0) }
    }
}

extension BatonAPI.PortDetail {
    init(_ port: BatonServer.PortDetail) {
        self.init()
        component = port.component
        localAddress = port.local.description
        advertisedAddress =
            SocketAddress(ip: port.advertised, port: port.local.port).description
        signalledAddress = port.signalled?.description
        remoteAddress = port.remote?.description
        isConfirmed = port.isConfirmed
        endpointChanges = port.endpointChanges
        packetsIn = port.rtpReceived.packets
        bytesIn = port.rtpReceived.bytes
        packetsOut = port.rtpSent.packets
        bytesOut = port.rtpSent.bytes
        rtcpPacketsIn = port.rtcpReceived.packets
        rtcpPacketsOut = port.rtcpSent.packets
        lastPacketAgoMs = port.idleMilliseconds
        dropsByReason = port.drops
        sendErrors = port.drops["sendErrors"] ?? 0
        lastForeignAddress = port.lastForeignSource?.description
        sources = port.sources.map { BatonAPI.SourceDetail($0) }
    }
}

extension BatonAPI.SourceDetail {
    init(_ source: BatonServer.SourceDetail) {
        self.init()
        ssrc = source.ssrc
        payloadType = Int(source.payloadType)
        packets = source.packets
        bytes = source.bytes
        lost = source.lost
        lossPercent = source.lossPercent
        reordered = source.reordered
        duplicates = source.duplicates
        jitterMs = Double(source.jitterMicroseconds) / 1_000
        rFactor = source.rFactor.map { ($0 * 10).rounded() / 10 }
        roundTripMs = source.roundTripMicroseconds.map { Double($0) / 1_000 }
        mos = source.mosTimesTen.map { Double($0) / 10 }
        restarts = source.restarts
    }
}

extension ConfigAnswer {
    /// The configuration as the API and `config check --json` show it.
    public init(_ config: Config) {
        self.init(
            settings: Setting.all.map { setting in
                let value = setting.text(in: config)
                return Entry(
                    key: setting.key, value: value,
                    isDefault: value == setting.text(in: .defaults),
                    appliesOnReload: setting.appliesOnReload)
            })
    }
}

extension ReloadAnswer {
    init(_ differences: ConfigDifferences) {
        let change = { (change: ConfigDifferences.Change) in
            Change(key: change.key, old: change.old, new: change.new)
        }
        self.init(
            applied: differences.changes.filter(\.appliesOnReload).map(change),
            needsRestart: differences.changes.filter { !$0.appliesOnReload }.map(change))
    }
}

extension ControlEvent {
    /// The API's events for one of the relay's: a timeout is told before the end that follows.
    static func list(of event: ServerEvent) -> [ControlEvent] {
        let time = event.timeMicroseconds / 1_000
        func make(_ kind: Kind, _ change: (inout ControlEvent) -> Void = { _ in }) -> ControlEvent {
            var made = ControlEvent(kind: kind, timeUnixMs: time, callID: event.callID)
            change(&made)
            return made
        }
        switch event.kind {
        case .started:
            return [make(.sessionStarted)]
        case .ended(let record):
            let reason = record.reason.word
            let end = make(.sessionEnded) { $0.reason = reason }
            return record.reason.isTimeout
                ? [make(.timeout) { $0.reason = reason }, end] : [end]
        case .oneWayAudio(let tag, let seconds):
            return [
                make(.oneWayAudio) {
                    $0.tag = tag
                    $0.detail = "nothing from this party for \(seconds) s while the other talks"
                }
            ]
        case .silentAudio(let tag, let seconds):
            return [
                make(.silentAudio) {
                    $0.tag = tag
                    $0.detail = "this party sends silence for \(seconds) s while the other is heard"
                }
            ]
        case .mediaObstructed(let tag, let port, let reason):
            return [
                make(.noMediaPath) {
                    $0.tag = tag
                    $0.detail = "port \(port): \(reason)"
                }
            ]
        case .endpointChanged(let port, let remote):
            return [make(.endpointChanged) { $0.detail = "port \(port) now sends to \(remote)" }]
        case .iceStateChanged(let port, let state):
            return [make(.iceState) { $0.detail = "port \(port): \(state.sentence)" }]
        case .secured(let port, let profile):
            return [make(.secured) { $0.detail = "port \(port) is protected by \(profile)" }]
        case .securityFailed(let port, let reason):
            return [make(.securityFailed) { $0.detail = "port \(port): \(reason)" }]
        case .conversionFailed(let port):
            return [make(.conversionFailed) { $0.detail = "port \(port)" }]
        case .playingEnded(let port, let failure):
            return [
                make(.playingEnded) {
                    $0.detail = failure.map { "port \(port): \($0)" } ?? "port \(port)"
                }
            ]
        case .dtmf(let notice):
            return [
                make(.dtmf) {
                    $0.tag = notice.tag
                    $0.digit = String(notice.digit.character)
                    $0.durationMs = Int(notice.digit.durationMilliseconds)
                }
            ]
        case .recordingEnded, .recordingFailed, .forwardingEnded, .forwardingFailed:
            return [make(.recordingEnded) { event.kind.fillCopies(&$0) }]
        }
    }
}

extension ICEState {
    /// What it means for the call.
    fileprivate var sentence: String {
        switch self {
        case .none: "there is no ICE"
        case .checking: "ICE looks for a pair that works"
        case .connected: "ICE has found a pair that works"
        case .failed: "ICE has found no pair that works: no media"
        case .consentLost: "the peer has stopped answering ICE: nothing is sent to it"
        }
    }
}

extension ICEState {
    /// One word for the API.
    var word: String {
        switch self {
        case .none: "none"
        case .checking: "checking"
        case .connected: "connected"
        case .failed: "failed"
        case .consentLost: "consent-lost"
        }
    }
}

extension HandshakeState {
    /// One word for the API.
    var word: String {
        switch self {
        case .none: "none"
        case .new: "new"
        case .connecting: "connecting"
        case .awaitingFingerprint: "awaiting-fingerprint"
        case .connected: "connected"
        case .failed: "failed"
        case .closed: "closed"
        }
    }
}

extension RouteKind {
    /// One word for the API.
    var word: String {
        switch self {
        case .relay: "relay"
        case .convert: "convert"
        case .transcode: "transcode"
        }
    }
}

extension EndReason {
    /// One word for the API, as docs/operating.md lists them.
    var word: String {
        switch self {
        case .deleted: "deleted"
        case .endedByAPI: "ended-by-api"
        case .noMedia: "media-timeout"
        case .silent: "silent-timeout"
        case .unanswered: "unanswered"
        case .final: "final-timeout"
        case .outOfPorts: "out-of-ports"
        case .replyTooLong: "reply-too-long"
        case .shutdown: "shutdown"
        }
    }
}
