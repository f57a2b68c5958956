import BatonBase
import BatonMedia
import BatonNG
public import BatonRecord

// What query and the API say of a session's recording and forwarding.
extension SignallingCore {
    /// What is known of a session's recording and forwarding; `nil` when there is neither.
    func copyDetail(of record: SessionRecord) -> SessionCopyDetail? {
        guard let copies = record.copies else { return nil }
        let known = recorder?.figures(ofCall: copies.tap) ?? CallRecordingFigures()
        return SessionCopyDetail(
            isRecording: record.recording != nil, isPaused: record.recording?.isPaused ?? false,
            isForwarding: copies.forwarded != .none, files: record.recording?.files ?? [],
            figures: known, unrecordedPackets: UInt64(clamping: unrecordedPackets(of: record)))
    }

    /// What `query` says of a session's recording and forwarding.
    func recordingFigures(of record: SessionRecord) -> NGDictionary? {
        guard let detail = copyDetail(of: record) else { return nil }
        return [
            .callRecording: .flag(detail.isRecording), .isPaused: .flag(detail.isPaused),
            .forwarding: .flag(detail.isForwarding),
            .files: .list(detail.files.map { .text($0) }),
            .packets: .number(detail.figures.packets),
            .bytesWritten: .number(detail.figures.writtenBytes),
            .bytesLost: .number(detail.figures.lostBytes),
            .unrecordedPackets: .number(detail.unrecordedPackets),
            .streams: .list(detail.figures.forwarded.map(NGValue.stream)),
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

/// What is known of a session's recording and forwarding.
public struct SessionCopyDetail: Hashable, Sendable {
    /// Whether it is recorded.
    public var isRecording: Bool
    /// Whether the recording pauses.
    public var isPaused: Bool
    /// Whether audio is sent to a listener.
    public var isForwarding: Bool
    /// The recording's files, the metadata last.
    public var files: [String]
    /// Counts.
    public var figures: CallRecordingFigures
    /// Packets that found no room on their way to the recorder.
    public var unrecordedPackets: UInt64
}

extension NGValue {
    /// The counts of a line's audio on its way to a listener.
    fileprivate static func stream(_ stream: ForwardedStreamFigures) -> NGValue {
        [
            .tag: .text(stream.tag ?? ""), .connected: .flag(stream.isConnected),
            .bytesSent: .number(stream.sentBytes), .framesDropped: .number(stream.droppedFrames),
        ]
    }

    /// 1 or 0.
    fileprivate static func flag(_ value: Bool) -> NGValue { .number(value ? 1 : 0) }
}
