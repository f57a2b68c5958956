public import BatonBase

/// What ``ChurnBench`` does.
public struct ChurnBenchOptions: Sendable {
    /// The relay's ng address (UDP).
    public var target: SocketAddress
    /// How many sessions are up at most at the same time.
    public var sessions = 1000
    /// How often all sessions are made, churned and ended.
    public var waves = 3
    /// How long the waves last together.
    public var duration: Duration = .seconds(900)
    /// How many sessions are made, re-offered or ended in a second.
    public var actionsPerSecond = 200
    /// How long the relay rests after each wave before it is looked at.
    public var settle: Duration = .seconds(3)
    /// The seed of all choices.
    public var seed: UInt64 = 1
    /// The relay's process, to be watched.
    public var processID: Int32?
    /// The parties' address, `nil` for 127.0.0.1 or ::1.
    public var mediaAddress: IPAddress?
    /// The parties' ports.
    public var sourcePorts: ClosedRange<UInt16> = 12000...29999
    /// How much more resident memory than after the first wave is tolerated after the last one, as
    /// a part of it.
    public var growthLimit = 0.05

    /// 1,000 sessions in three waves of five minutes.
    public init(target: SocketAddress) {
        self.target = target
    }

    /// The same as options of a relay bench, whose parts do the work.
    var relay: RelayBenchOptions {
        var options = RelayBenchOptions(target: target)
        options.mode = .setUps
        options.calls = sessions
        options.processID = processID
        options.mediaAddress = mediaAddress
        options.sourcePorts = sourcePorts
        return options
    }

    /// Says what is wrong with the options, if anything.
    func validate() throws(BenchError) {
        try relay.validate()
        guard (1...100).contains(waves) else { throw .usage("waves: 1 to 100.") }
        guard (1...100_000).contains(actionsPerSecond) else {
            throw .usage("actions: 1 to 100000 a second.")
        }
        guard duration >= .seconds(waves), duration <= .seconds(86400) else {
            throw .usage("duration: at least a second for each wave, at most a day.")
        }
    }
}
