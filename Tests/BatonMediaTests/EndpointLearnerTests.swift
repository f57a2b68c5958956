import BatonBase
import Testing

@testable import BatonMedia

@Suite("Endpoint learning (N22, N23)")
struct EndpointLearnerTests {
    let signalled = endpoint("192.0.2.10:4000")
    let start = Instant(nanoseconds: 1_000_000_000)

    func learner(
        _ learning: EndpointLearning = .heuristic, _ change: (inout SourcePolicy) -> Void = { _ in }
    ) -> EndpointLearner {
        var policy = SourcePolicy()
        policy.learning = learning
        change(&policy)
        var learner = EndpointLearner()
        learner.configure(remote: signalled, policy: policy, generation: 1)
        return learner
    }

    @Test("N22: sends to the signalled address until the first packet")
    func startsAtSignalledAddress() {
        #expect(learner().remote == signalled)
        #expect(!learner().isConfirmed)
    }

    @Test("N22: a packet from exactly the signalled address confirms it at once")
    func confirmsExactMatch() {
        var learner = learner()
        #expect(learner.judge(signalled, at: start) == .accepted)
        #expect(learner.isConfirmed)
        #expect(learner.remote == signalled)
    }

    @Test("N22: heuristic learning follows a NAT's port at once and confirms it after 3 s")
    func followsPort() {
        var learner = learner()
        let mapped = endpoint("192.0.2.10:61000")
        #expect(learner.judge(mapped, at: start) == .acceptedAndMoved)
        #expect(learner.remote == mapped)
        #expect(!learner.isConfirmed)
        #expect(learner.judge(mapped, at: start + .milliseconds(2_999)) == .accepted)
        #expect(!learner.isConfirmed)
        #expect(learner.judge(mapped, at: start + .seconds(3)) == .accepted)
        #expect(learner.isConfirmed)
    }

    @Test("N22: within 3 s the signalled address beats a source that came first")
    func prefersSignalledAddress() {
        var learner = learner()
        let straggler = endpoint("192.0.2.10:3998")
        #expect(learner.judge(straggler, at: start) == .acceptedAndMoved)
        #expect(learner.judge(signalled, at: start + .milliseconds(20)) == .acceptedAndMoved)
        #expect(learner.isConfirmed)
        #expect(learner.judge(straggler, at: start + .milliseconds(40)) == .notSelected)
    }

    @Test("N22: an equal source takes over only when the first has fallen silent")
    func replacesSilentStraggler() {
        var learner = learner()
        let first = endpoint("192.0.2.10:5000")
        let second = endpoint("192.0.2.10:6000")
        _ = learner.judge(first, at: start)
        #expect(learner.judge(second, at: start + .milliseconds(100)) == .notSelected)
        #expect(learner.judge(second, at: start + .milliseconds(250)) == .acceptedAndMoved)
        #expect(learner.remote == second)
    }

    @Test("N22: delayed learning keeps the signalled address for 3 s, then takes the last source")
    func delays() {
        var learner = learner(.delayed)
        let (first, last) = (endpoint("192.0.2.10:60000"), endpoint("192.0.2.10:61000"))
        for source in [first, last, signalled, first] {
            #expect(learner.judge(source, at: start) == .accepted)
            #expect(learner.remote == signalled)
        }
        #expect(!learner.isConfirmed)
        #expect(learner.judge(last, at: start + .seconds(3)) == .acceptedAndMoved)
        #expect(learner.remote == last)
        #expect(learner.isConfirmed)
        #expect(learner.judge(first, at: start + .seconds(3)) == .notSelected)
    }

    @Test("N22: within 3 s the signalled IP beats the one that signalling came from")
    func prefersSignalledIP() {
        var learner = learner { $0.receivedFrom = IPAddress("203.0.113.5") }
        let proxy = endpoint("203.0.113.5:40000")
        let mapped = endpoint("192.0.2.10:61000")
        #expect(learner.judge(proxy, at: start) == .acceptedAndMoved)
        #expect(learner.judge(mapped, at: start + .milliseconds(20)) == .acceptedAndMoved)
        #expect(learner.judge(proxy, at: start + .milliseconds(40)) == .notSelected)
        #expect(learner.remote == mapped)
        #expect(learner.judge(signalled, at: start + .milliseconds(60)) == .acceptedAndMoved)
    }

