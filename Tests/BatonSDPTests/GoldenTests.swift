import BatonBase
import Testing

@testable import BatonSDP

@Suite("Whole descriptions: RFC 4317 and phones (N12)")
struct GoldenTests {
    /// Every line of a data file, its ending taken away, blank ones left out.
    private func lines(_ bytes: [UInt8]) -> [[UInt8]] {
        bytes.split { $0 == 0x0a || $0 == 0x0d }.map(Array.init)
            .filter { line in line.contains { $0 != 0x20 } }
    }

    @Test("N12: every data file is written line for line as it came", arguments: Vectors.names())
    func roundTrip(name: String) throws {
        let bytes = try Vectors.bytes(name)
        let description = try SessionDescription(parsing: bytes)
        #expect(lines(description.serialized()) == lines(bytes))
        #expect(try SessionDescription(parsing: description.serialized()) == description)
    }

    @Test("RFC 4317: every example is written byte for byte", arguments: Vectors.names("rfc4317"))
    func rfc4317Bytes(name: String) throws {
        let bytes = try Vectors.bytes(name)
        #expect(try SessionDescription(parsing: bytes).serialized() == bytes)
    }

    @Test("RFC 4317: all 54 examples are there")
    func rfc4317Count() {
        #expect(Vectors.names("rfc4317").count == 54)
    }

    @Test("RFC 4317 §2.1: codecs are offered and one of each is answered")
    func section21() throws {
        let offer = try Vectors.description("rfc4317-2.1-offer")
        #expect(offer.origin?.username == "alice")
        #expect(offer.origin?.sessionVersionNumber == 2_890_844_526)
        #expect(offer.sessionName == "")
        #expect(offer.connection?.address == "host.atlanta.example.com")
        #expect(offer.connection?.ip == nil)
        #expect(offer.media.map(\.kind) == [.audio, .video])
        #expect(offer.media.map(\.port) == [49_170, 51_372])
        #expect(offer.media[0].payloadTypes == [0, 8, 97])
        #expect(offer.media[0].rtpMap(for: 97)?.encoding == "iLBC")
        let answer = try Vectors.description("rfc4317-2.1-answer")
        #expect(answer.media.map(\.payloadTypes) == [[0], [32]])
    }

    @Test("RFC 4317 §2.8 and §4.1: a section may have an address of its own")
    func ownAddress() throws {
        let answer = try Vectors.description("rfc4317-2.8-answer")
        #expect(answer.connection(of: 0)?.address == "host.biloxi.example.com")
        #expect(answer.connection(of: 1)?.address == "otherhost.biloxi.example.com")
        let offer = try Vectors.description("rfc4317-4.1-second-offer")
        #expect(offer.connection(of: 1)?.address == "mediaserver.biloxi.example.com")
        #expect(offer.direction(of: 1) == .recvonly)
    }

    @Test("RFC 4317 §3.2, §4.3, §5.2: hold, removal and the zero address (N15)")
    func holdAndRemoval() throws {
        let hold = try Vectors.description("rfc4317-3.2-second-offer")
        #expect([hold.direction(of: 0), hold.direction(of: 1)] == [.sendonly, .recvonly])
        let removal = try Vectors.description("rfc4317-4.3-second-offer")
        #expect(removal.media.map(\.isRejected) == [false, true])
        let zero = try Vectors.description("rfc4317-5.2-offer")
        #expect(zero.rtpAddress(of: 0) == SocketAddress("0.0.0.0:23442"))
        #expect(try Vectors.description("rfc4317-5.1-offer").media.isEmpty)
    }

    @Test("N12: a Linphone-like offer: two sections with addresses of their own")
    func linphone() throws {
        let offer = try Vectors.description("linphone-offer")
        #expect(offer.rtpAddress(of: 0) == SocketAddress("198.51.100.7:7078"))
        #expect(offer.rtcpAddress(of: 1) == SocketAddress("198.51.100.7:9079"))
        #expect(offer.media[0].protocolName == "RTP/AVPF")
        #expect(offer.media[0].rtcpFeedback(for: 96) == ["trr-int 5000", "ccm tmmbr"])
        #expect(offer.media[0].rtpMap(for: 18)?.encoding == "G729")
    }

    @Test("N12: a Zoiper-like offer: white space behind a direction")
    func zoiper() throws {
        let offer = try Vectors.description("zoiper-offer")
        #expect(offer.origin?.username == "Zoiper")
        #expect(offer.media[0].direction == .sendrecv)
        #expect(offer.rtcpAddress(of: 0) == SocketAddress("192.168.1.23:8001"))
    }

    @Test("N12: a Cisco-like offer: no session address, BFCP, a rejected video, IPv6")
    func cisco() throws {
        let offer = try Vectors.description("cisco-offer")
        #expect(offer.connection == nil)
        #expect(offer.media.map(\.kind) == [.audio, .application, .video, .application])
        #expect(offer.media.map(\.isRTP) == [true, false, true, true])
        #expect(offer.media[0].bandwidths == [SDPBandwidth(kind: "TIAS", value: 64_000)])
        #expect(offer.media[2].isRejected)
        #expect(offer.rtpAddress(of: 2) == nil)
        #expect(offer.rtpAddress(of: 3) == SocketAddress("[2001:db8::20:40]:5074"))
    }

    @Test("N12: a browser-like offer: groups, mids, mux, sources")
    func browser() throws {
        let offer = try Vectors.description("browser-offer")
        #expect(offer.groups == [SDPGroup(semantics: "BUNDLE", mids: ["0", "1", "2"])])
        #expect(offer.media.map(\.mid) == ["0", "1", "2"])
        #expect(offer.media.map(\.hasRTCPMux) == [true, true, false])
        #expect(offer.media.map(\.setup) == [.actpass, .actpass, .actpass])
        #expect(offer.media[0].sources.map(\.ssrc) == [2_231_627_014, 2_231_627_014])
        #expect(offer.direction(of: 1) == .inactive)
        #expect(offer.direction(of: 2) == .sendrecv)
        #expect(offer.origin?.sessionID == "4611731400430051336")
    }

    @Test("N12: an odd offer: names, mixed endings, foreign bytes, unknown lines")
    func odd() throws {
        let offer = try Vectors.description("odd-offer")
        #expect(offer.origin?.username == "My Old Phone")
        #expect(offer.origin?.ip == nil)
        #expect(offer.media.count == 5)
        #expect(offer.media[0].portCount == 2)
        #expect(offer.media[0].formats == ["0", "101"])
        #expect(offer.media[0].connection?.suffix == "/127")
        #expect(offer.media[0].ptimeMs == 20)
        #expect(
            offer.media.map(\.kind.rawValue) == [
                "audio", "image", "message", "x-whiteboard", "video",
            ])
        #expect(
            offer.lines.contains(SDPLine(SDPLineType(rawValue: UInt8(ascii: "X")), "vendor line")))
    }
}
