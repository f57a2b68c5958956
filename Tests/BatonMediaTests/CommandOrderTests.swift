import BatonBase
import BatonCrypto
import BatonICE
import BatonRTP
import Testing

@testable import BatonMedia

/// Commands, datagrams and the passing of time in any order, from a seed.
private struct Churn: ~Copyable {
    var relay = RelayFixture(certificate: TestCertificates.ours)
    var random: SplitMix64
    let hello: [[UInt8]]
    /// What the core wanted sent by a port that is not open.
    var strays = 0
    /// A recorder that never reads.
    let ring = PacketRing(capacity: 4_096)

    static let slots = 8
    static let addresses = [
        "192.0.2.1:4000", "192.0.2.1:4001", "198.51.100.30:50000", "[2001:db8::1]:6000",
    ].map { endpoint($0) }

    init(seed: UInt64) throws {
        random = SplitMix64(seed: seed)
        var peer = try DTLSPeer(.active)
        peer.association.start(at: Instant(nanoseconds: 1))
        hello = peer.datagrams()
        relay.core.setTapRing(ring)
    }

    mutating func chance(_ percent: Int) -> Bool {
        Int.random(in: 0..<100, using: &random) < percent
    }

    mutating func any<Element>(_ list: [Element]) -> Element {
        list[Int.random(in: 0..<list.count, using: &random)]
    }

    mutating func slot() -> PortSlot {
        PortSlot(Int32(Int.random(in: 0..<Self.slots, using: &random)))
    }

    /// Any port, of those that cannot be open too.
    mutating func anySlot() -> PortSlot {
        PortSlot(Int32(Int.random(in: -1...Self.slots + 1, using: &random)))
    }

    mutating func step() {
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<25:
            let slot = anySlot()
            relay.core.configure(slot, configuration(of: Int(slot.index)), at: relay.now)
        case 25..<33: close(slot())
        case 33..<45: open(slot())
        case 45..<85: receive()
        case 85..<89: relay.core.runHandshakes(any([0, 1, 8]), at: relay.now)
        case 89..<94: play()
        default: pass()
        }
        if chance(70) { takeOutgoing() }
    }

    func isOpen(_ port: Int32) -> Bool { relay.core.isOpen(PortSlot(port)) }

    mutating func open(_ slot: PortSlot) {
        guard !relay.core.isOpen(slot) else { return }
        relay.core.open(slot, at: relay.now)
    }

    mutating func close(_ slot: PortSlot) {
        takeOutgoing()
        relay.core.close(slot)
        // The driver sends what the core made before it closes the socket.
        _ = relay.takeOutgoing()
    }

    mutating func takeOutgoing() {
        for (transmit, _) in relay.takeOutgoing() where !relay.core.isOpen(transmit.sink) {
            strays += 1
        }
    }

    mutating func pass() {
        relay.now = relay.now + .milliseconds(any([1, 20, 100, 1_500, 31_000]))
        while let action = relay.core.nextDueAction(at: relay.now) {
            if action == .sendOutgoing { takeOutgoing() }
        }
    }

    mutating func receive() {
        let bytes = datagram()
        let sent = relay.receive(bytes, from: any(Self.addresses), on: slot().index)
        for (transmit, _) in sent where !relay.core.isOpen(transmit.sink) { strays += 1 }
    }

    mutating func datagram() -> [UInt8] {
        switch Int.random(in: 0..<10, using: &random) {
        case 0...4:
            let number = Int.random(in: 0..<40, using: &random)
            return rtp(number, payloadType: any([0, 8, 50, 101, 111]))
        case 5: return receiverReport
        case 6: return any(hello)
        case 7: return check()
        default:
            var bytes = (0..<Int.random(in: 0..<80, using: &random)).map { _ in
                UInt8.random(in: 0 ... .max, using: &random)
            }
            if !bytes.isEmpty { bytes[0] = any([0, 1, 22, 63, 0x80, 0x90, 0xbf, 255]) }
            return bytes
        }
    }

    func credentials(_ seed: UInt64) -> ICECredentials {
        var generator = SplitMix64(seed: seed)
        return ICECredentials(using: &generator)
    }

    /// A peer's check that is good for some of the agents.
    mutating func check() -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 512)
        let (to, from) = (credentials(any([1, 2])), credentials(any([3, 4])))
        let identifier = STUNTransactionID(high: 1, low: random.next())
        let nominates = chance(50)
        var span = bytes.mutableSpan
        var room = span.mutableBytes
        var writer = STUNMessageWriter(.request, transactionID: identifier, into: &room)
        writer.appendUsername(to.usernameFragment, from.usernameFragment, into: &room)
        writer.append(.priority, UInt32(1_845_501_695), into: &room)
        writer.append(.iceControlling, UInt64(7), into: &room)
        if nominates { writer.append(.useCandidate, into: &room) }
        writer.appendIntegrity(key: to.password.span.bytes, by: MessageIntegrity(), into: &room)
        writer.appendFingerprint(into: &room)
        let count = writer.byteCount
        return Array(bytes[..<count])
    }
}

