import BatonNG
import Testing

@Suite("ng request flags and warnings (N2)")
struct NGRequestFlagTests {
    @Test(
        "N2: every flag that is acted on sets its bit and warns of nothing",
        arguments: [
            ("trust-address", .trustAddress), ("SIP source address", .sipSourceAddress),
            ("asymmetric", .asymmetric), ("unidirectional", .unidirectional),
            ("strict source", .strictSource), ("media-handover", .mediaHandover),
            ("port-latching", .portLatching),
            ("pierce NAT", .pierceNAT), ("loop protect", .loopProtect),
            ("original-sendrecv", .originalSendrecv), ("generate-mid", .generateMid),
            ("no-rtcp-attribute", .noRTCPAttribute), ("full-rtcp-attribute", .fullRTCPAttribute),
            ("fast", .fast), ("fatal", .fatal), ("to-tag", .honourToTag),
            ("new-branch", .newBranch),
            ("reset", .reset), ("learn-from-any-address", .learnFromAnyAddress),
        ] as [(String, NGFlags)])
    func effective(word: String, flag: NGFlags) throws {
        for request in [try offer(["flags": [.text(word)]]), try offer(["flags": .text(word)])] {
            #expect(request.flags == flag && request.warning == nil)
        }
    }

    @Test(
        "N2: flags that ask for nothing are accepted silently",
        arguments: [
            "force", "symmetric", "session-connection", "auto-bridge", "repacketize",
            "no-redis-update", "exclude-recording", "discard-recording", "no-passthrough",
            "RTP/AVP", "RTP/AVPF", "AVP", "replace-origin", "replace-session-connection",
            "rtcp-mux-demux",
            "endpoint-learning-off", "sdp-attr-add-audio-x",
        ])
    func silent(word: String) throws {
        #expect(try offer(["flags": [.text(word)]]).warning == nil)
        #expect(try offer(["rtpp-flags": .text(word)]).warning == nil)
    }

    @Test("N13: replace-session-connection is a no-op that must not warn")
    func replaceSessionConnection() throws {
        let request = try offer(["replace": ["session-connection"]])
        #expect(request.replace == [.sessionConnection] && request.warning == nil)
    }

    @Test(
        "N2: values that mean as-it-is or switch off are silent, wrong ones come back",
        arguments: [
            (["ICE": "remove"], nil), (["ICE": "default"], nil),
            (["ICE": "melt"], "not recognized: ICE=melt"), (["DTLS": "off"], nil),
            (["SDES": ["off"]], nil), (["from-tags": []], nil), (["all": "none"], nil),
            (["generate-RTCP": "off"], nil), (["record-call": "no"], nil),
            (["record-call": "perhaps"], "not recognized: record-call=perhaps"),
            (["ptime": 0], nil), (["passthrough": "off"], nil),
        ] as [(NGDictionary, String?)])
    func values(keys: NGDictionary, warning: String?) throws {
        #expect(try offer(keys).warning == warning)
    }

    @Test("N2: what is wrong in a value leaves the rest of it as it is")
    func partlyWrong() throws {
        let request = try offer(["codec": ["set": ["opus"], "eat": "x"]])
        #expect(request.codecs.names == [.set: ["opus"]])
        #expect(request.unrecognized.names == ["codec-eat"])
    }

    @Test("N2: unknown keys and flags come back by name in the warning, known ones do not")
    func unrecognized() throws {
        let request = try offer(["weather": "fine", "flags": ["fatal", "shiny", "x=y", "shiny"]])
        #expect(request.flags == [.fatal])
        #expect(request.warning == "not recognized: weather, shiny, x=y")
    }

    @Test("N2: a warning names at most ten and counts the rest")
    func boundedWarning() throws {
        let flags = (0..<25).map { NGValue.text("flag\($0)") }
        let warning = try #require(try offer(["flags": .list(flags)]).warning)
        #expect(warning.hasSuffix("flag9 and 15 more"))
        let long = NGValue.text(String(repeating: "x", count: 60_000) + "\r\n")
        #expect(try offer(["flags": [long]]).unrecognized.names.first?.count == 64)
        #expect(try offer(["flags": ["a\r\nb"]]).warning == "not recognized: a??b")
    }

