import BatonBase
import BatonMedia
import BatonNG
import Testing

@testable import BatonServer

@Suite("query and delete figures (N5, N7, N24)")
struct QueryFiguresTests {
    /// A call with 500 packets from a and 400 of b's 500.
    private func harness() throws -> CoreHarness {
        let harness = CoreHarness { $0.sampleInterval = .seconds(5) }
        try harness.offer("call", ["label": "caller", "metadata": "note"])
        try harness.answer()
        let (a, b) = (try harness.rtpPort("a"), try harness.rtpPort("b"))
        for _ in 0..<2 {
            harness.arrive(250, at: a, ssrc: 11)
            harness.arrive(200, at: b, ssrc: 22, lost: 50)
            harness.pass(.seconds(5))
        }
        return harness
    }

    @Test("N7: a query has the keys that Kamailio and OpenSIPS read, at their places")
    func keys() throws {
        let harness = try harness()
        let reply = try harness.send("query", ["call-id": "call"])
        #expect(reply.text("result") == "ok")
        #expect(reply["created"]?.integer == 1_700_001_000)
        #expect(reply["last signal"]?.integer == 1_700_001_000)
        #expect(reply.text("metadata") == "note")
        #expect(reply.at("totals", "RTP", "packets")?.integer == 900)
        #expect(reply.at("totals", "RTP", "bytes")?.integer == 154_800)
        #expect(reply.at("totals", "RTP", "errors")?.integer == 0)
        #expect(reply.at("totals", "RTCP", "packets")?.integer == 0)
        #expect(reply.at("tags", "a", "label")?.string?.text == "caller")
        let media = try #require(reply.at("tags", "a", "medias")?.list?.first?.dictionary)
        #expect(media["index"]?.integer == 1)
        #expect(media.text("type") == "audio")
        #expect(media.text("protocol") == "RTP/AVP")
        #expect(media.text("codec") == "PCMU")
        #expect(media["ingress SSRCs"]?.list?.first?.dictionary?["SSRC"]?.integer == 11)
        #expect(media["egress SSRCs"]?.list?.first?.dictionary?["SSRC"]?.integer == 22)
        let stream = try #require(media["streams"]?.list?.first?.dictionary)
        #expect(stream["SSRC"]?.integer == 11)
        #expect(stream.text("family") == "IPv4")
        #expect(stream.at("endpoint", "port")?.integer == 40_000)
        #expect(stream.at("stats", "packets")?.integer == 500)
        let links = reply.at("tags", "a", "subscriptions")?.list?.first?.dictionary
        #expect(links == ["tag": "b", "type": "offer/answer"])
    }

    @Test("N24: MOS of each source from RTP alone: average, lowest, highest, progression")
    func quality() throws {
        let harness = try harness()
        let reply = try harness.send("query", ["call-id": "call"])
        let clean = try #require(reply.at("SSRC", "11", "average MOS", "MOS")?.integer)
        let lossy = try #require(reply.at("SSRC", "22", "average MOS", "MOS")?.integer)
        #expect(clean == 44)
        #expect(lossy < 35)
        #expect(reply.at("SSRC", "22", "average MOS", "samples")?.integer == 2)
        #expect(reply.at("SSRC", "22", "average MOS", "packet loss")?.integer == 20)
        #expect(reply.at("SSRC", "22", "lowest MOS", "reported at")?.integer == 1_700_001_005)
        #expect(reply.at("SSRC", "22", "highest MOS", "MOS")?.integer == lossy)
        #expect(reply.at("SSRC", "22", "MOS progression", "interval")?.integer == 5)
        #expect(reply.at("SSRC", "22", "MOS progression", "entries")?.list?.count == 2)
        #expect(reply.at("SSRC", "22", "cumulative loss")?.integer == 100)
    }

