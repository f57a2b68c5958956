import BatonBase

extension Setting {
    /// Every setting there is, in the order of the reference.
    public static let all =
        interfaces + ng + api + media + recording + limits + timeouts + log + others

    /// The setting with this key path.
    public static func named(_ key: some StringProtocol) -> Setting? {
        all.first { $0.key == key }
    }

    /// The names of the sections: `ng`, `api`, …
    static let sections = Set(all.compactMap { $0.key.split(separator: ".").dropLast().first })

    private static let seconds = Duration.seconds(1)...Duration.seconds(31_536_000)

    private static let interfaces: [Setting] = [
        .list(
            "interfaces", \.interfaces, .interface, reload: false,
            "Where media flows; the first one's name is the default.")
    ]

    private static let ng: [Setting] = [
        .list(
            "ng.listen", \.ng.listen, .listener, reload: false,
            "Where ng is listened for, over UDP and TCP unless it says udp: or tcp:."),
        .list(
            "ng.allow", \.ng.allow, .network, reload: true,
            "Who may send ng messages; anybody else gets no reply and is counted."),
        .optional(
            "ng.reply-limit", \.ng.replyLimitBytes,
            .bytes(512...65_507, example: "1400"), none: "auto", reload: true,
            "The longest UDP reply; 'auto' is what the route's MTU carries."),
        .one(
            "ng.cookie-entries", \.ng.cookieEntries, .integer(16...1_048_576, example: 65_536),
            reload: true, "How many replies are kept for repeated cookies."),
        .one(
            "ng.cookie-age", \.ng.cookieAge,
            .duration(.seconds(1)...(.seconds(600)), example: "60s"),
            reload: true, "How long a reply is kept for a repeated cookie."),
        .one(
            "ng.connections", \.ng.connections, .integer(1...65_536, example: 1_024), reload: true,
            "How many TCP connections may be open; further ones are closed at once."),
        .one(
            "ng.idle-timeout", \.ng.idleTimeout, .duration(seconds, example: "10m"), reload: true,
            "How long a TCP connection may stay silent before it is closed."),
    ]

    private static let api: [Setting] = [
        .optional(
            "api.listen", \.api.listen, .address(example: "127.0.0.1:9080"),
            reload: false, "Where the HTTP API listens."),
        .optional(
            "api.token", \.api.token,
            .line("a bearer token", limit: 4_096, example: "c0ffee"), reload: true,
            secret: true, "What clients must show; needed when the API is not on loopback."),
        .one(
            "api.connections", \.api.connections, .integer(1...65_536, example: 128),
            reload: false, "How many HTTP connections may be open; further ones get 503."),
        .one(
            "api.body-limit", \.api.bodyLimitBytes, .bytes(1_024...16_777_216, example: "128KiB"),
            reload: false, "The longest request body."),
        .one(
            "api.idle-timeout", \.api.idleTimeout, .duration(seconds, example: "60s"),
            reload: false, "How long a connection may be silent, or a reply unread."),
        .one(
            "api.event-queue", \.api.eventQueue, .integer(1...65_536, example: 256),
            reload: false, "How many events wait for a slow reader before it loses some."),
    ]

