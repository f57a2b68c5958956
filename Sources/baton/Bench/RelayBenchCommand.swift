import ArgumentParser
import BatonBench

/// `baton bench relay`.
struct RelayBenchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "relay",
        abstract: "Send RTP through a number of calls; loss, latency, set-ups, CPU, capacity.",
        discussion: """
            Each party of a call has a UDP port of its own. Every packet is checked: right call, \
            right direction, right bytes. Latency is the time from the generator's send call to \
            the packet's arrival in the receiver's socket, as the kernel notes it.

            Examples:
              baton bench relay --target 127.0.0.1:2223 --calls 500 --duration 10
              baton bench relay --target 127.0.0.1:2223 --find-capacity --duration 3
              baton bench relay --target 127.0.0.1:2223 --set-ups 2000 --outstanding 64
            """)

    @OptionGroup var common: BenchCommonOptions
    @Option(help: "Calls; with --find-capacity the number to start with.")
    var calls = 100
    @Option(help: "Packets a second of each stream.")
    var rate = 50
    @Option(help: "RTP payload of each packet in bytes.")
    var payload = 160
    @Option(help: "Seconds to measure; with --find-capacity the length of each step.")
    var duration = 10.0
    @Option(help: "Seconds to send before anything counts.")
    var warmUp = 1.0
    @Flag(
        inversion: .prefixedNo, help: "Both parties send; otherwise the caller only.")
    var bothDirections = true
    @Flag(help: "Search for the most calls that the relay carries below the loss limit.")
    var findCapacity = false
    @Option(help: "The loss in percent that counts as carried.")
    var lossLimit = 0.1
    @Option(help: "The most calls that --find-capacity tries.")
    var mostCalls = 4500
    @Option(help: "Only set up so many calls, and end them; no media.")
    var setUps: Int?
    @Option(help: "Seconds that the calls stay up in silence after the load.")
    var hold = 0.0
    @Option(
        help: "Microseconds of the generator's shortest sleep; 0 never sleeps and spreads best.")
    var tick = 100

    func run() throws {
        let options = try relayOptions()
        try common.finish { stop, progress throws(BenchError) in
            try RelayBench.run(options, stop: stop, progress: progress)
        }
    }

    private func relayOptions() throws -> RelayBenchOptions {
        var options = RelayBenchOptions(target: try common.targetAddress())
        options.mode = setUps != nil ? .setUps : findCapacity ? .capacity : .load
        options.calls = setUps ?? calls
        options.packetsPerSecond = rate
        options.payloadBytes = payload
        options.duration = .seconds(duration)
        options.warmUp = .seconds(warmUp)
        options.isBothWays = bothDirections
        options.outstanding = common.outstanding
        options.processID = common.pid
        options.mediaAddress = try common.partyAddress()
        options.sourcePorts = try common.sourcePortRange()
        options.tick = .microseconds(tick)
        options.hold = .seconds(hold)
        options.lossLimit = lossLimit / 100
        options.mostCalls = mostCalls
        return options
    }
}
