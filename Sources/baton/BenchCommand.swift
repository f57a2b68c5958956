import ArgumentParser
import BatonBase
import BatonBench
import Dispatch
import Glibc

/// `baton bench …`: load generators for any relay that speaks ng.
struct BenchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract: "Load a media relay over the ng protocol and measure it.",
        discussion: """
            The target may be any relay that speaks ng over UDP: baton, rtpengine, bench/floor. \
            Exit codes: 0 done, 1 refused or failed, 2 usage, 3 unreachable.
            """,
        subcommands: [RelayBenchCommand.self, BleedBenchCommand.self, ChurnBenchCommand.self])
}

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

/// What all benches take.
struct BenchCommonOptions: ParsableArguments {
    @Option(help: "The relay's ng address (UDP), such as 127.0.0.1:2223.")
    var target = "127.0.0.1:2223"
    @Option(help: "ng requests in flight while calls are set up.")
    var outstanding = 64
    @Option(help: "The relay's process, to report its CPU time, memory and threads.")
    var pid: Int32?
    @Option(help: "The parties' IP address (default 127.0.0.1, or ::1 for an IPv6 target).")
    var mediaAddress: String?
    @Option(help: "The parties' ports, MIN-MAX; each takes an even one.")
    var sourcePorts = "12000-29999"
    @Flag(help: "Print the figures as JSON.")
    var json = false
    @Flag(help: "No progress lines.")
    var quiet = false

    func targetAddress() throws -> SocketAddress {
        guard let address = SocketAddress(target) else {
            throw ValidationError(
                "--target \(target): ADDRESS:PORT is wanted, names are not resolved")
        }
        return address
    }

    func partyAddress() throws -> IPAddress? {
        try mediaAddress.map { try Self.address($0, option: "--media-address") }
    }

    static func address(_ text: String, option: String) throws -> IPAddress {
        guard let address = IPAddress(text) else {
            throw ValidationError("\(option) \(text): not an IP address")
        }
        return address
    }

    func sourcePortRange() throws -> ClosedRange<UInt16> {
        try Self.portRange(sourcePorts, option: "--source-ports")
    }

    static func portRange(_ text: String, option: String) throws -> ClosedRange<UInt16> {
        let ends = text.split(separator: "-").compactMap { UInt16($0) }
        guard ends.count == 2, ends[0] > 0, ends[0] < ends[1] else {
            throw ValidationError("\(option) \(text): MIN-MAX is wanted")
        }
        return ends[0]...ends[1]
    }

    /// Runs a bench until its end, or until Ctrl-C ends it early, prints its report and exits.
    func finish(
        _ bench: (BenchStop, (BenchProgress) -> Void) throws(BenchError) -> BenchReport
    ) throws {
        let stop = BenchStop()
        let interrupt = Self.onInterrupt { stop.request() }
        defer { interrupt.cancel() }
        let report = try measure(stop, bench)
        print(json ? report.json : report.text, terminator: "")
        if !report.isPassed { throw ExitCode(1) }
    }

    private func measure(
        _ stop: BenchStop,
        _ bench: (BenchStop, (BenchProgress) -> Void) throws(BenchError) -> BenchReport
    ) throws -> BenchReport {
        let isQuiet = quiet
        do throws(BenchError) {
            return try bench(stop) { progress in
                if !isQuiet { Self.writeError("\(progress)") }
            }
        } catch {
            Self.writeError("baton bench: \(error)")
            throw ExitCode(error.exitCode)
        }
    }

    private static func onInterrupt(
        _ action: @escaping @Sendable () -> Void
    ) -> any DispatchSourceSignal {
        signal(SIGINT, SIG_IGN)
        let source = DispatchSource.makeSignalSource(signal: SIGINT, queue: .global())
        source.setEventHandler(handler: DispatchWorkItem(block: action))
        source.resume()
        return source
    }

    private static func writeError(_ line: String) {
        let bytes = Array("\(line)\n".utf8)
        _ = write(STDERR_FILENO, bytes, bytes.count)
    }
}
