public import BatonBase

/// What ``MixedBench`` does.
public struct MixedBenchOptions: Sendable {
    /// The relay's ng address (UDP).
    public var target: SocketAddress
    /// How many calls are up at most at the same time.
    public var calls = 300
    /// How often calls come and go until none is left.
    public var waves = 3
    /// How long the waves last together.
    public var duration: Duration = .seconds(1_200)
    /// How long a call lasts in the mean; most are shorter, a few much longer.
    public var meanLife: Duration = .seconds(30)
    /// How long the relay rests after each wave before it is looked at.
    public var settle: Duration = .seconds(5)
    /// The seed of all choices.
    public var seed: UInt64 = 1
    /// How often each kind of call is chosen, against the sum of all.
    public var shares = MixedCallKind.usualShares
    /// The file that the relay plays as music on hold, as the relay finds it.
    public var music: String
    /// The tone in ``music`` in Hz, as loud as in ``PlayBench/toneSamples(seconds:)``; `nil` when
    /// there is none to be heard.
    public var musicToneHz: Double?
    /// The effort asked of the relay's Opus encoder, 0 … 10; `nil` leaves it to the relay.
    public var opusComplexity: Int?
    /// The relay's process, to be watched.
    public var processID: Int32?
    /// The parties' address, `nil` for 127.0.0.1 or ::1.
    public var mediaAddress: IPAddress?
    /// The parties' ports.
    public var sourcePorts: ClosedRange<UInt16> = 12000...29999
    /// How much more resident memory than after the first wave is tolerated after the last one, as
    /// a part of it.
    public var growthLimit = 0.05
    /// How long the last packets of a call are waited for after the last arrival.
    public var patience: Duration = .seconds(2)
    /// How long after a wave the relay may still list calls.
    public var endPatience: Duration = .seconds(40)

    /// 300 calls in three waves, twenty minutes together.
    ///
    /// - Parameter music: the file of music on hold, as the relay finds it.
    public init(target: SocketAddress, music: String) {
        self.target = target
        self.music = music
    }

    /// The same as options of a relay bench, whose parts do the work.
    var relay: RelayBenchOptions {
        var options = RelayBenchOptions(target: target)
        options.mode = .load
        options.calls = calls
        options.processID = processID
        options.mediaAddress = mediaAddress
        options.sourcePorts = sourcePorts
        return options
    }

    /// Says what is wrong with the options, if anything.
    func validate() throws(BenchError) {
        try relay.validate()
        let checks: [(Bool, String)] = [
            ((1...100).contains(waves), "waves: 1 to 100"),
            (
                duration >= .seconds(waves) && duration <= .seconds(86400),
                "duration: at least a second for each wave, at most a day"
            ),
            (
                meanLife >= .milliseconds(100) && meanLife <= .seconds(86400),
                "mean life: 0.1 to 86400 s"
            ),
            (settle >= .zero && settle <= .seconds(600), "settle: 0 to 600 s"),
            (
                shares.values.allSatisfy { (0...1_000_000).contains($0) }
                    && shares.values.contains { $0 > 0 },
                "mix: a share above 0 for one kind of call at least"
            ),
            ((0...10).contains(opusComplexity ?? 0), "opus complexity: 0 to 10"),
        ]
        for (isGood, words) in checks where !isGood { throw .usage("\(words).") }
    }
}
