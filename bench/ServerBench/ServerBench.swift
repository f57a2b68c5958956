import BatonBase
import BatonConfig
import BatonIO
import BatonMedia
import BatonNG
import BatonServer
import Synchronization

/// Call set-ups a second through the signalling core on one core: offer, answer and delete with real
/// sockets, no network for the control messages.
@main
struct ServerBench {
    static func main() throws {
        let arguments = CommandLine.arguments
        let calls = arguments.count > 1 ? Int(arguments[1]) ?? 20_000 : 20_000
        _ = try ProcessResources.raiseOpenFilesLimit()
        let bench = try SetupBench()
        bench.run(calls: min(calls, 1_000))
        let start = ProcessResources.processTime()
        let wall = MonotonicClock.now()
        bench.run(calls: calls)
        let end = ProcessResources.processTime()
        let wallSeconds = Double((MonotonicClock.now() - wall).wholeNanoseconds) / 1e9
        let user = Double(end.userNanoseconds - start.userNanoseconds) / 1e9
        let system = Double(end.systemNanoseconds - start.systemNanoseconds) / 1e9
        print("calls \(calls) errors \(bench.errors)")
        print("wall \(wallSeconds) s: \(Int(Double(calls) / wallSeconds)) calls/s")
        print("cpu user \(user) s system \(system) s: \(Int(Double(calls) / (user + system))) calls/s")
        print("us a call: user \(user / Double(calls) * 1e6) system \(system / Double(calls) * 1e6)")
    }
}

/// Closes what it is told to close, at once.
final class ClosingWorker: RelayWorker {
    let portCapacity = 4_096
    let portCounters = CounterArena(rows: 4_096, columns: PortCounter.columnCount)
    let counters = CounterArena(rows: 1, columns: 16)
    private let state = QueueState()

    func submit(_ commands: [WorkerCommand]) { state.submit(commands) }
    func takeEvents() -> [WorkerEvent] { state.takeEvents() }
}


final class QueueState: Sendable {
    private struct Books {
        var descriptors: [Int32] = Array(repeating: -1, count: 4_096)
        var events: [WorkerEvent] = []
    }
    private let books = Mutex(Books())

    func submit(_ commands: [WorkerCommand]) {
        books.withLock { books in
            for command in commands {
                switch command {
                case .open(let slot, let descriptor): books.descriptors[Int(slot.index)] = descriptor
                case .port(.close(let slot)):
                    Descriptor.close(taken: books.descriptors[Int(slot.index)])
                    books.events.append(.closed(slot))
                case .port(.configure): break
                }
            }
        }
    }

    func takeEvents() -> [WorkerEvent] {
        books.withLock { books in
            defer { books.events.removeAll(keepingCapacity: true) }
            return books.events
        }
    }
}

final class SetupBench {
    let core: SignallingCore<PortAllocator<SystemPortSockets>>
    let worker = ClosingWorker()
    var errors = 0
    private var number = 0
    private let peer = IPAddress(v4: 0x7f00_0001)

    init() throws {
        var config = Config.defaults
        config.media.ports = 60_000...64_999
        config.timeouts.deleteDelay = .zero
        let table = InterfaceTable([
            Config.ResolvedInterface(
                name: "default", address: IPAddress(v4: 0x7f00_0001),
                advertised: IPAddress(v4: 0x7f00_0001), ports: config.media.ports)
        ])
        let ports = PortAllocator(
            interfaces: table, workers: [worker],
            sockets: SystemPortSockets(receiveBufferBytes: config.media.receiveBufferBytes),
            generator: SplitMix64(seed: 1))
        core = SignallingCore(
            settings: SignallingSettings(config), plane: ports, at: MonotonicClock.now())
    }

    func run(calls: Int) {
        for _ in 0..<calls { runCall() }
    }

    private func runCall() {
        number += 1
        let call = "call-\(number)@bench.invalid"
        send("offer", call, to: nil, sdp: sdp(40_000 + number % 10_000))
        send("answer", call, to: "tag-b-\(number)", sdp: sdp(50_000 + number % 10_000))
        send("delete", call, to: nil, sdp: nil)
    }

    private func sdp(_ port: Int) -> String {
        "v=0\r\no=- 3724394400 3724394405 IN IP4 127.0.0.1\r\ns=call\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
            + "m=audio \(port) RTP/AVP 8 0 101\r\na=rtpmap:8 PCMA/8000\r\na=rtpmap:0 PCMU/8000\r\n"
            + "a=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-16\r\na=sendrecv\r\na=ptime:20\r\n"
    }

    private func send(_ command: String, _ call: String, to: String?, sdp: String?) {
        var text = "\(number)\(command) d"
        func add(_ key: String, _ value: String) {
            text += "\(key.utf8.count):\(key)\(value.utf8.count):\(value)"
        }
        text += "8:supportsl10:load limite"
        if let sdp { add("sdp", sdp) }
        add("call-id", call)
        text += "13:received-froml3:IP49:127.0.0.1e"
        add("from-tag", "tag-a-\(number)")
        if let to { add("to-tag", to) }
        add("command", command)
        text += "7:replacel6:origin18:session-connectionee"
        let now = MonotonicClock.now()
        let reply = core.receive(Array(text.utf8), from: peer, replyLimitBytes: 65_507, at: now)
        core.plane.flush()
        _ = core.takeEvents()
        for case .closed(let slot) in worker.takeEvents() {
            core.plane.portClosed(slot, worker: 0, at: now)
        }
        if reply?.suffix(13).elementsEqual("6:result2:oke".utf8) != true { errors += 1 }
    }
}
