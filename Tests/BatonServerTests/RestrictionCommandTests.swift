import BatonBase
import BatonMedia
import BatonNG
import Testing

@testable import BatonServer

/// A call between `a` and `b`, with keys.
private func call(
    _ offer: NGDictionary = [:], from address: String = "127.0.0.1"
) throws -> CoreHarness {
    let harness = CoreHarness()
    let more = "a=rtpmap:101 telephone-event/8000\r\n"
    let kind = "audio RTP/AVP 0 101"
    let sdp = CoreHarness.sdp(port: 40_000, kind: kind, more: more)
    try harness.offer(sdp: sdp.replacing("127.0.0.1", with: address), offer)
    try harness.answer(sdp: CoreHarness.sdp(port: 40_100, kind: kind, more: more))
    return harness
}

extension CoreHarness {
    /// The configuration that the worker was given last for the RTP port that faces a party.
    fileprivate func configuration(_ tag: String) throws -> PortConfiguration {
        let slot = try rtpPort(tag)
        let found = books.commands.last {
            if case .configure(slot, _) = $0 { true } else { false }
        }
        guard case .configure(_, let configuration) = found else {
            throw NGError(.noMedias)
        }
        return configuration
    }

    fileprivate func effects(_ tag: String) throws -> PortEffects {
        try configuration(tag).effects
    }
}

@Suite("Commands that block and silence (N10)")
struct RestrictionCommandTests {
    @Test(
        "Each command sets what its opposite takes away, for the whole call",
        arguments: [
            ("block media", "unblock media", PortEffects.blocksMedia),
            ("silence media", "unsilence media", .silencesMedia),
            ("block DTMF", "unblock DTMF", .blocksDTMF),
        ])
    func wholeCall(begin: String, end: String, effect: PortEffects) throws {
        let harness = try call()
        let reply = try harness.send(begin, ["call-id": "call"])
        #expect(reply.text("result") == "ok" && reply.text("warning") == nil)
        #expect(try harness.effects("a") == effect && harness.effects("b") == effect)
        #expect(try harness.send(end, ["call-id": "call"]).text("result") == "ok")
        #expect(try harness.effects("a").isEmpty && harness.effects("b").isEmpty)
    }

    @Test("A party is named by tag with directional, by label and by address")
    func parties() throws {
        let ways: [NGDictionary] = [
            ["from-tag": "a", "flags": ["directional"]], ["label": "first"],
            ["address": "127.0.0.2"],
        ]
        for way in ways {
            let harness = try call(["set-label": "first"], from: "127.0.0.2")
            var fields = way
            fields.append("call-id", "call")
            try harness.send("block media", fields)
            #expect(try harness.effects("a") == .blocksMedia)
            #expect(try harness.effects("b").isEmpty)
        }
    }

    @Test("Flows beside offer and answer are none: a command about them blocks nobody")
    func otherFlows() throws {
        let harness = try call()
        let only: NGDictionary = ["call-id": "call", "from-tag": "a", "all": "except-offer-answer"]
        let reply = try harness.send("block media", only)
        #expect(reply.text("result") == "ok")
        #expect(reply.text("warning") == "no effect: all=except-offer-answer")
        #expect(try harness.effects("a").isEmpty && harness.effects("b").isEmpty)
        for word in ["all", "offer-answer", "flows"] as [NGValue] {
            let harness = try call()
            let reply = try harness.send("block media", ["call-id": "call", "all": word])
            #expect(reply.text("warning") == nil)
            #expect(try harness.effects("a") == .blocksMedia)
        }
    }

    @Test("A from-tag without directional means the whole call")
    func undirected() throws {
        let harness = try call()
        try harness.send("block media", ["call-id": "call", "from-tag": "a", "to-tag": "b"])
        #expect(try harness.effects("b") == .blocksMedia)
    }

    @Test("The flow towards a party, and what a party hears, are blocked at the other's port")
    func flows() throws {
        let harness = try call()
        try harness.send(
            "block media", ["call-id": "call", "to-tag": "b", "flags": ["directional"]])
        #expect(try harness.effects("a") == .blocksMedia && harness.effects("b").isEmpty)
        let other = try call()
        try other.send(
            "silence media",
            ["call-id": "call", "from-tag": "a", "flags": ["directional", "block-egress"]])
        #expect(try other.effects("a").isEmpty && other.effects("b") == .silencesMedia)
    }

