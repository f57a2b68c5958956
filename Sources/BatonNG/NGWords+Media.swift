/// The keys about codecs, DTMF, playing and recording, and their words.
extension NGWords {
    /// The keys about media, and about the parties that commands are about.
    static let mediaKeys: [Key] =
        codecKeys + streamKeys + dtmfKeys + playbackKeys + recordingKeys + selectingKeys
        + recordingTargetKeys("recording-") + recordingTargetKeys("output-")

    private static let codecKeys: [Key] = [
        ("codec", { $0.readCodecs($1) }),
        ("extmap", { $0.readExtmap($1) }),
        number("ptime", .ptime) { $0.ptimeMs = $1 > 0 ? $1 : nil },
        number("ptime-reverse", .ptimeReverse) { $0.ptimeReverseMs = $1 > 0 ? $1 : nil },
        number("reverse-ptime", .ptimeReverse) { $0.ptimeReverseMs = $1 > 0 ? $1 : nil },
        ("passthrough", { $0.readSwitch($1, .passthrough) { $0.passthrough = $1 } }),
        ("passthru", { $0.readSwitch($1, .passthrough) { $0.passthrough = $1 } }),
        ("T.38", { $0.forEachWord(of: $1.value) { $0.readT38($1) } }),
        ("T38", { $0.forEachWord(of: $1.value) { $0.readT38($1) } }),
    ]

    private static let streamKeys: [Key] = [
        ("generate-RTCP", { $0.readSwitch($1, .generateRTCP) { $0.generatesRTCP = $1 } }),
        choice("audio-player", audioPlayer, .audioPlayer) { $0.audioPlayer = $1 },
        choice("player", audioPlayer, .audioPlayer) { $0.audioPlayer = $1 },
        number("delay-buffer", .delayBuffer) { $0.delayBufferMs = $1 },
        choice("media-echo", mediaEcho, .mediaEcho) { $0.mediaEcho = $1 },
        ("drop-traffic", { $0.readSwitch($1, .dropTraffic) { $0.dropsTraffic = $1 } }),
    ]

    private static let dtmfKeys: [Key] = [
        ("code", { $0.readDigit($1) }),
        ("digit", { $0.readDigit($1) }),
        number("duration", .playDTMF) { $0.dtmf.durationMs = $1 },
        ("pause", { $0.readPause($1) }),
        (
            "volume",
            { $0.readNumber($1, in: -100...100, .playDTMF) { $0.dtmf.volumeDB = Int($1) } }
        ),
        ("frequency", { $0.readFrequencies($1) }),
        ("frequencies", { $0.readFrequencies($1) }),
        number("DTMF-delay", .dtmfDelay) { $0.dtmf.delayMs = $1 },
        text("DTMF-log-dest", .dtmfLog) { $0.dtmf.logDestination = $1 },
        text("DTMF-log-destination", .dtmfLog) { $0.dtmf.logDestination = $1 },
        choice("DTMF-security", dtmfSecurity, .dtmfSecurity) { $0.dtmf.security = $1 },
        choice("DTMF-security-trigger", dtmfSecurity, .dtmfSecurity) {
            $0.dtmf.securityAtTrigger = $1
        },
        choice("DTMF-security-trigger-end", dtmfSecurity, .dtmfSecurity) {
            $0.dtmf.securityAtTriggerEnd = $1
        },
        text("trigger", .dtmfTrigger) { $0.dtmf.trigger = $1 },
        text("trigger-end", .dtmfTrigger) { $0.dtmf.triggerEnd = $1 },
        text("end-trigger", .dtmfTrigger) { $0.dtmf.triggerEnd = $1 },
        number("trigger-end-time", .dtmfTrigger) { $0.dtmf.triggerEndTimeMs = $1 },
        number("end-trigger-time", .dtmfTrigger) { $0.dtmf.triggerEndTimeMs = $1 },
        number("trigger-end-digits", .dtmfTrigger) { $0.dtmf.triggerEndDigits = $1 },
        number("end-trigger-digits", .dtmfTrigger) { $0.dtmf.triggerEndDigits = $1 },
    ]

