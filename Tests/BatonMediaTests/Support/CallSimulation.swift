import BatonBase
import BatonCrypto
import BatonICE
import BatonSDP
import Testing

@testable import BatonMedia

/// A browser's side of a call: an agent, an association, Opus.
struct BrowserPeer: ~Copyable {
    var address: SocketAddress
    var agent: ICEAgent
    var credentials: ICECredentials
    var certificate: DTLSCertificate
    var secure: DTLSPeer
    var heard = 0
    private var lastPayload: [UInt8] = []
    private var sequence = 0

    init(_ address: SocketAddress, _ certificate: DTLSCertificate, seed: UInt64, at now: Instant)
        throws
    {
        var generator = SplitMix64(seed: seed)
        self.address = address
        self.certificate = certificate
        credentials = ICECredentials(using: &generator)
        agent = Self.agent(address, credentials, seed, now)
        secure = try DTLSPeer(.active, certificate)
    }

    private static func agent(
        _ address: SocketAddress, _ credentials: ICECredentials, _ seed: UInt64, _ now: Instant
    ) -> ICEAgent {
        var settings = ICESettings()
        settings.isLite = false
        let candidate = ICECandidate(
            component: 1, type: .host, priority: 2_130_706_431, address: address, foundation: "1")
        return ICEAgent(
            settings: settings, credentials: credentials,
            candidates: [ICELocalCandidate(candidate, base: 0)], role: .controlling, seed: seed,
            at: now)
    }

    /// Another network: new credentials, a new address.
    mutating func restart(at newAddress: SocketAddress, seed: UInt64, _ now: Instant) {
        var generator = SplitMix64(seed: seed)
        address = newAddress
        credentials = ICECredentials(using: &generator)
        agent = Self.agent(address, credentials, seed, now)
    }

    /// A new certificate, and with it a new association.
    mutating func renew(_ certificate: DTLSCertificate) throws {
        self.certificate = certificate
        secure = try DTLSPeer(.active, certificate)
    }

    /// What it offers.
    func offer(version: Int) -> String {
        let digest = certificate.fingerprint().bytes.map { byte in
            let text = String(byte, radix: 16, uppercase: true)
            return text.count < 2 ? "0" + text : text
        }
        let name = String(decoding: credentials.usernameFragment, as: UTF8.self)
        let password = String(decoding: credentials.password, as: UTF8.self)
        return Phone.text(
            "0.0.0.0", version: version,
            media: [
                [
                    "m=audio 9 UDP/TLS/RTP/SAVPF 111", "a=rtpmap:111 opus/48000/2",
                    "a=ice-ufrag:\(name)", "a=ice-pwd:\(password)",
                    "a=fingerprint:sha-256 \(digest.joined(separator: ":"))", "a=setup:active",
                    "a=rtcp-mux",
                    "a=candidate:1 1 udp 2130706431 \(address.ip) \(address.port) typ host",
                    "a=end-of-candidates",
                ]
            ])
    }

