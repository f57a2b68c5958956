extension NGWords {
    /// What a word of `flags` means.
    enum FlagMeaning: Sendable {
        /// It is acted on.
        case effective(NGFlags)
        /// It asks for what is so anyway, or for nothing.
        case silent
        /// It is known and does nothing yet.
        case ineffective
        /// It is remembered, and does nothing yet.
        case ineffectiveFlag(NGFlags)
        /// It is a part of a transport.
        case transport(NGTransportWords.Word)
        /// It is the shorthand of `direction=` with its own name.
        case direction
        /// It asks for recording.
        case recordCall
    }

    /// The words of `flags`.
    static let flags = NGWordTable<FlagMeaning>(
        effectiveFlags + laterFlags + silentFlags.map { ($0, .silent) }
            + ineffectiveFlags.map { ($0, .ineffective) } + transportFlags)

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

    private static let laterFlags: [(String, FlagMeaning)] = [
        ("fragment", .ineffectiveFlag(.fragment)),
        ("NAT-wait", .ineffectiveFlag(.natWait)),
        ("no-port-latching", .ineffectiveFlag(.noPortLatching)),
        ("inactive", .ineffectiveFlag(.inactive)),
        ("directional", .ineffectiveFlag(.directional)),
        ("all", .ineffectiveFlag(.all)),
        ("provisional", .ineffectiveFlag(.provisional)),
        ("debug", .ineffectiveFlag(.debug)),
        ("record-call", .recordCall),
    ]

    /// `force` … `repacketize` are in many configurations and no relay of today acts on them. The
    /// others ask for what a plain relay does anyway.
    private static let silentFlags = [
        "force", "symmetric", "session-connection", "auto-bridge", "repacketize",
        "no-redis-update", "exclude-recording", "discard-recording", "skip-recording-db",
        "passthrough", "no-passthrough", "no-tls-id", "no-jitter-buffer", "no-audio-player",
        "allow-asymmetric-codecs", "asymmetric-codecs", "allow-no-codec-media", "ICE-reject",
    ]

    private static let ineffectiveFlags = [
        "allow-transcoding", "force-transcoding", "always-transcode", "symmetric-codecs",
        "audio-player", "bidirectional", "block-dtmf", "block-egress", "block-short",
        "detect-DTMF", "early-media", "egress", "generate-RTCP", "inject-DTMF", "mirror-RTCP",
        "mix", "no-codec-renegotiation", "reuse-codecs", "pad-crypto", "pause",
        "recording-vsc", "recording-announcement", "recrypt", "reorder-codecs", "single-codec",
        "SIPREC", "static-codecs", "strip-extmap", "trickle-ICE", "unsubscribe", "WebRTC", "OSRTP",
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
            ("OSRTP-", { $0.request.ineffective.insert("OSRTP-\($1)") }),
            ("replace-", { $0.read(.init(key: "replace", value: .string($1))) }),
            ("rtcp-mux-", { $0.read(.init(key: "rtcp-mux", value: .string($1))) }),
            ("BUNDLE-", { $0.request.ineffective.insert("BUNDLE-\($1)") }),
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