    private static let media: [Setting] = [
        .one(
            "media.ports", \.media.ports, .ports, reload: false,
            "The UDP ports of RTP and RTCP, ends included."),
        .one(
            "media.port-reuse-delay", \.media.portReuseDelay,
            .duration(.zero...(.seconds(600)), example: "5s"), reload: true,
            "How long a port rests before it is used again."),
        .optional(
            "media.workers", \.media.workers, .integer(1...256, example: 2), none: "auto",
            reload: false,
            "How many media workers run; 'auto' is one for each processor that the process may use."
        ),
        .one(
            "media.ports-per-worker", \.media.portsPerWorker,
            .integer(16...1_048_576, example: 16_384), reload: false,
            "How many ports one worker can hold."),
        .one(
            "media.packets-per-turn", \.media.packetsPerTurn, .integer(1...1_024, example: 32),
            reload: false, "How many packets of one port are handled before the next port's turn."),
        .one(
            "media.packet-size", \.media.packetBytes, .bytes(256...65_536, example: "2048"),
            reload: false, "The longest packet that is relayed."),
        .one(
            "media.receive-buffer", \.media.receiveBufferBytes,
            .bytes(4_096...67_108_864, example: "256KiB"), reload: false,
            "SO_RCVBUF of every media socket."),
        .one(
            "media.endpoint-learning", \.media.endpointLearning, .choice(example: .heuristic),
            reload: true, "When the address that packets come from replaces the signalled one."),
        .one(
            "media.learn-from-any-address", \.media.learnsFromAnyAddress, .yesOrNo(example: false),
            reload: true,
            "Take media from any IP address, not from the signalled ones only; opens calls to RTP "
                + "bleed."),
        .one(
            "media.ice", \.media.ice, .choice(example: .lite), reload: true,
            "Whether baton only answers ICE checks, or checks by itself."),
        .one(
            "media.tos", \.media.tos, .integer(0...255, example: 184), reload: true,
            "The TOS byte of what is sent; 184 is expedited forwarding."),
        .optional(
            "media.files", \.media.files,
            .line("a folder", limit: 4_096, example: "/var/lib/baton/media"), reload: true,
            "The folder of files that 'play media' names without one; 'none' is the working folder."
        ),
        .one(
            "media.files-only", \.media.playsFolderOnly, .yesOrNo(example: true), reload: true,
            "Play no file outside the folder of media.files."),
    ]

    private static let recording: [Setting] = [
        .optional(
            "recording.directory", \.recording.directory,
            .line("a folder", limit: 4_096, example: "/var/spool/baton"), reload: true,
            "The folder that recordings go to unless the request names one."),
        .one(
            "recording.template", \.recording.template,
            .line("a file name's template", limit: 200, example: "{call-id}-{time}-{number}"),
            reload: true,
            "What recordings are called, from {call-id}, {time}, {unix}, {number}, {tag}, {label}."
        ),
        .list(
            "recording.formats", \.recording.formats, .choice(example: .wav), reload: true,
            "What a recording is written as: pcap is packets, wav and ogg (Opus) are audio."),
        .one(
            "recording.channels", \.recording.channels, .choice(example: .stereo), reload: true,
            "Whether the parties have a channel each, the caller on the left, or share one."),
        .one(
            "recording.queue", \.recording.queueBytes,
            .bytes(65_536...1_073_741_824, example: "4MiB"),
            reload: false,
            "How much of each media worker may wait to be written; what does not fit is counted."),
        .optional(
            "recording.forward-to", \.recording.forwardAddress,
            .address(example: "127.0.0.1:15413"), reload: true,
            "Who gets the audio of 'start forwarding', by a TCP connection for each party's stream."
        ),
        .one(
            "recording.forward-rate", \.recording.forwardRateHz, .forwardRate, reload: true,
            "Samples a second of that audio."),
        .one(
            "recording.forward-header", \.recording.forwardHeader, .choice(example: .json),
            reload: true,
            "What precedes that audio, up to a byte 0: call and party as JSON, or metadata alone."),
    ]

    private static let limits: [Setting] = [
        .optional(
            "limits.sessions", \.limits.sessions,
            .integer(1...10_000_000, example: 5_000), reload: true,
            "Sessions at a time; further offers are refused."),
        .optional(
            "limits.sessions-per-second", \.limits.sessionsPerSecond,
            .integer(1...1_000_000, example: 200), reload: true,
            "New sessions a second; further offers are refused."),
        .optional(
            "limits.cpu-percent", \.limits.cpuPercent,
            .integer(1...100, example: 80), reload: true,
            "CPU use, in percent of all processors, above which offers are refused."),
        .optional(
            "limits.bandwidth", \.limits.bandwidthBitsPerSecond,
            .integer(1_000...1_000_000_000_000, example: 800_000_000), reload: true,
            "Media in bits a second, both ways, above which offers are refused."),
        .one(
            "limits.parties-per-session", \.limits.partiesPerSession,
            .integer(2...1_024, example: 32), reload: true, "Parties (tags) in one session."),
        .one(
            "limits.streams-per-party", \.limits.streamsPerParty,
            .integer(1...256, example: 16), reload: true, "Streams (m= lines) of one party."),
        .one(
            "limits.sdp-size", \.limits.sdpBytes, .bytes(1_024...65_536, example: "64KiB"),
            reload: true, "The longest SDP."),
    ]

