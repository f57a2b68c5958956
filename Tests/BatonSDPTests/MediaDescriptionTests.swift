import BatonBase
import Testing

@testable import BatonSDP

@Suite("Media sections (RFC 8866 §5.14, N12, N15, N16, N18)")
struct MediaDescriptionTests {
    private func media(_ lines: String...) throws -> MediaDescription {
        let text = (["v=0"] + lines).joined(separator: "\n")
        return try #require(try SessionDescription(parsing: text).media.first)
    }

    @Test("N12: the parts of an m= line are read")
    func parts() throws {
        let section = try media("m=audio  49170/2\tRTP/AVP 0  96 x")
        #expect(section.kind == .audio)
        #expect(section.port == 49_170)
        #expect(section.portCount == 2)
        #expect(section.protocolName == "RTP/AVP")
        #expect(section.formats == ["0", "96", "x"])
        #expect(section.payloadTypes == [0, 96])
        #expect(section.isRTP)
        #expect(!section.isRejected)
    }

    @Test("N12: an m= line is written as it came until a part of it changes")
    func rewriting() throws {
        var section = try media("m=audio  49170/2\tRTP/AVP 0  96 ")
        #expect(section.line.bytes.elementsEqual("m=audio  49170/2\tRTP/AVP 0  96 ".utf8))
        section.port = 49_170
        #expect(section.line.bytes.elementsEqual("m=audio  49170/2\tRTP/AVP 0  96 ".utf8))
        section.port = 30_000
        #expect(section.line.text == "audio 30000/2 RTP/AVP 0  96")
        section.portCount = 1
        #expect(section.line.text == "audio 30000 RTP/AVP 0  96")
        section.portCount = 3
        section.protocolName = "RTP/AVPF"
        section.kind = .video
        section.formats = ["31"]
        #expect(section.line.text == "video 30000/3 RTP/AVPF 31")
        section.formats = []
        #expect(section.line.text == "video 30000/3 RTP/AVPF")
    }

    @Test("N15: port 0 and a missing list of formats are read")
    func rejected() throws {
        let section = try media("m=video 0 RTP/AVP")
        #expect(section.isRejected)
        #expect(section.formats.isEmpty)
        #expect(section.payloadTypes.isEmpty)
    }

    @Test(
        "N18: profiles of RTP are told from other protocols",
        arguments: [
            ("RTP/AVP", true), ("rtp/avpf", true), ("UDP/TLS/RTP/SAVPF", true), ("RTP/SAVP", true),
            ("udptl", false), ("TCP/MSRP", false), ("UDP/DTLS/SCTP", false), ("XRTP/AVP", false),
        ])
    func rtpProfiles(name: String, isRTP: Bool) throws {
        #expect(try media("m=audio 4 \(name) 0").isRTP == isRTP)
    }

    @Test("a section made from scratch is written so that it parses to the same")
    func made() throws {
        var section = MediaDescription(
            kind: .init(rawValue: "my kind"), port: 9, protocolName: "", formats: ["0", ""])
        section.append(SDPAttribute("x"))
        #expect(section.line.text == "my_kind 9 _ 0 _")
        let description = SessionDescription(lines: [SDPLine(.version, "0")], media: [section])
        #expect(try SessionDescription(parsing: description.serialized()) == description)
    }

    @Test("N16: a=rtcp: gives a port, and an address where it has one (RFC 3605)")
    func rtcpAttribute() throws {
        #expect(try media("m=audio 4 RTP/AVP 0", "a=rtcp:53020").rtcpAttribute?.port == 53_020)
        let six = try media("m=audio 4 RTP/AVP 0", "a=rtcp:53020 IN IP6 2001:db8::1").rtcpAttribute
        #expect(six?.address == IPAddress("2001:db8::1"))
        #expect(six?.attribute.text == "rtcp:53020 IN IP6 2001:db8::1")
        for bad in ["a=rtcp:", "a=rtcp", "a=rtcp:x", "a=rtcp:70000", "a=rtcp-mux"] {
            #expect(try media("m=audio 4 RTP/AVP 0", bad).rtcpAttribute == nil)
        }
        var section = try media("m=audio 4 RTP/AVP 0", "a=rtcp:1", "a=x", "a=rtcp:2")
        section.rtcpAttribute = RTCPAttribute(port: 9, address: IPAddress(v4: 0x7f00_0001))
        #expect(section.lines.map(\.text) == ["rtcp:9 IN IP4 127.0.0.1", "x"])
        section.rtcpAttribute = nil
        #expect(section.lines.map(\.text) == ["x"])
    }

    @Test("N16: rtcp-mux, rtcp-mux-only and rtcp-rsize are told apart")
    func mux() throws {
        let plain = try media("m=audio 4 RTP/AVP 0", "a=rtcp:5")
        #expect(!plain.hasRTCPMux && !plain.hasRTCPMuxOnly && !plain.hasReducedSizeRTCP)
        let mux = try media("m=audio 4 RTP/AVP 0", "a=rtcp-mux", "a=rtcp-rsize")
        #expect(mux.hasRTCPMux && !mux.hasRTCPMuxOnly && mux.hasReducedSizeRTCP)
        let only = try media("m=audio 4 RTP/AVP 0", "a=rtcp-mux-only")
        #expect(only.hasRTCPMux && only.hasRTCPMuxOnly)
    }

    @Test("mid, label, ptime, maxptime and setup are read and set (N15, N21)")
    func namedValues() throws {
        var section = try media(
            "m=audio 4 RTP/AVP 0", "a=mid:a1", "a=label:7", "a=ptime:20.0", "a=maxptime:150",
            "a=setup:actpass")
        #expect(section.mid == "a1")
        #expect(section.label == "7")
        #expect(section.ptimeMs == 20)
        #expect(section.maxPtimeMs == 150)
        #expect(section.setup == .actpass)
        section.mid = "b"
        section.label = nil
        section.ptimeMs = 30
        section.maxPtimeMs = nil
        section.setup = .passive
        #expect(section.lines.map(\.text) == ["mid:b", "ptime:30", "setup:passive"])
        #expect(try media("m=audio 4 RTP/AVP 0", "a=ptime:x", "a=setup:odd").ptimeMs == nil)
    }

    @Test("ssrc attributes give a number and what is said of it (RFC 5576)")
    func sources() throws {
        let section = try media(
            "m=audio 4 RTP/AVP 0", "a=ssrc:4294967295 cname:x@y", "a=ssrc:4294967296 cname:z",
            "a=ssrc:5", "a=ssrc:x y")
        #expect(section.sources.map(\.ssrc) == [4_294_967_295, 5])
        #expect(section.sources[0].attribute == SDPAttribute("cname:x@y"))
        #expect(section.sources[1].attribute.text == "")
    }
}
