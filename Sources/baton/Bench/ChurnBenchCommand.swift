import ArgumentParser
import BatonBench

/// `baton bench churn`.
struct ChurnBenchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "churn",
        abstract: "Soak a relay: sessions made, re-offered and ended at random, in waves.",
        discussion: """
            A third of the sessions carry media, every packet of which is checked. After each \
            wave all sessions are ended and, given --pid, the relay's memory and descriptors are \
            read. Exit code 1 when a request fails, memory grows by more than 5 % since wave 1, \
            or descriptors do not come back.

            Example:
              baton bench churn --target 127.0.0.1:2223 --pid 4711 --duration 900 --seed 7
            """)

    @OptionGroup var common: BenchCommonOptions
    @Option(help: "Sessions that are up at the same time.")
    var sessions = 1000
    @Option(help: "Waves.")
    var waves = 3
    @Option(help: "Seconds that the waves last together.")
    var duration = 900.0
    @Option(help: "Sessions made, re-offered or ended in a second.")
    var actions = 200
    @Option(help: "The seed of all choices.")
    var seed: UInt64 = 1
    @Option(help: "Seconds of rest after each wave before the relay is looked at.")
    var settle = 3.0

    func run() throws {
        var options = ChurnBenchOptions(target: try common.targetAddress())
        options.sessions = sessions
        options.waves = waves
        options.duration = .seconds(duration)
        options.actionsPerSecond = actions
        options.seed = seed
        options.settle = .seconds(settle)
        options.processID = common.pid
        options.mediaAddress = try common.partyAddress()
        options.sourcePorts = try common.sourcePortRange()
        try common.finish { [options] stop, progress throws(BenchError) in
            try ChurnBench.run(options, stop: stop, progress: progress)
        }
    }
}
