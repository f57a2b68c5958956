import BatonNG
import Testing

@Suite("ng replies (N7, N9, N4)")
struct NGReplyTests {
    private func text(_ reply: NGReply, _ encoding: NGEncoding = .bencode) -> String {
        String(decoding: reply.encoded(cookie: "c", as: encoding), as: UTF8.self)
    }

    @Test("N7: result is the last key, in both encodings")
    func resultLast() {
        let reply = NGReply.ok(["sdp": "v=0\r\n"])
        #expect(text(reply) == "c d3:sdp5:v=0\r\n6:result2:oke")
        #expect(text(reply, .json) == #"c {"sdp":"v=0\r\n","result":"ok"}"#)
    }

    @Test("N7: a reply has the request's cookie and encoding; without a cookie it is bare")
    func repliesToFrame() throws {
        let frame = try #require(NGMessageFraming.split(Array("x_1 {}".utf8)))
        #expect(NGReply.pong.encoded(for: frame) == Array(#"x_1 {"result":"pong"}"#.utf8))
        let unknown = try #require(NGMessageFraming.split(Array("x_1 ?".utf8)))
        #expect(NGReply.pong.encoded(for: unknown) == Array("x_1 d6:result4:ponge".utf8))
        let plain = NGFrame(cookie: nil, document: "de")
        #expect(NGReply.pong.encoded(for: plain) == Array("d6:result4:ponge".utf8))
    }

    @Test("N4: an error has its literal reason and the cause in detail")
    func errors() {
        #expect(
            text(.error(.unknownCallID)) == "c d12:error-reason15:Unknown call-id6:result5:errore")
        let detailed = NGReply.error(NGError(.outOfPorts, detail: "EMFILE"))
        #expect(
            text(detailed, .json)
                == #"c {"error-reason":"Ran out of ports","detail":"EMFILE","result":"error"}"#)
    }

    @Test("N9: load limit goes only to a sender that supports it")
    func loadLimit() throws {
        var request = NGRequest(command: .offer)
        #expect(
            NGReply.loadLimit(.sessionLimit, for: request) == .error(.sessionLimit))
        request.supportsLoadLimit = true
        #expect(
            text(.loadLimit(.sessionLimit, for: request), .json)
                == #"c {"message":"Parallel session limit reached","result":"load limit"}"#)
    }

    @Test("N2: warnings are one text in one key")
    func warnings() {
        var reply = NGReply.ok(warning: "a")
        reply.addWarning("b")
        reply.addWarning(nil)
        reply.addWarning("")
        #expect(text(reply, .json) == #"c {"warning":"a; b","result":"ok"}"#)
        #expect(NGReply.ok(warning: nil).body.isEmpty)
    }

    @Test(
        "N7: the replies as captured",
        arguments: ["reply-offer", "reply-error", "reply-offer-json"])
    func golden(name: String) throws {
        let bytes = try Vectors.bytes(name)
        let frame = try #require(NGMessageFraming.split(bytes))
        var body = try frame.decode()
        let popped = body.entries.popLast()
        let last = try #require(popped)
        #expect(last.key == "result")
        let result = try #require(NGReply.Result(rawValue: last.value.string?.text ?? ""))
        #expect(NGReply(result, body).encoded(for: frame) == bytes)
    }
}

@Suite("ng error reasons (N4)")
struct NGErrorReasonTests {
    @Test("N4: the strings that proxies compare are exactly these")
    func literals() {
        let reasons: [(NGErrorReason, String)] = [
            (.noPayload, "Invalid data (no payload)"), (.invalidFormat, "Invalid NG data format"),
            (.invalidBencode, "Could not decode bencode dictionary"),
            (.invalidJSON, "Failed to parse JSON document"),
            (.invalidJSONDictionary, "Could not decode JSON dictionary"),
            (.noCommand, "Dictionary contains no key \"command\""),
            (.unrecognizedCommand, "Unrecognized command"), (.noSDP, "No SDP body in message"),
            (.noCallID, "No call-id in message"), (.noFromTag, "No from-tag in message"),
            (.noToTag, "No to-tag in message"), (.unknownCallID, "Unknown call-id"),
            (.unknownCallIDUpper, "Unknown call-ID"), (.unknownCallIDs, "Unknown call-ID(s)"),
            (.callNotFound, "Call-ID not found or tags didn't match"),
            (.sdpParse, "Failed to parse SDP"), (.sdpIncomplete, "Incomplete SDP specification"),
            (.invalidDialogue, "Invalid dialogue association"),
            (.sdpRewrite, "Error rewriting SDP"), (.outOfPorts, "Ran out of ports"),
            (.sessionLimit, "Parallel session limit reached"),
            (.cpuLimit, "CPU usage limit exceeded"), (.loadLimit, "Load limit exceeded"),
            (.bandwidthLimit, "Bandwidth limit exceeded"),
            (.unknownLabel, "No monologue matching the given label"),
            (.unknownFromTag, "From-tag given, but no such tag exists"),
            (.unknownAddress, "Failed to match address to any tag"),
            (.noParty, "No participant party specified"), (.unknownToTag, "To-tag not found"),
            (.playback, "Failed to start media playback from file"),
            (.dtmfCode, "Out of range 'code' specified"),
            (.dtmfUnsupported, "Monologue has no media capable of DTMF injection"),
            (.subscription, "Failed to request subscription"),
            (.noMedias, "No medias found (no monologues matched)"),
        ]
        for (reason, literal) in reasons { #expect(reason.rawValue == literal) }
    }
}
