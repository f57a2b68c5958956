import ArgumentParser
import BatonBench

/// `baton bench bleed`.
struct BleedBenchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bleed",
        abstract: "Attack a relay's media ports: RTP bleed and injection.",
        discussion: """
            Sends RTP to every port of the range from a stranger's address before, during and \
            after set-up, then from a party's own address (another port) with media flowing. \
            Exit code 1 when anything gets through.

            Example:
              baton bench bleed --target 127.0.0.1:2223 --ports 30000-40000
            """)

    @OptionGroup var common: BenchCommonOptions
    @Option(help: "The relay's media ports, MIN-MAX; all are attacked.")
    var ports: String
    @Option(help: "The attacker's packets a second.")
    var attackRate = 10_000
    @Option(help: "The attacker's address.")
    var attacker = "127.0.0.2"
    @Option(help: "The relay's media address (default: the target's).")
    var relayAddress: String?
    @Option(help: "Calls under attack.")
    var calls = 50
    @Option(help: "Seconds of each phase with media.")
    var duration = 5.0

    func run() throws {
        var options = BleedBenchOptions(
            target: try common.targetAddress(),
            ports: try BenchCommonOptions.portRange(ports, option: "--ports"))
        options.attackPacketsPerSecond = attackRate
        options.attacker = try BenchCommonOptions.address(attacker, option: "--attacker")
        options.relayAddress = try relayAddress.map {
            try BenchCommonOptions.address($0, option: "--relay-address")
        }
        options.relay.calls = calls
        options.relay.duration = .seconds(duration)
        options.relay.outstanding = common.outstanding
        options.relay.processID = common.pid
        options.relay.mediaAddress = try common.partyAddress()
        options.relay.sourcePorts = try common.sourcePortRange()
        try common.finish { [options] stop, progress throws(BenchError) in
            try BleedBench.run(options, stop: stop, progress: progress)
        }
    }
}
