import BatonBase
import BatonConfig
import BatonMedia
import BatonNG
import Testing

@testable import BatonServer

@Suite("timeouts (N25)")
struct SessionTimeoutTests {
    /// An answered call with timeouts of 60 s and 3,600 s.
    private func talking(
        offer: String = CoreHarness.sdpA, answer: String = CoreHarness.sdpB,
        _ change: (inout SignallingSettings) -> Void = { _ in }
    ) throws -> CoreHarness {
        let harness = CoreHarness(change)
        try harness.offer(sdp: offer)
        try harness.answer(sdp: answer)
        _ = harness.core.takeEvents()
        return harness
    }

    @Test("N25: a call without media ends after 60 s, with the reason, and returns its ports")
    func noMedia() throws {
        let harness = try talking()
        harness.pass(.milliseconds(59_900))
        #expect(harness.ends().isEmpty)
        harness.pass(.milliseconds(200))
        #expect(harness.ends().map(\.reason) == [.noMedia])
        #expect(harness.books.closed.count == 4)
        #expect(harness.core.sessionCount == 0)
    }

    @Test("N25: media in one direction keeps the call; the time counts from the last packet")
    func mediaKeeps() throws {
        let harness = try talking()
        let port = try harness.rtpPort("a")
        for _ in 0..<10 {
            harness.pass(.seconds(30))
            harness.arrive(10, at: port)
        }
        _ = harness.ends()
        harness.pass(.milliseconds(59_900))
        #expect(harness.core.sessionCount == 1)
        harness.pass(.milliseconds(200))
        #expect(harness.ends().map(\.reason) == [.noMedia])
    }

    @Test("N25: RTCP alone does not keep a call")
    func controlPacketsDoNotKeep() throws {
        let harness = try talking()
        let port = try harness.rtpPort("a")
        for _ in 0..<70 {
            harness.pass(.seconds(1))
            harness.books.counters[port, default: [:]][.rtcpPacketsIn, default: 0] += 1
            harness.books.counters[port]?[.lastPacketInNanoseconds] = harness.now.nanoseconds
        }
        #expect(harness.ends().map(\.reason) == [.noMedia])
    }

    @Test("N25: a re-offer starts the time anew")
    func reofferKeeps() throws {
        let harness = try talking()
        harness.pass(.seconds(50))
        try harness.offer()
        try harness.answer()
        harness.pass(.seconds(50))
        #expect(harness.core.sessionCount == 1)
        harness.pass(.seconds(11))
        #expect(harness.core.sessionCount == 0)
    }

    @Test("N25: a held call ends after the silent timeout")
    func held() throws {
        let hold = CoreHarness.sdp(port: 40_000, more: "a=inactive\r\n")
        let harness = try talking(offer: hold, answer: hold)
        harness.pass(.seconds(3_599))
        #expect(harness.core.sessionCount == 1)
        harness.pass(.seconds(2))
        #expect(harness.ends().map(\.reason) == [.silent])
    }

    @Test("N25: an offer without an answer ends after its timeout")
    func unanswered() throws {
        let harness = CoreHarness { $0.timeouts.unanswered = .seconds(120) }
        try harness.offer()
        harness.pass(.seconds(119))
        #expect(harness.core.sessionCount == 1)
        harness.pass(.seconds(2))
        let end = try #require(harness.ends().first)
        #expect(end.reason == .unanswered)
        #expect(!end.wasAnswered)
    }

    @Test("N25: the final timeout ends a call whatever it does")
    func final() throws {
        let harness = try talking { $0.timeouts.final = .seconds(100) }
        let port = try harness.rtpPort("a")
        for _ in 0..<11 {
            harness.pass(.seconds(10))
            if harness.core.sessionCount > 0 { harness.arrive(500, at: port) }
        }
        let end = try #require(harness.ends().first { $0.reason == .final })
        #expect(end.durationMilliseconds == 100_000)
        #expect(end.rtp.packets == 4_500)
    }

    @Test("N25: a quiet chat is no dead call")
    func chat() throws {
        let chat = CoreHarness.sdp(port: 2_855, kind: "message TCP/MSRP *")
        let harness = try talking(offer: chat, answer: chat)
        harness.pass(.seconds(10_000))
        #expect(harness.core.sessionCount == 1)
    }

    private static let audio = CoreHarness.sdp(port: 40_000)
    private static let chatLine = "m=message 2855 TCP/MSRP *\r\n"
    private static let screenLine = "m=application 50000 UDP/BFCP *\r\n"
    private static let faxLine = "m=image 40010 udptl t38\r\n"

    @Test(
        "N25: beside audio a line that passes untouched keeps no call",
        arguments: [chatLine, screenLine])
    func audioAndUntouched(_ line: String) throws {
        let harness = try talking(offer: Self.audio + line, answer: Self.audio + line)
        let port = try harness.rtpPort("a")
        for _ in 0..<10 {
            harness.pass(.seconds(30))
            harness.arrive(10, at: port)
        }
        #expect(harness.core.sessionCount == 1)
        harness.pass(.seconds(61))
        #expect(harness.ends().map(\.reason) == [.noMedia])
    }

    @Test("N25: beside audio the datagrams of another relayed line are signs of life")
    func audioAndFax() throws {
        let both = Self.audio + Self.faxLine
        let harness = try talking(offer: both, answer: both)
        let port = try harness.rtpPort("b", stream: 1)
        for _ in 0..<10 {
            harness.pass(.seconds(30))
            harness.arrive(10, at: port)
        }
        harness.pass(.milliseconds(59_900))
        #expect(harness.core.sessionCount == 1)
        harness.pass(.milliseconds(200))
        #expect(harness.ends().map(\.reason) == [.noMedia])
    }