    /// Takes the answer.
    mutating func take(_ answer: SessionDescription, at now: Instant) throws {
        let theirs = try #require(answer.iceCredentials(of: 0))
        let remote = try #require(
            ICERemoteParameters(answer, 0), "the answer speaks of ICE")
        agent.setRemote(
            ICECredentials(theirs), candidates: remote.candidates, isLite: remote.isLite,
            isComplete: true, at: now)
    }

    /// What it sends now; `speaks` with a packet of media.
    mutating func send(speaks: Bool, at now: Instant) throws -> [(SocketAddress, [UInt8])] {
        var output = Output()
        agent.tick(at: now, by: MessageIntegrity(), into: &output)
        _ = agent.takeEvents()
        var sent = output.sent
        guard let remote = agent.selection(of: 1)?.remote else { return sent }
        secure.association.start(at: now)
        if let due = secure.association.nextDeadline, due <= now {
            secure.association.handleTimeout(at: now)
        }
        sent += secure.datagrams().map { (remote, $0) }
        if speaks, !lastPayload.isEmpty, secure.sends != nil {
            sequence += 1
            var packet = rtp(sequence, ssrc: 77, payloadType: 111)
            let timestamp = UInt32(truncatingIfNeeded: sequence * 960)
            for byte in 0..<4 {
                packet[4 + byte] = UInt8(truncatingIfNeeded: timestamp >> (24 - 8 * UInt32(byte)))
            }
            packet = Array(packet[..<12]) + lastPayload
            sent.append((remote, try secure.protect(packet)))
        }
        return sent
    }

    /// Takes a datagram and tells what it answers at once.
    mutating func receive(
        _ bytes: [UInt8], from source: SocketAddress, at now: Instant
    ) throws -> [(SocketAddress, [UInt8])] {
        switch bytes[0] {
        case 0...3:
            var output = Output()
            if let view = try? STUNMessageView(bytes.span.bytes) {
                agent.receive(
                    view, from: source, on: 0, at: now, by: MessageIntegrity(), into: &output)
            }
            return output.sent
        case 20...63:
            try secure.receive(bytes, at: now)
        default:
            guard let packet = try? secure.open(bytes), packet.count > 12 else { break }
            #expect(packet[1] & 127 == 111, "the browser hears Opus")
            heard += 1
            lastPayload = Array(packet[12...])
        }
        return []
    }

    private struct Output: ICEOutput {
        var sent: [(SocketAddress, [UInt8])] = []

        mutating func send(
            from base: Int, to destination: SocketAddress,
            _ write: (inout MutableRawSpan) -> Int
        ) {
            var storage = [UInt8](repeating: 0, count: 1_024)
            var span = storage.mutableSpan
            var bytes = span.mutableBytes
            let length = write(&bytes)
            if length > 0 { sent.append((destination, Array(storage[..<length]))) }
        }
    }
}

/// A whole call on virtual time: signalling's session, the worker's core, a browser and a plain
/// phone, and a network between them that delays and loses datagrams.
struct CallSimulation: ~Copyable {
    var call = Call()
    var relay: RelayFixture
    var browser: BrowserPeer
    var phoneAddress = endpoint("203.0.113.9:4000")
    var phoneHeard = 0
    var lossPercent = 0

    private struct Datagram {
        var bytes: [UInt8]
        var source: SocketAddress
        var destination: SocketAddress
        var arrival: Instant
    }

    private var network: [Datagram] = []
    private var random: SplitMix64
    private var sequence = 0
    private var version = 0
    private var steps = 0

    init(seed: UInt64) throws {
        random = SplitMix64(seed: seed)
        relay = RelayFixture(certificate: TestCertificates.ours)
        for index in 0..<4 { relay.core.close(PortSlot(Int32(index))) }
        _ = relay.takeOutgoing()
        browser = try BrowserPeer(
            endpoint("198.51.100.30:50000"), TestCertificates.peer, seed: seed, at: relay.now)
    }

    /// An offer of the browser's and the phone's answer to it, `phone` its address in it.
    mutating func negotiate() throws {
        version += 1
        let fingerprint = TestCertificates.ours.fingerprint()
        var capabilities = SecurityCapabilities()
        capabilities.fingerprints = [
            SDPFingerprint(.sha256, digest: fingerprint.bytes)
        ]
        try call.offer(browser.offer(version: version)) { options in
            options.capabilities = capabilities
            options.transportProtocol = .named("RTP/AVP")
            options.security.ice = .remove
            options.security.dtls = .off
            options.rtcpMux = [.demux]
            options.codecs.transcode = ["PCMU"]
        }
        carryOut()
        let answer = try call.answer(
            Phone.text(
                "\(phoneAddress.ip)", version: version,
                media: [["m=audio \(phoneAddress.port) RTP/AVP 0"]])
        ) { options in options.capabilities = capabilities }
        carryOut()
        try browser.take(answer, at: relay.now)
    }