    @Test("N22: immediate learning takes the first candidate for good")
    func immediate() {
        var learner = learner(.immediate)
        let mapped = endpoint("192.0.2.10:61000")
        #expect(learner.judge(mapped, at: start) == .acceptedAndMoved)
        #expect(learner.isConfirmed)
        #expect(learner.judge(signalled, at: start) == .notSelected)
    }

    @Test("N22: with learning off packets go to the signalled address whatever comes")
    func off() {
        var learner = learner(.off)
        let mapped = endpoint("192.0.2.10:61000")
        #expect(learner.judge(mapped, at: start) == .accepted)
        #expect(learner.remote == signalled)
    }

    @Test("N22: an asymmetric party is heard from any port and never moves the endpoint")
    func asymmetric() {
        var learner = learner { $0.isAsymmetric = true }
        for port in [5_000, 6_000, 7_000] {
            let source = SocketAddress(ip: signalled.ip, port: UInt16(port))
            #expect(learner.judge(source, at: start) == .accepted)
        }
        #expect(learner.remote == signalled)
    }

    @Test(
        "N23: another IP is foreign before, during and after learning, in every mode",
        arguments: [EndpointLearning.heuristic, .delayed, .immediate, .off])
    func dropsForeignSources(mode: EndpointLearning) {
        var learner = learner(mode)
        let stranger = endpoint("198.51.100.7:4000")
        for time in [0, 10, 3_500] {
            #expect(learner.judge(stranger, at: start + .milliseconds(time)) == .foreign)
            _ = learner.judge(signalled, at: start + .milliseconds(time))
        }
        #expect(learner.judge(stranger, at: start + .seconds(5)) == .foreign)
        #expect(learner.remote == signalled)
    }

    @Test("N23: the received-from IP is a candidate beside the signalled one")
    func acceptsReceivedFrom() {
        var learner = learner { $0.receivedFrom = IPAddress("203.0.113.5") }
        let natted = endpoint("203.0.113.5:40000")
        #expect(learner.judge(natted, at: start) == .acceptedAndMoved)
        #expect(learner.remote == natted)
    }

    @Test("N23: any IP is a candidate only on explicit demand")
    func acceptsAnyOnDemand() {
        var learner = learner { $0.permitsAnyAddress = true }
        #expect(learner.judge(endpoint("198.51.100.7:1"), at: start) == .acceptedAndMoved)
    }

    @Test("N23: after confirmation another port of the party's own IP moves nothing")
    func holdsConfirmedEndpoint() {
        var learner = learner()
        _ = learner.judge(signalled, at: start)
        let injector = endpoint("192.0.2.10:9999")
        for second in 1...10 {
            #expect(learner.judge(injector, at: start + .seconds(second)) == .notSelected)
        }
        #expect(learner.remote == signalled)
    }

    @Test("N23: a re-offer opens learning again and keeps sending where it sent")
    func reopensOnReoffer() {
        var learner = learner()
        let mapped = endpoint("192.0.2.10:61000")
        _ = learner.judge(mapped, at: start)
        _ = learner.judge(mapped, at: start + .seconds(4))
        learner.configure(remote: signalled, policy: SourcePolicy(), generation: 2)
        #expect(!learner.isConfirmed)
        #expect(learner.remote == mapped)
        #expect(learner.judge(mapped, at: start + .seconds(5)) == .accepted)
        #expect(learner.isConfirmed)
    }

    @Test("N23: a re-offer with a new address is sent to at once")
    func followsNewAddress() {
        var learner = learner()
        _ = learner.judge(signalled, at: start)
        let moved = endpoint("192.0.2.77:4100")
        learner.configure(remote: moved, policy: SourcePolicy(), generation: 2)
        #expect(learner.remote == moved)
        #expect(learner.judge(signalled, at: start + .seconds(1)) == .foreign)
        #expect(learner.judge(moved, at: start + .seconds(1)) == .accepted)
    }

