import BatonBase
import BatonCrypto
import Testing

@testable import BatonMedia

/// Certificates that the tests share: making one takes a while.
enum TestCertificates {
    static let ours = made()
    static let peer = made()
    static let other = made()

    private static func made() -> DTLSCertificate {
        do {
            return try DTLSCertificate(selfSignedAt: 1_700_000_000, validDays: 10_000)
        } catch {
            preconditionFailure("no certificate: \(error)")
        }
    }
}

/// A party that shakes hands, and what comes of it: keys in both directions.
struct DTLSPeer: ~Copyable {
    var association: DTLSAssociation
    var sends: SRTPContext?
    var hears: SRTPContext?
    var events: [DTLSEvent] = []

    init(
        _ role: DTLSAssociation.Role, _ certificate: DTLSCertificate = TestCertificates.peer,
        expects: DTLSCertificate = TestCertificates.ours
    ) throws {
        association = try DTLSAssociation(
            DTLSContext(certificate), role: role, fingerprints: [expects.fingerprint()])
    }

    /// What it wants sent.
    mutating func datagrams() -> [[UInt8]] {
        var list: [[UInt8]] = []
        while true {
            var bytes = [UInt8](repeating: 0, count: 2_048)
            var span = bytes.mutableSpan
            var room = span.mutableBytes
            let count = association.nextDatagram(into: &room)
            if count == 0 { return list }
            list.append(Array(bytes[..<count]))
        }
    }

    mutating func receive(_ datagram: [UInt8], at now: Instant) throws {
        association.receive(datagram.span.bytes, at: now)
        while let event = association.nextEvent() {
            events.append(event)
            guard case .connected(let keys) = event else { continue }
            sends = try SRTPContext(
                SRTPKeys(
                    profile: keys.profile, masterKey: keys.localKey, masterSalt: keys.localSalt),
                direction: .outbound)
            hears = try SRTPContext(
                SRTPKeys(
                    profile: keys.profile, masterKey: keys.remoteKey, masterSalt: keys.remoteSalt),
                direction: .inbound)
        }
    }

    /// The packet as it goes over the wire; empty without keys.
    mutating func protect(_ packet: [UInt8], isRTCP: Bool = false) throws -> [UInt8] {
        guard sends != nil else { return [] }
        var bytes = packet + [UInt8](repeating: 0, count: SRTPContext.tailroomBytes)
        var span = bytes.mutableSpan
        var room = span.mutableBytes
        let count =
            isRTCP
            ? try sends?.protectRTCP(&room, byteCount: packet.count)
            : try sends?.protectRTP(&room, byteCount: packet.count)
        return Array(bytes[..<(count ?? 0)])
    }

    /// The packet as it was meant; empty without keys.
    mutating func open(_ packet: [UInt8], isRTCP: Bool = false) throws -> [UInt8] {
        guard hears != nil else { return [] }
        var bytes = packet
        var span = bytes.mutableSpan
        var room = span.mutableBytes
        let count =
            isRTCP
            ? try hears?.unprotectRTCP(&room, byteCount: packet.count)
            : try hears?.unprotectRTP(&room, byteCount: packet.count)
        return Array(bytes[..<(count ?? 0)])
    }
}

extension RelayFixture {
    /// What the core has made itself.
    mutating func takeOutgoing() -> [(Transmit, [UInt8])] {
        var sent: [(Transmit, [UInt8])] = []
        for index in 0..<core.outgoingCount {
            let transmit = core.outgoing(index)
            guard transmit.length > 0 else { continue }
            let bytes = core.outgoingBytes(index).copiedBytes()
            core.completed(transmit, wasSent: true)
            sent.append((transmit, bytes))
        }
        core.removeOutgoing()
        return sent
    }

    /// Lets time pass and gives what the core sends of itself meanwhile.
    mutating func pass(_ time: Duration) -> [(Transmit, [UInt8])] {
        let end = now + time
        var sent = takeOutgoing()
        while let next = core.nextDeadline, next <= end {
            now = max(now, next)
            while let action = core.nextDueAction(at: now) {
                if action == .sendOutgoing { sent += takeOutgoing() }
            }
            sent += takeOutgoing()
        }
        now = end
        return sent
    }

    /// Passes datagrams between a peer and its port until neither has any more.
    mutating func shakeHands(
        _ peer: inout DTLSPeer, from address: SocketAddress, on port: Int32
    ) throws {
        var quiet = 0
        while quiet < 2 {
            var moved = false
            for datagram in peer.datagrams() {
                moved = true
                _ = receive(datagram, from: address, on: port)
            }
            core.runHandshakes(64, at: now)
            for (transmit, bytes) in takeOutgoing() where transmit.sink.index == port {
                guard (20...63).contains(bytes[0]) else { continue }
                moved = true
                try peer.receive(bytes, at: now)
            }
            quiet = moved ? 0 : quiet + 1
        }
    }

    /// How many handshake datagrams wait.
    func handshakeCount() -> Int { core.handshakes.count }

    /// How much of the core's tables is in use.
    func tables() -> Tables {
        Tables(
            contexts: core.contexts.count, associations: core.associations.count,
            converters: core.converters.count, agents: core.agents.count { $0 != nil },
            identities: core.identities.count - core.freeIdentities.count,
            ports: core.openPortCount,
            players: core.players.tracks.count { $0 != nil }
                + core.players.events.count { $0 != nil },
            reporters: core.reporters.count, digits: core.digits.count)
    }

    mutating func takeEvents() -> [RelayEvent] {
        var events: [RelayEvent] = []
        core.drainEvents(into: &events)
        return events
    }
}

/// How much of a core's tables is in use.
struct Tables: Equatable {
    var contexts = 0
    var associations = 0
    var converters = 0
    var agents = 0
    var identities = 0
    var ports = 0
    var players = 0
    var reporters = 0
    var digits = 0
}