    @Test("N25: a fax alone is under the silent timeout from its last packet", arguments: [0, 1])
    func faxOnly(_ chats: Int) throws {
        let fax =
            CoreHarness.sdp(port: 40_010, kind: "image udptl t38")
            + String(repeating: Self.chatLine, count: chats)
        let harness = try talking(offer: fax, answer: fax)
        harness.pass(.seconds(3_000))
        harness.arrive(1, at: try harness.rtpPort("a"))
        harness.pass(.seconds(3_599))
        #expect(harness.core.sessionCount == 1)
        harness.pass(.seconds(2))
        #expect(harness.ends().map(\.reason) == [.silent])
    }

    @Test("N25: a call whose lines are all refused ends after the silent timeout")
    func allRefused() throws {
        let refused = CoreHarness.sdp(port: 0)
        let harness = try talking(offer: refused, answer: refused)
        harness.pass(.seconds(3_599))
        #expect(harness.core.sessionCount == 1)
        harness.pass(.seconds(2))
        #expect(harness.ends().map(\.reason) == [.silent])
    }

    @Test("N25: timeouts that are off never end a call")
    func off() throws {
        let harness = try talking {
            $0.timeouts.media = nil
            $0.timeouts.silent = nil
        }
        harness.pass(.seconds(100_000))
        #expect(harness.core.sessionCount == 1)
    }

    @Test("N25: a timeout wants a notice, a delete does not")
    func notice() throws {
        #expect(EndReason.noMedia.isTimeout && EndReason.silent.isTimeout)
        #expect(EndReason.unanswered.isTimeout && EndReason.final.isTimeout)
        #expect(!EndReason.deleted.isTimeout && !EndReason.shutdown.isTimeout)
    }

    @Test("N21: the target of the notice is kept with the call")
    func noticeTarget() throws {
        let harness = CoreHarness()
        try harness.offer("call", ["xmlrpc-callback": "127.0.0.1:8080"])
        try harness.answer()
        _ = harness.ends()
        harness.pass(.seconds(61))
        #expect(harness.ends().first?.noticeTarget == "127.0.0.1:8080")
    }

    @Test("N28: a reload's timeouts are in force for running calls at once")
    func reload() throws {
        let harness = try talking()
        var settings = harness.core.settings
        settings.timeouts.media = .seconds(3)
        harness.core.apply(settings, at: harness.now)
        harness.pass(.seconds(4))
        #expect(harness.ends().map(\.reason) == [.noMedia])
    }
}

@Suite("one-way audio (N25)")
struct OneWayAudioTests {
    private func silences(_ harness: CoreHarness) -> [String] {
        harness.core.takeEvents().compactMap { event in
            guard case .oneWayAudio(let tag, _) = event.kind else { return nil }
            return tag
        }
    }

    @Test("packets one way only are told once, with the silent tag, and again after a recovery")
    func told() throws {
        let harness = CoreHarness()
        try harness.offer()
        try harness.answer()
        let (a, b) = (try harness.rtpPort("a"), try harness.rtpPort("b"))
        for _ in 0..<40 {
            harness.arrive(50, at: a)
            harness.pass(.seconds(1))
        }
        #expect(silences(harness) == ["b"])
        for _ in 0..<10 {
            harness.arrive(50, at: a)
            harness.arrive(50, at: b)
            harness.pass(.seconds(1))
        }
        #expect(silences(harness).isEmpty)
        for _ in 0..<30 {
            harness.arrive(50, at: a)
            harness.pass(.seconds(1))
        }
        #expect(silences(harness) == ["b"])
        #expect(harness.core.totals.oneWayAudio == 2)
    }

    @Test("N27: what was told of ports that are gone is forgotten")
    func forgotten() throws {
        let harness = CoreHarness()
        try harness.offer()
        try harness.answer()
        let record = try #require(harness.core.table.record("call"))
        for round in 0..<20 {
            let family: NGValue = round % 2 == 0 ? "IP6" : "IP4"
            let talking = try harness.rtpPort("a")
            for _ in 0..<20 {
                harness.arrive(50, at: talking)
                harness.pass(.seconds(1))
            }
            #expect(record.silentPorts == [try harness.rtpPort("b")])
            #expect(record.silentTag == "b")
            let reoffer: NGDictionary = ["to-tag": "b", "address-family": family]
            try harness.offer("call", reoffer)
            try harness.answer()
            #expect(record.session.portPairs.count == 2)
        }
        #expect(silences(harness).count == 20)
        harness.pass(.seconds(6))
        #expect(record.silentPorts.isEmpty && record.silentTag == nil)
    }

    @Test("a side that said it sends nothing, or both silent, is not told")
    func notTold() throws {
        let harness = CoreHarness()
        try harness.offer(sdp: CoreHarness.sdp(port: 40_000, more: "a=sendonly\r\n"))
        try harness.answer(sdp: CoreHarness.sdp(port: 40_100, more: "a=recvonly\r\n"))
        let port = try harness.rtpPort("a")
        for _ in 0..<40 {
            harness.arrive(50, at: port)
            harness.pass(.seconds(1))
        }
        try harness.offer("quiet")
        try harness.answer("quiet")
        harness.pass(.seconds(40))
        #expect(silences(harness).isEmpty)
    }
}
