import BatonBase
import BatonCrypto
import BatonRTP
import Testing

@testable import BatonMedia

/// Audio and video of a party A with keys that come by one port, 0; port 4 stands for the video
/// line. Of the plain party B ports 1 and 3 are the audio's, 5 and 6 the video's.
private func fixture(
    _ change: (inout [PortConfiguration]) -> Void = { _ in }
) -> RelayFixture {
    RelayFixture { all in
        all[0].component = .multiplexed
        all[0].protection = .keys(inbound: srtpKeys(1), outbound: srtpKeys(2))
        all[0].bundle = [line(0, "a", [0, 96]), line(4, "v", [96, 97])]
        all[1].rtcpSink = PortSlot(0)
        all[2].protection = .keysOf(PortSlot(0))
        all[3].rtcpSink = PortSlot(0)
        var video = RelayFixture.configuration(.multiplexed, nil, rtp: 5, rtcp: 6)
        video.carrier = PortSlot(0)
        video.protection = .keysOf(PortSlot(0))
        all.append(video)
        all.append(RelayFixture.configuration(.rtp, videoB, rtp: 4, rtcp: 4))
        all.append(RelayFixture.configuration(.rtcp, videoBRTCP, rtp: nil, rtcp: 4))
        change(&all)
    }
}

private func line(
    _ port: Int32, _ mid: String, _ types: [UInt8], sources: [UInt32] = []
) -> BundledLine {
    var line = BundledLine(port: PortSlot(port))
    line.mid = Array(mid.utf8)
    line.midExtension = 3
    line.sources = sources
    line.payloadTypes = types
    return line
}

private let videoB = endpoint("192.0.2.2:5002")
private let videoBRTCP = endpoint("192.0.2.2:5003")

/// A packet that names its line.
private func named(
    _ mid: String, _ sequence: Int, ssrc: UInt32, payloadType: UInt8 = 96
) -> [UInt8] {
    let element = [0x30 | UInt8(mid.utf8.count - 1)] + Array(mid.utf8)
    let padding = [UInt8](repeating: 0, count: (4 - element.count % 4) % 4)
    var packet = rtp(sequence, ssrc: ssrc, payloadType: payloadType)
    packet[0] |= 0x10
    packet.insert(contentsOf: [0xbe, 0xde, 0, 1] + element + padding, at: 12)
    return packet
}

private func words(_ words: UInt32...) -> [UInt8] {
    words.flatMap { word in (0..<4).map { UInt8(word >> (24 - 8 * $0) & 255) } }
}

@Suite("Ports that carry several lines (RFC 9143 §9.2)")
struct BundledPortTests {
    private let a = RelayFixture.partyA

    /// Where a packet of A's goes, by port and address; `nil` for nowhere.
    private func destination(
        _ packet: [UInt8], _ relay: inout RelayFixture, _ phone: inout SecurePhone,
        isRTCP: Bool = false
    ) throws -> SocketAddress? {
        let sent = relay.receive(
            try phone.protect(packet, isRTCP: isRTCP), from: a, on: 0)
        #expect(sent.allSatisfy { $0.1 == packet })
        return sent.first?.0.destination
    }

    private func phone() throws -> SecurePhone {
        try SecurePhone(own: srtpKeys(1), relay: srtpKeys(2))
    }

