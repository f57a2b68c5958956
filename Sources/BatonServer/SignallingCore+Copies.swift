import BatonBase
import BatonMedia
import BatonMediaFile
import BatonRecord

// What workers copy of a session's packets, and what the recorder knows of it (N10).
extension SignallingCore {
    /// A number for what begins to be copied.
    func newCopies() -> SessionCopies {
        tapNumber &+= 1
        return SessionCopies(tap: tapNumber)
    }

    /// Has the worker copy what is to be copied now, and tells the recorder.
    func copy(of record: SessionRecord, at now: Instant) {
        guard let copies = record.copies else { return }
        setTap(copies, of: record)
        plane.submit(record.session.setTap(record.session.tap), worker: record.worker)
        recorder?.update(copies.tap, lines: recordedLines(of: record), at: now)
        if let recording = record.recording {
            recorder?.update(recording.number, metadata: recordingMetadata(of: record))
        }
        if copies.isEmpty { record.copies = nil }
    }

    /// Ends everything that takes copies of a session's packets.
    func endCopies(of record: SessionRecord, at now: Instant) {
        endRecording(of: record, discards: false, at: now)
        record.copies?.forwarded = .none
        copy(of: record, at: now)
    }

    /// Sets the session's tap without telling the worker yet.
    func setTap(_ copies: SessionCopies, of record: SessionRecord) {
        let tap = SessionTap(
            recording: copies.tap, recorded: copies.recorded, forwarded: copies.forwarded,
            excluded: record.unrecorded)
        record.session.setTapSilently(copies.isEmpty ? nil : tap)
    }

    /// The lines whose packets are copied.
    func recordedLines(of record: SessionRecord) -> [RecordedLine] {
        let caller = record.session.parties.first?.id
        let tap = record.session.tap
        return record.session.tappedStreams.map { stream in
            let party = record.session.party(stream.party)
            return RecordedLine(
                number: stream.number, tag: party?.tag, label: party?.label,
                channel: stream.party == caller ? 0 : 1, isAudio: stream.kind == "audio",
                formats: stream.formats.map {
                    RecordedFormat(
                        payloadType: $0.payloadType, encoding: $0.encoding,
                        clockRateHz: Int($0.clockRateHz), channels: Int($0.channels))
                }, local: stream.local, localControl: stream.localControl,
                isRecorded: tap?.records(stream.party) ?? false,
                isForwarded: tap?.forwards(stream.party) ?? false)
        }
    }

    /// What stands in a recording's metadata beside what the recorder knows.
    func recordingMetadata(of record: SessionRecord) -> RecordingMetadata {
        var metadata = RecordingMetadata()
        metadata["call-id"] = .text(record.callID)
        metadata["metadata"] = record.session.metadata.map { .text($0) }
        metadata["recorded-by"] = .text(settings.software)
        metadata["unrecorded-packets"] = .integer(unrecordedPackets(of: record))
        return metadata
    }

    /// Packets of the session that found no room on their way to the recorder.
    func unrecordedPackets(of record: SessionRecord) -> Int64 {
        var sum: UInt64 = 0
        for pair in record.session.streamPairs {
            for slot in [pair.rtp.slot, pair.rtcp.slot] {
                sum &+= counters.count(.unrecordedPackets, of: slot, worker: record.worker)
            }
        }
        return Int64(clamping: sum)
    }
}