    @Test("N23: a repeated configuration of the same generation keeps what was learned")
    func keepsLearnedEndpoint() {
        var learner = learner()
        let mapped = endpoint("192.0.2.10:61000")
        _ = learner.judge(mapped, at: start)
        _ = learner.judge(mapped, at: start + .seconds(4))
        learner.configure(remote: signalled, policy: SourcePolicy(), generation: 1)
        #expect(learner.isConfirmed)
        #expect(learner.remote == mapped)
    }

    @Test("N22: media handover follows a silent stream to a new port, and only then")
    func handsOver() {
        var learner = learner { $0.mediaHandover = true }
        _ = learner.judge(signalled, at: start)
        let roamed = endpoint("192.0.2.10:7000")
        #expect(learner.judge(roamed, at: start + .milliseconds(199)) == .notSelected)
        #expect(learner.judge(roamed, at: start + .milliseconds(200)) == .acceptedAndMoved)
        #expect(learner.remote == roamed)
        #expect(learner.isConfirmed)
    }

    @Test("N23: media handover makes no candidate of another IP; the packet must speak for it")
    func foreignHandover() {
        var learner = learner { $0.mediaHandover = true }
        let roamed = endpoint("198.51.100.20:7000")
        #expect(learner.handOver(to: roamed, at: start) == .foreign, "nothing is confirmed")
        _ = learner.judge(signalled, at: start)
        let later = start + .milliseconds(199)
        #expect(learner.handOver(to: roamed, at: later) == .foreign, "it is not silent")
        #expect(learner.judge(roamed, at: start + .seconds(9)) == .foreign)
        #expect(learner.handOver(to: roamed, at: start + .seconds(9)) == .acceptedAndMoved)
        #expect(learner.judge(roamed, at: start + .seconds(9)) == .accepted)
    }

    @Test("N22: strict-source changes no verdict: baton is as strict without it")
    func strictSource() {
        for learning in [EndpointLearning.heuristic, .delayed, .immediate, .off] {
            var plain = learner(learning) { $0.receivedFrom = IPAddress("203.0.113.5") }
            var strict = learner(learning) {
                $0.receivedFrom = IPAddress("203.0.113.5")
                $0.strictSource = true
            }
            let sources = [
                "192.0.2.10:61000", "192.0.2.10:4000", "203.0.113.5:40000", "198.51.100.7:4000",
                "192.0.2.10:61000", "192.0.2.10:4000",
            ].map { endpoint($0) }
            for step in 0..<600 {
                let now = start + .milliseconds(step * 17)
                let source = sources[(step * step / 7) % sources.count]
                #expect(plain.judge(source, at: now) == strict.judge(source, at: now))
                #expect(plain.remote == strict.remote)
            }
            #expect(plain.judge(endpoint("192.0.2.10:1"), at: start + .seconds(11)) != .accepted)
        }
    }

    @Test("N22: strict-source leaves an asymmetric party the signalled address and port only")
    func strictAsymmetric() {
        var learner = learner {
            $0.isAsymmetric = true
            $0.strictSource = true
            $0.receivedFrom = IPAddress("203.0.113.5")
        }
        #expect(learner.judge(signalled, at: start) == .accepted)
        #expect(learner.judge(endpoint("192.0.2.10:61000"), at: start) == .notSelected)
        #expect(learner.judge(endpoint("203.0.113.5:4000"), at: start) == .notSelected)
        #expect(learner.judge(endpoint("198.51.100.7:4000"), at: start) == .foreign)
        #expect(learner.judge(signalled, at: start + .seconds(9)) == .accepted)
        #expect(learner.remote == signalled)
    }

    @Test("N15: a held party (no address) is sent nothing and still heard")
    func held() {
        var learner = learner()
        _ = learner.judge(signalled, at: start)
        learner.configure(remote: nil, policy: SourcePolicy(), generation: 2)
        #expect(learner.remote == nil)
        #expect(learner.judge(signalled, at: start + .seconds(1)) == .accepted)
        learner.configure(remote: signalled, policy: SourcePolicy(), generation: 3)
        #expect(learner.remote == signalled)
    }
}

/// The address that `text` writes; the tests write only valid ones.
func endpoint(_ text: String) -> SocketAddress {
    guard let address = SocketAddress(text) else { preconditionFailure("no address: \(text)") }
    return address
}
