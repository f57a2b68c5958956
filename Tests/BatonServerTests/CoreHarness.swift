import BatonBase
import BatonConfig
import BatonMedia
import BatonNG
import Testing

@testable import BatonServer

/// A signalling core on virtual time, with short ways to talk to it.
final class CoreHarness {
    let core: SignallingCore<FakePlane>
    let books: FakePlane.Books
    var now = Instant(nanoseconds: 1_000_000_000_000)
    private var cookie = 0
    let peer = IPAddress(v4: 0x7f00_0001)

    init(_ change: (inout SignallingSettings) -> Void = { _ in }) {
        var settings = SignallingSettings()
        change(&settings)
        let plane = FakePlane()
        books = plane.books
        core = SignallingCore(
            settings: settings, plane: plane, wallClockOriginMicroseconds: 1_700_000_000_000_000,
            using: SplitMix64(seed: 1), at: now)
    }

    /// Sends a request with a new cookie and gives the reply's dictionary.
    @discardableResult
    func send(
        _ command: String, _ fields: NGDictionary = [:], limit: Int = .max
    ) throws -> NGDictionary {
        var body = fields
        body.append("command", .text(command))
        cookie += 1
        let message = NGMessageFraming.join(
            cookie: NGBytes("c\(cookie)"), document: BencodeCodec.encode(body))
        let reply = try #require(
            core.receive(message, from: peer, replyLimitBytes: limit, at: now))
        let frame = try #require(NGMessageFraming.split(reply))
        #expect(frame.cookie == NGBytes("c\(cookie)"))
        var limits = NGLimits()
        limits.messageBytes = 1 << 20
        return try frame.decode(limits: limits)
    }

    @discardableResult
    func offer(
        _ callID: String = "call", from: String = "a", sdp: String = CoreHarness.sdpA,
        _ more: NGDictionary = [:]
    ) throws -> NGDictionary {
        var fields = more
        fields.append("sdp", .text(sdp))
        fields.append("call-id", .text(callID))
        fields.append("from-tag", .text(from))
        return try send("offer", fields)
    }

    @discardableResult
    func answer(
        _ callID: String = "call", from: String = "a", to: String = "b",
        sdp: String = CoreHarness.sdpB, _ more: NGDictionary = [:]
    ) throws -> NGDictionary {
        var fields = more
        fields.append("to-tag", .text(to))
        fields.append("sdp", .text(sdp))
        fields.append("call-id", .text(callID))
        fields.append("from-tag", .text(from))
        return try send("answer", fields)
    }

    /// Lets time pass, ticking as often as the core wants to.
    func pass(_ duration: Duration) {
        let end = now + duration
        while let next = core.nextDeadline, next <= end {
            now = max(now, next)
            core.tick(at: now)
        }
        now = end
        core.tick(at: now)
    }

    /// Packets arrive at a port, now.
    func arrive(_ packets: UInt64, at slot: PortSlot, ssrc: UInt32 = 1, lost: Int64 = 0) {
        var counters = books.counters[slot] ?? [:]
        counters[.packetsIn, default: 0] += packets
        counters[.bytesIn, default: 0] += packets * 172
        counters[.lastPacketInNanoseconds] = now.nanoseconds
        books.counters[slot] = counters
        var source = books.sources[slot]?.first ?? [:]
        source[.ssrc] = UInt64(ssrc) | 1 << 32
        source[.packets, default: 0] += packets
        source[.bytes, default: 0] += packets * 172
        source[.lost] = UInt64(bitPattern: Int64(bitPattern: source[.lost] ?? 0) + lost)
        books.sources[slot] = [source]
    }

    /// The RTP port that faces a party.
    func rtpPort(_ tag: String, call: String = "call", stream: Int = 0) throws -> PortSlot {
        let record = try #require(core.table.record(call))
        let party = try #require(record.session.party(tag: tag))
        return try #require(party.streams[stream].ports).rtp.slot
    }

    /// The ends among the events since the last look.
    func ends() -> [CallRecord] {
        core.takeEvents().compactMap { event in
            guard case .ended(let record) = event.kind else { return nil }
            return record
        }
    }

    static let sdpA = sdp(port: 40_000)
    static let sdpB = sdp(port: 40_100)

    static func sdp(port: UInt16, kind: String = "audio RTP/AVP 0", more: String = "") -> String {
        let words = kind.split(separator: " ", maxSplits: 1)
        return
            "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
            + "m=\(words[0]) \(port) \(words[1])\r\n\(more)"
    }
}

extension NGDictionary {
    /// The text of a string value.
    func text(_ key: String) -> String? { self[key]?.string?.text }

    /// A value below several keys.
    func at(_ path: String...) -> NGValue? {
        var value: NGValue? = .dictionary(self)
        for key in path { value = value?.dictionary?[key] }
        return value
    }
}
