import BatonBase
import BatonMedia
import BatonSDP
import Testing

/// Random signalling: whatever is said, ports and routes stay whole. `Call` checks after every
/// message that the ports opened less those closed are the session's, that every configuration and
/// every route names an open port, and that what is sent on parses as what was meant.
@Suite("Random offers, answers and endings (N12, N14, N15, N26, N27)")
struct RandomDialogueTests {
    @Test("N14, N26: no sequence of messages traps or leaks a port", arguments: 0..<60)
    func neverLeaks(_ seed: Int) throws {
        var script = Script(seed: UInt64(seed))
        var call = Call()
        var taken = 0
        for step in 0..<60 {
            let before = call.session.parties
            call.ports.left = script.chance(10) ? script.number(4) : .max
            if script.chance(3) {
                _ = call.end(
                    script.chance(20) ? nil : script.tag(), script.chance(50) ? script.tag() : nil,
                    branch: script.chance(30) ? script.branch() : nil)
                continue
            }
            do {
                try script.message(to: &call)
                taken += 1
            } catch is NegotiationError {
                #expect(call.session.parties == before, "seed \(seed), step \(step)")
            }
            #expect(call.session.parties.count <= call.session.limits.parties)
            #expect(
                call.session.parties.allSatisfy {
                    $0.streams.count <= call.session.limits.streams
                })
        }
        #expect(taken > 5, "seed \(seed) tells nothing")
        call.end()
        #expect(call.ports.open.isEmpty, "seed \(seed)")
    }

    @Test("N14: any message repeated at once gives the same SDP and no commands", arguments: 0..<60)
    func repetition(_ seed: Int) throws {
        var script = Script(seed: 1_000 + UInt64(seed))
        var call = Call()
        for step in 0..<20 {
            var copy = script
            do {
                let first = try script.message(to: &call)
                let again = try copy.message(to: &call)
                #expect(first == again, "seed \(seed), step \(step)")
                #expect(call.lastCommands.isEmpty, "seed \(seed), step \(step)")
            } catch is NegotiationError {}
        }
    }
}

/// Makes up messages from a seed.
private struct Script {
    var random: SplitMix64
    private var version = 0

    init(seed: UInt64) { random = SplitMix64(seed: seed) }

    mutating func number(_ bound: Int) -> Int { Int.random(in: 0..<bound, using: &random) }
    mutating func chance(_ percent: Int) -> Bool { number(100) < percent }
    mutating func pick<T>(_ choices: [T]) -> T { choices[number(choices.count)] }
    mutating func tag() -> String { pick(["a", "b", "c", "d", "e"]) }
    mutating func branch() -> String { pick(["z1", "z2", "z3"]) }

    @discardableResult
    mutating func message(to call: inout Call) throws -> SessionDescription {
        let isOffer = chance(55)
        let from = pick(["a", "a", "a", "b", "c"])
        let to: String? = isOffer && chance(50) ? nil : tag()
        let text = description()
        let options = change()
        if isOffer { return try call.offer(text, from, to, options) }
        return try call.answer(text, from, to, options)
    }

    private mutating func change() -> (inout SignallingOptions) -> Void {
        var chosen = SignallingOptions(fromTag: "")
        if chance(30) { chosen.viaBranch = branch() }
        if chance(20) { chosen.senderInterface = pick(["default", "pub", "priv", "none"]) }
        if chance(20) { chosen.receiverInterface = pick(["default", "pub", "priv", "external"]) }
        if chance(20) { chosen.addressFamily = pick([.v4, .v6]) }
        if chance(30) { chosen.receivedFrom = IPAddress("203.0.113.5") }
        chosen.addressTrust = pick([.unstated, .descriptionOnly, .receivedFrom])
        chosen.transportProtocol = pick([
            .asReceived, .asReceived, .accept, .named("RTP/AVP"), .named("RTP/AVPF"),
            .named("RTP/SAVP"), .named("TCP/X"),
        ])
        chosen.rtcpMux = RTCPMuxOptions(rawValue: chance(40) ? UInt8(number(32)) : 0)
        chosen.rtcpAttribute = pick([.asNeeded, .full, .never])
        // All but the one that changes every message.
        chosen.replacements = SDPReplacements(rawValue: UInt16(number(128)))
            .subtracting(.forceIncrementVersion)
        // All but those that ask for something new each time.
        chosen.flags = SignallingFlags(rawValue: UInt32(number(1 << 9)))
        if chance(10) { chosen.removedMediaKinds = [pick(["video", "audio", "image", "other"])] }
        return { options in
            chosen.fromTag = options.fromTag
            chosen.toTag = options.toTag
            options = chosen
        }
    }

    private mutating func description() -> String {
        version += 1
        var lines = ["v=0", "o=- 1 \(version) IN IP4 198.51.100.7", "s=-"]
        if chance(85) { lines.append(connection()) }
        lines.append("t=0 0")
        if chance(20) { lines.append("a=\(pick(["sendonly", "inactive", "group:BUNDLE 0 1"]))") }
        let count = pick([0, 1, 1, 1, 2, 2, 3, 5])
        for index in 0..<count { lines += section(index) }
        return lines.map { $0 + "\r\n" }.joined()
    }

    private mutating func connection() -> String {
        pick([
            "c=IN IP4 198.51.100.7", "c=IN IP4 198.51.100.8", "c=IN IP4 0.0.0.0", "c=IN IP6 ::",
            "c=IN IP6 2001:db8:7::7", "c=IN IP4 198.51.100.9",
        ])
    }

    private mutating func section(_ index: Int) -> [String] {
        let port = chance(15) ? 0 : 4_000 + 2 * number(30_000)
        var lines = [
            pick([
                "m=audio \(port) RTP/AVP 0 8", "m=audio \(port) RTP/AVPF 0",
                "m=video \(port) RTP/AVP 96",
                "m=image \(port) udptl t38", "m=message \(port) TCP/MSRP *", "m=odd \(port) x y",
                "m=audio \(port) UDP/TLS/RTP/SAVPF 111", "m=audio \(port) RTP/SAVP 0",
            ])
        ]
        if chance(20) { lines.append(connection()) }
        if chance(40) { lines.append("a=mid:\(chance(70) ? index : number(4))") }
        if chance(30) { lines.append("a=rtcp-mux") }
        if chance(20) { lines.append("a=rtcp:\(number(65_536))") }
        if chance(30) {
            lines.append("a=\(pick(["sendonly", "recvonly", "inactive", "sendrecv"]))")
        }
        if chance(20) { lines.append("a=rtcp-fb:* nack") }
        return lines
    }
}
