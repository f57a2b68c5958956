import BatonBase
import BatonNG
import Testing

/// A request with this command and these keys.
private func request(_ command: String, _ keys: NGDictionary = [:]) throws -> NGRequest {
    try NGRequest(NGDictionary([.init(key: "command", value: .text(command))] + keys.entries))
}

@Suite("ng commands on the media of a call (N10)")
struct NGMediaCommandTests {
    @Test(
        "N10: every command is read in any case, with hyphens or spaces",
        arguments: NGMediaCommand.allCases)
    func commands(command: NGMediaCommand) throws {
        let name = command.rawValue
        for spelling in [name, name.replacing(" ", with: "-"), name.lowercased()] {
            #expect(try request(spelling).command == .media(command))
        }
        #expect(NGCommand.media(command).name == name)
    }

    @Test("N10: a label goes before an address, an address before a tag")
    func selectors() throws {
        let tag: NGDictionary = ["from-tag": "a"]
        let address: NGDictionary = ["address": "192.0.2.1", "from-tag": "a"]
        let label: NGDictionary = ["label": "x", "address": "192.0.2.1", "from-tag": "a"]
        #expect(try request("play media", tag).party == .tag("a"))
        #expect(try request("play media", address).party == .address(IPAddress(v4: 0xc000_0201)))
        #expect(try request("play media", label).party == .label("x"))
        #expect(try request("play media", ["from-label": "x"]).party == .label("x"))
        #expect(try request("play media").party == nil)
    }

    @Test("N10: blocking means the whole call unless directional, or rtpp-flags with from-tag=")
    func directional() throws {
        let plain: NGDictionary = ["from-tag": "a"]
        #expect(try request("block DTMF", plain).party == nil)
        let flag: NGDictionary = ["from-tag": "a", "flags": ["directional"]]
        #expect(try request("block DTMF", flag).party == .tag("a"))
        #expect(try request("block media", ["rtpp-flags": "from-tag=a"]).party == .tag("a"))
        let all: NGDictionary = ["from-tag": "a", "flags": ["all"]]
        #expect(try request("play media", all).party == nil)
        #expect(try request("play media", ["from-tag": "a", "all": "all"]).party == nil)
    }

    @Test("N10: the flow is named by to-label, to-tag or all")
    func receivers() throws {
        #expect(try request("block media", ["to-tag": "b"]).receiver == .tag("b"))
        #expect(
            try request("block media", ["to-tag": "b", "to label": "y"]).receiver == .label("y"))
        #expect(try request("block media").receiver == nil)
        let flows = try request("silence media", ["all": "non-offer-answer"])
        #expect(flows.all == .exceptOfferAnswer)
        #expect(try request("silence media", ["all": "offer answer"]).all == .offerAnswer)
        for word in ["all", "offer-answer", "flows"] as [NGValue] {
            #expect(try request("play media", ["all": word]).meansEverybody)
        }
        for word in ["none", "except-offer-answer"] as [NGValue] {
            #expect(try !request("play media", ["all": word]).meansEverybody)
        }
        #expect(try request("play media", ["flags": ["all"]]).meansEverybody)
    }

    @Test(
        "N10: the flags about recording and blocking, in both spellings",
        arguments: [
            ("egress", .egress), ("block-egress", .blockEgress), ("block-DTMF", .blockDTMF),
            ("exclude-recording", .excludeRecording), ("discard-recording", .discardRecording),
            ("skip-recording-db", .skipRecordingDatabase), ("recording-vsc", .recordingCodes),
            ("recording-announcement", .recordingAnnouncement), ("pause", .pauseRecording),
            ("bidirectional", .bidirectional), ("early-media", .earlyMedia), ("mix", .mix),
            ("no-jitter-buffer", .noJitterBuffer), ("mirror-RTCP", .mirrorRTCP),
            ("block-short", .blockShort), ("inject-DTMF", .injectDTMF),
            ("detect-dtmf", .detectDTMF),
        ] as [(String, NGMediaFlags)])
    func flags(word: String, flag: NGMediaFlags) throws {
        for spelling in [word, word.replacing("-", with: " ")] {
            let read = try request("start recording", ["flags": [.text(spelling)]])
            #expect(read.mediaFlags == flag && read.unrecognized.isEmpty)
        }
    }

    @Test("N10: what to play, how often and from where")
    func playback() throws {
        let read = try request(
            "play media",
            [
                "file": "a b.wav", "repeat-times": "3", "repeat duration": 5_000, "start-pos": 250,
                "db-id": 7,
            ])
        #expect(read.playback.file == "a b.wav" && read.playback.repeatTimes == 3)
        #expect(read.playback.repeatDurationMs == 5_000 && read.playback.startPositionMs == 250)
        #expect(read.playback.databaseID == 7 && read.unrecognized.isEmpty)
        #expect(try request("play media", ["repeat-duration": -1]).playback.repeatDurationMs == nil)
    }

    @Test("N10: a blob is taken as it is, or out of base 64")
    func blobs() throws {
        let bytes: [UInt8] = [0x52, 0x49, 0, 0xff, 0x0a]
        let plain = try request("play media", ["blob": .string(NGBytes(bytes))])
        #expect(plain.playback.blob?.array == bytes)
        #expect(plain.unrecognized.isEmpty)
        let text = String(decoding: Base64.encode(bytes), as: UTF8.self)
        #expect(try request("play media", ["blob64": .text(text)]).playback.blob?.array == bytes)
        let bad = try request("play media", ["blob64": "!"])
        #expect(bad.playback.blob == nil && bad.warning == "not recognized: blob64=!")
    }

    @Test(
        "N10: digits by character and by code",
        arguments: [
            ("0", 0), ("9", 9), ("*", 10), ("#", 11), ("A", 12), ("d", 15), ("10", 10), ("15", 15),
        ])
    func digits(text: String, code: UInt8) throws {
        for key in ["code", "digit"] as [NGBytes] {
            #expect(try request("play DTMF", [key: .text(text)]).dtmf.digit?.eventCode == code)
        }
        #expect(try request("play DTMF", ["code": 11]).dtmf.digit?.character == "#")
    }

    @Test(
        "N10: what is no digit is none and comes back",
        arguments: ["16", "E", "-1", "", "1a", "100"])
    func noDigits(text: String) throws {
        let read = try request("play DTMF", ["code": .text(text)])
        #expect(read.dtmf.digit == nil && read.warning == "not recognized: code=\(text)")
    }

    @Test("N10: how long, how loud, and the pause behind")
    func digitParameters() throws {
        let read = try request(
            "play DTMF", ["code": 5, "duration": 250, "pause": "100", "volume": -8])
        #expect(read.dtmf.durationMs == 250 && read.dtmf.pauseMs == 100)
        #expect(read.dtmf.volumeDB == -8 && read.unrecognized.isEmpty)
        #expect(
            try request("play DTMF", ["volume": "loud"]).warning == "not recognized: volume=loud")
        let recording = try request("stop recording", ["pause": "yes"])
        #expect(recording.mediaFlags == [.pauseRecording] && recording.dtmf.pauseMs == nil)
        #expect(try request("stop recording", ["pause": "no"]).mediaFlags == [])
    }

    @Test("N10: where a recording goes, in all spellings")
    func recordingTargets() throws {
        for prefix in ["recording-", "output-", "recording ", "output "] {
            for name in ["file", "dest", "destination"] {
                let read = try offer([NGBytes(prefix + name): "x"])
                #expect(read.recording.file == "x" && read.unrecognized.isEmpty)
            }
            for name in ["path", "dir", "directory", "folder"] {
                #expect(try offer([NGBytes(prefix + name): "/x"]).recording.path == "/x")
            }
            #expect(try offer([NGBytes(prefix + "pattern"): "%c"]).recording.pattern == "%c")
        }
        let slots = try offer([
            "recording-media-slots": 2, "recording-media-slot-offer": 1,
            "recording-media-slot-answer": "2",
        ])
        #expect(slots.recording.mediaSlots == 2 && slots.recording.offerSlot == 1)
        #expect(slots.recording.answerSlot == 2)
    }
}

