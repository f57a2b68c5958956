import BatonBase
import BatonMedia
import BatonNG
import Testing

@testable import BatonServer

/// The whole reply to a query, key by key: proxies and scripts read it by these names.
@Suite("the shape of query replies (N7)")
struct QueryShapeTests {
    /// An answered call, eight seconds old: 500 packets from a, 400 of b's 500, RTCP from a.
    private func established() throws -> CoreHarness {
        let harness = CoreHarness { $0.sampleInterval = .seconds(5) }
        harness.now = harness.now + .microseconds(123_456)
        try harness.offer(
            "call", ["label": "caller", "metadata": "note", "via-branch": "z9hG4bK1"])
        harness.pass(.seconds(2))
        try harness.answer()
        let (a, b) = (try harness.rtpPort("a"), try harness.rtpPort("b"))
        harness.arrive(500, at: a, ssrc: 11)
        harness.arrive(400, at: b, ssrc: 22, lost: 100)
        harness.books.sources[a]?[0][.timestamp] = 160_000
        harness.books.sources[a]?[0][.extendedSequenceNumber] = 3 << 16 | 513
        harness.books.sources[b]?[0][.jitterMicroseconds] = 7_900
        set(
            a, in: harness,
            [
                .isConfirmed: 1, .packetsOut: 400, .bytesOut: 68_800, .sendErrors: 2,
                .droppedForeignSource: 5, .remoteFamilyAndPort: 4 << 16 | 50_000,
                .remoteLow: 0x7f00_0005,
            ])
        let control = PortSlot(a.index + 1)
        let last = harness.now.nanoseconds
        set(
            control, in: harness,
            [
                .rtcpPacketsIn: 3, .rtcpBytesIn: 300, .rtcpPacketsOut: 4, .rtcpBytesOut: 400,
                .droppedMalformed: 1, .lastPacketInNanoseconds: last,
            ])
        harness.pass(.seconds(6))
        return harness
    }

    private func set(
        _ slot: PortSlot, in harness: CoreHarness, _ values: [PortCounter: UInt64]
    ) {
        harness.books.counters[slot, default: [:]].merge(values) { $1 }
    }

    private func query(_ harness: CoreHarness) throws -> NGDictionary {
        try harness.send("query", ["call-id": "call"])
    }

    /// The keys in order.
    private func keys(_ value: NGValue?) -> [String]? {
        value?.dictionary?.entries.map(\.key.text)
    }

    private func media(_ reply: NGDictionary, _ tag: String) throws -> NGDictionary {
        try #require(reply.at("tags", tag, "medias")?.list?.first?.dictionary)
    }