extension Churn {
    mutating func configuration(of index: Int) -> PortConfiguration {
        var configuration = PortConfiguration(component: any([.rtp, .rtcp, .multiplexed, .opaque]))
        if chance(75) { configuration.remote = any(Self.addresses) }
        if chance(75) { configuration.rtpSink = anySlot() }
        if chance(75) { configuration.rtcpSink = anySlot() }
        configuration.identity = any([.transparent, .continuous])
        configuration.learningGeneration = UInt32(any([0, 1, 2]))
        configuration.piercesNAT = chance(20)
        configuration.protection = protection()
        configuration.conversion = conversion()
        configuration.effects = any([
            [], [], .blocksMedia, .silencesMedia, .blocksDTMF, [.detectsTones, .tapped], .tapped,
        ])
        configuration.dtmfBlocking = any([.drop, .replaceWith(3), .randomDigits])
        configuration.clockRates = [
            PayloadClockRate(payloadType: 101, clockRateHz: 8_000, encoding: .telephoneEvent)
        ]
        if chance(80) {
            configuration.tap = TapNumber(recording: 1, party: 1, stream: UInt8(clamping: index))
        }
        configuration.rtcpTreatment = treatment()
        if chance(40) { configuration.ice = ice(of: index) }
        return configuration
    }

    mutating func treatment() -> RTCPTreatment {
        switch Int.random(in: 0..<6, using: &random) {
        case 0: .relayWithoutFeedback
        case 1: .terminateAt(anySlot())
        case 2, 3:
            .terminate(
                RTCPTermination(
                    exit: anySlot(), hasFeedback: chance(50), passesFeedback: chance(50)))
        default: .relay
        }
    }

    /// Playbacks, keys and their end, by any port.
    mutating func play() {
        let slot = anySlot()
        switch Int.random(in: 0..<6, using: &random) {
        case 0...2:
            var playback = PortPlayback(
                number: UInt32(any([1, 2, 3])), track: numberedTrack(any([0, 1, 40])),
                payloadType: any([0, 8]))
            playback.turns = any([1, 2, .max])
            playback.firstPacket = any([0, 3, -1, .max])
            playback.isQueued = chance(50)
            relay.core.play(slot, playback, at: relay.now)
        case 3, 4:
            var event = PortDTMF(
                code: any([0, 15, 200]), payloadType: any([101, 102]),
                clockRateHz: any([0, 8_000, 48_000]))
            event.durationMs = any([0, 100, .max])
            relay.core.play(slot, event, at: relay.now)
        default: relay.core.stopPlaying(slot)
        }
    }

    mutating func keys() -> SRTPKeys? {
        guard chance(70) else { return nil }
        let byte: UInt8 = any([1, 2])
        return SRTPKeys(
            profile: .aes128CMSHA1Tag80, masterKey: [UInt8](repeating: byte, count: 16),
            masterSalt: [UInt8](repeating: byte, count: 14))
    }

    mutating func protection() -> PortProtection {
        switch Int.random(in: 0..<8, using: &random) {
        case 0, 1: return .keys(inbound: keys(), outbound: keys())
        case 2: return .keysOf(anySlot())
        case 3, 4:
            return .dtls(
                DTLSParameters(
                    role: any([.active, .passive]),
                    fingerprints: any([[], [TestCertificates.peer.fingerprint()]]),
                    generation: any([1, 2])))
        default: return .none
        }
    }

    mutating func conversion() -> MediaConversion? {
        any([
            nil, nil, Formats.pcmuToOpus, Formats.opusToPCMU, Formats.pcmaAs(77), Formats.unusable,
            Formats.mixed,
        ])
    }

