import BatonBase
import BatonMedia

/// A fixed script of packets through the relay core, to count instructions: 500 calls, both ways,
/// no sockets. Run under callgrind by `tools/dev bench packets`; the count is a threshold in CI.
///
/// `PacketBench PACKETS` relays that many packets. Two runs with different numbers give the cost of
/// one packet without that of the start.
@main
struct PacketBench {
    static let callCount = 500

    static func main() {
        let packets = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 100_000
        var bench = RelayScript(calls: callCount)
        bench.relay(packets: packets)
        print("relayed \(bench.relayed) of \(packets) packets over \(callCount) calls")
    }
}

/// The calls and the packets that go round them.
private struct RelayScript: ~Copyable {
    private(set) var relayed = 0
    private let calls: Int
    private var core: RelayCore
    private var now = Instant(nanoseconds: 1_000_000_000)
    private var batch = TransmitBatch()
    private var packet: [UInt8]
    private var sources: [SocketAddress] = []

    init(calls: Int) {
        self.calls = calls
        let counters = CounterArena(rows: calls * 2 + 1, columns: PortCounter.columnCount)
        core = RelayCore(portCapacity: calls * 2, counters: counters, start: now)
        packet = [0x80, 0] + [UInt8](repeating: 0, count: 170)
        for port in 0..<calls * 2 {
            let address = SocketAddress(ip: IPAddress(v4: 0x7f00_0001), port: UInt16(10_000 + port))
            sources.append(address)
            var configuration = PortConfiguration(component: .rtp)
            configuration.remote = address
            configuration.rtpSink = PortSlot(Int32(port ^ 1))
            core.open(PortSlot(Int32(port)), at: now)
            core.configure(PortSlot(Int32(port)), configuration, at: now)
        }
    }

    mutating func relay(packets: Int) {
        for number in 0..<packets {
            let port = number % (calls * 2)
            let sequence = UInt16(truncatingIfNeeded: number / (calls * 2))
            writeHeader(sequence: sequence, port: port)
            Self.receive(
                &packet, sources[port], PortSlot(Int32(port)), now, &core, &batch)
            for index in 0..<batch.count {
                core.completed(batch[index], wasSent: true)
                relayed += 1
            }
            now.nanoseconds &+= 20_000
        }
    }

    private static func receive(
        _ packet: inout [UInt8], _ source: SocketAddress, _ port: PortSlot, _ now: Instant,
        _ core: inout RelayCore, _ batch: inout TransmitBatch
    ) {
        batch.removeAll()
        var span = packet.mutableSpan
        var bytes = span.mutableBytes
        core.receive(
            &bytes, byteCount: bytes.byteCount, from: source, on: port, at: now, into: &batch)
    }

    private mutating func writeHeader(sequence: UInt16, port: Int) {
        var span = packet.mutableSpan
        var bytes = span.mutableBytes
        bytes.store(sequence, at: 2)
        bytes.store(UInt32(sequence) * 160, at: 4)
        bytes.store(UInt32(port), at: 8)
    }
}
