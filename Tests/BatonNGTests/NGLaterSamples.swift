@testable import BatonNG

/// What each feature looks like on the wire, and how a warning names it while the feature is
/// not there.
struct NGLaterSample: Sendable {
    let feature: NGFeature
    let keys: NGDictionary
    /// The name in the warning.
    let name: String

    init(_ feature: NGFeature, _ keys: NGDictionary, _ name: String) {
        self.feature = feature
        self.keys = keys
        self.name = name
    }

    /// A key that is named with its value.
    static func key(_ feature: NGFeature, _ key: String, _ value: String) -> Self {
        .init(feature, [NGBytes(key): .text(value)], "\(key)=\(value)")
    }

    /// Flags that are named as they are written.
    static func flags(_ feature: NGFeature, _ words: String...) -> [Self] {
        words.map { .init(feature, ["flags": [.text($0)]], $0) }
    }

    /// All of them: at least one for each feature.
    static let all: [Self] = security + codecs + media + dtmf + recording + playing + others
}

extension NGLaterSample {
    private static let security: [Self] =
        [
            key(.ice, "ICE", "optional"), key(.ice, "ICE", "force"),
            key(.ice, "ICE", "force_relay"), key(.iceLite, "ICE-lite", "both"),
            key(.dtls, "DTLS", "passive"), key(.dtls, "DTLS", "active"),
            key(.dtlsReverse, "DTLS reverse", "active"),
            key(.dtlsFingerprint, "DTLS-fingerprint", "SHA-256"),
            .init(.sdes, ["SDES": ["pad"]], "SDES-pad"),
            .init(.osrtp, ["OSRTP": ["accept"]], "OSRTP-accept"),
            .init(.secureTransport, ["transport-protocol": "SRTP"], "RTP/SAVP"),
            .init(.secureTransport, ["flags": ["SRTP", "AVPF"]], "RTP/SAVPF"),
            .init(.bundle, ["bundle": ["accept"]], "BUNDLE-accept"),
        ]
        + flags(.trickleICE, "trickle-ICE", "trickle ICE") + flags(.fragment, "fragment")
        + flags(.iceReject, "ICE-reject", "reject-ICE") + flags(.tlsID, "no-tls-id")
        + flags(
            .sdes, "SDES-UNENCRYPTED_srtp", "SDES-authenticated_srtp",
            "SDES-only-AES_CM_128_HMAC_SHA1_80", "SDES-order:A;B", "SDES-offerer_pref:A")
        + flags(.padCrypto, "pad-crypto") + flags(.osrtp, "OSRTP-offer", "OSRTP-accept-RFC")
        + flags(.osrtp, "OSRTP-accept-legacy") + flags(.osrtpOfferLegacy, "OSRTP-offer-legacy")
        + flags(.secureTransport, "RTP/SAVP", "UDP/TLS/RTP/SAVPF") + flags(.recrypt, "recrypt")
        + flags(.webRTC, "WebRTC") + flags(.bundle, "BUNDLE-offer", "BUNDLE-require")

    private static let codecs: [Self] =
        NGCodecOptions.Operation.allCases.flatMap { operation in
            let name = "codec-\(operation.rawValue)"
            return [
                Self(operation.feature, ["codec": [NGBytes(operation.rawValue): "all"]], name),
                Self(operation.feature, ["flags": [.text("\(name)-PCMU")]], name),
                Self(operation.feature, ["rtpp-flags": .text("\(name)=PCMU")], name),
            ]
        }
        + flags(.allowTranscoding, "allow-transcoding")
        + flags(.forceTranscoding, "force-transcoding")
        + flags(.alwaysTranscode, "always-transcode", "always transcode")
        + flags(.singleCodec, "single-codec") + flags(.reorderCodecs, "reorder-codecs")
        + flags(.staticCodecs, "static-codecs") + flags(.symmetricCodecs, "symmetric-codecs")
        + flags(.asymmetricCodecs, "asymmetric-codecs", "allow-asymmetric-codecs")
        + flags(.reuseCodecs, "reuse-codecs", "no-codec-renegotiation")
        + flags(.noCodecMedia, "allow-no-codec-media", "allow-empty-codec-media")
        + flags(.extmap, "strip-extmap") + flags(.plainRelay, "passthrough", "no-passthrough")
        + [
            .init(.codecTranscode, ["flags": ["transcode-PCMU"]], "transcode"),
            key(.passthrough, "passthrough", "on"), key(.passthrough, "passthru", "on"),
            .init(.extmap, ["extmap": ["strip": ["urn:a"]]], "extmap-strip"),
            .init(.extmap, ["extmap": ["mask": "all"]], "extmap-mask"),
            key(.ptime, "ptime", "20"), key(.ptimeReverse, "ptime-reverse", "30"),
            key(.ptimeReverse, "reverse ptime", "30"),
        ]

