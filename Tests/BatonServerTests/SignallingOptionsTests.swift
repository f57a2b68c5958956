import BatonBase
import BatonMedia
import BatonNG
import Testing

@testable import BatonServer

@Suite("requests as options of offer and answer (N13 – N18, N21 – N23)")
struct SignallingOptionsTests {
    private func options(_ fields: NGDictionary) throws -> SignallingOptions {
        var body = fields
        body.append("command", "offer")
        return SignallingOptions(
            try NGRequest(body), fromTag: "a", defaults: SignallingSettings())
    }

    @Test("N22, N23: whom to trust, and how to learn")
    func trust() throws {
        let plain = try options(["received-from": ["IP4", "192.0.2.1"]])
        #expect(plain.receivedFrom?.description == "192.0.2.1")
        #expect(plain.addressTrust == .unstated)
        #expect(!plain.permitsAnyAddress)
        #expect(try options(["flags": ["learn from any address"]]).permitsAnyAddress)
        #expect(try options(["flags": ["trust-address"]]).addressTrust == .descriptionOnly)
        #expect(try options(["flags": ["SIP-source-address"]]).addressTrust == .receivedFrom)
        #expect(try options(["endpoint-learning": "immediate"]).learning == .immediate)
        #expect(try options(["endpoint-learning": "off"]).learning == .off)
    }

    @Test(
        "N14, N15, N21, N22: flags reach their switch",
        arguments: [
            ("asymmetric", SignallingFlags.asymmetric), ("strict source", .strictSource),
            ("unidirectional", .unidirectional), ("media-handover", .mediaHandover),
            ("port-latching", .portLatching), ("pierce-NAT", .pierceNAT),
            ("original-sendrecv", .originalSendrecv), ("generate-mid", .generateMid),
            ("loop-protect", .loopProtect), ("new-branch", .newBranch), ("reset", .reset),
        ])
    func flags(word: String, flag: SignallingFlags) throws {
        #expect(try options(["flags": [.text(word)]]).flags == flag)
    }

    @Test(
        "N13: replace words reach their part",
        arguments: [
            ("origin", SDPReplacements.origin), ("username", .username),
            ("session-name", .sessionName), ("SDP-version", .version),
            ("zero-address", .zeroAddress), ("force-increment-sdp-ver", .forceIncrementVersion),
        ])
    func replace(word: String, part: SDPReplacements) throws {
        #expect(try options(["replace": [.text(word)]]).replacements.contains(part))
    }

    @Test(
        "N16: rtcp-mux words and rtcp attribute flags",
        arguments: [
            ("offer", RTCPMuxOptions.offer), ("require", .require), ("demux", .demux),
            ("accept", .accept), ("reject", .reject),
        ])
    func rtcpMux(word: String, option: RTCPMuxOptions) throws {
        #expect(try options(["rtcp-mux": [.text(word)]]).rtcpMux.contains(option))
        #expect(try options(["flags": ["no-rtcp-attribute"]]).rtcpAttribute == .never)
        #expect(try options(["flags": ["full-rtcp-attribute"]]).rtcpAttribute == .full)
    }

    @Test("N13: origin-full replaces every part of the origin")
    func wholeOrigin() throws {
        let parts = try options(["replace": ["origin-full"]]).replacements
        #expect(parts.contains(.origin) && parts.contains(.wholeOrigin))
        #expect(try !options(["replace": ["origin"]]).replacements.contains(.wholeOrigin))
    }

    @Test("N17: direction, interfaces, family and media address")
    func places() throws {
        let pair = try options(["direction": ["internal", "external"]])
        #expect(pair.senderInterface == "internal" && pair.receiverInterface == "external")
        #expect(try options(["address family": "IP6"]).addressFamily == .v6)
        #expect(
            try options(["media-address": "198.51.100.1"]).mediaAddress?.description
                == "198.51.100.1")
    }

    @Test("N18: plain and secured transports are asked for by their names")
    func transport() throws {
        #expect(
            try options(["transport-protocol": "RTP/AVPF"]).transportProtocol
                == .named("RTP/AVPF"))
        #expect(
            try options(["transport-protocol": "UDP/TLS/RTP/SAVPF"]).transportProtocol
                == .named("UDP/TLS/RTP/SAVPF"))
        #expect(try options(["transport-protocol": "accept"]).transportProtocol == .accept)
    }

    @Test("N21: attribute edits, removed media, label, metadata, TOS, the mark of loop-protect")
    func rest() throws {
        let options = try options([
            "sdp-attr": ["audio": ["add": ["x-one"], "remove": ["ptime"]]],
            "sdp-media-remove": ["video"], "label": "caller", "metadata": "m", "TOS": 184,
        ])
        #expect(
            options.attributeEdits == [
                AttributeEdit(.media("audio"), .add("x-one")),
                AttributeEdit(.media("audio"), .remove("ptime")),
            ])
        #expect(options.removedMediaKinds == ["video"])
        #expect(options.label == "caller" && options.metadata == "m")
        #expect(options.typeOfService == 184)
        #expect(options.instanceName == SignallingSettings().instanceName)
    }

    @Test(
        "N21: label and set-label name the sender, to-label the other party",
        arguments: [
            (["label": "x"], "x", nil), (["from-label": "x"], "x", nil),
            (["set-label": "x"], "x", nil), (["label": "x", "set-label": "y"], "y", nil),
            (["to-label": "z"], nil, "z"), (["label": "x", "to-label": "z"], "x", "z"),
        ] as [(NGDictionary, String?, String?)])
    func labels(fields: NGDictionary, sender: String?, receiver: String?) throws {
        let options = try options(fields)
        #expect(options.label == sender && options.receiverLabel == receiver)
        let harness = CoreHarness()
        try harness.offer("call", fields)
        let reply = try harness.send("query", ["call-id": "call"])
        #expect(reply.at("tags", "a", "label")?.string?.text == sender)
        #expect(reply.at("tags", "<untagged 2>", "label")?.string?.text == receiver)
    }

    @Test("N19: suites that are not served never stand for all of them")
    func unservedSuites() throws {
        let none = try options(["SDES": ["only-ROT13"]]).security.sdes
        #expect(none.isOff && none.onlySuites.isEmpty && none.unservedSuites == ["ROT13"])
        let some = try options(
            ["SDES": ["only-AES_CM_128_HMAC_SHA1_80", "only-F8_128_HMAC_SHA1_80"]]
        ).security.sdes
        #expect(!some.isOff && some.onlySuites.count == 1)
        #expect(some.unservedSuites == ["F8_128_HMAC_SHA1_80"])
        #expect(try options(["SDES": ["no-ROT13"]]).security.sdes.unservedSuites.isEmpty)
    }

    @Test("N19: extmap and strip-extmap name the header extensions to hide")
    func headerExtensions() throws {
        let named = try options(["extmap": ["strip": ["urn:a"], "mask": ["urn:b"]]])
        #expect(named.hiddenExtensions.uris == ["urn:a", "urn:b"])
        #expect(try options(["flags": ["strip-extmap"]]).hiddenExtensions.uris == ["all"])
        #expect(try options([:]).hiddenExtensions.uris.isEmpty)
        #expect(try options(["bundle": ["reject"]]).bundle == .reject)
        #expect(try options(["bundle": ["accept", "offer"]]).bundle == .offer)
        #expect(try options(["bundle": ["strict"]]).bundle == [.offer, .require])
    }
}
