import BatonBase
import BatonCrypto
import BatonIO
import BatonMedia
import Testing

@testable import BatonServer

/// A phone that speaks DTLS-SRTP over a socket of its own.
private final class SecurePhone {
    let fingerprint: CertificateFingerprint
    private let socket: UDPSocket
    private let port: SocketAddress
    private var association: DTLSAssociation
    private var sends: SRTPContext?
    private var hears: SRTPContext?

    init(_ socket: consuming UDPSocket, to port: SocketAddress, expects: DTLSCertificate) throws {
        self.socket = socket
        self.port = port
        let certificate = try DTLSCertificate(selfSignedAt: 1_700_000_000, validDays: 10_000)
        fingerprint = certificate.fingerprint()
        association = try DTLSAssociation(
            DTLSContext(certificate), role: .active, fingerprints: [expects.fingerprint()])
    }

    /// Passes handshake datagrams until there are keys; `false` when there are none in time.
    func shakeHands() throws -> Bool {
        let deadline = ContinuousClock.now + .seconds(30)
        association.start(at: MonotonicClock.now())
        while sends == nil, ContinuousClock.now < deadline {
            sendHandshake()
            if let datagram = next(seconds: 1) {
                association.receive(datagram.span.bytes, at: MonotonicClock.now())
            }
            if let due = association.nextDeadline, due <= MonotonicClock.now() {
                association.handleTimeout(at: MonotonicClock.now())
            }
            while let event = association.nextEvent() {
                guard case .connected(let keys) = event else { return false }
                try take(keys)
            }
        }
        sendHandshake()
        return sends != nil
    }

    private func sendHandshake() {
        while true {
            var bytes = [UInt8](repeating: 0, count: 2_048)
            var span = bytes.mutableSpan
            var room = span.mutableBytes
            let count = association.nextDatagram(into: &room)
            if count == 0 { return }
            _ = DatagramSocket.send(
                Array(bytes[..<count]), through: socket.descriptor, to: port)
        }
    }

    private func take(_ keys: DTLSKeys) throws {
        sends = try SRTPContext(
            SRTPKeys(profile: keys.profile, masterKey: keys.localKey, masterSalt: keys.localSalt),
            direction: .outbound)
        hears = try SRTPContext(
            SRTPKeys(
                profile: keys.profile, masterKey: keys.remoteKey, masterSalt: keys.remoteSalt),
            direction: .inbound)
    }

    func send(_ packet: [UInt8]) throws {
        var bytes = packet + [UInt8](repeating: 0, count: SRTPContext.tailroomBytes)
        var span = bytes.mutableSpan
        var room = span.mutableBytes
        let count = try sends?.protectRTP(&room, byteCount: packet.count) ?? 0
        _ = DatagramSocket.send(Array(bytes[..<count]), through: socket.descriptor, to: port)
    }

    /// The next packet of media, opened.
    func receive() throws -> [UInt8]? {
        while let datagram = next() {
            guard let first = datagram.first, first >= 128 else { continue }
            var bytes = datagram
            var span = bytes.mutableSpan
            var room = span.mutableBytes
            let count = try hears?.unprotectRTP(&room, byteCount: datagram.count) ?? 0
            return Array(bytes[..<count])
        }
        return nil
    }

    private func next(seconds: Int = 20) -> [UInt8]? {
        nextDatagram(socket, from: port, seconds: seconds)
    }
}

private func packet(_ sequence: UInt16) -> [UInt8] {
    let timestamp = UInt32(sequence) * 160
    return [
        0x80, 0, UInt8(sequence >> 8), UInt8(sequence & 255), UInt8(timestamp >> 24),
        UInt8(timestamp >> 16 & 255), UInt8(timestamp >> 8 & 255), UInt8(timestamp & 255), 1, 2,
        3, 4,
    ] + [UInt8](repeating: 0x55, count: 160)
}

/// A worker between a phone with DTLS-SRTP, at port 0, and a plain one, at port 1.
private final class Bridge {
    let worker: MediaWorker
    let plain: UDPSocket
    let plainPort: SocketAddress
    let phone: SecurePhone

