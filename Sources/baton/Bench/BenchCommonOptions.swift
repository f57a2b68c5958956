import ArgumentParser
import BatonBase
import BatonBench
import Foundation

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

    /// Enters what all benches take.
    func apply(to options: inout RelayBenchOptions) throws {
        options.outstanding = outstanding
        options.processID = pid
        options.mediaAddress = try partyAddress()
        options.sourcePorts = try sourcePortRange()
    }

    /// Runs a bench until its end, or until Ctrl-C ends it early, prints its report and exits.
    func finish(
        _ bench: (BenchStop, (BenchProgress) -> Void) throws(BenchError) -> BenchReport
    ) throws {
        let stop = BenchStop()
        let interrupt = Self.onInterrupt { stop.request() }
        defer { interrupt.cancel() }
        let report = measure(stop, bench)
        FileHandle.standardOutput.write(Data((json ? report.json : report.text).utf8))
        if !report.isPassed { Foundation.exit(1) }
    }

    /// The report, or the end of the process with the sentence and the status of what went wrong.
    private func measure(
        _ stop: BenchStop,
        _ bench: (BenchStop, (BenchProgress) -> Void) throws(BenchError) -> BenchReport
    ) -> BenchReport {
        let isQuiet = quiet
        do throws(BenchError) {
            return try bench(stop) { progress in
                if !isQuiet { Self.writeError("\(progress)") }
            }
        } catch {
            Self.writeError("baton: \(error)")
            Foundation.exit(error.exitCode)
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
        FileHandle.standardError.write(Data("\(line)\n".utf8))
    }
}
