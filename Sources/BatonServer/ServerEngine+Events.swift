import BatonBase
import BatonConfig
import BatonMedia
import BatonNG
import Logging

// What becomes of events: the log, the readers, and notices.
extension ServerEngine {
    func publish(_ event: ServerEvent) {
        log(event)
        events.publish(event)
        observer?(event)
        if case .ended(let record) = event.kind, record.reason.isTimeout { notify(record) }
        if case .dtmf(let notice) = event.kind { send(notice, of: event) }
    }

    private func log(_ event: ServerEvent) {
        let call = Logger.MetadataValue.string(event.callID)
        switch event.kind {
        case .started:
            logger.debug("session started", metadata: ["call": call])
        case .ended(let record):
            logger.info("session ended", metadata: Self.metadata(of: record))
        case .oneWayAudio(let tag, let seconds):
            logger.notice(
                "one-way audio",
                metadata: ["call": call, "silent_tag": "\(tag)", "seconds": "\(seconds)"])
        case .endpointChanged(let port, let remote):
            logger.debug(
                "endpoint changed",
                metadata: ["call": call, "port": "\(port)", "remote": "\(remote)"])
        case .silentAudio(let tag, let seconds):
            logger.notice(
                "silent audio",
                metadata: ["call": call, "silent_tag": "\(tag)", "seconds": "\(seconds)"])
        case .mediaObstructed(let tag, let port, let reason):
            logger.warning(
                "no media",
                metadata: [
                    "call": call, "tag": "\(tag)", "port": "\(port)", "reason": "\(reason)",
                ])
        case .iceStateChanged(let port, .connected):
            logger.debug(
                "ICE has found a pair", metadata: ["call": call, "port": "\(port)"])
        case .iceStateChanged(let port, let state):
            logger.notice(
                "ICE has lost its peer",
                metadata: ["call": call, "port": "\(port)", "state": "\(state)"])
        case .secured(let port, let profile):
            logger.debug(
                "DTLS handshake done",
                metadata: ["call": call, "port": "\(port)", "profile": "\(profile)"])
        case .securityFailed(let port, let reason):
            logger.warning(
                "DTLS handshake failed",
                metadata: ["call": call, "port": "\(port)", "reason": "\(reason)"])
        case .conversionFailed(let port):
            logger.error(
                "audio cannot be converted", metadata: ["call": call, "port": "\(port)"])
        case .playingEnded(let port, nil):
            logger.debug("playing has ended", metadata: ["call": call, "port": "\(port)"])
        case .playingEnded(let port, .some(let reason)):
            logger.warning(
                "media could not be played",
                metadata: ["call": call, "port": "\(port)", "reason": "\(reason)"])
        case .dtmf(let notice): log(notice, call)
        case .recordingEnded(let files, let packets):
            logger.info(
                files.isEmpty ? "recording discarded" : "recording ended",
                metadata: [
                    "call": call, "files": .array(files.map { "\($0)" }), "packets": "\(packets)",
                ])
        case .recordingFailed(let reason):
            logger.error("recording failed", metadata: ["call": call, "reason": "\(reason)"])
        case .forwardingEnded(let tag, let sent, let dropped):
            logger.info(
                "forwarding ended",
                metadata: [
                    "call": call, "tag": "\(tag ?? "")", "bytes": "\(sent)",
                    "dropped_frames": "\(dropped)",
                ])
        case .forwardingFailed(let tag, let reason):
            logger.warning(
                "audio does not get to its listener",
                metadata: ["call": call, "tag": "\(tag ?? "")", "reason": "\(reason)"])
        }
    }

    /// Which key it was is kept out of the log, unless it was asked for: it may be a digit of a
    /// card's number.
    private func log(_ notice: DTMFNotice, _ call: Logger.MetadataValue) {
        var metadata: Logger.Metadata = [
            "call": call, "tag": "\(notice.tag ?? "")",
            "duration_ms": "\(notice.digit.durationMilliseconds)",
        ]
        if config.log.dtmf { metadata["digit"] = "\(notice.digit.character)" }
        logger.debug("key pressed", metadata: metadata)
    }

    /// Tells of a key by a datagram, if somebody wants to know.
    private func send(_ notice: DTMFNotice, of event: ServerEvent) {
        guard let destination = notice.destination ?? config.notice.dtmfDestination else { return }
        let datagram = notice.datagram(
            callID: event.callID, timeMicroseconds: event.timeMicroseconds)
        dtmfSender.send(datagram, to: destination)
    }

    /// The call's one line (CDR).
    private static func metadata(of record: CallRecord) -> Logger.Metadata {
        var metadata: Logger.Metadata = [
            "call": "\(record.callID)", "reason": "\(record.reason.rawValue)",
            "tags": .array(record.tags.map { "\($0)" }),
            "answered": "\(record.wasAnswered)",
            "duration_ms": "\(record.durationMilliseconds)",
            "rtp_packets": "\(record.rtp.packets)", "rtp_bytes": "\(record.rtp.bytes)",
            "rtcp_packets": "\(record.rtcp.packets)", "errors": "\(record.rtp.errors)",
            "lost": "\(record.lostPackets)",
        ]
        if let mos = record.averageMOSTimesTen { metadata["mos"] = "\(Double(mos) / 10)" }
        if let lowest = record.lowestMOSTimesTen {
            metadata["mos_lowest"] = "\(Double(lowest) / 10)"
        }
        if let text = record.metadata { metadata["metadata"] = "\(text)" }
        return metadata
    }

    /// Tells whoever asked for it that a session ended by itself.
    private func notify(_ record: CallRecord) {
        for text in [config.notice.url, record.noticeTarget].compactMap(\.self) {
            guard let target = NoticeTarget(text) else {
                logger.warning(
                    "a notice has no usable target",
                    metadata: ["call": "\(record.callID)", "target": "\(text)"])
                continue
            }
            notices.post(record.notice, to: target, software: config.software)
        }
    }
}
