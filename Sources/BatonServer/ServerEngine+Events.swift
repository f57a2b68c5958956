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
        let line: EventLine
        switch event.kind {
        case .ended(let record): line = EventLine(.info, "session ended", metadata(of: record))
        case .dtmf(let notice): line = EventLine(.debug, "key pressed", metadata(of: notice))
        default: line = EventLine(event.kind)
        }
        var metadata = line.metadata
        metadata["call"] = "\(event.callID)"
        logger.log(level: line.level, line.text, metadata: metadata)
    }

    /// Which key it was is kept out of the log, unless it was asked for: it may be a digit of a
    /// card's number.
    private func metadata(of notice: DTMFNotice) -> Logger.Metadata {
        var metadata: Logger.Metadata = [
            "tag": "\(notice.tag ?? "")",
            "duration_ms": "\(notice.digit.durationMilliseconds)",
        ]
        if config.log.dtmf { metadata["digit"] = "\(notice.digit.character)" }
        return metadata
    }

    /// Tells of a key by a datagram, if somebody wants to know.
    private func send(_ notice: DTMFNotice, of event: ServerEvent) {
        guard let destination = notice.destination ?? config.notice.dtmfDestination else { return }
        let datagram = notice.datagram(
            callID: event.callID, timeMicroseconds: event.timeMicroseconds)
        dtmfSender.send(datagram, to: destination)
    }

    /// The call's one line (CDR).
    private func metadata(of record: CallRecord) -> Logger.Metadata {
        var metadata: Logger.Metadata = [
            "reason": "\(record.reason.rawValue)",
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