    mutating func ice(of index: Int) -> ICEParameters {
        func candidate(_ component: UInt8, _ base: Int) -> ICELocalCandidate {
            ICELocalCandidate(
                ICECandidate(
                    component: component, type: .host, priority: 100 - UInt32(component),
                    address: endpoint("192.0.2.100:3000\(component)"), foundation: "1"),
                base: base)
        }
        var parameters = ICEParameters(
            localCredentials: credentials(any([1, 2])),
            localCandidates: any([
                [candidate(1, index)], [candidate(1, index), candidate(2, index + 2)],
                [candidate(1, index), candidate(2, index + 2)],
                [candidate(1, index + 1)], [candidate(2, index)], [],
            ]), role: any([.controlling, .controlled]), isLite: chance(50))
        guard chance(70) else { return parameters }
        parameters.remote = ICERemoteParameters(
            credentials: credentials(any([3, 4])),
            candidates: (0..<any([0, 2, 40])).map {
                ICECandidate(
                    component: any([1, 2]), type: .host, priority: UInt32($0 + 1),
                    address: SocketAddress(
                        ip: IPAddress(v4: 0xc633_641e), port: UInt16($0 + 50_000)),
                    foundation: "\($0)")
            }, isLite: chance(20), isComplete: chance(50))
        return parameters
    }
}

/// Formats that the tests convert between.
enum Formats {
    static let pcmu = CodecFormat(payloadType: 0, encoding: "PCMU", clockRateHz: 8_000)
    static let pcma = CodecFormat(payloadType: 8, encoding: "PCMA", clockRateHz: 8_000)
    static let opus = CodecFormat(
        payloadType: 111, encoding: "opus", clockRateHz: 48_000, channels: 2)
    static let events8 = CodecFormat(
        payloadType: 101, encoding: "telephone-event", clockRateHz: 8_000, parameters: "0-15")
    static let events48 = CodecFormat(
        payloadType: 110, encoding: "telephone-event", clockRateHz: 48_000, parameters: "0-15")

    static let pcmuToOpus = MediaConversion(
        rules: [
            .init(pcmu, .convert(.init(format: opus))), .init(events8, .telephoneEvent(events48)),
        ], telephoneEvents: [events48])
    static let opusToPCMU = MediaConversion(
        rules: [
            .init(opus, .convert(.init(format: pcmu))), .init(events48, .telephoneEvent(events8)),
        ], telephoneEvents: [events8])
    static let pcmaToPCMU = MediaConversion(rules: [.init(pcma, .convert(.init(format: pcmu)))])
    static let unusable = MediaConversion(
        rules: [
            .init(
                pcmu,
                .convert(
                    .init(
                        format: CodecFormat(
                            payloadType: 99, encoding: "nobody", clockRateHz: 12_345))))
        ])

    /// PCMU is encoded, PCMA passes beside it.
    static let mixed = MediaConversion(
        rules: [
            .init(pcmu, .convert(.init(format: opus))), .init(pcma, .passAs(77)),
            .init(events8, .telephoneEvent(events8)),
        ], telephoneEvents: [events8])

    static func pcmaAs(_ payloadType: UInt8) -> MediaConversion {
        MediaConversion(rules: [.init(pcma, .passAs(payloadType)), .init(pcmu, .drop)])
    }
}

@Suite("Commands and datagrams in any order (N24)")
struct CommandOrderTests {
    @Test("nothing traps, nothing is sent by a closed port, nothing is left", arguments: 0..<60)
    func anyOrder(seed: Int) throws {
        var churn = try Churn(seed: UInt64(seed))
        for _ in 0..<400 { churn.step() }
        let agents = churn.relay.core.agents.compactMap { $0?.owner }
        var areOpen = true
        for owner in agents { areOpen = areOpen && churn.isOpen(owner) }
        #expect(areOpen, "seed \(seed)")
        for index in 0..<Churn.slots { churn.close(PortSlot(Int32(index))) }
        churn.relay.core.runHandshakes(1_000, at: churn.relay.now)
        let (strays, deadline) = (churn.strays, churn.relay.core.nextDeadline)
        #expect(strays == 0 && deadline == nil, "seed \(seed)")
        #expect(churn.relay.tables() == Tables(), "seed \(seed)")
        let (agentCount, freeCount) = (
            churn.relay.core.agents.count, churn.relay.core.freeAgents.count
        )
        #expect(agentCount == freeCount, "seed \(seed)")
        #expect(churn.relay.handshakeCount() == 0 && churn.relay.takeOutgoing().isEmpty)
    }
}
