internal import BatonSDP

/// What ``SRTPBench`` does.
public struct SRTPBenchOptions: Sendable {
    /// What the relay does with a packet.
    public enum Direction: String, Sendable, CaseIterable {
        /// It encrypts and decrypts: both parties send.
        case both
        /// It decrypts: the party with SRTP sends.
        case decrypt
        /// It encrypts: the party with plain RTP sends.
        case encrypt
    }

    /// Target, load and limits.
    public var relay: RelayBenchOptions
    /// The suite of the secured side, as RFC 4568 §6.2 and its successors name it.
    public var suite = "AES_CM_128_HMAC_SHA1_80"
    /// What the relay does with a packet.
    public var direction = Direction.both

    /// The defaults: AES_CM_128_HMAC_SHA1_80, both directions.
    public init(relay: RelayBenchOptions) { self.relay = relay }

    /// One side has SRTP with keys in its SDP, the other plain RTP. The caller sends when only one
    /// party does.
    func plan(_ suite: SRTPCryptoSuite) -> CallPlan {
        var plan = CallPlan()
        var secured = CallPlan.Party()
        secured.profile = "RTP/SAVP"
        secured.suite = suite
        if direction == .encrypt { plan.callee = secured } else { plan.caller = secured }
        plan.offerEntries = [
            .init(key: "transport-protocol", value: .text(plan.callee.profile)),
            .init(key: "DTLS", value: "off"),
        ]
        plan.answerEntries = [.init(key: "DTLS", value: "off")]
        return plan
    }
}

/// A load generator for relays that bridge SRTP, keyed by SDES, and plain RTP: the generator
/// protects what the secured side sends, unprotects what it receives, and checks every payload.
public enum SRTPBench {
    /// Runs the bench on the calling thread, which it blocks.
    ///
    /// - Throws: ``BenchError``, as ``RelayBench/run(_:stop:progress:)``.
    public static func run(
        _ options: SRTPBenchOptions, stop: BenchStop = BenchStop(),
        progress: (BenchProgress) -> Void = { _ in }
    ) throws(BenchError) -> BenchReport {
        var relay = options.relay
        relay.mode = .load
        relay.isBothWays = options.direction == .both
        try relay.validate()
        guard let suite = SRTPCryptoSuite(name: options.suite), suite.profile != nil else {
            let known = SRTPCryptoSuite.allCases.filter { $0.profile != nil }.map(\.rawValue)
            throw .usage("suite: one of \(known.joined(separator: ", ")).")
        }
        var run = try RelayBenchRun(relay, stop, bench: "srtp", plan: options.plan(suite))
        var section = BenchSection(key: "srtp", title: "SRTP")
        section.add("suite", "suite", .text(suite.rawValue))
        section.add("direction", "the relay's work", .text(options.direction.words))
        run.report.sections.append(section)
        try run.measureLoad(progress)
        return run.finish()
    }
}

extension SRTPBenchOptions.Direction {
    /// The direction as the report has it.
    fileprivate var words: String {
        switch self {
        case .both: "encrypting half of the packets, decrypting the other half"
        case .decrypt: "decrypting"
        case .encrypt: "encrypting"
        }
    }
}

extension RelayBenchRun {
    /// Makes the contexts of the parties that agreed keys by SDES.
    mutating func agreeKeys(_ range: Range<Int>) throws(BenchError) {
        guard plan.caller.suite != nil || plan.callee.suite != nil else { return }
        for call in calls[range] {
            try protect(call, plan.caller, call.agreement.caller, isCallee: false)
            try protect(call, plan.callee, call.agreement.callee, isCallee: true)
        }
    }

    private mutating func protect(
        _ call: BenchCall, _ party: CallPlan.Party, _ side: CallAgreement.Side, isCallee: Bool
    ) throws(BenchError) {
        guard let suite = party.suite else { return }
        guard let keys = side.keys(suite) else {
            throw .refused("call \(call.number): the relay's key does not suit \(suite.rawValue).")
        }
        try setProtection(
            PartyProtection(sending: keys.sending, receiving: keys.receiving),
            PartySockets.index(call: call.number, isCallee: isCallee))
    }

    /// Has the generator protect what goes through the socket at `index`.
    mutating func setProtection(_ protection: PartyProtection, _ index: Int) {
        let missing = max(0, sockets.descriptors.count - generator.protections.count)
        generator.protections += Array(repeating: nil, count: missing)
        generator.protections[index] = protection
    }
}