@Suite("ng keys about media and DTMF (P5)")
struct NGMediaOptionsTests {
    @Test("P5: DTMF security, its triggers and its tone")
    func dtmf() throws {
        let read = try offer([
            "DTMF security": "tone", "DTMF-security-trigger": "silence",
            "DTMF-security-trigger-end": "random", "trigger": "123", "end trigger": "#",
            "trigger-end-time": 5_000, "trigger-end-digits": "4", "frequencies": [440, "880"],
            "frequency": "1000", "DTMF-delay": 120, "DTMF-log-dest": "192.0.2.1:99",
        ])
        #expect(read.dtmf.security == .tone && read.dtmf.securityAtTrigger == .silence)
        #expect(read.dtmf.securityAtTriggerEnd == .random && read.dtmf.trigger == "123")
        #expect(read.dtmf.triggerEnd == "#" && read.dtmf.triggerEndTimeMs == 5_000)
        #expect(read.dtmf.triggerEndDigits == 4 && read.dtmf.frequenciesHz == [440, 880, 1_000])
        #expect(read.dtmf.delayMs == 120 && read.dtmf.logDestination == "192.0.2.1:99")
        #expect(read.unrecognized.isEmpty)
        #expect(try offer(["DTMF-security": "off"]).warning == nil)
        #expect(
            try offer(["DTMF-security": "x", "frequency": "0"]).warning
                == "not recognized: DTMF-security=x, frequency=0")
    }

    @Test("P5: RTCP of baton's own is switched on and off by key and flag")
    func generateRTCP() throws {
        #expect(try offer(["generate RTCP": "on"]).generatesRTCP == true)
        #expect(try offer(["generate-RTCP": "off"]).generatesRTCP == false)
        #expect(try offer(["generate-RTCP": "default"]).generatesRTCP == nil)
        #expect(try offer(["flags": ["generate-rtcp"]]).generatesRTCP == true)
        #expect(try offer(["flags": ["generate-RTCP=off"]]).generatesRTCP == false)
    }

    @Test("P5: echo, delay, dropping and the player")
    func streams() throws {
        let read = try offer([
            "media echo": "backwards", "delay-buffer": 300, "drop-traffic": "start",
            "audio player": "always",
        ])
        #expect(read.mediaEcho == .backward && read.delayBufferMs == 300)
        #expect(read.dropsTraffic == true && read.audioPlayer == .always)
        #expect(try offer(["drop-traffic": "stop"]).dropsTraffic == false)
        #expect(try offer(["media-echo": "sinkhole"]).mediaEcho == .blackhole)
        #expect(try offer(["flags": ["player"]]).audioPlayer == .transcoding)
        #expect(try offer(["flags": ["no-player"]]).audioPlayer == .off)
        #expect(try offer(["audio-player": "no"]).warning == nil)
        #expect(try offer(["audio-player": "default"]).audioPlayer == nil)
        #expect(try offer(["media-echo": "x"]).warning == "not recognized: media-echo=x")
    }
}
