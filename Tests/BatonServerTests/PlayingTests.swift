import BatonBase
import BatonMedia
import BatonNG
import Testing

@testable import BatonServer

@Suite("N10: play media, stop media, play DTMF")
struct PlayingCommandTests {
    /// A WAV file of `ms` milliseconds of silence at 8,000 Hz.
    private static func wav(ms: Int) -> [UInt8] {
        func word(_ value: Int, _ count: Int) -> [UInt8] {
            (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
        }
        let size = ms * 16
        return Array("RIFF".utf8) + word(36 + size, 4) + Array("WAVEfmt ".utf8) + word(16, 4)
            + word(1, 2) + word(1, 2) + word(8_000, 4) + word(16_000, 4) + word(2, 2) + word(16, 2)
            + Array("data".utf8) + word(size, 4) + [UInt8](repeating: 0, count: size)
    }

    private static let events = "a=rtpmap:101 telephone-event/8000\r\n"

    private func call(more: String = "", kind: String = "audio RTP/AVP 0") throws -> CoreHarness {
        let harness = CoreHarness()
        try harness.offer(sdp: CoreHarness.sdp(port: 40_000, kind: kind, more: more))
        try harness.answer(sdp: CoreHarness.sdp(port: 40_100, kind: kind, more: more))
        harness.books.commands = []
        _ = harness.core.takeEvents()
        return harness
    }

    private func play(
        _ harness: CoreHarness, _ more: NGDictionary, tag: String = "a"
    ) throws -> NGDictionary {
        var fields = more
        fields.append("call-id", .text("call"))
        fields.append("from-tag", .text(tag))
        return try harness.send("play media", fields)
    }

    private func played(_ harness: CoreHarness) -> [(PortSlot, PortPlayback)] {
        harness.books.commands.compactMap {
            guard case .play(let slot, let playback) = $0 else { return nil }
            return (slot, playback)
        }
    }

    private var blob: NGDictionary {
        ["blob": .string(NGBytes(Self.wav(ms: 500)))]
    }

    @Test("N10: a file from memory is played to the party, in its codec; the reply has its length")
    func memory() throws {
        let harness = try call()
        let reply = try play(harness, blob)
        #expect(reply.text("result") == "ok")
        #expect(reply["duration"]?.integer == 500)
        #expect(reply.text("warning") == nil)
        let (slot, playback) = try #require(played(harness).first)
        #expect(try slot == harness.rtpPort("a"))
        #expect(playback.payloadType == 0)
        #expect(playback.track.packetCount == 25)
        #expect(playback.turns == 1)
    }

    @Test("N10: repeat-times, repeat-duration and start-pos")
    func extent() throws {
        let harness = try call()
        var fields = blob
        fields.append("repeat-times", .integer(3))
        fields.append("repeat-duration", .integer(1_100))
        fields.append("start-pos", .integer(100))
        _ = try play(harness, fields)
        let playback = try #require(played(harness).first).1
        #expect(playback.turns == 3)
        #expect(playback.packetLimit == 55)
        #expect(playback.firstPacket == 5)
    }

    @Test("N10: 1,000 who hear one tone: it is encoded once")
    func shared() throws {
        let harness = CoreHarness()
        var tracks: Set<EncodedTrack> = []
        for number in 0..<1_000 {
            try harness.offer("call\(number)")
            try harness.answer("call\(number)")
            let reply = try harness.send(
                "play media",
                [
                    "call-id": .text("call\(number)"), "from-tag": .text("b"),
                    "file": .text("tone:ringing"),
                ])
            #expect(reply.text("result") == "ok")
        }
        for (_, playback) in played(harness) { tracks.insert(playback.track) }
        #expect(played(harness).count == 1_000)
        #expect(tracks.count == 1)
        #expect(harness.core.library.encodingCount == 1)
    }

    @Test("N10: stop media says where it was, and the call's end stops what is played")
    func stop() throws {
        let harness = try call()
        _ = try play(harness, blob)
        let slot = try harness.rtpPort("a")
        harness.books.counters[slot] = [.packetsPlayed: 12]
        let reply = try harness.send(
            "stop media",
            ["call-id": .text("call"), "from-tag": .text("a"), "flags": .list([.text("mix")])])
        #expect(reply["last-frame-pos"]?.integer == 240)
        #expect(reply.text("warning") == "no effect: mix")
        #expect(harness.books.commands.last == .stopPlaying(slot))
        _ = try play(harness, blob)
        try harness.send("delete", ["call-id": .text("call"), "from-tag": .text("a")])
        #expect(harness.books.commands.last == .stopPlaying(slot))
    }

    @Test("N10: all plays to both parties")
    func all() throws {
        let harness = try call()
        var fields = blob
        fields.append("call-id", .text("call"))
        fields.append("flags", .list([.text("all")]))
        #expect(try harness.send("play media", fields).text("result") == "ok")
        let ports = Set(played(harness).map(\.0))
        #expect(try ports == [harness.rtpPort("a"), harness.rtpPort("b")])
    }

    @Test("N10: what cannot be played is told, with the cause")
    func failures() throws {
        let harness = try call()
        let reason = "Failed to start media playback from file"
        for fields: NGDictionary in [
            ["file": .text("/nowhere/at/all.wav")], ["blob": .text("no media")],
            ["db-id": .integer(3)], [:], ["file": .text("/")],
        ] {
            let reply = try play(harness, fields)
            #expect(reply.text("error-reason") == reason)
            #expect(reply.text("detail")?.isEmpty == false)
        }
        #expect(played(harness).isEmpty)
    }

    @Test("N10: a track that takes long is played when it is there, unless it was stopped")
    func slow() throws {
        let harness = try call()
        var jobs: [MediaJob] = []
        harness.core.library.run = { jobs.append($0) }
        #expect(try play(harness, blob).text("result") == "ok")
        #expect(try play(harness, blob, tag: "b").text("result") == "ok")
        #expect(played(harness).isEmpty)
        try harness.send("stop media", ["call-id": .text("call"), "from-tag": .text("b")])
        while !jobs.isEmpty {
            let job = jobs.removeFirst()
            harness.core.library.finish(job.number, job.work(), at: harness.now)
        }
        #expect(try played(harness).map(\.0) == [harness.rtpPort("a")])
    }

    @Test("N10: a re-offer with another codec goes on in it, at the same place")
    func reoffer() throws {
        let harness = try call()
        _ = try play(harness, blob)
        let slot = try harness.rtpPort("a")
        harness.books.counters[slot] = [.packetsPlayed: 7]
        harness.books.commands = []
        let sdp = CoreHarness.sdp(port: 40_000, kind: "audio RTP/AVP 8")
        try harness.offer(sdp: sdp, ["to-tag": .text("b")])
        try harness.answer(sdp: CoreHarness.sdp(port: 40_100, kind: "audio RTP/AVP 8"))
        let playback = try #require(played(harness).last).1
        #expect(playback.payloadType == 8)
        #expect(playback.played == 7)
    }

    @Test("N10: the end of a playback is an event, once")
    func ended() throws {
        let harness = try call()
        _ = try play(harness, blob)
        let (slot, playback) = try #require(played(harness).first)
        for _ in 0..<2 {
            harness.core.note(
                .playingEnded(slot, playback.number), callID: "call", at: harness.now)
        }
        let kinds = harness.core.takeEvents().map(\.kind)
        #expect(kinds == [.playingEnded(localPort: 30_000 + UInt16(slot.index), failure: nil)])
    }

    @Test("N10: a digit goes to whoever hears the party, as an event where they take it")
    func digit() throws {
        let harness = try call(more: Self.events, kind: "audio RTP/AVP 0 101")
        let reply = try harness.send(
            "play DTMF",
            ["call-id": .text("call"), "from-tag": .text("a"), "code": .text("#")])
        #expect(reply.text("result") == "ok")
        var event = PortDTMF(code: 11, payloadType: 101, clockRateHz: 8_000)
        event.durationMs = 250
        #expect(try harness.books.commands == [.playDTMF(harness.rtpPort("b"), event)])
    }

    @Test("N10: a digit for who takes no events is a tone in the audio")
    func tones() throws {
        let harness = try call()
        try harness.send(
            "play DTMF", ["call-id": .text("call"), "from-tag": .text("a"), "code": .integer(5)])
        let (slot, playback) = try #require(played(harness).first)
        #expect(try slot == harness.rtpPort("b"))
        #expect(playback.isQueued)
        #expect(playback.track.packetCount == 18)
    }

    @Test("N10: no digit, or nobody to hear it, is told")
    func noDigit() throws {
        let harness = try call()
        let none = try harness.send(
            "play DTMF", ["call-id": .text("call"), "from-tag": .text("a"), "code": .integer(16)])
        #expect(none.text("error-reason") == "Out of range 'code' specified")
        let video = try call(kind: "video RTP/AVP 96")
        let deaf = try video.send(
            "play DTMF", ["call-id": .text("call"), "from-tag": .text("a"), "code": .integer(1)])
        #expect(
            deaf.text("error-reason") == "Monologue has no media capable of DTMF injection")
    }

    @Test("N10: names of files stay in their folder")
    func folder() throws {
        var folder = MediaFolder()
        #expect(try folder.path(of: "a/b.wav") == "a/b.wav")
        folder.path = "/media"
        #expect(try folder.path(of: "a/b.wav") == "/media/a/b.wav")
        #expect(try folder.path(of: "/other/b.wav") == "/other/b.wav")
        #expect(throws: MediaFailure.self) { try folder.path(of: "../b.wav") }
        folder.isExclusive = true
        #expect(try folder.path(of: "/media/b.wav") == "/media/b.wav")
        for name in ["/other/b.wav", "/media/../b.wav", "a/../../b.wav", "/mediab.wav", ""] {
            #expect(throws: MediaFailure.self) { try folder.path(of: name) }
        }
    }
}
