import BatonBase
import BatonCrypto

/// Two associations on a network of virtual time, with delay, loss, duplicates and reordering.
struct DTLSSimulation: ~Copyable {
    /// A datagram on its way.
    struct Datagram {
        var bytes: [UInt8]
        var goesToActive: Bool
        var arrival: Instant
    }

    /// What the network does to datagrams.
    struct Network {
        /// The part of the datagrams that is lost, in percent.
        var lossPercent = 0
        /// The part that arrives twice, in percent.
        var duplicatePercent = 0
        /// The part of the datagrams one byte of which is changed, in percent.
        var corruptPercent = 0
        /// How much longer than the least a datagram may take; more than 0 reorders.
        var jitterMilliseconds = 0
    }

    var active: DTLSAssociation
    var passive: DTLSAssociation
    var network = Network()
    var now = Instant(nanoseconds: 5_000_000_000)
    private(set) var activeEvents: [DTLSEvent] = []
    private(set) var passiveEvents: [DTLSEvent] = []
    /// The lengths of all datagrams that were sent.
    private(set) var sentLengths: [Int] = []
    /// Asked for each datagram that is sent; `false` drops it.
    var passes: (Datagram) -> Bool = { _ in true }
    private var onTheirWay: [Datagram] = []
    private var generator: SplitMix64

    init(active: consuming DTLSAssociation, passive: consuming DTLSAssociation, seed: UInt64 = 1) {
        self.active = active
        self.passive = passive
        generator = SplitMix64(seed: seed)
    }

    /// A side as tests look at it.
    struct Side {
        var state: DTLSAssociation.State
        var events: [DTLSEvent]
        var connection: DTLSConnection?
        var counters: DTLSCounters

        /// The keys that the side has given.
        var keys: DTLSKeys? {
            for case .connected(let keys) in events { return keys }
            return nil
        }
    }

    var activeSide: Side {
        Side(
            state: active.state, events: activeEvents, connection: active.connection,
            counters: active.counters)
    }

    var passiveSide: Side {
        Side(
            state: passive.state, events: passiveEvents, connection: passive.connection,
            counters: passive.counters)
    }

    mutating func start() {
        active.start(at: now)
        collect()
    }

    /// Lets time pass until nothing is to happen any more, or `limit` has passed.
    mutating func run(for limit: Duration = .seconds(120)) {
        let end = now + limit
        while let next = nextInstant, next <= end {
            now = max(now, next)
            deliver()
            if let deadline = active.nextDeadline, deadline <= now {
                active.handleTimeout(at: now)
            }
            if let deadline = passive.nextDeadline, deadline <= now {
                passive.handleTimeout(at: now)
            }
            collect()
        }
    }

    var activeDeadline: Instant? { active.nextDeadline }
    var passiveDeadline: Instant? { passive.nextDeadline }

    /// Hands a datagram to one side at once.
    mutating func inject(_ bytes: [UInt8], toActive: Bool) {
        if toActive {
            active.receive(bytes.span.bytes, at: now)
        } else {
            passive.receive(bytes.span.bytes, at: now)
        }
        collect()
    }

    /// Sends what both have to send, and keeps their events.
    mutating func collect() {
        while let bytes = Self.datagram(from: &active) { send(bytes, toActive: false) }
        while let bytes = Self.datagram(from: &passive) { send(bytes, toActive: true) }
        while let event = active.nextEvent() { activeEvents.append(event) }
        while let event = passive.nextEvent() { passiveEvents.append(event) }
    }

    /// The next datagram that `association` wants to send.
    static func datagram(from association: inout DTLSAssociation) -> [UInt8]? {
        var buffer = [UInt8](repeating: 0, count: 2_048)
        var span = buffer.mutableSpan
        var bytes = span.mutableBytes
        let count = association.nextDatagram(into: &bytes)
        return count > 0 ? Array(buffer[..<count]) : nil
    }

    private var nextInstant: Instant? {
        let arrivals = onTheirWay.map(\.arrival)
        return (arrivals + [active.nextDeadline, passive.nextDeadline].compactMap { $0 }).min()
    }

    private mutating func deliver() {
        let due = onTheirWay.filter { $0.arrival <= now }.sorted { $0.arrival < $1.arrival }
        onTheirWay.removeAll { $0.arrival <= now }
        for datagram in due { inject(datagram.bytes, toActive: datagram.goesToActive) }
    }

    private mutating func send(_ bytes: [UInt8], toActive: Bool) {
        sentLengths.append(bytes.count)
        var datagram = Datagram(bytes: bytes, goesToActive: toActive, arrival: now)
        guard passes(datagram), !chance(network.lossPercent) else { return }
        if chance(network.corruptPercent) {
            let offset = Int.random(in: bytes.indices, using: &generator)
            datagram.bytes[offset] ^= UInt8.random(in: 1...255, using: &generator)
        }
        for _ in 0..<(chance(network.duplicatePercent) ? 2 : 1) {
            let jitter = Int.random(in: 0...network.jitterMilliseconds, using: &generator)
            // A nanosecond more for each keeps the order where there is no jitter.
            datagram.arrival = now + .milliseconds(20 + jitter) + .nanoseconds(onTheirWay.count)
            onTheirWay.append(datagram)
        }
    }

    private mutating func chance(_ percent: Int) -> Bool {
        percent > 0 && Int.random(in: 0..<100, using: &generator) < percent
    }
}

/// What most tests need: a certificate for each side, made once.
enum DTLSFixture {
    static let now = 1_800_000_000
    static let activeCertificate = Result { try DTLSCertificate(selfSignedAt: now) }
    static let passiveCertificate = Result { try DTLSCertificate(selfSignedAt: now) }

    static var activeFingerprint: CertificateFingerprint {
        get throws { try activeCertificate.get().fingerprint() }
    }

    static var passiveFingerprint: CertificateFingerprint {
        get throws { try passiveCertificate.get().fingerprint() }
    }

    /// Two associations that expect each other.
    static func simulation(
        _ settings: DTLSSettings = .init(), seed: UInt64 = 1,
        activeExpects: [CertificateFingerprint]? = nil,
        passiveExpects: [CertificateFingerprint]? = nil
    ) throws -> DTLSSimulation {
        try simulation(
            active: settings, passive: settings, seed: seed,
            activeExpects: activeExpects ?? [try passiveFingerprint],
            passiveExpects: passiveExpects ?? [try activeFingerprint])
    }

    static func simulation(
        active: DTLSSettings, passive: DTLSSettings, seed: UInt64 = 1,
        activeExpects: [CertificateFingerprint], passiveExpects: [CertificateFingerprint]
    ) throws -> DTLSSimulation {
        let activeContext = try DTLSContext(try activeCertificate.get(), active)
        let passiveContext = try DTLSContext(try passiveCertificate.get(), passive)
        return DTLSSimulation(
            active: try DTLSAssociation(
                activeContext, role: .active, fingerprints: activeExpects),
            passive: try DTLSAssociation(
                passiveContext, role: .passive, fingerprints: passiveExpects), seed: seed)
    }
}
