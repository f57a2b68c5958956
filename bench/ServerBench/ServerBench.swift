import BatonBase
import BatonConfig
import BatonIO
import BatonServer
import Logging

/// Call set-ups a second over UDP on loopback: `serve PORT SECONDS` is the relay, `load PORT CALLS`
/// the proxy, with 64 requests outstanding. Each prints its own CPU time.
@main
struct ServerBench {
    static func main() async throws {
        let arguments = CommandLine.arguments
        guard arguments.count == 4, let port = UInt16(arguments[2]),
            let number = Int(arguments[3])
        else {
            print("usage: ServerBench serve PORT SECONDS | load PORT CALLS")
            return
        }
        if arguments[1] == "serve" {
            try await serve(port, seconds: number)
        } else {
            try load(port, calls: number)
        }
    }

    private static func serve(_ port: UInt16, seconds: Int) async throws {
        var config = Config.defaults
        config.ng.listen = [
            .init(address: SocketAddress(ip: IPAddress(v4: 0x7f00_0001), port: port))
        ]
        config.media.ports = 60_000...64_999
        config.media.workers = 1
        config.timeouts.deleteDelay = .zero
        let facts = MachineFacts(addresses: [], processors: 1)
        var logger = Logger(label: "bench")
        logger.logLevel = .warning
        let server = try await RelayServer.start(config, facts: facts, logger: logger)
        try await Task.sleep(for: .seconds(seconds))
        let time = ProcessResources.processTime()
        let status = await server.status()
        let calls = Double(max(status?.totals.createdSessions ?? 0, 1))
        let user = Double(time.userNanoseconds) / 1e3
        let system = Double(time.systemNanoseconds) / 1e3
        print(
            "serve: calls \(Int(calls)), user \(user / calls) us, system \(system / calls) us a "
                + "call: \(Int(1e6 * calls / (user + system))) calls/s of CPU; "
                + "resident \(ProcessResources.residentBytes() >> 10) KiB")
        await server.stop()
    }

    private static func load(_ port: UInt16, calls: Int) throws {
        let client = try LoadClient(port)
        let start = MonotonicClock.now()
        client.run(calls: calls)
        let seconds = Double((MonotonicClock.now() - start).wholeNanoseconds) / 1e9
        print(
            "load: \(Int(Double(client.done) / seconds)) calls/s, "
                + "\(client.done) of \(calls) done, \(client.errors) errors"
        )
    }
}
