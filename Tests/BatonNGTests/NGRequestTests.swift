import BatonBase
import BatonNG
import Testing

@Suite("ng request keys (N2)")
struct NGRequestTests {
    @Test(
        "N2: names count in any case, with hyphens, spaces or underscores",
        arguments: [
            "address-family", "address family", "Address-Family", "ADDRESS_FAMILY",
        ])
    func spellings(key: String) throws {
        let request = try offer([NGBytes(key): "IP6"])
        #expect(request.addressFamily == .v6 && request.warning == nil)
    }

    @Test("N2: a comma string is a list, and a list element is not split")
    func commaStrings() throws {
        let split = try offer(["flags": "trust address, fatal,,x,y", "from-tags": "a,b"])
        #expect(split.flags == [.trustAddress, .fatal] && split.fromTags == ["a", "b"])
        #expect(split.unrecognized.names == ["x", "y"])
        #expect(try offer(["from-tags": ["a,b", "c"]]).fromTags == ["a,b", "c"])
    }

    @Test("N2: integers as strings and strings as integers")
    func numbers() throws {
        let texts = try offer(["TOS": "184", "delete delay": "7", "limit": "3", "call-id": 12])
        #expect(texts.typeOfService == 184 && texts.deleteDelaySeconds == 7)
        #expect(texts.limit == 3 && texts.callID == "12")
        let numbers = try offer(["TOS": 0, "delete-delay": 0, "limit": 9, "label": -1])
        #expect(numbers.typeOfService == 0 && numbers.deleteDelaySeconds == 0)
        #expect(numbers.label == "-1" && numbers.warning == nil)
    }

    @Test("N2: a number out of range is reported and has no effect")
    func numbersOutOfRange() throws {
        let request = try offer(["TOS": 256, "delete-delay": "soon", "limit": -1])
        #expect(request.typeOfService == nil && request.deleteDelaySeconds == nil)
        #expect(request.unrecognized.names == ["TOS=256", "delete-delay=soon", "limit=-1"])
        #expect(try offer(["delete-delay": -1, "TOS": -1]).warning == nil)
    }

    @Test("N2: a list where one string is wanted gives its first")
    func listForString() throws {
        let request = try offer(["call-id": ["a", "b"], "from-tag": [], "ICE": ["remove"]])
        #expect(request.callID == "a" && request.fromTag == nil && request.ice == .remove)
    }

    @Test("N2: an empty string counts as missing")
    func emptyStrings() throws {
        let request = try offer(["call-id": "", "to-tag": "", "sdp": "", "flags": ""])
        #expect(request.callID == nil && request.toTag == nil && request.sdp == nil)
        #expect(request.warning == nil)
    }

    @Test("N2: of a repeated key lists merge and of a single value the last counts")
    func repeatedKeys() throws {
        let request = try offer([
            "replace": ["origin"], "replace": "username", "rtcp-mux": "offer",
            "rtcp-mux": ["accept"], "flags": "fast", "flags": ["fatal"], "SDES": ["off"],
            "SDES": "nonew", "call-id": "a", "call-id": "b", "command": "answer",
        ])
        #expect(request.replace == [.origin, .username] && request.rtcpMux == [.offer, .accept])
        #expect(request.flags == [.fast, .fatal])
        #expect(request.sdes.isOff && request.sdes.addsNoSuites)
        #expect(request.callID == "b" && request.command == .answer)
    }

    @Test("N2: every text key lands in its field")
    func textKeys() throws {
        let request = try offer([
            "call-id": "c", "from-tag": "f", "to-tag": "t", "via-branch": "v", "from-label": "l",
            "to-label": "tl", "set-label": "sl", "metadata": "m", "xmlrpc-callback": "192.0.2.1",
            "template": "x",
        ])
        #expect(request.callID == "c" && request.fromTag == "f" && request.toTag == "t")
        #expect(request.viaBranch == "v" && request.label == "l" && request.toLabel == "tl")
        #expect(request.setLabel == "sl" && request.metadata == "m")
        #expect(request.timeoutCallback == "192.0.2.1" && request.template == "x")
        #expect(request.unrecognized.isEmpty)
    }

    @Test(
        "N22: received-from in all its forms",
        arguments: [
            ["IP4", "192.0.2.7"], "IP4 192.0.2.7", "192.0.2.7", "IP4-192.0.2.7", ["192.0.2.7"],
            "IP4,192.0.2.7",
        ] as [NGValue])
    func receivedFrom(value: NGValue) throws {
        #expect(try offer(["received-from": value]).receivedFrom == IPAddress("192.0.2.7"))
    }

