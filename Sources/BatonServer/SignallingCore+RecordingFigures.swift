import BatonBase
import BatonMedia
import BatonNG
import BatonRecord

// What query and the API say of a session's recording and forwarding.
extension SignallingCore {
    /// What is known of a session's recording and forwarding; `nil` when there is neither.
    func copyDetail(of record: SessionRecord) -> SessionCopyDetail? {
        guard let copies = record.copies else { return nil }
        let known = recorder?.figures(ofCall: copies.tap) ?? CallRecordingFigures()
        return SessionCopyDetail(
            isRecording: record.recording != nil, isPaused: record.recording?.isPaused ?? false,
            isForwarding: copies.forwarded != .none, files: record.recording?.files ?? [],
            packets: known.packets, writtenBytes: known.writtenBytes, lostBytes: known.lostBytes,
            unrecordedPackets: UInt64(clamping: unrecordedPackets(of: record)),
            streams: known.forwarded.map {
                SessionCopyDetail.Stream(
                    tag: $0.tag, isConnected: $0.isConnected, sentBytes: $0.sentBytes,
                    droppedFrames: $0.droppedFrames)
            })
    }

    /// What `query` says of a session's recording and forwarding.
    func recordingFigures(of record: SessionRecord) -> NGDictionary? {
        guard let detail = copyDetail(of: record) else { return nil }
        return [
            .callRecording: .flag(detail.isRecording), .isPaused: .flag(detail.isPaused),
            .forwarding: .flag(detail.isForwarding),
            .files: .list(detail.files.map { .text($0) }),
            .packets: .number(detail.packets),
            .bytesWritten: .number(detail.writtenBytes),
            .bytesLost: .number(detail.lostBytes),
            .unrecordedPackets: .number(detail.unrecordedPackets),
            .streams: .list(detail.streams.map(NGValue.stream)),
        ]
    }

    /// What `query` says of a party's recording and forwarding.
    func recordingFigures(of party: Party, in record: SessionRecord) -> NGValue? {
        guard record.copies != nil else { return nil }
        let isExcluded = record.unrecorded.contains(party.id)
        let isForwarded = record.session.tap?.forwards(party.id) ?? false
        return [.excluded: .flag(isExcluded), .forwarding: .flag(isForwarded)]
    }
}

extension NGValue {
    /// The counts of a line's audio on its way to a listener.
    fileprivate static func stream(_ stream: SessionCopyDetail.Stream) -> NGValue {
        [
            .tag: .text(stream.tag ?? ""), .connected: .flag(stream.isConnected),
            .bytesSent: .number(stream.sentBytes), .framesDropped: .number(stream.droppedFrames),
        ]
    }

    /// 1 or 0.
    fileprivate static func flag(_ value: Bool) -> NGValue { .number(value ? 1 : 0) }
}
