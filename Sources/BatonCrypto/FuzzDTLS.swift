internal import BatonBase

/// Plays a handshake through a network that `script` makes up, or stops at a fault: an input of the
/// fuzzer's.
///
/// The first byte's lowest bit says whether the peers' fingerprints are known. Each following byte
/// is a step: pass the oldest datagram on, lose it, change a byte of it, hand over bytes of the
/// script's own with or without a record's header, or let time pass.
public func fuzzDTLS(_ script: [UInt8]) {
    guard let certificate = try? fuzzCertificate.get(),
        let context = try? DTLSContext(certificate)
    else { return }
    let isKnown = (script.first ?? 0) & 1 == 1
    let fingerprints = isKnown ? [context.fingerprint] : []
    guard
        let active = try? DTLSAssociation(context, role: .active, fingerprints: fingerprints),
        let passive = try? DTLSAssociation(context, role: .passive, fingerprints: fingerprints)
    else { return }
    var network = FuzzNetwork(active: active, passive: passive, script: script)
    network.run()
}

/// Made once: making a key takes longer than the rest.
private let fuzzCertificate = Result { try DTLSCertificate(selfSignedAt: 1_800_000_000) }

/// Two associations and what is on its way between them.
private struct FuzzNetwork: ~Copyable {
    var active: DTLSAssociation
    var passive: DTLSAssociation
    private var script: ArraySlice<UInt8>
    private var now = Instant(nanoseconds: 1_000_000_000)
    private var onTheirWay: [(bytes: [UInt8], goesToActive: Bool)] = []

    init(
        active: consuming DTLSAssociation, passive: consuming DTLSAssociation, script: [UInt8]
    ) {
        self.active = active
        self.passive = passive
        self.script = script[...].dropFirst()
    }

    mutating func run() {
        active.start(at: now)
        collect()
        while let step = script.popFirst() {
            take(step)
            collect()
        }
        active.setFingerprints([active.context.fingerprint])
        passive.setFingerprints([passive.context.fingerprint])
        collect()
        check()
        active.close()
        passive.close()
    }

    private mutating func take(_ step: UInt8) {
        switch step & 7 {
        case 0, 1:
            if let first = nextDatagram() { deliver(first.bytes, toActive: first.goesToActive) }
        case 2:
            _ = nextDatagram()
        case 3, 4:
            guard var first = nextDatagram() else { return }
            let offset = (Int(number()) << 8 + Int(number())) % max(first.bytes.count, 1)
            let mask = number()
            if offset < first.bytes.count { first.bytes[offset] ^= mask }
            deliver(first.bytes, toActive: first.goesToActive)
        case 5:
            deliver(bytes(Int(number())), toActive: step & 8 == 0)
        case 6:
            deliver(record(), toActive: step & 8 == 0)
        default:
            now = now + .seconds(1)
            active.handleTimeout(at: now)
            passive.handleTimeout(at: now)
        }
    }

    /// Equal keys or none: everything else is a fault.
    private mutating func check() {
        var keys: [DTLSKeys] = []
        while let event = active.nextEvent() {
            if case .connected(let given) = event { keys.append(given) }
        }
        while let event = passive.nextEvent() {
            if case .connected(let given) = event { keys.append(given) }
        }
        if keys.count == 2 {
            precondition(
                keys[0].localKey == keys[1].remoteKey && keys[0].remoteSalt == keys[1].localSalt,
                "both sides are connected with different keys")
        }
        precondition(keys.count <= 2, "keys were given twice")
    }

    private mutating func nextDatagram() -> (bytes: [UInt8], goesToActive: Bool)? {
        onTheirWay.isEmpty ? nil : onTheirWay.removeFirst()
    }

    private mutating func number() -> UInt8 { script.popFirst() ?? 0 }

    private mutating func bytes(_ count: Int) -> [UInt8] {
        let taken = Array(script.prefix(count))
        script = script.dropFirst(count)
        return taken
    }

    /// Bytes of the script's own behind a header that fits them.
    private mutating func record() -> [UInt8] {
        let (type, epoch, sequence) = (number(), number(), number())
        let body = bytes(Int(number()))
        return [20 + type & 3, 0xfe, 0xfd, 0, epoch & 1, 0, 0, 0, 0, 0, sequence, 0]
            + [UInt8(body.count)] + body
    }

    private mutating func deliver(_ bytes: [UInt8], toActive: Bool) {
        if toActive {
            unsafe active.receive(bytes.span.bytes, at: now)
        } else {
            unsafe passive.receive(bytes.span.bytes, at: now)
        }
    }

    private mutating func collect() {
        while let bytes = Self.datagram(of: &active) { onTheirWay.append((bytes, false)) }
        while let bytes = Self.datagram(of: &passive) { onTheirWay.append((bytes, true)) }
    }

    private static func datagram(of association: inout DTLSAssociation) -> [UInt8]? {
        var buffer = [UInt8](repeating: 0, count: 1_500)
        var span = buffer.mutableSpan
        var bytes = unsafe span.mutableBytes
        let count = association.nextDatagram(into: &bytes)
        return count > 0 ? Array(buffer[..<count]) : nil
    }
}
