import BatonBase
import BatonNG
import Testing

@Suite("ng requests of real proxies (N2)")
struct NGRequestGoldenTests {
    private let callID = "3848276298220188511@client.example.com"

    @Test("N2: Kamailio's rtpengine_manage() on an INVITE")
    func kamailioOffer() throws {
        let request = try Vectors.request("kamailio-offer")
        #expect(request.command == .offer && request.callID == callID)
        #expect(request.fromTag == "9fxced76sl" && request.toTag == nil)
        #expect(request.receivedFrom == IPAddress("127.0.0.1"))
        #expect(request.supportsLoadLimit && request.flags.isEmpty && request.warning == nil)
        let body = try #require(request.sdp)
        #expect(body.text.hasPrefix("v=0\r\no=alice ") && body.text.hasSuffix("trr-int 5000\r\n"))
    }

    @Test("N2: and on its 200 OK")
    func kamailioAnswer() throws {
        let request = try Vectors.request("kamailio-answer")
        #expect(request.command == .answer && request.toTag == "8321234356")
        #expect(request.replace == [.origin] && request.warning == nil)
    }

    @Test("N2: Kamailio's default flags for a caller behind NAT")
    func kamailioSourceAddress() throws {
        let request = try Vectors.request("kamailio-offer-sip-source")
        #expect(request.flags == [.sipSourceAddress] && request.warning == nil)
        #expect(request.replace == [.origin, .sessionConnection])
    }

    @Test("N2: Kamailio's flags towards a browser: all of them have effect")
    func kamailioWebRTC() throws {
        let request = try Vectors.request("kamailio-offer-webrtc")
        #expect(request.ice == .force && request.dtls == .passive && request.sdes.isOff)
        #expect(request.flags == [.trustAddress, .generateMid])
        #expect(request.rtcpMux == [.accept, .offer] && request.transport == .dtlsSAVPF)
        #expect(request.viaBranch == "z9hG4bKnashds8" && request.label == "caller")
        #expect(request.replace == [.origin, .sessionConnection] && request.warning == nil)
    }