    init(_ change: (inout PortConfiguration, inout PortConfiguration) -> Void = { _, _ in }) throws
    {
        // An address of these tests' own, where no other test's stray packet can arrive.
        let loopback = SocketAddress(ip: IPAddress(v4: 0x7f4d_0007), port: 0)
        let ours = try DTLSCertificate(selfSignedAt: 1_700_000_000, validDays: 10_000)
        worker = try MediaWorker(index: 0, certificate: ours, notify: {})
        let secure = try UDPSocket(bindingTo: loopback)
        plain = try UDPSocket(bindingTo: loopback)
        let socketA = try UDPSocket(bindingTo: loopback)
        let socketB = try UDPSocket(bindingTo: loopback)
        let (addressA, addressB) = (socketA.localAddress, socketB.localAddress)
        let securePort = try #require(addressA)
        plainPort = try #require(addressB)
        var facingA = PortConfiguration(component: .multiplexed)
        facingA.remote = secure.localAddress
        facingA.rtpSink = PortSlot(1)
        var facingB = PortConfiguration(component: .rtp)
        facingB.remote = plain.localAddress
        facingB.rtpSink = PortSlot(0)
        phone = try SecurePhone(secure, to: securePort, expects: ours)
        facingA.protection = .dtls(
            DTLSParameters(role: .passive, fingerprints: [phone.fingerprint], generation: 1))
        change(&facingA, &facingB)
        worker.submit([
            .open(PortSlot(0), descriptor: socketA.takeDescriptor()),
            .open(PortSlot(1), descriptor: socketB.takeDescriptor()),
            .port(.configure(PortSlot(0), facingA)), .port(.configure(PortSlot(1), facingB)),
        ])
        worker.wake()
    }
}

/// The payload type of an RTP packet.
private func payloadType(_ packet: [UInt8]?) -> UInt8? { packet.map { $0[1] & 127 } }

@Suite("Media worker between protected and plain phones (N18, N19, N20)")
struct MediaBridgeTests {
    @Test("N19: DTLS-SRTP on one side, plain RTP on the other, over real sockets")
    func dtls() throws {
        let bridge = try Bridge()
        let isSecured = try bridge.phone.shakeHands()
        #expect(isSecured)
        for sequence in 0..<100 as Range<UInt16> {
            try bridge.phone.send(packet(sequence))
            let heard = nextDatagram(bridge.plain, from: bridge.plainPort)
            #expect(heard == packet(sequence))
            _ = DatagramSocket.send(
                packet(sequence), through: bridge.plain.descriptor, to: bridge.plainPort)
            let back = try bridge.phone.receive()
            #expect(back == packet(sequence))
        }
    }

    @Test("N20: Opus under DTLS-SRTP on one side, plain PCMU on the other, over real sockets")
    func transcodes() throws {
        let opus = CodecFormat(
            payloadType: 111, encoding: "opus", clockRateHz: 48_000, channels: 2)
        let pcmu = CodecFormat(payloadType: 0, encoding: "PCMU", clockRateHz: 8_000)
        let bridge = try Bridge { facingA, facingB in
            facingA.conversion = MediaConversion(
                rules: [.init(opus, .convert(.init(format: pcmu)))])
            facingB.conversion = MediaConversion(
                rules: [.init(pcmu, .convert(.init(format: opus)))])
        }
        let isSecured = try bridge.phone.shakeHands()
        #expect(isSecured)
        for sequence in 0..<30 as Range<UInt16> {
            _ = DatagramSocket.send(
                packet(sequence), through: bridge.plain.descriptor, to: bridge.plainPort)
            let heard = try bridge.phone.receive()
            #expect(payloadType(heard) == 111)
            try bridge.phone.send(heard ?? [])
            let back = nextDatagram(bridge.plain, from: bridge.plainPort)
            #expect(payloadType(back) == 0 && back?.count == 172)
        }
    }

    @Test("N19: commands that come one upon the other while media flows harm nothing")
    func reconfigures() throws {
        let bridge = try Bridge()
        let isSecured = try bridge.phone.shakeHands()
        #expect(isSecured)
        var facingB = PortConfiguration(component: .rtp)
        facingB.remote = bridge.plain.localAddress
        facingB.rtpSink = PortSlot(0)
        for sequence in 0..<100 as Range<UInt16> {
            facingB.learningGeneration += 1
            bridge.worker.submit([.port(.configure(PortSlot(1), facingB))])
            if sequence % 2 == 0 { bridge.worker.wake() }
            try bridge.phone.send(packet(sequence))
            let heard = nextDatagram(bridge.plain, from: bridge.plainPort)
            #expect(heard == packet(sequence))
        }
        bridge.worker.submit([.port(.close(PortSlot(0))), .port(.close(PortSlot(1)))])
        bridge.worker.wake()
    }
}
