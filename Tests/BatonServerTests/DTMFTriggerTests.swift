import BatonBase
import BatonMedia
import BatonNG
import Testing

@testable import BatonServer

/// A call between `a` and `b`, with keys.
private func call(_ offer: NGDictionary = [:]) throws -> CoreHarness {
    let harness = CoreHarness()
    let more = "a=rtpmap:101 telephone-event/8000\r\n"
    let kind = "audio RTP/AVP 0 101"
    try harness.offer(sdp: CoreHarness.sdp(port: 40_000, kind: kind, more: more), offer)
    try harness.answer(sdp: CoreHarness.sdp(port: 40_100, kind: kind, more: more))
    return harness
}

extension CoreHarness {
    /// What becomes of a party's keys, by what the worker was told last; `nil` when they pass.
    fileprivate func blocking(_ tag: String) throws -> DTMFBlocking? {
        let slot = try rtpPort(tag)
        let found = books.commands.last {
            if case .configure(slot, _) = $0 { true } else { false }
        }
        guard case .configure(_, let configuration) = found,
            configuration.effects.contains(.blocksDTMF)
        else { return nil }
        return configuration.dtmfBlocking
    }

    /// A party presses keys, one in 200 ms.
    fileprivate func press(_ keys: String, _ tag: String = "a") throws {
        let slot = try rtpPort(tag)
        for key in keys {
            let code = try #require(NGDTMFDigit(NGBytes(String(key)))).eventCode
            pass(.milliseconds(200))
            core.note(
                .digit(
                    slot, PressedDigit(code: code, durationMilliseconds: 100, volume: 10)),
                callID: "call", at: now)
        }
    }
}

@Suite("Keys that begin and end blocking (trigger, N10)")
struct DTMFTriggerTests {
    @Test("N10: the trigger blocks the party's keys, the end trigger lets them pass again")
    func beginsAndEnds() throws {
        let harness = try call()
        let reply = try harness.send(
            "block DTMF",
            [
                "call-id": "call", "from-tag": "a", "flags": ["directional"], "trigger": "*7",
                "trigger-end": "#", "DTMF-security-trigger": "zero",
            ])
        #expect(reply.text("result") == "ok" && reply.text("warning") == nil)
        #expect(try harness.blocking("a") == nil)
        try harness.press("7*1*")
        #expect(try harness.blocking("a") == nil)
        try harness.press("7")
        #expect(try harness.blocking("a") == .replaceWith(0))
        #expect(try harness.blocking("b") == nil)
        try harness.press("4111*7")
        #expect(try harness.blocking("a") == .replaceWith(0))
        try harness.press("#")
        #expect(try harness.blocking("a") == nil)
        try harness.press("*7")
        #expect(try harness.blocking("a") == .replaceWith(0))
    }

    @Test("N10: it ends by itself after so many keys, in the mode that was asked for")
    func afterDigits() throws {
        let harness = try call([
            "trigger": "9", "trigger-end-digits": 3, "DTMF-security-trigger": "silence",
            "DTMF-security-trigger-end": "random",
        ])
        try harness.press("91")
        #expect(try harness.blocking("a") == .silence)
        try harness.press("2")
        #expect(try harness.blocking("a") == .silence)
        try harness.press("3")
        #expect(try harness.blocking("a") == .randomDigits)
    }

    @Test("N10: it ends by itself after so long")
    func afterTime() throws {
        let harness = try call(["trigger": "9", "trigger-end-time": 5_000])
        try harness.press("9")
        #expect(try harness.blocking("a") == .drop)
        harness.pass(.milliseconds(4_900))
        #expect(try harness.blocking("a") == .drop)
        harness.pass(.milliseconds(200))
        #expect(try harness.blocking("a") == nil)
    }

    @Test("N10: without a party it holds for each, and unblock DTMF forgets it")
    func everybody() throws {
        let harness = try call()
        try harness.send("block DTMF", ["call-id": "call", "trigger": "1"])
        try harness.press("1", "b")
        #expect(try harness.blocking("b") == .drop && harness.blocking("a") == nil)
        try harness.press("1", "a")
        #expect(try harness.blocking("a") == .drop)
        try harness.send("unblock DTMF", ["call-id": "call"])
        #expect(try harness.blocking("a") == nil && harness.blocking("b") == nil)
        try harness.press("1", "a")
        #expect(try harness.blocking("a") == nil)
    }

    @Test("N10: DTMF-security beside a trigger blocks at once; its own mode follows")
    func both() throws {
        let harness = try call()
        try harness.send(
            "block DTMF",
            [
                "call-id": "call", "DTMF-security": "random", "trigger": "1",
                "DTMF-security-trigger": "drop",
            ])
        #expect(try harness.blocking("a") == .randomDigits)
        try harness.press("1")
        #expect(try harness.blocking("a") == .drop)
    }

    @Test("N10: a sequence of anything but keys is told of and does nothing")
    func unusable() throws {
        let harness = try call()
        for text in ["1x", "", String(repeating: "1", count: 33)] {
            let reply = try harness.send(
                "block DTMF", ["call-id": "call", "trigger": .text(text), "trigger-end": "z"])
            #expect(reply.text("warning")?.contains("trigger") == true, "'\(text)'")
        }
        try harness.press("1")
        #expect(harness.core.table.record("call")?.commonTrigger == nil)
    }

    @Test("N10: DTMF-delay reaches the worker, from an offer and from block DTMF")
    func delay() throws {
        func delay(_ harness: CoreHarness) throws -> UInt32? {
            let slot = try harness.rtpPort("a")
            for command in harness.books.commands.reversed() {
                if case .configure(slot, let configuration) = command {
                    return configuration.effects.contains(.blocksDTMF)
                        ? configuration.dtmfDelayMs : nil
                }
            }
            return nil
        }
        #expect(try delay(try call(["DTMF-delay": 700])) == 700)
        let harness = try call()
        #expect(try delay(harness) == nil)
        try harness.send(
            "block DTMF", ["call-id": "call", "DTMF-delay": 900, "DTMF-security": "off"])
        #expect(try delay(harness) == 900)
        #expect(try harness.blocking("a") == nil)
        try harness.send("block DTMF", ["call-id": "call", "DTMF-delay": 0, "trigger": "1"])
        #expect(try delay(harness) == nil)
    }

    @Test("N20: inject-DTMF reaches the codecs: the offerer keeps its events")
    func inject() throws {
        let harness = CoreHarness()
        let more = "a=rtpmap:101 telephone-event/8000\r\n"
        try harness.offer(
            sdp: CoreHarness.sdp(port: 40_000, kind: "audio RTP/AVP 0 101", more: more),
            ["flags": ["inject-DTMF"]])
        let reply = try harness.answer()
        #expect(reply.text("sdp")?.contains("telephone-event/8000") == true)
        #expect(reply.text("warning") == nil)
    }
}