    @Test("N7: a tag limits the figures to that party and its peer; an unknown call is an error")
    func filter() throws {
        let harness = try harness()
        let known = try harness.send("query", ["call-id": "call", "from-tag": "a"])
        #expect(known["tags"]?.dictionary?.count == 2)
        let unknown = try harness.send("query", ["call-id": "call", "from-tag": "zz"])
        #expect(unknown["tags"]?.dictionary?.isEmpty == true)
        #expect(
            try harness.send("query", ["call-id": "nobody"]).text("error-reason")
                == "Unknown call-id")
        #expect(try harness.send("query").text("error-reason") == "No call-id in message")
    }

    @Test("N7: a party that has not answered yet has an untagged key")
    func untagged() throws {
        let harness = CoreHarness()
        try harness.offer()
        let reply = try harness.send("query", ["call-id": "call"])
        let keys = reply["tags"]?.dictionary?.entries.map(\.key.text)
        #expect(keys == ["a", "<untagged 2>"])
    }

    @Test("N5: a reply beyond the limit keeps what the proxies read and says what is left out")
    func shortened() throws {
        let harness = try harness()
        let whole = try harness.send("query", ["call-id": "call"])
        #expect(whole.text("warning") == nil)
        for command in ["query", "delete"] {
            let short = try harness.send(command, ["call-id": "call"], limit: 1_400)
            #expect(short["tags"] == nil)
            #expect(short.at("totals", "RTP", "packets")?.integer == 900)
            #expect(short.at("SSRC", "22", "average MOS", "MOS") != nil)
            #expect(short["created"] != nil)
            #expect(short.text("warning")?.contains("'tags'") == true)
            let totals = try harness.send(command, ["call-id": "call"], limit: 500)
            #expect(totals["SSRC"] == nil)
            #expect(totals.at("totals", "RTP", "packets")?.integer == 900)
        }
        #expect(harness.core.totals.shortenedReplies == 4)
    }

    @Test("N5: a reply that cannot be shortened goes out whole rather than not at all")
    func neverLost() throws {
        let harness = CoreHarness()
        let reply = try harness.offer("call", [:])
        #expect(reply["sdp"] != nil)
        var fields: NGDictionary = ["call-id": "other", "from-tag": "a"]
        fields.append("sdp", .text(CoreHarness.sdpA))
        #expect(try harness.send("offer", fields, limit: 10)["sdp"] != nil)
    }

    @Test("N24: what closed ports have counted stays in the totals")
    func retired() throws {
        let harness = try harness()
        let old = try harness.rtpPort("a")
        try harness.offer(sdp: CoreHarness.sdp(port: 0))
        try harness.answer(sdp: CoreHarness.sdp(port: 0))
        #expect(harness.books.closed.contains(old))
        let reply = try harness.send("query", ["call-id": "call"])
        #expect(reply.at("totals", "RTP", "packets")?.integer == 900)
    }

    @Test("N7: errors at a port for RTCP are RTCP's: of all, of a tag, and after the port is gone")
    func errors() throws {
        let harness = try harness()
        let pair = try #require(
            harness.core.table.record("call")?.session.party(tag: "a")?.streams[0].ports)
        harness.books.counters[pair.rtp.slot, default: [:]][.droppedForeignSource] = 3
        harness.books.counters[pair.rtcp.slot, default: [:]][.droppedForeignSource] = 5
        let check = { (fields: NGDictionary) in
            let reply = try harness.send("query", fields)
            #expect(reply.at("totals", "RTP", "errors")?.integer == 3)
            #expect(reply.at("totals", "RTCP", "errors")?.integer == 5)
        }
        try check(["call-id": "call"])
        try check(["call-id": "call", "from-tag": "a"])
        try harness.offer(sdp: CoreHarness.sdp(port: 0))
        #expect(harness.books.closed.contains(pair.rtcp.slot))
        try check(["call-id": "call"])
    }

    @Test("N24: the last sequence number and timestamp of each source")
    func lastPacket() throws {
        let harness = try harness()
        let slot = try harness.rtpPort("a")
        harness.books.sources[slot]?[0][.extendedSequenceNumber] = 3 << 16 | 0xfedc
        harness.books.sources[slot]?[0][.timestamp] = 0xfeed_beef
        let reply = try harness.send("query", ["call-id": "call"])
        let media = reply.at("tags", "a", "medias")?.list?.first?.dictionary
        for figures in [
            reply.at("SSRC", "11")?.dictionary,
            media?["ingress SSRCs"]?.list?.first?.dictionary,
        ] {
            #expect(figures?["last RTP seq"]?.integer == 0xfedc)
            #expect(figures?["last RTP timestamp"]?.integer == 0xfeed_beef)
        }
    }

    @Test("N29: the call's record has totals, loss, quality and duration")
    func record() throws {
        let harness = try harness()
        _ = harness.ends()
        try harness.send("delete", ["call-id": "call"])
        let record = try #require(harness.ends().first)
        #expect(record.rtp.packets == 900)
        #expect(record.lostPackets == 100)
        #expect(record.durationMilliseconds == 10_000)
        #expect(record.wasAnswered)
        #expect(record.tags == ["a", "b"])
        #expect(record.metadata == "note")
        #expect(try #require(record.lowestMOSTimesTen) < 35)
    }

    @Test("the API's details name ports, endpoints, drops by reason and sources")
    func details() throws {
        let harness = try harness()
        let port = try harness.rtpPort("a")
        harness.books.counters[port]?[.droppedForeignSource] = 7
        harness.books.counters[port]?[.foreignFamilyAndPort] = 4 << 16 | 999
        harness.books.counters[port]?[.foreignLow] = 0x7f00_0009
        harness.books.counters[port]?[.isConfirmed] = 1
        let detail = try #require(harness.core.detail(of: "call", at: harness.now))
        let shown = try #require(detail.parties.first?.streams.first?.ports.first)
        #expect(shown.component == "rtp")
        #expect(shown.drops == ["foreignSource": 7])
        #expect(shown.lastForeignSource?.description == "127.0.0.9:999")
        #expect(shown.isConfirmed)
        #expect(shown.idleMilliseconds == 5_000)
        #expect(shown.sources.map(\.ssrc) == [11])
        #expect(shown.sources.first?.averageMOSTimesTen == 44)
        #expect(harness.core.summaries(at: harness.now).map(\.callID) == ["call"])
        #expect(detail.summary.state == .answered)
        #expect(harness.core.detail(of: "nobody", at: harness.now) == nil)
    }
}
