import BatonBase
import BatonICE

/// Agents on a network of virtual time, with delay, loss and, if asked for, a NAT before one.
struct ICESimulation {
    /// A datagram on its way.
    private struct Datagram {
        var bytes: [UInt8]
        var source: SocketAddress
        var destination: SocketAddress
        var arrival: Instant
    }

    /// An agent and the addresses of its sockets, by base.
    struct Host {
        var agent: ICEAgent
        var sockets: [SocketAddress]
        /// The address that others see its packets come from, `nil` without a NAT.
        var publicIP: IPAddress?
        var events: [ICEEvent] = []
        var isConnected = true
    }

    private struct Output: ICEOutput {
        var sent: [(base: Int, destination: SocketAddress, bytes: [UInt8])] = []

        mutating func send(
            from base: Int, to destination: SocketAddress,
            _ write: (inout MutableRawSpan) -> Int
        ) {
            var storage = [UInt8](repeating: 0, count: 1_024)
            var span = storage.mutableSpan
            var bytes = span.mutableBytes
            let length = write(&bytes)
            if length > 0 { sent.append((base, destination, Array(storage[..<length]))) }
        }
    }

    var hosts: [Host] = []
    var now = Instant(nanoseconds: 1_000_000_000)
    /// The part of the datagrams that is lost, in percent.
    var lossPercent = 0
    var delay: Duration = .milliseconds(20)
    /// How many datagrams were sent.
    private(set) var sentCount = 0
    private var network: [Datagram] = []
    private var generator: SplitMix64

    init(seed: UInt64) {
        generator = SplitMix64(seed: seed)
    }

    /// Adds a host with a socket for each address; components are numbered from 1 for each family.
    mutating func add(
        _ addresses: [String], settings: ICESettings, role: ICERole, publicIP: String? = nil
    ) throws {
        let sockets = addresses.compactMap { SocketAddress($0) }
        var used: [IPAddress: UInt8] = [:]
        let candidates = sockets.enumerated().map { base, address in
            let component = (used[address.ip] ?? 0) + 1
            used[address.ip] = component
            return ICELocalCandidate(
                ICECandidate(
                    component: component, type: .host,
                    priority: ICECandidate.priority(
                        .host, localPreference: address.ip.family == .v6 ? 65_535 : 65_534,
                        component: component),
                    address: address, foundation: "\(address.ip.family)"),
                base: base)
        }
        let agent = ICEAgent(
            settings: settings, credentials: ICECredentials(using: &generator),
            candidates: candidates, role: role, seed: generator.next(), at: now)
        hosts.append(
            Host(agent: agent, sockets: sockets, publicIP: publicIP.flatMap { IPAddress($0) }))
    }

    /// Tells agent `index` what the other one has.
    mutating func signal(to index: Int, candidates: Bool = true, isComplete: Bool = true) {
        let other = hosts[1 - index].agent
        hosts[index].agent.setRemote(
            other.localCredentials,
            candidates: candidates ? other.localCandidates.map(\.candidate) : [],
            isLite: other.settings.isLite, isComplete: isComplete, at: now)
    }

    /// Lets `time` pass.
    mutating func run(for time: Duration) {
        let end = now + time
        while let next = nextInstant(), next <= end {
            now = max(now, next)
            deliver()
            for index in hosts.indices { tick(index) }
        }
        now = end
    }

    private func nextInstant() -> Instant? {
        (network.map(\.arrival) + hosts.compactMap(\.agent.nextDeadline)).min()
    }

    private mutating func deliver() {
        let due = network.filter { $0.arrival <= now }
        network.removeAll { $0.arrival <= now }
        for datagram in due {
            for index in hosts.indices where hosts[index].isConnected {
                guard let base = base(at: datagram.destination, of: index) else { continue }
                var output = Output()
                if let view = try? STUNMessageView(datagram.bytes.span.bytes) {
                    hosts[index].agent.receive(
                        view, from: datagram.source, on: base, at: now, by: HMACSHA1(),
                        into: &output)
                }
                hosts[index].events += hosts[index].agent.takeEvents()
                post(output, from: index)
            }
        }
    }

    private func base(at address: SocketAddress, of index: Int) -> Int? {
        hosts[index].sockets.firstIndex { socket in
            socket.port == address.port
                && address.ip == (hosts[index].publicIP ?? socket.ip)
        }
    }

    private mutating func tick(_ index: Int) {
        guard let deadline = hosts[index].agent.nextDeadline, deadline <= now else { return }
        var output = Output()
        hosts[index].agent.tick(at: now, by: HMACSHA1(), into: &output)
        hosts[index].events += hosts[index].agent.takeEvents()
        post(output, from: index)
    }

    private mutating func post(_ output: Output, from index: Int) {
        guard hosts[index].isConnected else { return }
        for (base, destination, bytes) in output.sent {
            sentCount += 1
            guard Int.random(in: 0..<100, using: &generator) >= lossPercent else { continue }
            let socket = hosts[index].sockets[base]
            let source = SocketAddress(ip: hosts[index].publicIP ?? socket.ip, port: socket.port)
            network.append(
                Datagram(
                    bytes: bytes, source: source, destination: destination, arrival: now + delay))
        }
    }
}
