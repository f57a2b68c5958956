extension NGWords {
    /// What a word of `flags` means.
    enum FlagMeaning: Sendable {
        /// It is acted on.
        case effective(NGFlags)
        /// It asks for what is so anyway, or for nothing.
        case silent
        /// It is known by name alone and does nothing yet.
        case ineffective
        /// It is remembered, and asks for this.
        case flag(NGFlags, NGFeature)
        /// It is remembered among the flags about media, and asks for this.
        case mediaFlag(NGMediaFlags, NGFeature)
        /// It is a part of a transport.
        case transport(NGTransportWords.Word)
        /// It is the shorthand of `direction=` with its own name.
        case direction
        /// It asks for this, and this is how it is remembered.
        case handled(NGFeature, @Sendable (inout NGRequestReader) -> Void)
    }

    /// The words of `flags`.
    static let flags = NGWordTable<FlagMeaning>(
        effectiveFlags + featureFlags + codecFlags + mediaFlags + recordingFlags
            + silentFlags.map { ($0, .silent) } + NGLater.flags.map { ($0, .ineffective) }
            + transportFlags)

    private static let effectiveFlags: [(String, FlagMeaning)] = [
        ("trust-address", .effective(.trustAddress)),
        ("SIP-source-address", .effective(.sipSourceAddress)),
        ("asymmetric", .effective(.asymmetric)),
        ("unidirectional", .effective(.unidirectional)),
        ("strict-source", .effective(.strictSource)),
        ("media-handover", .effective(.mediaHandover)),
        ("learn-from-any-address", .effective(.learnFromAnyAddress)),
        ("port-latching", .effective(.portLatching)),
        ("pierce-NAT", .effective(.pierceNAT)),
        ("loop-protect", .effective(.loopProtect)),
        ("original-sendrecv", .effective(.originalSendrecv)),
        ("generate-mid", .effective(.generateMid)),
        ("no-rtcp-attribute", .effective(.noRTCPAttribute)),
        ("full-rtcp-attribute", .effective(.fullRTCPAttribute)),
        ("fast", .effective(.fast)),
        ("fatal", .effective(.fatal)),
        ("to-tag", .effective(.honourToTag)),
        ("new-branch", .effective(.newBranch)),
        ("reset", .effective(.reset)),
        ("internal", .direction),
        ("external", .direction),
    ]

    private static let featureFlags: [(String, FlagMeaning)] = [
        ("fragment", .flag(.fragment, .fragment)),
        ("NAT-wait", .flag(.natWait, .natWait)),
        ("no-port-latching", .flag(.noPortLatching, .noPortLatching)),
        ("inactive", .flag(.inactive, .inactive)),
        ("directional", .flag(.directional, .directional)),
        ("all", .effective(.all)),
        ("provisional", .flag(.provisional, .provisional)),
        ("debug", .flag(.debug, .debug)),
        ("debugging", .flag(.debug, .debug)),
        ("ICE-reject", .mediaFlag(.iceReject, .iceReject)),
        ("reject-ICE", .mediaFlag(.iceReject, .iceReject)),
        ("trickle-ICE", .mediaFlag(.trickleICE, .trickleICE)),
        ("no-tls-id", .mediaFlag(.noTLSID, .tlsID)),
        ("recrypt", .mediaFlag(.recrypt, .recrypt)),
        ("WebRTC", .mediaFlag(.webRTC, .webRTC)),
        ("pad-crypto", .handled(.padCrypto) { $0.request.sdes.padsKeys = true }),
    ]

    private static let codecFlags: [(String, FlagMeaning)] = [
        ("allow-transcoding", .mediaFlag(.allowTranscoding, .allowTranscoding)),
        ("force-transcoding", .mediaFlag(.forceTranscoding, .forceTranscoding)),
        (
            "always-transcode",
            .handled(.alwaysTranscode) {
                $0.request.codecs.codecs[.accept, default: []].append(NGCodec("all"))
            }
        ),
        ("single-codec", .mediaFlag(.singleCodec, .singleCodec)),
        ("reorder-codecs", .mediaFlag(.reorderCodecs, .reorderCodecs)),
        ("static-codecs", .mediaFlag(.staticCodecs, .staticCodecs)),
        ("static-codec", .mediaFlag(.staticCodecs, .staticCodecs)),
        ("symmetric-codecs", .mediaFlag(.symmetricCodecs, .symmetricCodecs)),
        ("allow-asymmetric-codecs", .mediaFlag(.allowAsymmetricCodecs, .asymmetricCodecs)),
        ("allow-asymmetric-codec", .mediaFlag(.allowAsymmetricCodecs, .asymmetricCodecs)),
        ("asymmetric-codecs", .mediaFlag(.allowAsymmetricCodecs, .asymmetricCodecs)),
        ("no-codec-renegotiation", .mediaFlag(.reuseCodecs, .reuseCodecs)),
        ("reuse-codecs", .mediaFlag(.reuseCodecs, .reuseCodecs)),
        ("allow-no-codec-media", .mediaFlag(.allowNoCodecMedia, .noCodecMedia)),
        ("allow-no-codec-medias", .mediaFlag(.allowNoCodecMedia, .noCodecMedia)),
        ("allow-empty-codec-media", .mediaFlag(.allowNoCodecMedia, .noCodecMedia)),
        ("allow-empty-codec-medias", .mediaFlag(.allowNoCodecMedia, .noCodecMedia)),
        ("strip-extmap", .handled(.extmap) { $0.request.extmap.strip.append("all") }),
    ]

    private static let mediaFlags: [(String, FlagMeaning)] = [
        ("generate-RTCP", .handled(.generateRTCP) { $0.request.generatesRTCP = true }),
        ("mirror-RTCP", .mediaFlag(.mirrorRTCP, .mirrorRTCP)),
        ("RTCP-mirror", .mediaFlag(.mirrorRTCP, .mirrorRTCP)),
        ("no-jitter-buffer", .mediaFlag(.noJitterBuffer, .jitterBuffer)),
        ("audio-player", .handled(.audioPlayer) { $0.request.audioPlayer = .transcoding }),
        ("player", .handled(.audioPlayer) { $0.request.audioPlayer = .transcoding }),
        ("early-media", .mediaFlag(.earlyMedia, .earlyMedia)),
        ("block-short", .mediaFlag(.blockShort, .blockShort)),
        ("block-shorts", .mediaFlag(.blockShort, .blockShort)),
        ("block-short-packets", .mediaFlag(.blockShort, .blockShort)),
        ("mix", .mediaFlag(.mix, .mix)),
        ("mixed", .mediaFlag(.mix, .mix)),
        ("inject-DTMF", .mediaFlag(.injectDTMF, .injectDTMF)),
        ("detect-DTMF", .mediaFlag(.detectDTMF, .detectDTMF)),
        ("block-DTMF", .mediaFlag(.blockDTMF, .blockDTMF)),
    ]

    private static let recordingFlags: [(String, FlagMeaning)] = [
        ("record-call", .handled(.recording) { $0.request.recordCall = true }),
        ("egress", .mediaFlag(.egress, .egress)),
        ("block-egress", .mediaFlag(.blockEgress, .blockEgress)),
        ("exclude-recording", .mediaFlag(.excludeRecording, .excludeRecording)),
        ("discard-recording", .mediaFlag(.discardRecording, .discardRecording)),
        ("skip-recording-db", .mediaFlag(.skipRecordingDatabase, .recordingDatabase)),
        ("skip-recording-database", .mediaFlag(.skipRecordingDatabase, .recordingDatabase)),
        ("recording-announcement", .mediaFlag(.recordingAnnouncement, .recordingAnnouncement)),
        ("recording-vsc", .mediaFlag(.recordingCodes, .recordingCodes)),
        ("pause", .mediaFlag(.pauseRecording, .pauseRecording)),
        ("bidirectional", .mediaFlag(.bidirectional, .bidirectional)),
        ("passthrough", .handled(.plainRelay) { $0.request.passthrough = true }),
        ("no-passthrough", .handled(.plainRelay) { $0.request.passthrough = false }),
        ("no-audio-player", .handled(.plainRelay) { $0.request.audioPlayer = .off }),
        ("no-player", .handled(.plainRelay) { $0.request.audioPlayer = .off }),
    ]

    /// They are in many configurations and no relay of today acts on them.
    private static let silentFlags = [
        "force", "symmetric", "session-connection", "auto-bridge", "repacketize",
        "no-redis-update",
    ]

    private static let transportFlags: [(String, FlagMeaning)] =
        [
            ("RTP", .transport(.plain)), ("SRTP", .transport(.secure)),
            ("DTLS", .transport(.dtls)), ("AVP", .transport(.noFeedback)),
            ("AVPF", .transport(.feedback)), ("SAVP", .transport(.whole(.rtpSAVP))),
            ("SAVPF", .transport(.whole(.rtpSAVPF))),
        ] + NGTransport.allCases.map { ($0.rawValue, .transport(.whole($0))) }

    /// A prefix of flags and what becomes of the rest.
    typealias Prefix = (prefix: NGBytes, handler: NGRequestReader.PrefixHandler)

    /// The prefixes of flags with a value in them, by their first letter in lower case.
    static let prefixes = Dictionary(
        grouping: fixedPrefixes + NGCodecOptions.Operation.allCases.map(codecPrefix)
    ) { $0.prefix.first.map(NGWordTable<Bool>.folded) ?? 0 }

    private static let fixedPrefixes: [Prefix] =
        [
            (
                "endpoint-learning-",
                { $0.read(.init(key: "endpoint-learning", value: .string($1))) }
            ),
            ("from-tags-", { $0.read(.init(key: "from-tags", value: .string($1))) }),
            ("OSRTP-", { $0.readOSRTP($1) }),
            ("replace-", { $0.read(.init(key: "replace", value: .string($1))) }),
            ("rtcp-mux-", { $0.read(.init(key: "rtcp-mux", value: .string($1))) }),
            ("BUNDLE-", { $0.readBundle($1) }),
            ("transcode-", { $0.readCodec(.transcode, $1, name: "transcode") }),
            ("SDES-", { $0.readSDES($1) }),
            ("sdp-attr-", { $0.readAttributeFlag($1) }),
            ("T38-", { $0.readT38($1) }),
            ("T.38-", { $0.readT38($1) }),
        ]

    private static func codecPrefix(
        _ operation: NGCodecOptions.Operation
    ) -> Prefix {
        let name = "codec-\(operation.rawValue)"
        return (NGBytes(name + "-"), { $0.readCodec(operation, $1, name: name) })
    }
}
