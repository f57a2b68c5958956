import BatonBase

/// The words of the protocol. Keys are in NGWords+Keys.swift, flags in NGWords+Flags.swift.
enum NGWords {
    /// The values of `command`.
    static let commands = NGWordTable<NGCommand>(
        [
            ("ping", .ping), ("offer", .offer), ("answer", .answer), ("delete", .delete),
            ("query", .query), ("list", .list), ("statistics", .statistics),
        ] + NGMediaCommand.allCases.map { ($0.rawValue, .media($0)) }
            + unsupportedCommands.map { ($0, .unsupported($0)) })

    private static let unsupportedCommands = [
        "publish", "subscribe request", "subscribe answer", "unsubscribe", "inject start",
        "inject stop",
        "connect", "create", "create answer", "mesh", "transform", "cli",
    ]

    /// The values of `replace`.
    static let replace = NGWordTable<NGReplace>([
        ("origin", .origin), ("origin-full", [.origin, .originFull]),
        ("session-connection", .sessionConnection),
        ("username", .username), ("session-name", .sessionName), ("SDP-version", .sdpVersion),
        ("zero-address", .zeroAddress), ("force-increment-sdp-ver", .forceIncrementSDPVersion),
    ])

    /// The values of `rtcp-mux`.
    static let rtcpMux = NGWordTable<NGRTCPMux>([
        ("offer", .offer), ("require", .require), ("demux", .demux), ("accept", .accept),
        ("reject", .reject),
    ])

    /// The values of `endpoint-learning`.
    static let endpointLearning = NGWordTable<NGEndpointLearning>([
        ("heuristic", .heuristic), ("delayed", .delayed), ("immediate", .immediate), ("off", .off),
        ("no-learning", .off),
    ])

    /// The values of the key `all`.
    static let all = NGWordTable<NGAll>([
        ("all", .all), ("none", .none), ("offer-answer", .offerAnswer),
        ("except-offer-answer", .exceptOfferAnswer), ("not-offer-answer", .exceptOfferAnswer),
        ("non-offer-answer", .exceptOfferAnswer), ("flows", .flows),
    ])

    /// The values of `sip-message-type`.
    static let sipMessageType = NGWordTable<NGSIPMessageType>([
        ("request", .request), ("sip-request", .request), ("reply", .reply), ("sip-reply", .reply),
        ("response", .reply), ("sip-response", .reply),
    ])

    /// The address families, in all spellings about.
    static let family = NGWordTable<IPAddress.Family>([
        ("IP4", .v4), ("IPv4", .v4), ("inet", .v4), ("IP6", .v6), ("IPv6", .v6), ("inet6", .v6),
    ])

    /// The words of `transport-protocol`, which also stand alone among the flags.
    static let transport = NGWordTable<NGTransportWords.Word>(
        [
            ("RTP", .plain), ("SRTP", .secure), ("DTLS", .dtls), ("AVP", .noFeedback),
            ("AVPF", .feedback), ("SAVP", .whole(.rtpSAVP)), ("SAVPF", .whole(.rtpSAVPF)),
        ] + NGTransport.allCases.map { ($0.rawValue, .whole($0)) })

    /// The operations of `codec`.
    static let codecOperations = NGWordTable<NGCodecOptions.Operation>(
        NGCodecOptions.Operation.allCases.map { ($0.rawValue, $0) })

    /// The commands of `sdp-attr`; the first spelling of the last is one that documentation has.
    static let attributeActions = NGWordTable<NGAttributeAction>([
        ("add", .add), ("remove", .remove), ("substitude", .substitute),
        ("substitute", .substitute),
    ])

    /// Values that switch something off.
    static let off = NGWordTable<Bool>(
        ["off", "no", "none", "disable", "disabled", "false", "0", "default", "stop", ""].map {
            ($0, true)
        })

    /// Values that leave something as it is.
    static let asItIs = NGWordTable<Bool>([("default", true)])

    /// Values that switch something on.
    static let on = NGWordTable<Bool>(
        ["on", "yes", "true", "1", "enable", "enabled", "start"].map { ($0, true) })
}

/// The commands of `sdp-attr`.
enum NGAttributeAction: Hashable, Sendable {
    case add, remove, substitute
}