    @Test("N7: the call: when it was made and last signalled, what it has carried")
    func call() throws {
        let reply = try query(try established())
        #expect(
            keys(.dictionary(reply)) == [
                "created", "created_us", "created_ts", "last signal", "last redis update",
                "metadata", "SSRC", "tags", "totals", "result",
            ])
        #expect(reply["created"] == 1_700_001_000)
        #expect(reply["created_us"] == 123_456)
        #expect(reply["created_ts"] == 1_700_001_000_123_456)
        #expect(reply["last signal"] == 1_700_001_002)
        #expect(reply["last redis update"] == 0)
        #expect(reply["metadata"] == "note")
        #expect(
            reply["totals"] == [
                "RTP": ["packets": 900, "bytes": 154_800, "errors": 7],
                "RTCP": ["packets": 3, "bytes": 300, "errors": 1],
            ])
        #expect(keys(reply["tags"]) == ["a", "b"])
    }

    @Test("N7: a party: its names, its counterpart, its media")
    func party() throws {
        let reply = try query(try established())
        let a = try #require(reply.at("tags", "a")?.dictionary)
        #expect(
            keys(.dictionary(a)) == [
                "tag", "label", "created", "subscriptions", "subscribers", "medias", "VSC",
            ])
        #expect(a["tag"] == "a" && a["label"] == "caller")
        #expect(a["created"] == 1_700_001_000)
        #expect(a["subscriptions"] == [["tag": "b", "type": "offer/answer"]])
        #expect(a["subscribers"] == [["tag": "b", "type": "offer/answer"]])
        #expect(a["VSC"] == [])
        #expect(a["medias"]?.list?.count == 1)
        // The offer's branch is the one that leads to the called party.
        #expect(reply.at("tags", "b", "via-branch") == "z9hG4bK1")
        #expect(reply.at("tags", "b", "subscribers") == [["tag": "a", "type": "offer/answer"]])
    }

    @Test("N7: a media line and its sources")
    func line() throws {
        let media = try media(try query(try established()), "a")
        #expect(
            keys(.dictionary(media)) == [
                "index", "type", "protocol", "codec", "streams", "flags", "ingress SSRCs",
                "egress SSRCs",
            ])
        #expect(media["index"] == 1 && media["type"] == "audio")
        #expect(media["protocol"] == "RTP/AVP" && media["codec"] == "PCMU")
        #expect(media["flags"] == ["initialized", "send", "recv"])
        #expect(
            media["ingress SSRCs"] == [
                [
                    "SSRC": 11, "bytes": 86_000, "packets": 500, "last RTP timestamp": 160_000,
                    "last RTP seq": 513, "cumulative loss": 0,
                ]
            ])
        #expect(media["egress SSRCs"]?.list?.first?.dictionary?["SSRC"] == 22)
    }

    @Test("N7: an RTP port: addresses, times, flags, figures of both directions")
    func rtpPort() throws {
        let harness = try established()
        let streams = try media(try query(harness), "a")["streams"]?.list
        let slot = try harness.rtpPort("a").index
        #expect(streams?.count == 2)
        #expect(
            streams?.first == [
                "local port": .number(30_000 + slot), "local address": "127.0.0.1",
                "family": "IPv4",
                "endpoint": ["family": "IPv4", "address": "127.0.0.5", "port": 50_000],
                "advertised endpoint": [
                    "family": "IPv4", "address": "127.0.0.1", "port": 40_000,
                ],
                "last packet": 1_700_001_002, "last kernel packet": 0,
                "last user packet": 1_700_001_002, "SSRC": 11,
                "flags": ["RTP", "filled", "confirmed", "no kernel support"],
                "stats": ["packets": 500, "bytes": 86_000, "errors": 7],
                "stats_out": ["packets": 400, "bytes": 68_800, "errors": 2],
            ])
    }

    @Test("N7: an RTCP port has the same keys but the source")
    func rtcpPort() throws {
        let harness = try established()
        let streams = try media(try query(harness), "a")["streams"]?.list
        let slot = try harness.rtpPort("a").index
        #expect(
            streams?.last == [
                "local port": .number(30_001 + slot), "local address": "127.0.0.1",
                "family": "IPv4",
                "endpoint": ["family": "IPv4", "address": "127.0.0.1", "port": 40_001],
                "advertised endpoint": [
                    "family": "IPv4", "address": "127.0.0.1", "port": 40_001,
                ],
                "last packet": 1_700_001_002, "last kernel packet": 0,
                "last user packet": 1_700_001_002,
                "flags": ["RTCP", "filled", "no kernel support"],
                "stats": ["packets": 3, "bytes": 300, "errors": 1],
                "stats_out": ["packets": 4, "bytes": 400, "errors": 0],
            ])
    }

    @Test("N7, N24: the key SSRC: counts, and the quality with its parts")
    func sources() throws {
        let reply = try query(try established())
        #expect(keys(reply["SSRC"]) == ["11", "22"])
        #expect(
            keys(reply.at("SSRC", "11")) == [
                "bytes", "packets", "last RTP timestamp", "last RTP seq", "cumulative loss",
                "average MOS", "lowest MOS", "highest MOS", "MOS progression",
            ])
        #expect(reply.at("SSRC", "11", "last RTP timestamp") == 160_000)
        #expect(reply.at("SSRC", "11", "last RTP seq") == 513)
        #expect(reply.at("SSRC", "22", "cumulative loss") == 100)
        let parts = ["MOS", "round-trip time", "round-trip time leg", "jitter", "packet loss"]
        #expect(keys(reply.at("SSRC", "22", "average MOS")) == parts + ["samples"])
        for key in ["lowest MOS", "highest MOS"] {
            #expect(keys(reply.at("SSRC", "22", key)) == parts + ["reported at"])
        }
        #expect(reply.at("SSRC", "22", "lowest MOS", "jitter") == 7)
        #expect(reply.at("SSRC", "22", "lowest MOS", "packet loss") == 20)
        #expect(reply.at("SSRC", "22", "lowest MOS", "round-trip time")?.integer != nil)
        let progression = reply.at("SSRC", "22", "MOS progression")
        #expect(keys(progression) == ["interval", "entries"])
        let entry = progression?.dictionary?["entries"]?.list?.first
        #expect(keys(entry) == parts + ["reported at"])
    }

    @Test("N7: flags of a line and its ports: what the request asked for and the SDP says")
    func flags() throws {
        let harness = CoreHarness()
        let asked: NGDictionary = [
            "flags": ["asymmetric", "strict source", "media handover"], "rtcp-mux": ["offer"],
        ]
        let more = "a=rtcp-mux\r\na=sendonly\r\n"
        try harness.offer(sdp: CoreHarness.sdp(port: 40_000, more: more), asked)
        try harness.answer(
            sdp: CoreHarness.sdp(port: 40_100, more: "a=rtcp-mux\r\na=recvonly\r\n"))
        let reply = try query(harness)
        let a = try media(reply, "a")
        let lineFlags = Set(a["flags"]?.list?.compactMap { $0.string?.text } ?? [])
        #expect(lineFlags == ["initialized", "asymmetric", "recv", "rtcp-mux"])
        #expect(a["streams"]?.list?.count == 1)
        #expect(
            a["streams"]?.list?.first?.dictionary?["flags"] == [
                "RTP", "RTCP", "filled", "no kernel support", "strict source address",
                "media handover",
            ])
        #expect(try media(reply, "b")["flags"] == ["initialized", "send", "rtcp-mux"])
    }

    @Test("N7: a line that is no RTP is passed through by one port")
    func opaque() throws {
        let harness = CoreHarness()
        try harness.offer(sdp: CoreHarness.sdp(port: 40_000, kind: "image udptl t38"))
        let line = try media(try query(harness), "a")
        #expect(line["flags"] == ["initialized", "send", "recv", "passthrough"])
        #expect(line["streams"]?.list?.count == 1)
    }

    @Test("N7: tags that a party had before are its aliases")
    func aliases() throws {
        let harness = try established()
        var fields: NGDictionary = [
            "call-id": "call", "from-tag": "a", "to-tag": "b-new", "flags": ["to-tag"],
        ]
        fields.append("sdp", .text(CoreHarness.sdpA))
        try harness.send("offer", fields)
        try harness.answer(to: "b-new")
        let reply = try query(harness)
        #expect(keys(reply["tags"]) == ["a", "b-new"])
        #expect(reply.at("tags", "b-new", "tag-aliases") == ["b"])
    }
}
