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
        subcommands: [RelayBenchCommand.self])
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
        guard let mediaAddress else { return nil }
        guard let address = IPAddress(mediaAddress) else {
            throw ValidationError("--media-address \(mediaAddress): not an IP address")
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