    @Test("N2: Kamailio with many flags at once")
    func kamailioMany() throws {
        let request = try Vectors.request("kamailio-offer-many")
        #expect(request.ice == .remove && request.recordCall == true && request.metadata == "a:b")
        #expect(request.addressFamily == .v4 && request.typeOfService == 184)
        #expect(request.fromInterface == "external" && request.toInterface == "internal")
        #expect(
            request.flags == [.strictSource, .mediaHandover, .portLatching, .loopProtect])
        #expect(request.codecs.names[.mask] == ["all"])
        #expect(request.codecs.names[.transcode] == ["PCMU", "telephone-event"])
        #expect(request.codecs.names[.set] == ["opus/48000/2/32000"])
        #expect(request.transport == .rtpAVP && request.rtcpMux == [.demux])
        #expect(request.unrecognized.isEmpty)
    }

    @Test("N2: Kamailio's commands that do nothing yet are known by name")
    func kamailioLaterCommands() throws {
        let recording = try Vectors.request("kamailio-start-recording")
        #expect(recording.command == .media(.startRecording))
        let blocking = try Vectors.request("kamailio-block-dtmf")
        #expect(blocking.command == .media(.blockDTMF) && blocking.fromTag == nil)
    }

    @Test("N2: Kamailio's delete at a BYE, and OpenSIPS's, which has no from-tag")
    func deletes() throws {
        let kamailio = try Vectors.request("kamailio-delete")
        #expect(kamailio.command == .delete && kamailio.fromTag == "9fxced76sl")
        let openSIPS = try Vectors.request("opensips-delete")
        #expect(openSIPS.command == .delete && openSIPS.callID == callID)
        #expect(openSIPS.fromTag == nil && !openSIPS.supportsLoadLimit)
    }

    @Test("N2: the key flags twice, as a string and as a list, counts as one set")
    func doubleFlags() throws {
        let request = try Vectors.request("kamailio-double-flags")
        #expect(request.flags == [.loopProtect, .trustAddress, .sipSourceAddress])
        #expect(request.warning == nil)
    }

    @Test("N2: Kamailio that leaves the parsing of flags to the relay")
    func rtppFlags() throws {
        let request = try Vectors.request("kamailio-rtpp-flags")
        #expect(request.replace == [.origin] && request.flags == [.trustAddress, .honourToTag])
        #expect(request.ice == .remove && request.transport == .rtpAVP)
        #expect(request.fromInterface == "pub" && request.toInterface == "priv")
        #expect(request.rtcpMux == [.demux] && request.deleteDelaySeconds == 0)
        #expect(request.codecs.names == [.mask: ["G729", "G722"]])
        #expect(
            request.attributeRules == [
                NGAttributeRule(.media("audio"), .add("ptime:20")),
                NGAttributeRule(.media("audio"), .add("x y=z")),
                NGAttributeRule(.media("audio"), .remove("foo")),
            ])
        #expect(request.viaBranch == "z9hG4bKnashds8" && request.toTag == "8321234356")
        #expect(request.sipMessageType == .request && request.label == "caller")
        #expect(request.unrecognized.isEmpty)
    }

    @Test("N2: OpenSIPS: a space in address family, codec flags as plain strings")
    func openSIPSOffer() throws {
        let request = try Vectors.request("opensips-offer")
        #expect(request.addressFamily == .v6 && request.transport == .rtpAVP)
        #expect(request.fromInterface == "pub" && request.toInterface == "priv")
        #expect(request.flags == [.trustAddress] && request.rtcpMux == [.demux])
        #expect(
            request.codecs.names == [.strip: ["G722"], .transcode: ["PCMU"], .mask: ["opus"]])
        #expect(request.unrecognized.isEmpty)
    }

    @Test("N2, N21: OpenSIPS's brackets arrive as nested dictionaries")
    func openSIPSNested() throws {
        let request = try Vectors.request("opensips-nested")
        #expect(request.removedMediaTypes == ["video", "application"])
        #expect(request.unrecognized.isEmpty)
        #expect(request.codecs.names == [.strip: ["all"], .offer: ["PCMA", "PCMU"]])
        #expect(
            request.attributeRules == [
                NGAttributeRule(.session, .substitute("sendrecv", with: "sendonly")),
                NGAttributeRule(.session, .substitute("ptime:20", with: "ptime:40")),
                NGAttributeRule(.media("audio"), .add("ptime:20")),
                NGAttributeRule(.media("audio"), .remove("rtcp-fb")),
            ])
    }

    @Test("N1, N2: JSON as routr sends it")
    func routr() throws {
        let request = try Vectors.request("routr-offer")
        #expect(request.transport == .dtlsSAVPF && request.rtcpMux == [.require])
        #expect(request.ice == .force && request.replace == [.origin, .sessionConnection])
        #expect(request.warning == nil)
        #expect(request.sdp?.text.contains("\r\nm=audio 54400 RTP/AVP 0 101\r\n") == true)
    }

    @Test("N1, N2: JSON as jambonz sends it: spaces in names, comma strings, numbers as text")
    func jambonz() throws {
        let request = try Vectors.request("jambonz-offer")
        #expect(request.flags == [.portLatching, .strictSource, .mediaHandover])
        #expect(request.recordCall == false && request.dtls == .off && request.ice == .remove)
        #expect(request.codecs.names == [.mask: ["g729"], .transcode: ["pcmu", "pcma"]])
        #expect(request.transport == .rtpAVP && request.deleteDelaySeconds == 0)
        #expect(request.fromInterface == "private" && request.toInterface == "public")
        #expect(request.rtcpMux == [.demux] && request.unrecognized.isEmpty)
    }
}
