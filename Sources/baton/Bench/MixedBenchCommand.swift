import ArgumentParser
import BatonBench

/// `baton bench mixed`.
struct MixedBenchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mixed",
        abstract: "Soak a relay with calls of every kind, made and ended at random, in waves.",
        discussion: """
            Kinds, with their usual shares: plain (25), secured (15: SRTP on one side), \
            secured-both (10), dtls (5), transcoded (20: PCMU and Opus), recorded (15: WAV or \
            PCAP), music (10: a file played to the callee). Both parties of each call send RTP, \
            50 packets a second; with music the caller is silent.

            Every packet is accounted for. Where the relay passes it on, it must arrive once, in \
            order, with every byte; what is transcoded must have as many packets as were sent, \
            numbers and timestamps without a gap, and the right tone; so must music. What is \
            missing is told apart: lost in the generator's own receive queues (does not count), \
            in those of the relay (overload), or by the relay.

            After each wave the relay must list no call, and given --pid its memory and \
            descriptors are read. Exit code 1 when a request or handshake fails, a packet is \
            lost or wrong, memory grows by more than 5 % since wave 1, or descriptors do not \
            come back. The relay's memory settles in the first thousand or two of calls: \
            shorter runs need another --growth-limit. Recordings stay where the relay puts \
            them, named RUN-NUMBER.

            Examples:
              baton bench mixed --target 127.0.0.1:2223 --pid 4711 --duration 1200 --seed 7
              baton bench mixed --target 127.0.0.1:2223 --mix plain=1,transcoded=3 --calls 40
            """)

    @OptionGroup var common: BenchCommonOptions
    @Option(help: "Calls that are up at the same time, at most.")
    var calls = 300
    @Option(help: "Waves.")
    var waves = 3
    @Option(help: "Seconds that the waves last together.")
    var duration = 1200.0
    @Option(help: "Seconds that a call lasts in the mean.")
    var meanLife = 30.0
    @Option(help: "The seed of all choices.")
    var seed: UInt64 = 1
    @Option(help: "Kinds of calls and their shares, KIND=SHARE,… (default: all, as told above).")
    var mix: String?
    @Option(help: "The effort asked of the relay's Opus encoder, 0 to 10 (default: the relay's).")
    var opusComplexity: Int?
    @Option(help: "What is played, as the relay finds it (default: a tone written for it).")
    var music: String?
    @Option(help: "Seconds of rest after each wave before the relay is looked at.")
    var settle = 5.0
    @Option(help: "Percent by which memory may grow from the first wave to the last.")
    var growthLimit = 5.0

    func run() throws {
        let shares = try mix.map(Self.shares)
        let target = try common.targetAddress()
        let mediaAddress = try common.partyAddress()
        let sourcePorts = try common.sourcePortRange()
        let tone = try music == nil ? ToneFile() : nil
        var options = MixedBenchOptions(target: target, music: music ?? tone?.path ?? "")
        options.musicToneHz = music == nil ? PlayBench.toneHz : nil
        options.calls = calls
        options.waves = waves
        options.duration = .seconds(duration)
        options.meanLife = .seconds(meanLife)
        options.seed = seed
        if let shares { options.shares = shares }
        options.opusComplexity = opusComplexity
        options.settle = .seconds(settle)
        options.growthLimit = growthLimit / 100
        options.processID = common.pid
        options.mediaAddress = mediaAddress
        options.sourcePorts = sourcePorts
        try common.finish { [options] stop, progress throws(BenchError) in
            defer { tone?.remove() }
            return try MixedBench.run(options, stop: stop, progress: progress)
        }
    }

    /// The shares that `--mix` names.
    static func shares(_ text: String) throws -> [MixedCallKind: Int] {
        var shares: [MixedCallKind: Int] = [:]
        for part in text.split(separator: ",") {
            let words = part.split(separator: "=", maxSplits: 1)
            guard words.count == 2, let kind = MixedCallKind(rawValue: String(words[0])),
                let share = Int(words[1]), share >= 0
            else {
                let kinds = MixedCallKind.allCases.map(\.rawValue).joined(separator: ", ")
                throw ValidationError(
                    "--mix \(text): KIND=SHARE,… is wanted, with the kinds \(kinds)")
            }
            shares[kind] = share
        }
        return shares
    }
}
