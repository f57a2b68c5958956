import BatonBase
import BatonICE
import Testing

/// Keeps what an agent sends.
private struct Output: ICEOutput {
    var sent: [(base: Int, destination: SocketAddress, bytes: [UInt8])] = []

    mutating func send(
        from base: Int, to destination: SocketAddress, _ write: (inout MutableRawSpan) -> Int
    ) {
        var storage = [UInt8](repeating: 0, count: 768)
        var span = storage.mutableSpan
        var room = span.mutableBytes
        let length = write(&room)
        if length > 0 { sent.append((base, destination, Array(storage[..<length]))) }
    }
}

/// An agent with a component at socket 10 and one at 11, and a peer that sends what a test wants.
private struct Exchange {
    let ours = ICECredentials(
        usernameFragment: Array("ours".utf8), password: Array("our password".utf8))
    let theirs = ICECredentials(
        usernameFragment: Array("peer".utf8), password: Array("peer password".utf8))
    var agent: ICEAgent
    var now = Instant(nanoseconds: 1_000_000_000)
    private var count: UInt64 = 0

    static func candidate(_ component: UInt8) -> ICELocalCandidate {
        ICELocalCandidate(
            ICECandidate(
                component: component, type: .host, priority: 100,
                address: SocketAddress(ip: IPAddress(v4: 1), port: 30_000 + UInt16(component)),
                foundation: "1"),
            base: 9 + Int(component))
    }

    init(isLite: Bool = true) {
        var settings = ICESettings()
        settings.isLite = isLite
        agent = ICEAgent(
            settings: settings, credentials: ours,
            candidates: [Self.candidate(1), Self.candidate(2)], role: .controlled, seed: 1,
            at: now)
        agent.setRemote(theirs, candidates: [], isLite: false, isComplete: false, at: now)
    }

    static func source(_ number: Int) -> SocketAddress {
        SocketAddress(ip: IPAddress(v4: 0xc000_0201), port: UInt16(number))
    }

    /// Gives the agent a request and tells what it answers.
    mutating func request(
        _ number: Int, on base: Int = 10, isSigned: Bool = true, nominates: Bool = false,
        filling: Int = 0
    ) -> [[UInt8]] {
        count += 1
        let identifier = STUNTransactionID(high: 1, low: count)
        var storage = [UInt8](repeating: 0, count: 512)
        var span = storage.mutableSpan
        var room = span.mutableBytes
        var writer = STUNMessageWriter(.request, transactionID: identifier, into: &room)
        if isSigned {
            writer.appendUsername(ours.usernameFragment, theirs.usernameFragment, into: &room)
            writer.append(.priority, UInt32(1_000), into: &room)
            writer.append(.iceControlling, UInt64(5), into: &room)
            if nominates { writer.append(.useCandidate, into: &room) }
            writer.appendIntegrity(
                key: ours.password.span.bytes, by: HMACSHA1(), into: &room)
        } else {
            let software = STUNAttributeType(rawValue: 0x8022)
            if filling > 0 {
                let value = [UInt8](repeating: 65, count: filling)
                writer.append(software, value.span, into: &room)
            }
        }
        let length = writer.byteCount
        let bytes = Array(storage[..<length])
        var output = Output()
        if let view = try? STUNMessageView(bytes.span.bytes) {
            agent.receive(
                view, from: Self.source(number), on: base, at: now, by: HMACSHA1(),
                into: &output)
        }
        return output.sent.map(\.bytes)
    }
}

@Suite("What a peer can make an agent do (RFC 8445 §19)")
struct ICELimitTests {
    @Test("a peer that wanders is followed beyond the limit of candidates")
    func wanders() {
        var exchange = Exchange()
        for number in 1...100 {
            #expect(exchange.request(number, nominates: true).count == 1)
            #expect(exchange.agent.selection(of: 1)?.remote == Exchange.source(number))
        }
        #expect(exchange.agent.remoteCandidates.count == 32)
        #expect(exchange.agent.counters.evictedCandidates == 68)
        #expect(exchange.agent.counters.ignoredCandidates == 0)
    }

    @Test("the candidate in use and those that were signalled are not given up")
    func keepsWhatCounts() {
        var exchange = Exchange(isLite: false)
        let signalled = (0..<10).map { number in
            ICECandidate(
                component: 1, type: .host, priority: 50, address: Exchange.source(1_000 + number),
                foundation: "\(number)")
        }
        exchange.agent.setRemote(
            exchange.theirs, candidates: signalled, isLite: false, isComplete: true,
            at: exchange.now)
        for number in 1...80 { _ = exchange.request(number) }
        let kept = exchange.agent.remoteCandidates
        #expect(kept.count == 32 && Array(kept.prefix(10)) == signalled)
        #expect(kept.suffix(22).map(\.address) == (59...80).map { Exchange.source($0) })
    }