    private static let timeouts: [Setting] = [
        .optional(
            "timeouts.media", \.timeouts.media, .duration(seconds, example: "60s"),
            reload: true, "A call without any media ends after this."),
        .optional(
            "timeouts.silent", \.timeouts.silent, .duration(seconds, example: "1h"),
            reload: true, "A held call ends after this."),
        .optional(
            "timeouts.unanswered", \.timeouts.unanswered,
            .duration(seconds, example: "1h"), reload: true,
            "An offer that is never answered ends after this."),
        .optional(
            "timeouts.final", \.timeouts.final, .duration(seconds, example: "12h"),
            reload: true, "A call ends this long after its start, whatever it does."),
        .optional(
            "timeouts.one-way-audio", \.timeouts.oneWayAudio,
            .duration(seconds, example: "10s"), reload: true,
            "One side hears nothing for this long while the other does: an event."),
        .one(
            "timeouts.delete-delay", \.timeouts.deleteDelay,
            .duration(.zero...(.seconds(86_400)), example: "30s"), reload: true,
            "How long a deleted call can still be queried."),
        .one(
            "timeouts.drain", \.timeouts.drain,
            .duration(.zero...(.seconds(86_400)), example: "30s"), reload: true,
            "How long SIGTERM waits for running calls."),
        .one(
            "timeouts.drain-idle", \.timeouts.drainIdle,
            .duration(.milliseconds(100)...(.seconds(3_600)), example: "2s"), reload: true,
            "A call without media for this long does not keep a draining daemon up."),
    ]

    private static let log: [Setting] = [
        .one(
            "log.level", \.log.level, .choice(example: .info), reload: true,
            "The least severe level that is written."),
        .one(
            "log.format", \.log.format, .choice(example: .text), reload: false,
            "What a line looks like."),
        .optional(
            "log.file", \.log.file,
            .line("a file name", limit: 4_096, example: "/var/log/baton.log"),
            reload: false, "Where lines go; 'none' is standard error."),
        .one(
            "log.queue", \.log.queueLines, .integer(16...1_048_576, example: 8_192), reload: false,
            "How many lines may wait to be written; further ones are dropped and counted."),
        .one(
            "log.dtmf", \.log.dtmf, .yesOrNo(example: false), reload: true,
            "Whether lines about pressed keys say which ones; they may be a card's number."),
    ]

    private static let others: [Setting] = [
        .optional(
            "notice.url", \.notice.url, .httpURL, reload: true,
            "Who gets a POST of JSON when a call ends by itself."),
        .one(
            "notice.timeout", \.notice.timeout,
            .duration(.milliseconds(100)...(.seconds(60)), example: "5s"), reload: true,
            "How long one notice may take."),
        .optional(
            "notice.dtmf", \.notice.dtmfDestination, .address(example: "127.0.0.1:22223"),
            reload: true, "Where a datagram goes for each key that a party presses."),
        .one(
            "software", \.software, .line("a name", limit: 128, example: "baton-0.1.0"),
            reload: true, "The name in what baton itself writes into SDP."),
    ]
}

extension ValueForm where Value == Config.Interface {
    /// `[NAME/]ADDRESS[!ADVERTISED]`.
    static let interface = Self(
        expected: InterfaceText.expected, example: InterfaceText.example,
        parse: { InterfaceText.parse($0) }, text: { $0.description })
}
