internal import BatonBase

/// Reads `bytes` as STUN messages, one behind the other, and gives each to agents of both kinds, as
/// it is and signed: an input of the fuzzer's. It stops at a fault.
public func fuzzSTUN(_ bytes: [UInt8]) {
    for isLite in [true, false] {
        var peer = FuzzedAgent(isLite: isLite)
        var rest = bytes[...]
        while !rest.isEmpty {
            let length = messageLength(rest)
            let message = Array(rest.prefix(length))
            rest = rest.dropFirst(length)
            peer.receive(message)
            peer.receive(signed(message))
        }
        peer.finish()
    }
}

/// How long the message at the start says that it is; all of `bytes` when it does not fit.
private func messageLength(_ bytes: ArraySlice<UInt8>) -> Int {
    guard bytes.count >= STUNMessageView.headerLength else { return bytes.count }
    let high = Int(bytes[bytes.startIndex + 2]) << 8
    let length = STUNMessageView.headerLength + high + Int(bytes[bytes.startIndex + 3])
    return min(length, bytes.count)
}

/// The message with the integrity and the fingerprint that it should have; as it is without them.
private func signed(_ message: [UInt8]) -> [UInt8] {
    guard let view = try? STUNMessageView(message.span.bytes), view.hasIntegrity else {
        return message
    }
    let (integrity, fingerprint) = (view.integrityOffset, view.fingerprintOffset)
    var copy = message
    for offset in 0..<20 { copy[integrity + 4 + offset] = 0 }
    guard fingerprint > 0 else { return copy }
    let sum =
        CRC32.checksum(copy.span.bytes.extracting(0..<fingerprint))
        ^ STUNMessageView.fingerprintMask
    for offset in 0..<4 {
        copy[fingerprint + 4 + offset] = UInt8(truncatingIfNeeded: sum >> (24 - 8 * UInt32(offset)))
    }
    return copy
}

/// Takes zeros for every message's code, so that an input can sign.
private struct ZeroAuthenticator: STUNAuthenticator {
    func code(
        key: borrowing RawSpan, head: borrowing RawSpan, body: borrowing RawSpan
    ) -> InlineArray<20, UInt8> {
        InlineArray(repeating: 0)
    }
}

/// Checks what an agent sends.
private struct FuzzOutput: ICEOutput {
    private var storage = [UInt8](repeating: 0, count: 768)

    mutating func send(
        from base: Int, to destination: SocketAddress, _ write: (inout MutableRawSpan) -> Int
    ) {
        precondition(base == 3 || base == 4, "an agent sends from its own sockets")
        var span = storage.mutableSpan
        var room = span.mutableBytes
        let length = write(&room)
        guard length > 0 else { return }
        precondition(length <= 768, "an agent writes what it has room for")
        let sent = storage.span.bytes.extracting(0..<length)
        precondition((try? STUNMessageView(sent)) != nil, "an agent sends messages")
    }
}

/// An agent whose credentials are those of RFC 5769's sample messages.
private struct FuzzedAgent {
    private var agent: ICEAgent
    private var output = FuzzOutput()
    private var now = Instant(nanoseconds: 1_000_000_000)
    private var count: UInt16 = 0

    init(isLite: Bool) {
        var settings = ICESettings()
        settings.isLite = isLite
        let candidates = [1, 2].map { component in
            ICELocalCandidate(
                ICECandidate(
                    component: UInt8(component), type: .host, priority: 9,
                    address: SocketAddress(ip: IPAddress(v4: 1), port: UInt16(component)),
                    foundation: "1"),
                base: component + 2)
        }
        agent = ICEAgent(
            settings: settings, credentials: Self.credentials("evtj"), candidates: candidates,
            role: .controlling, seed: 1, at: now)
        agent.setRemote(
            Self.credentials("h6vY"), candidates: candidates.map(\.candidate), isLite: false,
            isComplete: true, at: now)
    }

    private static func credentials(_ name: String) -> ICECredentials {
        ICECredentials(usernameFragment: Array(name.utf8), password: Array("password".utf8))
    }

    mutating func receive(_ message: [UInt8]) {
        now = now + .milliseconds(60)
        count &+= 1
        if let view = try? STUNMessageView(message.span.bytes) {
            let source = SocketAddress(ip: IPAddress(v4: 1), port: max(count % 100, 1))
            agent.receive(
                view, from: source, on: 3 + Int(count & 1), at: now, by: ZeroAuthenticator(),
                into: &output)
        }
        agent.tick(at: now, by: ZeroAuthenticator(), into: &output)
        check()
    }

    /// Components go and come, and time runs out.
    mutating func finish() {
        agent.removeComponent(2)
        check()
        for _ in 0..<20 {
            now = now + .seconds(3)
            agent.tick(at: now, by: ZeroAuthenticator(), into: &output)
        }
        check()
    }

    private mutating func check() {
        _ = agent.takeEvents()
        precondition(agent.remoteCandidates.count <= agent.settings.remoteCandidateMax)
        precondition(
            agent.pairs.allSatisfy {
                agent.localCandidates.indices.contains($0.local)
                    && agent.remoteCandidates.indices.contains($0.remote)
                    && agent.localCandidates[$0.local].candidate.component == $0.component
                    && agent.remoteCandidates[$0.remote].component == $0.component
            }, "pairs are of candidates that there are")
        precondition(
            agent.components.allSatisfy { component in
                guard let selected = component.selected else { return true }
                return agent.localCandidates.indices.contains(selected.local)
                    && agent.localCandidates[selected.local].base == selected.base
            }, "a selection is of a candidate that there is")
    }
}