    private static let playbackKeys: [Key] = [
        text("file", .playback) { $0.playback.file = $1 },
        (
            "blob",
            { reader, entry in
                guard let bytes = entry.value.scalar, !bytes.isEmpty else { return }
                reader.request.playback.blob = bytes
                reader.note(.playback, entry.key.shortText)
            }
        ),
        ("blob64", { $0.readBlob64($1) }),
        (
            "db-id",
            { $0.readNumber($1, in: 0...Int64.max, .playback) { $0.playback.databaseID = $1 } }
        ),
        number("repeat-times", .playback) { $0.playback.repeatTimes = $1 },
        (
            "repeat-duration",
            {
                $0.readNumber($1, in: -1...Int64(Int32.max), .playback) {
                    $0.playback.repeatDurationMs = $1 < 0 ? nil : $1
                }
            }
        ),
        (
            "start-pos",
            {
                $0.readNumber($1, in: 0...Int64(Int32.max), .playback) {
                    $0.playback.startPositionMs = $1
                }
            }
        ),
    ]

    private static let recordingKeys: [Key] = [
        ("record-call", { $0.readSwitch($1, .recording) { $0.recordCall = $1 } }),
        number("recording-media-slots", .recordingSlots) { $0.recording.mediaSlots = $1 },
        number("recording-media-slot", .recordingSlots) { $0.recording.mediaSlots = $1 },
        number("recording-media-slot-offer", .recordingSlots) { $0.recording.offerSlot = $1 },
        number("recording-media-slot-answer", .recordingSlots) { $0.recording.answerSlot = $1 },
    ]

    private static func recordingTargetKeys(_ prefix: String) -> [Key] {
        let files = ["file", "dest", "destination"].map { name in
            text(prefix + name, .recordingTarget) { $0.recording.file = $1 }
        }
        let paths = ["path", "dir", "directory", "folder"].map { name in
            text(prefix + name, .recordingTarget) { $0.recording.path = $1 }
        }
        let pattern = text(prefix + "pattern", .recordingTarget) { $0.recording.pattern = $1 }
        return files + paths + [pattern]
    }

    private static let selectingKeys: [Key] = [
        ("from-tags", { $0.readFromTags($1) }),
        ("address", { $0.readPartyAddress($1) }),
        ("all", { $0.readAll($1) }),
        text("template", .template) { $0.template = $1 },
    ]

    /// The key whose value is a text.
    private static func text(
        _ key: String, _ feature: NGFeature,
        _ store: @escaping @Sendable (inout NGRequest, String) -> Void
    ) -> Key {
        (key, { $0.readText($1, feature) { store(&$0, $1.text) } })
    }

    /// The key whose value is a number from 0 on, of milliseconds as a rule.
    private static func number(
        _ key: String, _ feature: NGFeature,
        _ store: @escaping @Sendable (inout NGRequest, UInt32) -> Void
    ) -> Key {
        (
            key,
            {
                $0.readNumber($1, in: 0...Int64(Int32.max), feature) {
                    store(&$0, UInt32(clamping: $1))
                }
            }
        )
    }

    /// The key whose value is one of a few words.
    private static func choice<Value: Sendable>(
        _ key: String, _ table: NGWordTable<Value>, _ feature: NGFeature,
        _ store: @escaping @Sendable (inout NGRequest, Value) -> Void
    ) -> Key {
        (key, { $0.readChoice($1, in: table, feature, store) })
    }
}

/// The words of these keys.
extension NGWords {
    /// The values of `audio-player`.
    static let audioPlayer = NGWordTable<NGAudioPlayer>(
        ["on", "yes", "enable", "enabled", "transcode", "transcoding"].map { ($0, .transcoding) }
            + ["force", "forced", "always", "everything"].map { ($0, .always) }
            + ["off", "no", "disable", "disabled"].map { ($0, .off) })

    /// The values of `media-echo`.
    static let mediaEcho = NGWordTable<NGMediaEcho>([
        ("forward", .forward), ("fwd", .forward), ("fw", .forward), ("backward", .backward),
        ("backwards", .backward), ("reverse", .backward), ("back", .backward), ("bkw", .backward),
        ("bk", .backward), ("both", .both), ("blackhole", .blackhole), ("sinkhole", .blackhole),
    ])

    /// The values of `DTMF-security` and its triggers.
    static let dtmfSecurity = NGWordTable<NGDTMFSecurity>([
        ("off", .off), ("drop", .drop), ("silence", .silence), ("tone", .tone),
        ("random", .random), ("zero", .zero), ("DTMF", .dtmf),
    ])
}
