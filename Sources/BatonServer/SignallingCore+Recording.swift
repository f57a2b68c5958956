public import BatonBase
import BatonConfig
import BatonIO
import BatonMedia
import BatonMediaFile
import BatonNG
public import BatonRecord

// start, stop and pause recording, and what offers say of it (N10).
extension SignallingCore {
    /// Executes a command about recording, for the parties at these indices of the session.
    func record(
        _ command: NGMediaCommand, _ request: NGRequest, _ parties: [Int],
        of record: SessionRecord, at now: Instant
    ) throws(NGError) -> NGReply {
        var reply = NGReply.ok(warning: request.warning)
        let isPause =
            command == .pauseRecording || request.mediaFlags.contains(.pauseRecording)
        switch command {
        case .startRecording:
            let chosen = request.party == nil ? nil : parties
            try startRecording(of: record, request, chosen, at: now)
            addRecordings(of: record, to: &reply)
            if record.session.isTapUnreadable { reply.addWarning(Self.unreadable) }
        case _ where record.recording == nil:
            reply.addWarning("the call is not recorded")
        case _ where isPause:
            pauseRecording(of: record, at: now)
        default:
            endRecording(
                of: record, discards: request.mediaFlags.contains(.discardRecording), at: now)
        }
        return reply
    }

    /// What an offer or answer changes: it may begin or end the recording, and brings new parties,
    /// codecs and ports.
    func followRecording(
        of record: SessionRecord, _ request: NGRequest, _ reply: inout NGReply, at now: Instant
    ) {
        exclude(request, of: record)
        if request.recordCall == true, record.recording == nil {
            do throws(NGError) {
                try startRecording(of: record, request, nil, at: now)
            } catch {
                reply.addWarning(
                    "not recorded: \(error.reason.rawValue): \(error.detail ?? "")")
            }
        } else if request.recordCall == false {
            endRecording(of: record, discards: false, at: now)
        } else if let recording = record.recording {
            tap(record)
            recorder?.update(
                recording.number, lines: recordedLines(of: record),
                metadata: recordingMetadata(of: record))
        }
        addRecordings(of: record, to: &reply)
    }

    /// Ends a session's recording, if there is one.
    func endRecording(of record: SessionRecord, discards: Bool, at now: Instant) {
        guard let recording = record.recording else { return }
        recorder?.update(
            recording.number, lines: recordedLines(of: record),
            metadata: recordingMetadata(of: record))
        record.recording = nil
        plane.submit(record.session.setTap(nil), worker: record.worker)
        recorder?.end(recording.number, at: now, discards: discards)
    }

    /// The recorder says what has become of a recording.
    public func note(_ event: RecordingEvent, at now: Instant) {
        switch event.kind {
        case .failed(let reason):
            emit(.recordingFailed(reason: reason), callID: event.callID, at: now)
        case .finished:
            emit(
                .recordingEnded(files: event.files, packets: event.packets), callID: event.callID,
                at: now)
        case .discarded:
            emit(.recordingEnded(files: [], packets: 0), callID: event.callID, at: now)
        }
    }

    /// What `query` says of a session's recording.
    func recordingFigures(of record: SessionRecord) -> NGDictionary? {
        guard let recording = record.recording else { return nil }
        return [
            .callRecording: 1, .isPaused: .number(recording.isPaused ? 1 : 0),
            .files: .list(recording.files.map { .text($0) }),
        ]
    }

    private static var unreadable: String {
        "the parties keep their SRTP keys to themselves, so that nothing can be recorded; use "
            + "record-call in the offer, or send a new offer now"
    }

    private func addRecordings(of record: SessionRecord, to reply: inout NGReply) {
        guard let recording = record.recording else { return }
        reply.body.add(.recordings, .list(recording.files.map { .text($0) }))
    }

    private func exclude(_ request: NGRequest, of record: SessionRecord) {
        guard request.mediaFlags.contains(.excludeRecording) else { return }
        let tag = request.command == .answer ? request.toTag : request.fromTag
        guard let party = tag.flatMap({ record.session.party(tag: $0) }) else { return }
        record.unrecorded.insert(party.id)
    }

    // MARK: - Beginning