    @Test("a refusal of what nobody signed is no longer than the request")
    func noAmplification() throws {
        var exchange = Exchange()
        #expect(exchange.request(1, isSigned: false).isEmpty)
        #expect(exchange.agent.counters.unansweredRequests == 1)
        var answered = 0
        for filling in stride(from: 4, through: 60, by: 4) {
            exchange.now = exchange.now + .seconds(1)
            let answers = exchange.request(1, isSigned: false, filling: filling)
            answered += answers.count
            for bytes in answers { #expect(bytes.count <= 24 + filling) }
        }
        #expect(answered > 0)
    }

    @Test("refusals are few in a second, and what is signed is answered all the same")
    func refusalsAreFew() {
        var exchange = Exchange()
        var refused = 0
        for _ in 0..<1_000 {
            refused += exchange.request(1, isSigned: false, filling: 100).count
        }
        #expect(refused == exchange.agent.settings.refusalsPerSecondMax)
        #expect(exchange.agent.counters.unansweredRequests == 990)
        #expect(exchange.request(1).count == 1)
        exchange.now = exchange.now + .seconds(1)
        #expect(exchange.request(1, isSigned: false, filling: 100).count == 1)
    }

    @Test("a component goes, and the other keeps its selection", arguments: [1, 2] as [UInt8])
    func removesComponent(number: UInt8) {
        var exchange = Exchange()
        _ = exchange.request(1, on: 10, nominates: true)
        _ = exchange.request(2, on: 11, nominates: true)
        let other = 3 - number
        let kept = exchange.agent.selection(of: other)
        #expect(kept != nil)
        _ = exchange.agent.takeEvents()
        exchange.agent.removeComponent(number)
        #expect(exchange.agent.selection(of: number) == nil)
        #expect(exchange.agent.selection(of: other)?.remote == kept?.remote)
        #expect(exchange.agent.localCandidates.map(\.candidate.component) == [other])
        #expect(exchange.agent.remoteCandidates.map(\.component) == [other])
        #expect(exchange.agent.takeEvents().isEmpty)
        _ = exchange.request(5, on: 9 + Int(other), nominates: true)
        #expect(exchange.agent.selection(of: other)?.remote == Exchange.source(5))
    }

    @Test("a full agent goes on with consent and checks when a component is gone")
    func consentGoesOn() throws {
        var full = ICESettings()
        full.isLite = false
        var network = ICESimulation(seed: 11)
        for name in ["192.0.2.1", "198.51.100.9"] {
            try network.add(
                ["\(name):30000", "\(name):30001"], settings: full,
                role: network.hosts.isEmpty ? .controlling : .controlled)
        }
        network.signal(to: 0)
        network.signal(to: 1)
        network.run(for: .seconds(3))
        for index in 0...1 {
            #expect(network.hosts[index].agent.selection(of: 2) != nil)
            network.hosts[index].agent.removeComponent(2)
            network.hosts[index].events = []
        }
        network.run(for: .seconds(90))
        for index in 0...1 {
            #expect(network.hosts[index].agent.selection(of: 1) != nil)
            #expect(network.hosts[index].events.isEmpty)
            network.hosts[index].agent.addCandidates([
                ICELocalCandidate(
                    ICECandidate(
                        component: 2, type: .host, priority: 3,
                        address: network.hosts[index].sockets[1], foundation: "4"),
                    base: 1)
            ])
        }
        network.signal(to: 0)
        network.signal(to: 1)
        network.run(for: .seconds(3))
        #expect(network.hosts[0].agent.selection(of: 2)?.remote == network.hosts[1].sockets[1])
        #expect(network.hosts[1].agent.selection(of: 2)?.remote == network.hosts[0].sockets[1])
    }

    @Test("the time without an answer to our restart does not count against consent")
    func restartWithoutAnswer() throws {
        var full = ICESettings()
        full.isLite = false
        var network = ICESimulation(seed: 12)
        try network.add(["192.0.2.1:30000"], settings: full, role: .controlling)
        try network.add(["198.51.100.9:30000"], settings: full, role: .controlled)
        network.signal(to: 0)
        network.signal(to: 1)
        network.run(for: .seconds(3))
        var generator = SplitMix64(seed: 1)
        network.hosts[0].agent.restart(ICECredentials(using: &generator), role: .controlling)
        network.run(for: .seconds(60))
        #expect(network.hosts[0].agent.selection(of: 1) != nil)
        network.hosts[0].events = []
        network.hosts[1].agent.restart(ICECredentials(using: &generator), role: .controlled)
        network.signal(to: 0)
        network.signal(to: 1)
        network.run(for: .seconds(5))
        #expect(network.hosts[0].agent.selection(of: 1) != nil)
        #expect(!network.hosts[0].events.contains(.consentLost(component: 1)))
    }
}
