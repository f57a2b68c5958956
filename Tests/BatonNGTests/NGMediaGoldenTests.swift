import BatonBase
import BatonNG
import Testing

/// The sets of flags that public configurations use most, in the form that the proxies' modules
/// give them on the wire.
@Suite("ng requests for media interworking (N10, N18, N19, N20)")
struct NGMediaGoldenTests {
    @Test("N19: Kamailio towards a browser over WebSocket: all of it has effect")
    func toWebSocket() throws {
        let request = try Vectors.request("kamailio-to-websocket")
        #expect(request.ice == .force && request.transport == .dtlsSAVPF)
        #expect(request.rtcpMux == [.accept, .offer] && request.flags == [.trustAddress])
        #expect(request.replace == [.origin, .sessionConnection] && request.warning == nil)
    }

    @Test("N18: Kamailio from a browser towards SIP: all of it has effect")
    func toSIP() throws {
        let request = try Vectors.request("kamailio-to-sip")
        #expect(request.ice == .remove && request.transport == .rtpAVP)
        #expect(request.rtcpMux == [.demux] && request.warning == nil)
    }

    @Test("N19, N20: SRTP with keys in the SDP, one codec")
    func srtp() throws {
        let request = try Vectors.request("kamailio-srtp")
        #expect(request.transport == .rtpSAVP && request.dtls == .off)
        #expect(request.sdes.onlySuites == ["AES_CM_128_HMAC_SHA1_80"] && request.sdes.padsKeys)
        #expect(request.sdes.suiteOrder == ["AEAD_AES_256_GCM", "AES_CM_128_HMAC_SHA1_80"])
        #expect(request.osrtp == [.acceptRFC, .acceptLegacy])
        #expect(request.codecs.names == [.offer: ["PCMA"]])
        #expect(request.mediaFlags == [.singleCodec] && request.unrecognized.isEmpty)
    }

    @Test("N19: OpenSIPS between two browsers: all of it has effect")
    func relayedWebSocket() throws {
        let request = try Vectors.request("opensips-websocket-relay")
        #expect(request.ice == .forceRelay && request.dtls == .passive)
        #expect(request.warning == nil)
    }

    @Test("N18: the flags of ivozprovider: all of them have effect")
    func ivoz() throws {
        let request = try Vectors.request("ivoz-offer")
        #expect(request.flags == [.asymmetric, .trustAddress] && request.ice == .remove)
        #expect(request.label == "callee" && request.deleteDelaySeconds == 0)
        #expect(request.viaBranch == "z9hG4bKnashds8.extra" && request.warning == nil)
        #expect(request.fromInterface == "pub" && request.toInterface == "priv")
    }

    @Test("N19, N20: a string of rtpp-flags with everything in it")
    func rtppFlags() throws {
        let request = try Vectors.request("kamailio-rtpp-flags-media")
        #expect(request.unrecognized.names == [])
        #expect(request.mediaFlags.contains(.webRTC) && request.transport == .dtlsSAVPF)
        #expect(request.codecs[.strip].map(\.isAll) == [true])
        #expect(request.codecs[.except].map(\.name) == ["PCMA"])
        #expect(request.codecs[.transcode].map(\.formatParameters) == ["useinbandfec=1"])
        #expect(request.codecs[.transcode].map(\.bitRate) == [32_000])
        #expect(request.codecs[.set].map(\.name) == ["G722"])
        #expect(request.codecs[.mask].map(\.name) == ["PCMU"])
        #expect(request.codecs[.accept].map(\.isAll) == [true])
        #expect(request.sdes.excludedSuites == ["AES_CM_128_HMAC_SHA1_32"])
        #expect(request.ptimeMs == 20 && request.generatesRTCP == true)
        #expect(request.dtmf.security == .silence && request.dtlsReverse == .active)
        #expect(request.iceLite == .forward && request.recordCall == true)
        #expect(request.recording.file == "/tmp/x y.wav")
    }

    @Test("N10: playing a file, and a blob to everybody")
    func playMedia() throws {
        let file = try Vectors.request("kamailio-play-media")
        #expect(file.command == .media(.playMedia) && file.party == .tag("9fxced76sl"))
        #expect(file.playback.file == "/usr/share/sounds/welcome.wav")
        #expect(file.playback.repeatTimes == 2 && file.playback.startPositionMs == 500)
        #expect(file.unrecognized.isEmpty)
        let blob = try Vectors.request("opensips-play-media")
        #expect(blob.playback.blob?.count == 6 && blob.playback.repeatDurationMs == 3_000)
        #expect(blob.party == nil && blob.flags == [.all])
        #expect(blob.unrecognized.isEmpty)
    }

    @Test("N10: playing a digit")
    func playDTMF() throws {
        let request = try Vectors.request("kamailio-play-dtmf")
        #expect(request.command == .media(.playDTMF) && request.dtmf.digit?.eventCode == 11)
        #expect(request.dtmf.durationMs == 200 && request.dtmf.pauseMs == 150)
        #expect(request.dtmf.volumeDB == -10 && request.unrecognized.isEmpty)
    }

    @Test("N10: blocking the flow from one party to another")
    func blockMedia() throws {
        let request = try Vectors.request("kamailio-block-media")
        #expect(request.command == .media(.blockMedia))
        #expect(request.party == .label("caller") && request.receiver == .label("callee"))
        #expect(request.unrecognized.isEmpty)
    }
}