    @Test("a packet goes by the line that it names, and so do the source's others")
    func byMid() throws {
        var relay = fixture()
        var phone = try phone()
        #expect(try destination(named("v", 1, ssrc: 7), &relay, &phone) == videoB)
        #expect(try destination(named("a", 1, ssrc: 8), &relay, &phone) == RelayFixture.partyB)
        #expect(try destination(rtp(2, ssrc: 7, payloadType: 96), &relay, &phone) == videoB)
        #expect(
            try destination(rtp(2, ssrc: 8, payloadType: 96), &relay, &phone)
                == RelayFixture.partyB)
        #expect(relay.count(.packetsIn, 4) == 2 && relay.count(.packetsIn, 0) == 2)
        #expect(relay.count(.packetsOut, 5) == 2 && relay.count(.packetsOut, 1) == 2)
        #expect(relay.source(.ssrc, 4) == 1 << 32 | 7)
    }

    @Test("without a name by the source that the SDP has, else by a payload type of one line alone")
    func bySourceAndType() throws {
        var relay = fixture { all in all[0].bundle[1].sources = [7] }
        var phone = try phone()
        #expect(try destination(rtp(1, ssrc: 7, payloadType: 96), &relay, &phone) == videoB)
        #expect(try destination(rtp(1, ssrc: 9, payloadType: 97), &relay, &phone) == videoB)
        #expect(try destination(rtp(1, ssrc: 10), &relay, &phone) == RelayFixture.partyB)
        #expect(
            try destination(rtp(2, ssrc: 10, payloadType: 97), &relay, &phone)
                == RelayFixture.partyB, "a source stays with its line")
    }

    @Test("what no line can be told of is counted and goes nowhere")
    func unassociated() throws {
        var relay = fixture()
        var phone = try phone()
        #expect(try destination(rtp(1, ssrc: 7, payloadType: 96), &relay, &phone) == nil)
        #expect(try destination(rtp(1, ssrc: 8, payloadType: 50), &relay, &phone) == nil)
        #expect(try destination(named("x", 1, ssrc: 9, payloadType: 97), &relay, &phone) == nil)
        #expect(relay.count(.droppedUnassociated, 0) == 3)
        #expect(relay.count(.packetsIn, 0) == 0 && relay.count(.packetsIn, 4) == 0)
    }

    @Test("what a line's peer sends leaves by the carrier, under its keys, and counts at the line")
    func towardsTheParty() throws {
        var relay = fixture()
        var phone = try phone()
        let packet = rtp(1, ssrc: 20, payloadType: 96)
        let sent = relay.receive(packet, from: videoB, on: 5)
        let transmit = try #require(sent.first?.0)
        #expect(transmit.sink == PortSlot(4) && transmit.socket == PortSlot(0))
        #expect(transmit.destination == a)
        #expect(try phone.open(sent[0].1) == packet)
        #expect(relay.count(.packetsOut, 4) == 1 && relay.count(.packetsOut, 0) == 0)
        let report = [0x81, 201, 0, 7] + words(20, 8, 0, 0, 0, 0, 0)
        let control = relay.receive(report, from: videoBRTCP, on: 6)
        #expect(control.first?.0.socket == PortSlot(0))
        #expect(try phone.open(control[0].1, isRTCP: true) == report)
    }

    @Test("the lines follow the carrier's endpoint, and show it")
    func endpoint() throws {
        var relay = fixture()
        var phone = try phone()
        let moved = BatonMediaTests.endpoint("192.0.2.1:4100")
        for sequence in 0..<20 {
            _ = relay.receive(try phone.protect(rtp(sequence, ssrc: 10)), from: moved, on: 0)
            relay.now = relay.now + .seconds(1)
        }
        let sent = relay.receive(rtp(1, ssrc: 20, payloadType: 96), from: videoB, on: 5)
        #expect(sent.first?.0.destination == moved)
        #expect(relay.count(.remoteFamilyAndPort, 4) == 4 << 16 | 4_100)
        #expect(relay.count(.isConfirmed, 0) == 1 && relay.count(.isConfirmed, 4) == 1)
    }

    @Test("nobody has been told the line's own port: what comes there is foreign")
    func ownPort() throws {
        var relay = fixture()
        var phone = try phone()
        #expect(relay.receive(try phone.protect(rtp(1)), from: a, on: 4).isEmpty)
        #expect(relay.count(.droppedForeignSource, 4) == 1)
    }

    @Test("RTCP goes by its sender, else by what it is about, else by the carrier's line")
    func control() throws {
        var relay = fixture()
        var phone = try phone()
        _ = try destination(named("v", 1, ssrc: 7), &relay, &phone)
        let sender = [0x80, 200, 0, 6] + words(7, 0, 0, 0, 0, 0)
        #expect(try destination(sender, &relay, &phone, isRTCP: true) == videoBRTCP)
        _ = relay.receive(rtp(1, ssrc: 20, payloadType: 96), from: videoB, on: 5)
        let about = [0x81, 201, 0, 7] + words(1, 20, 0, 0, 0, 0, 0)
        #expect(try destination(about, &relay, &phone, isRTCP: true) == videoBRTCP)
        let empty: [UInt8] = [0x80, 201, 0, 1] + words(1)
        let loss = empty + [0x81, 206, 0, 2] + words(1, 20)
        #expect(try destination(loss, &relay, &phone, isRTCP: true) == videoBRTCP)
        let refresh = empty + [0x84, 206, 0, 4] + words(1, 0, 20, 1 << 24)
        #expect(try destination(refresh, &relay, &phone, isRTCP: true) == videoBRTCP)
        #expect(
            try destination(empty, &relay, &phone, isRTCP: true) == RelayFixture.partyBRTCP)
        #expect(relay.count(.rtcpPacketsIn, 4) == 4 && relay.count(.rtcpPacketsIn, 0) == 1)
    }

    @Test("a line that is alone again has its own port; the carrier keeps its keys")
    func apart() throws {
        var relay = fixture()
        var phone = try phone()
        _ = try destination(named("v", 1, ssrc: 7), &relay, &phone)
        var carrier = relay.core.configurations[0]
        carrier.bundle = []
        relay.core.configure(PortSlot(0), carrier, at: relay.now)
        var video = RelayFixture.configuration(.multiplexed, a, rtp: 5, rtcp: 6)
        video.remote = BatonMediaTests.endpoint("192.0.2.1:4002")
        relay.core.configure(PortSlot(4), video, at: relay.now)
        let sent = relay.receive(rtp(1, ssrc: 20, payloadType: 96), from: videoB, on: 5)
        #expect(sent.first?.0.socket == PortSlot(4))
        #expect(sent.first?.0.destination == BatonMediaTests.endpoint("192.0.2.1:4002"))
        #expect(
            try destination(rtp(2, ssrc: 7, payloadType: 96), &relay, &phone)
                == RelayFixture.partyB)
    }

    @Test("a carrier that has closed, or another port in its row, carries nothing")
    func closedCarrier() throws {
        var relay = fixture()
        let packet = rtp(1, ssrc: 20, payloadType: 96)
        #expect(relay.receive(packet, from: videoB, on: 5).count == 1)
        relay.core.close(PortSlot(0))
        #expect(relay.receive(packet, from: videoB, on: 5).isEmpty)
        relay.core.open(PortSlot(0), at: relay.now)
        relay.core.configure(
            PortSlot(0), RelayFixture.configuration(.rtp, a, rtp: 1, rtcp: nil), at: relay.now)
        #expect(relay.receive(packet, from: videoB, on: 5).isEmpty)
        #expect(relay.count(.droppedNoDestination, 5) == 2)
    }

    @Test("a packet that names another line than before, or than the SDP, has its source moved")
    func moved() throws {
        var relay = fixture { all in all[0].bundle[0].sources = [7] }
        var phone = try phone()
        #expect(
            try destination(rtp(1, ssrc: 7, payloadType: 96), &relay, &phone)
                == RelayFixture.partyB)
        #expect(try destination(named("v", 2, ssrc: 7), &relay, &phone) == videoB)
        #expect(try destination(rtp(3, ssrc: 7, payloadType: 96), &relay, &phone) == videoB)
    }

    @Test("when lines have moved, sources follow them by their mids")
    func followed() throws {
        var relay = fixture()
        var phone = try phone()
        _ = try destination(named("v", 1, ssrc: 7), &relay, &phone)
        _ = try destination(named("a", 1, ssrc: 8), &relay, &phone)
        var carrier = relay.core.configurations[0]
        carrier.bundle = [line(0, "v", [96, 97]), line(4, "a", [0, 96])]
        relay.core.configure(PortSlot(0), carrier, at: relay.now)
        #expect(
            try destination(rtp(2, ssrc: 7, payloadType: 96), &relay, &phone)
                == RelayFixture.partyB, "the video's port is the carrier's now")
        #expect(try destination(rtp(2, ssrc: 8, payloadType: 96), &relay, &phone) == videoB)
    }

    @Test("a source is remembered until 32 others have come; what the SDP names stays")
    func memory() throws {
        var video = line(4, "v", [96])
        video.sources = [9]
        var bundle = PortBundle([line(0, "a", [0]), video])
        func port(_ ssrc: UInt32, _ type: UInt8) throws -> PortSlot? {
            let packet = rtp(1, ssrc: ssrc, payloadType: type)
            let header = try RTPHeader(validating: packet.span.bytes)
            return bundle.port(of: header, in: packet.span.bytes)
        }
        #expect(try port(7, 96) == PortSlot(4))
        bundle.replace([line(0, "a", [0, 96]), video])
        #expect(try port(7, 96) == PortSlot(4), "the type would no longer tell")
        for ssrc in 100..<131 { #expect(try port(UInt32(ssrc), 0) == PortSlot(0)) }
        #expect(try port(7, 96) == PortSlot(4) && port(100, 96) == PortSlot(0))
        #expect(try port(131, 0) == PortSlot(0))
        #expect(try port(7, 96) == nil)
        #expect(try port(132, 0) == PortSlot(0))
        #expect(try port(100, 96) == nil && port(101, 96) == PortSlot(0))
        #expect(try port(9, 50) == PortSlot(4))
        bundle.replace([line(4, "v", [97])])
        #expect(bundle.port(ofSource: 101) == nil, "its line has gone")
    }

    @Test("an estimate (REMB) goes by the source that it is about; media-handover knows all lines")
    func estimateAndHandover() throws {
        var relay = fixture { all in all[0].sourcePolicy.mediaHandover = true }
        var phone = try phone()
        _ = try destination(named("v", 1, ssrc: 7), &relay, &phone)
        _ = relay.receive(rtp(1, ssrc: 20, payloadType: 96), from: videoB, on: 5)
        let estimate =
            [0x80, 201, 0, 1] + words(1) + [0x8f, 206, 0, 5]
            + words(1, 0, 0x5245_4d42, 0x0100_1000, 20)
        #expect(try destination(estimate, &relay, &phone, isRTCP: true) == videoBRTCP)
        relay.now = relay.now + .seconds(60)
        let elsewhere = BatonMediaTests.endpoint("203.0.113.1:4000")
        let sent = relay.receive(
            try phone.protect(rtp(2, ssrc: 7, payloadType: 96)), from: elsewhere, on: 0)
        #expect(sent.first?.0.destination == videoB)
    }
}