    private static let media: [Self] =
        [
            key(.generateRTCP, "generate-RTCP", "on"), key(.audioPlayer, "audio-player", "force"),
            key(.audioPlayer, "player", "yes"), key(.delayBuffer, "delay-buffer", "40"),
            key(.mediaEcho, "media-echo", "backwards"), key(.dropTraffic, "drop-traffic", "start"),
        ]
        + flags(.mirrorRTCP, "mirror-RTCP", "RTCP-mirror")
        + flags(.jitterBuffer, "no-jitter-buffer") + flags(.audioPlayer, "audio-player", "player")
        + flags(.plainRelay, "no-audio-player") + flags(.earlyMedia, "early-media")
        + flags(.blockShort, "block-short", "block-shorts") + flags(.mix, "mix", "mixed")

    private static let dtmf: [Self] =
        [
            key(.dtmfDelay, "DTMF-delay", "100"), key(.dtmfLog, "DTMF-log-dest", "192.0.2.1:99"),
            key(.dtmfSecurity, "DTMF-security", "tone"),
            key(.dtmfSecurity, "DTMF-security-trigger", "drop"),
            key(.dtmfSecurity, "DTMF-security-trigger-end", "zero"),
            .init(.dtmfSecurity, ["frequency": 440], "frequency"),
            .init(.dtmfSecurity, ["frequencies": [440, "880"]], "frequencies"),
            key(.dtmfTrigger, "trigger", "123"), key(.dtmfTrigger, "trigger-end", "#"),
            key(.dtmfTrigger, "trigger-end-time", "2000"),
            key(.dtmfTrigger, "trigger-end-digits", "4"),
            key(.playDTMF, "code", "11"), key(.playDTMF, "digit", "#"),
            key(.playDTMF, "duration", "250"), key(.playDTMF, "volume", "-8"),
            key(.playDTMF, "pause", "100"),
        ]
        + flags(.detectDTMF, "detect-DTMF") + flags(.injectDTMF, "inject-DTMF")
        + flags(.blockDTMF, "block-dtmf")

    private static let recording: [Self] =
        ["recording-", "output-"].flatMap { prefix in
            ["file", "dest", "path", "dir", "pattern"].map {
                key(.recordingTarget, prefix + $0, "x")
            }
        }
        + ["slot", "slots", "slot-offer", "slot-answer"].map {
            key(.recordingSlots, "recording-media-\($0)", "1")
        }
        + [key(.recording, "record-call", "yes"), key(.pauseRecording, "pause", "yes")]
        + flags(.recording, "record-call") + flags(.pauseRecording, "pause")
        + flags(.recordingAnnouncement, "recording-announcement")
        + flags(.recordingCodes, "recording-vsc") + flags(.egress, "egress")
        + flags(.blockEgress, "block-egress") + flags(.bidirectional, "bidirectional")
        + flags(.excludeRecording, "exclude-recording")
        + flags(.discardRecording, "discard-recording")
        + flags(.recordingDatabase, "skip-recording-db")

    private static let playing: [Self] = [
        key(.playback, "file", "a.wav"), .init(.playback, ["blob": "RIFF"], "blob"),
        .init(.playback, ["blob64": "UklGRg=="], "blob64"), key(.playback, "db-id", "7"),
        key(.playback, "repeat-times", "3"), key(.playback, "repeat-duration", "1000"),
        key(.playback, "start-pos", "500"),
    ]

    private static let others: [Self] =
        [
            .init(.fromTags, ["from-tags": ["a", "b"]], "from-tags"),
            .init(.fromTags, ["flags": ["from-tags-x"]], "from-tags"),
            key(.otherFlows, "all", "except-offer-answer"),
            .init(.t38, ["T.38": ["force"]], "T.38-force"),
            .init(.t38, ["flags": ["T38-decode"]], "T.38-decode"),
            key(.template, "template", "x"),
        ]
        + flags(.otherFlows, "all=not-offer-answer") + flags(.directional, "directional")
        + flags(.inactive, "inactive") + flags(.natWait, "NAT-wait")
        + flags(.noPortLatching, "no-port-latching") + flags(.provisional, "provisional")
        + flags(.debug, "debug") + flags(.t38, "T.38-decode")
}