    private func startRecording(
        of record: SessionRecord, _ request: NGRequest, _ chosen: [Int]?, at now: Instant
    ) throws(NGError) {
        let parties = chosen.map { Set($0.map { record.session.parties[$0].id }) }
        if let recording = record.recording {
            resume(record, recording, adding: parties, at: now)
            return
        }
        guard let recorder else {
            throw NGError(.recording, detail: "this server has no recorder")
        }
        recordingNumber &+= 1
        let number = recordingNumber
        var target = try RecordingTarget(request.recording, settings.recording)
        target.setValues(
            callID: record.callID, number: number, tag: record.session.parties.first?.tag,
            label: record.session.parties.first?.label, unixMicroseconds: wallMicroseconds(now))
        record.session.setTapSilently(
            SessionTap(recording: number, parties: parties, excluded: record.unrecorded))
        let lines = recordedLines(of: record)
        do throws(NGError) {
            let files = try begin(target, number, record, lines, recorder, at: now)
            record.recording = SessionRecording(number: number, files: files)
            tap(record)
        } catch {
            record.session.setTapSilently(nil)
            throw error
        }
    }

    /// Makes the files; a name that is taken gets a number.
    private func begin(
        _ target: RecordingTarget, _ number: UInt32, _ record: SessionRecord,
        _ lines: [RecordedLine], _ recorder: Recorder, at now: Instant
    ) throws(NGError) -> [String] {
        let name = try target.name()
        for attempt in 1...9 {
            let plan = RecordingPlan(
                number: number, callID: record.callID, folder: target.folder,
                name: attempt == 1 ? name : "\(name)-\(attempt)", formats: target.formats,
                isStereo: settings.recording.channels == .stereo, begin: now,
                unixOriginNanoseconds: wallClockOriginMicroseconds &* 1_000,
                metadata: recordingMetadata(of: record))
            do throws(SystemError) {
                return try recorder.begin(plan, lines: lines)
            } catch {
                guard error.isAlreadyThere, attempt < 9, !target.isNameFixed else {
                    throw NGError(.recording, detail: RecordingTarget.advice(error))
                }
            }
        }
        return []
    }

    private func resume(
        _ record: SessionRecord, _ recording: SessionRecording, adding parties: Set<PartyID>?,
        at now: Instant
    ) {
        if recording.isPaused {
            record.recording?.isPaused = false
            recorder?.resume(recording.number, at: now)
        }
        if var tap = record.session.tap {
            tap.parties = parties.flatMap { new in tap.parties.map { $0.union(new) } }
            record.session.setTapSilently(tap)
        }
        tap(record)
        recorder?.update(
            recording.number, lines: recordedLines(of: record),
            metadata: recordingMetadata(of: record))
    }

    private func pauseRecording(of record: SessionRecord, at now: Instant) {
        guard let recording = record.recording, !recording.isPaused else { return }
        record.recording?.isPaused = true
        recorder?.pause(recording.number, at: now)
    }

    /// Has the worker copy what the session's tap says.
    private func tap(_ record: SessionRecord) {
        guard var tap = record.session.tap else { return }
        tap.excluded = record.unrecorded
        plane.submit(record.session.setTap(tap), worker: record.worker)
    }

    // MARK: - What the recorder is told

    private func recordedLines(of record: SessionRecord) -> [RecordedLine] {
        let caller = record.session.parties.first?.id
        return record.session.tappedStreams.map { stream in
            let party = record.session.party(stream.party)
            return RecordedLine(
                number: stream.number, tag: party?.tag, label: party?.label,
                channel: stream.party == caller ? 0 : 1, isAudio: stream.kind == "audio",
                formats: stream.formats.map {
                    RecordedFormat(
                        payloadType: $0.payloadType, encoding: $0.encoding,
                        clockRateHz: Int($0.clockRateHz), channels: Int($0.channels))
                }, local: stream.local, localControl: stream.localControl)
        }
    }

    private func recordingMetadata(of record: SessionRecord) -> RecordingMetadata {
        var metadata = RecordingMetadata()
        metadata["call-id"] = .text(record.callID)
        metadata["metadata"] = record.session.metadata.map { .text($0) }
        metadata["recorded-by"] = .text(settings.software)
        metadata["unrecorded-packets"] = .integer(unrecordedPackets(of: record))
        return metadata
    }

    /// Packets of the session that found no room on their way to the recorder.
    private func unrecordedPackets(of record: SessionRecord) -> Int64 {
        var sum: UInt64 = 0
        for pair in record.session.portPairs {
            for slot in [pair.rtp.slot, pair.rtcp.slot] {
                sum &+= counters.count(.unrecordedPackets, of: slot, worker: record.worker)
            }
        }
        return Int64(clamping: sum)
    }
}