    @Test("N2: the prefix forms land where their keys land")
    func prefixes() throws {
        let request = try offer([
            "flags": [
                "replace-username", "rtcp-mux-offer", "SDES-off", "SDES-no-X", "SDES-only-Y",
                "SDES-order:A;B", "SDES-offerer_pref:C", "T38-no-ecm", "codec-accept-opus",
                "codec-set-opus/48000/2", "transcode-PCMA", "from-tags-t1",
                "sdp-attr-remove-audio-ptime:20", "sdp-attr-substitute-none-a..b>c--d",
                "sdp-attr-add-none-x-y",
            ]
        ])
        #expect(request.replace == [.username] && request.rtcpMux == [.offer])
        #expect(request.sdes.isOff && request.sdes.excludedSuites == ["X"])
        #expect(request.sdes.onlySuites == ["Y"] && request.sdes.suiteOrder == ["A", "B"])
        #expect(request.sdes.offererPreference == ["C"])
        #expect(request.t38 == ["no-ecm"] && request.fromTags == ["t1"])
        #expect(
            request.codecs.names
                == [.accept: ["opus"], .set: ["opus/48000/2"], .transcode: ["PCMA"]])
        #expect(
            request.attributeRules == [
                NGAttributeRule(.media("audio"), .remove("ptime:20")),
                NGAttributeRule(.session, .substitute("a b", with: "c=d")),
                NGAttributeRule(.session, .add("x-y")),
            ])
        #expect(request.unrecognized.isEmpty)
    }

    @Test("N2: a prefix with nothing or nonsense behind it is reported")
    func badPrefixes() throws {
        let flags: NGValue = [
            "replace-", "replace-x", "sdp-attr-add", "sdp-attr-substitute-none-a",
        ]
        #expect(
            try offer(["flags": flags]).unrecognized.names == [
                "replace-", "replace=x", "sdp-attr-add", "sdp-attr-substitute-none-a",
            ])
    }
}

@Suite("ng rtpp-flags grammar (N2)")
struct RTPPFlagsTests {
    private func flags(_ text: String) throws -> NGRequest {
        try offer(["rtpp-flags": .text(text)])
    }

    @Test("N2: flags, assignments and lists in brackets")
    func items() throws {
        let request = try flags(
            "  trust-address ICE=remove replace=[origin username] rtcp-mux=[offer accept]  TOS=8 ")
        #expect(request.flags == [.trustAddress] && request.ice == .remove)
        #expect(request.replace == [.origin, .username] && request.typeOfService == 8)
        #expect(request.rtcpMux == [.offer, .accept] && request.warning == nil)
    }

    @Test("N2: nested brackets are dictionaries and lists")
    func nesting() throws {
        let request = try flags(
            "codec=[mask=[a b] set=[c]] sdp-attr=[none=[substitute=[[a b] [c d]] add=[e]]]"
                + " sdp-media-remove=[video]")
        #expect(request.codecs.names == [.mask: ["a", "b"], .set: ["c"]])
        #expect(
            request.attributeRules == [
                NGAttributeRule(.session, .substitute("a", with: "b")),
                NGAttributeRule(.session, .substitute("c", with: "d")),
                NGAttributeRule(.session, .add("e")),
            ])
        #expect(request.removedMediaTypes == ["video"])
    }

    @Test("N2: codec operations with a hyphen or an equals sign")
    func codecs() throws {
        let request = try flags("codec-strip-G722 codec-mask=G729 transcode=PCMU SDES=off")
        #expect(
            request.codecs.names
                == [.strip: ["G722"], .mask: ["G729"], .transcode: ["PCMU"]])
        #expect(request.sdes.isOff && request.unrecognized.isEmpty)
    }

    @Test("N17: direction twice, or internal and external")
    func directions() throws {
        let twice = try flags("direction=a direction=b")
        #expect(twice.fromInterface == "a" && twice.toInterface == "b")
        let words = try flags("external internal")
        #expect(words.fromInterface == "external" && words.toInterface == "internal")
    }

    @Test("N14: a tag given by the script is honoured")
    func tags() throws {
        let request = try flags("to-tag=x from-tag=y")
        #expect(request.toTag == "x" && request.fromTag == "y")
        #expect(request.flags == [.honourToTag, .directional])
        let bare = try flags("to-tag")
        #expect(bare.toTag == nil && bare.flags == [.honourToTag])
    }

    @Test("N14: via-branch as a choice of header was for the proxy, any other value is the branch")
    func viaBranch() throws {
        let both: NGDictionary = ["via-branch": "z9", "rtpp-flags": "via-branch=extra"]
        #expect(try offer(both).viaBranch == "z9")
        #expect(try flags("via-branch=z9hG4bKx").viaBranch == "z9hG4bKx")
    }

    @Test("N2: two hyphens are an equals sign, two dots a space")
    func escapes() throws {
        #expect(try flags("metadata=a--b..c-d.e label=x").metadata == "a=b c-d.e")
    }

    @Test(
        "N2: anything may be wrong without harm",
        arguments: [
            "=", "==", "[", "]", "a=[", "a=[b", "codec=[mask=[a", "ICE=", "[a b]", "a=]", "=[x]",
            "codec=[[[[[[[[[[[[[[[[a]]]]]]]]]]]]]]]]", "sdp-attr=[=]", "codec=[mask]", "- -- .. .",
        ])
    func tolerates(text: String) throws {
        #expect(try flags(text + " fatal").command == .offer)
        fuzzNGRequest(Array(text.utf8))
    }

    @Test("N2: what is not known is reported")
    func unrecognized() throws {
        let request = try flags("shiny weather=fine codec-eat=x received-from=192.0.2.1")
        #expect(request.unrecognized.names == ["shiny", "weather", "codec-eat"])
        #expect(request.receivedFrom != nil)
    }
}