    /// Ends the call.
    mutating func end() {
        _ = call.end("a")
        carryOut()
    }

    private mutating func carryOut() {
        for command in call.lastCommands {
            switch command {
            case .configure(let slot, let configuration):
                if !relay.core.isOpen(slot) { relay.core.open(slot, at: relay.now) }
                relay.core.configure(slot, configuration, at: relay.now)
            case .close(let slot): relay.core.close(slot)
            case .play, .stopPlaying, .playDTMF: break
            }
            postOutgoing()
        }
    }

    /// Lets time pass, with a packet of each party's each 20 ms.
    mutating func run(for time: Duration) throws {
        let end = relay.now + time
        while relay.now < end {
            relay.now = relay.now + .milliseconds(5)
            steps += 1
            try deliver()
            while let action = relay.core.nextDueAction(at: relay.now) {
                if action == .sendOutgoing { postOutgoing() }
            }
            relay.core.runHandshakes(4, at: relay.now)
            postOutgoing()
            let speaks = steps % 4 == 0
            for (destination, bytes) in try browser.send(speaks: speaks, at: relay.now) {
                post(bytes, from: browser.address, to: destination)
            }
            if speaks { speak() }
        }
    }

    /// What each party has heard in the next while, in packets.
    mutating func hear(for time: Duration) throws -> (browser: Int, phone: Int) {
        let (before, phoneBefore) = (browser.heard, phoneHeard)
        try run(for: time)
        return (browser.heard - before, phoneHeard - phoneBefore)
    }

    private mutating func speak() {
        guard let ports = try? call.stream("b").ports else { return }
        sequence += 1
        post(rtp(sequence & 0xffff), from: phoneAddress, to: ports.rtp.address)
    }

    private mutating func post(
        _ bytes: [UInt8], from source: SocketAddress, to destination: SocketAddress
    ) {
        guard Int.random(in: 0..<100, using: &random) >= lossPercent else { return }
        let delay = Duration.milliseconds(Int.random(in: 18...22, using: &random))
        network.append(
            Datagram(
                bytes: bytes, source: source, destination: destination,
                arrival: relay.now + delay))
    }

    private mutating func postOutgoing() {
        for (transmit, bytes) in relay.takeOutgoing() { post(bytes, by: transmit) }
    }

    private mutating func post(_ bytes: [UInt8], by transmit: Transmit) {
        guard let source = port(of: transmit.socket) else { return }
        post(bytes, from: source, to: transmit.destination)
    }

    private func port(of slot: PortSlot) -> SocketAddress? {
        for pair in call.session.portPairs {
            for port in [pair.rtp, pair.rtcp] where port.slot == slot { return port.address }
        }
        return nil
    }

    private func slot(at address: SocketAddress) -> PortSlot? {
        for pair in call.session.portPairs {
            for port in [pair.rtp, pair.rtcp] where port.address == address { return port.slot }
        }
        return nil
    }

    private mutating func deliver() throws {
        let due = network.filter { $0.arrival <= relay.now }
        network.removeAll { $0.arrival <= relay.now }
        for datagram in due {
            if datagram.destination == browser.address {
                let answers = try browser.receive(
                    datagram.bytes, from: datagram.source, at: relay.now)
                for (destination, bytes) in answers {
                    post(bytes, from: browser.address, to: destination)
                }
            } else if datagram.destination == phoneAddress {
                if datagram.bytes.count == 172, datagram.bytes[1] & 127 == 0 { phoneHeard += 1 }
            } else if let slot = slot(at: datagram.destination) {
                let sent = relay.receive(datagram.bytes, from: datagram.source, on: slot.index)
                for (transmit, bytes) in sent { post(bytes, by: transmit) }
                postOutgoing()
            }
        }
    }
}
