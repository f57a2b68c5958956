/// What the protocol has and baton does not do yet: the one list behind `no effect` in warnings.
///
/// A line goes when its feature arrives; nothing else has to be changed for its warnings to end.
/// Features that are not in the list need no warning: they work, or what they ask for is so
/// anyway.
enum NGLater {
    /// Features whose keys, flags and values are read into fields of a request.
    static let features: Set<NGFeature> = [
        // ICE, DTLS, SDES (N19)
        .osrtpOfferLegacy,
        // Media
        .mirrorRTCP,
        .audioPlayer,
        .delayBuffer,
        .mediaEcho,
        .earlyMedia,
        .blockShort,
        .mix,
        .dropTraffic,
        // Recording, blocking, forwarding, playing (N10)
        .recordingSlots,
        .recordingAnnouncement,
        .recordingCodes,
        .egress,
        .bidirectional,
        .fromTags,
        .otherFlows,
        // Others
        .inactive,
        .natWait,
        .noPortLatching,
        .provisional,
        .debug,
        .t38,
        .template,
    ]

    /// Keys that are known by name alone (N11).
    static let keys = [
        "alias-key",
        "calls",
        "codecs",
        "inbound-peer",
        "instance",
        "media",
        "medias",
        "moh",
        "outbound-peer",
        "peer",
        "source-call-id",
        "source-tag",
        "T.38-version",
        "T38-version",
        "tags",
        "to-call-id",
        "VSC-pause-rec",
        "VSC-pause-recording",
        "VSC-pause-resume-rec",
        "VSC-pause-resume-recording",
        "VSC-start-pause-resume-rec",
        "VSC-start-pause-resume-recording",
        "VSC-start-rec",
        "VSC-start-recording",
        "VSC-start-stop-rec",
        "VSC-start-stop-recording",
        "VSC-stop-rec",
        "VSC-stop-recording",
    ]

    /// Flags that are known by name alone (N11).
    static let flags = [
        "OSRTP",
        "SIPREC",
        "unsubscribe",
    ]
}