    @Test("N17: IPv6 addresses, with and without brackets")
    func addresses() throws {
        let request = try offer([
            "received-from": ["IP6", "2001:db8::1"], "media-address": "[2001:db8::2]",
            "address": "2001:db8::3",
        ])
        #expect(request.receivedFrom == IPAddress("2001:db8::1"))
        #expect(request.mediaAddress == IPAddress("2001:db8::2"))
        #expect(request.address == IPAddress("2001:db8::3"))
        let bad = try offer(["media-address": "relay.example.com", "received-from": []])
        #expect(bad.mediaAddress == nil)
        #expect(
            bad.unrecognized.names == ["media-address=relay.example.com", "received-from=…"])
    }

    @Test("N17: interfaces by direction, by side, or one for both")
    func interfaces() throws {
        let direction = try offer(["direction": ["a", "b", "c"]])
        #expect(direction.fromInterface == "a" && direction.toInterface == "b")
        let one = try offer(["direction": "a"])
        #expect(one.fromInterface == "a" && one.toInterface == nil)
        let sides = try offer(["from-interface": "a", "to interface": "b"])
        #expect(sides.fromInterface == "a" && sides.toInterface == "b")
        let both = try offer(["interface": "a"])
        #expect(both.fromInterface == "a" && both.toInterface == "a")
        let words = try offer(["flags": ["internal", "external"]])
        #expect(words.fromInterface == "internal" && words.toInterface == "external")
    }

    @Test(
        "N18: transports by name and by bare words",
        arguments: [
            ("RTP/AVP", .rtpAVP), ("rtp/avpf", .rtpAVPF), ("RTP AVP", .rtpAVP), ("RTP", .rtpAVP),
            ("AVPF", .rtpAVPF), ("SRTP", .rtpSAVP), ("SRTP AVPF", .rtpSAVPF), ("SAVPF", .rtpSAVPF),
            ("DTLS", .dtlsSAVP), ("DTLS AVPF", .dtlsSAVPF), ("UDP/TLS/RTP/SAVP", .dtlsSAVP),
        ] as [(String, NGTransport)])
    func transports(text: String, transport: NGTransport) throws {
        let key = try offer(["transport-protocol": .text(text)])
        #expect(key.transport == transport && key.warning == nil)
        let flags = try offer(["flags": .list(text.split(separator: " ").map { .text($0) })])
        #expect(flags.transport == transport && flags.warning == nil)
        #expect(try offer(["rtpp-flags": .text(text)]).transport == transport)
    }

    @Test("N18: transport-protocol=accept keeps the offered profile")
    func acceptsTransport() throws {
        let request = try offer(["transport protocol": "accept"])
        #expect(request.acceptsTransport && request.transport == nil && request.warning == nil)
    }

    @Test("N13: every word of replace")
    func replace() throws {
        let request = try offer([
            "replace": [
                "origin", "session-connection", "username", "session name", "SDP-version",
                "zero-address", "force-increment-sdp-ver", "origin-full", "weather",
            ]
        ])
        #expect(request.replace.rawValue == 0xff)
        #expect(request.warning == "not recognized: replace=weather")
    }

    @Test("N16: every word of rtcp-mux")
    func rtcpMux() throws {
        let request = try offer(["rtcp-mux": "offer,require,demux,accept,reject"])
        #expect(request.rtcpMux.rawValue == 0x1f && request.warning == nil)
    }

    @Test(
        "N22: every word of endpoint-learning",
        arguments: [
            ("heuristic", .heuristic), ("delayed", .delayed), ("immediate", .immediate),
            ("off", .off), ("no-learning", .off),
        ] as [(String, NGEndpointLearning)])
    func endpointLearning(word: String, mode: NGEndpointLearning) throws {
        #expect(try offer(["endpoint-learning": .text(word)]).endpointLearning == mode)
        #expect(
            try offer(["flags": [.text("endpoint-learning-\(word)")]]).endpointLearning == mode)
    }

    @Test("N21: sdp-attr with its commands, and what is wrong in it")
    func attributes() throws {
        let request = try offer([
            "sdp-attr": [
                "global": ["add": "a,b", "substitute": ["x", "y"]],
                "Video": ["remove": ["c"], "explode": ["d"]], "audio": "e",
            ]
        ])
        #expect(
            request.attributeRules == [
                NGAttributeRule(.session, .add("a,b")),
                NGAttributeRule(.session, .substitute("x", with: "y")),
                NGAttributeRule(.media("video"), .remove("c")),
            ])
        #expect(request.unrecognized.names == ["sdp-attr.Video.explode", "audio=e"])
    }

    @Test("N14: sip-message-type in its spellings, and sip-code")
    func sipMessage() throws {
        #expect(try offer(["sip-message-type": "sip_request"]).sipMessageType == .request)
        #expect(try offer(["SIP message type": "SIP response"]).sipMessageType == .reply)
        let reply = try offer(["sip-message-type": "sip_reply", "sip-code": "183"])
        #expect(reply.sipMessageType == .reply && reply.sipCode == 183)
    }

    @Test("N9: supports")
    func supports() throws {
        #expect(try offer(["supports": ["load limit"]]).supportsLoadLimit)
        #expect(try offer(["supports": "telepathy,load limit"]).supportsLoadLimit)
        #expect(try !offer(["supports": ["telepathy"]]).supportsLoadLimit)
    }

    @Test("N2: the key all selects parties")
    func all() throws {
        #expect(try offer(["all": "offer-answer"]).all == .offerAnswer)
        #expect(try offer(["all": "all"]).flags == [.all])
        #expect(try offer(["flags": ["all"]]).flags == [.all])
        #expect(try offer(["all": "somebody"]).unrecognized.names == ["all=somebody"])
    }

    @Test(
        "N7, N11: every command of the protocol is known, in any spelling",
        arguments: [
            ("ping", .ping), ("OFFER", .offer), ("answer", .answer), ("delete", .delete),
            ("query", .query), ("list", .list), ("statistics", .statistics),
            ("start-recording", .media(.startRecording)),
            ("subscribe request", .unsupported("subscribe request")), ("cli", .unsupported("cli")),
            ("offerx", .unknown("offerx")), ("", .unknown("")),
        ] as [(String, NGCommand)])
    func commands(word: String, command: NGCommand) throws {
        #expect(try NGRequest(["command": .text(word)]).command == command)
    }
}