    @Test("A receiver that nobody is, a party that nobody is, a call that is none")
    func refusals() throws {
        let harness = try call()
        let flags: NGValue = ["directional"]
        let receiver = try harness.send(
            "block media", ["call-id": "call", "to-tag": "x", "flags": flags])
        #expect(receiver.text("error-reason") == "To-tag not found")
        let party = try harness.send(
            "block DTMF", ["call-id": "call", "from-tag": "x", "flags": flags])
        #expect(party.text("error-reason") == "From-tag given, but no such tag exists")
        let none = try harness.send("block DTMF", ["call-id": "other"])
        #expect(none.text("error-reason") == "Unknown call-ID")
        #expect(try harness.effects("a").isEmpty)
    }

    @Test("What is blocked stays so over a new offer, and holds for who comes later")
    func reoffers() throws {
        let harness = try call()
        try harness.send("block DTMF", ["call-id": "call"])
        try harness.offer(sdp: CoreHarness.sdp(port: 41_000))
        try harness.answer(to: "c", sdp: CoreHarness.sdp(port: 41_100))
        #expect(try harness.effects("a") == .blocksDTMF && harness.effects("c") == .blocksDTMF)
    }

    @Test(
        "DTMF-security says what becomes of keys",
        arguments: [
            ("drop", DTMFBlocking.drop), ("silence", .silence),
            ("tone", .tone(frequenciesHz: [400, 500], levelDBm0: -12)),
            ("zero", .replaceWith(0)), ("random", .randomDigits), ("DTMF", .replaceWith(9)),
        ])
    func modes(word: String, blocking: DTMFBlocking) throws {
        let harness = try call()
        try harness.send(
            "block DTMF",
            [
                "call-id": "call", "DTMF-security": .text(word), "digit": "9",
                "frequencies": [400, 500], "volume": 12,
            ])
        #expect(try harness.configuration("a").dtmfBlocking == blocking)
        let listens = word == "silence" || word == "tone"
        #expect(
            try harness.effects("a") == (listens ? [.blocksDTMF, .detectsTones] : .blocksDTMF))
        try harness.send("block DTMF", ["call-id": "call", "DTMF-security": "off"])
        #expect(try harness.effects("a").isEmpty)
    }

    @Test("An offer blocks and listens for its own party")
    func inOffers() throws {
        let harness = try call(["flags": ["block-DTMF", "detect-DTMF"]])
        #expect(try harness.effects("a") == [.blocksDTMF, .detectsTones])
        #expect(try harness.effects("b").isEmpty)
    }

    @Test("The worker knows which payload types are keys")
    func encodings() throws {
        let harness = try call()
        let rates = try harness.configuration("a").clockRates
        #expect(rates.map(\.encoding) == [.pcmu, .telephoneEvent])
    }

    @Test("A key becomes an event with the party that pressed it, and a line for a datagram")
    func notice() throws {
        let harness = try call(["label": "fi\"rst", "DTMF-log-dest": "192.0.2.9:99"])
        _ = harness.core.takeEvents()
        let slot = try harness.rtpPort("a")
        harness.books.counters[slot] = [
            .remoteFamilyAndPort: 4 << 16 | 4_000, .remoteLow: 0xc000_0201,
        ]
        let digit = PressedDigit(code: 11, durationMilliseconds: 120, volume: 8)
        harness.core.note(.digit(slot, digit), callID: "call", at: harness.now)
        let event = try #require(harness.core.takeEvents().first)
        guard case .dtmf(let notice) = event.kind else {
            Issue.record("the event is \(event.kind)")
            return
        }
        #expect(notice.tag == "a" && notice.digit == digit)
        #expect(notice.destination?.description == "192.0.2.9:99")
        let line = notice.datagram(callID: event.callID, timeMicroseconds: 1_700_000_001_999_999)
        #expect(
            String(decoding: line, as: UTF8.self)
                == #"{"callid":"call","source_tag":"a","source_label":"fi\"rst","#
                + #""tags":["a","b"],"type":"DTMF","timestamp":1700000001,"#
                + #""source_ip":"192.0.2.1","event":11,"duration":120,"volume":8}"#)
    }
}
