internal import BatonCrypto
internal import BatonSDP

/// What the relay does with a call of ``MixedBench``.
public enum MixedCallKind: String, Sendable, CaseIterable {
    /// It passes PCMU on.
    case plain
    /// One party has SRTP with keys in its SDP, the other RTP.
    case secured
    /// Both parties have SRTP, each with a suite of its own.
    case securedBoth = "secured-both"
    /// The caller has DTLS-SRTP, the callee RTP.
    case dtls
    /// One party has PCMU, the other Opus.
    case transcoded
    /// As plain or secured, and recorded as WAV or as PCAP.
    case recorded
    /// The caller is silent, and the callee listens to a file that the relay plays.
    case music

    /// How often each kind is chosen unless the options say otherwise.
    public static let usualShares: [MixedCallKind: Int] = [
        .plain: 25, .secured: 15, .securedBoth: 10, .dtls: 5, .transcoded: 20, .recorded: 15,
        .music: 10,
    ]
}

/// What the dice have made of a call: its kind and what the kind leaves open.
struct MixedCallDraw: Hashable, Sendable {
    /// The suites that baton, rtpengine and this generator have in common.
    static let suites: [SRTPCryptoSuite] = [
        .aes128CMHMACSHA1With80Bits, .aes128CMHMACSHA1With32Bits, .aes256CMHMACSHA1With80Bits,
        .aeadAES128GCM, .aeadAES256GCM,
    ]

    var kind: MixedCallKind
    /// Which of the parties has what only one of them has: SRTP, Opus.
    var isCalleeSpecial: Bool
    /// Whether the relay begins the DTLS handshake.
    var relayBegins: Bool
    var callerSuite: SRTPCryptoSuite
    var calleeSuite: SRTPCryptoSuite
    /// Whether a recorded call has SRTP on one side.
    var isRecordedSecured: Bool
    /// Whether a recording is PCAP, and not WAV.
    var isPCAP: Bool
    /// Whether recording or music is ended by a command before the call is.
    var isStoppedFirst: Bool

    /// Draws a call, with the kinds as often as `shares` says.
    init(_ shares: [MixedCallKind: Int], using random: inout some RandomNumberGenerator) {
        let total = shares.values.reduce(0, +)
        var ticket = Int.random(in: 0..<max(1, total), using: &random)
        var drawn = MixedCallKind.plain
        for kind in MixedCallKind.allCases {
            let share = shares[kind] ?? 0
            guard ticket >= share else {
                drawn = kind
                break
            }
            ticket -= share
        }
        kind = drawn
        isCalleeSpecial = Bool.random(using: &random)
        relayBegins = Bool.random(using: &random)
        callerSuite = Self.suites[Int.random(in: Self.suites.indices, using: &random)]
        calleeSuite = Self.suites[Int.random(in: Self.suites.indices, using: &random)]
        isRecordedSecured = Bool.random(using: &random)
        isPCAP = Bool.random(using: &random)
        isStoppedFirst = Bool.random(using: &random)
    }

    /// What the parties offer and answer.
    func plan(
        _ options: MixedBenchOptions, _ fingerprint: CertificateFingerprint
    ) -> CallPlan {
        switch kind {
        case .plain, .music: CallPlan()
        case .secured: securedPlan(options)
        case .recorded: isRecordedSecured ? securedPlan(options) : CallPlan()
        case .securedBoth: doublySecuredPlan
        case .dtls: dtlsPlan(options, fingerprint)
        case .transcoded: transcodingOptions(options).plan
        }
    }

    /// The codecs of the parties where the relay has to convert.
    var codecs: (caller: SoundCodec, callee: SoundCodec) {
        isCalleeSpecial ? (.pcmu, .opus) : (.opus, .pcmu)
    }

    private func securedPlan(_ options: MixedBenchOptions) -> CallPlan {
        var secured = SRTPBenchOptions(relay: options.relay)
        secured.direction = isCalleeSpecial ? .encrypt : .decrypt
        return secured.plan(callerSuite)
    }

    private var doublySecuredPlan: CallPlan {
        var plan = CallPlan()
        plan.caller.profile = "RTP/SAVP"
        plan.caller.suite = callerSuite
        plan.callee.profile = "RTP/SAVP"
        plan.callee.suite = calleeSuite
        plan.offerEntries = [
            .init(key: "transport-protocol", value: "RTP/SAVP"),
            .init(key: "DTLS", value: "off"),
        ]
        plan.answerEntries = [.init(key: "DTLS", value: "off")]
        return plan
    }

    private func dtlsPlan(
        _ options: MixedBenchOptions, _ fingerprint: CertificateFingerprint
    ) -> CallPlan {
        var handshaking = DTLSBenchOptions(relay: options.relay)
        handshaking.relayBegins = relayBegins
        return handshaking.plan(fingerprint)
    }

    private func transcodingOptions(_ options: MixedBenchOptions) -> TranscodeBenchOptions {
        var transcoding = TranscodeBenchOptions(relay: options.relay)
        (transcoding.from, transcoding.to) = codecs
        if isCalleeSpecial, let complexity = options.opusComplexity {
            transcoding.transcode = "opus/48000/2/24000///complexity--\(complexity)"
        }
        return transcoding
    }
}
