import BatonBase
import Testing

@testable import BatonCrypto

@Suite("SRTP and SRTCP processing (RFC 3711 §3.3, §3.4)")
struct SRTPContextTests {
    @Test(
        "packets of every length come out as they went in",
        arguments: SRTPProtectionProfile.allCases)
    func everyLength(_ profile: SRTPProtectionProfile) throws {
        var pair = try SRTPPair(.counting(profile))
        var random = SplitMix64(seed: 1)
        let bytes = (0..<1_400).map { _ in UInt8.random(in: 0 ... .max, using: &random) }
        for count in 0...1_400 {
            let payload = Array(bytes.prefix(count))
            let media = rtpPacket(UInt16(count), payload: payload)
            let protectedMedia = try pair.sender.apply(.protectRTP, media)
            #expect(protectedMedia.count == media.count + profile.rtpTagBytes)
            if count >= 16 { #expect(!protectedMedia.contains(payload)) }
            #expect(try pair.receiver.apply(.unprotectRTP, protectedMedia) == media)

            let report = rtcpPacket(payload: payload)
            let protectedReport = try pair.sender.apply(.protectRTCP, report)
            #expect(protectedReport.count == report.count + profile.rtcpTagBytes + 4)
            if count >= 16 { #expect(!protectedReport.contains(payload)) }
            #expect(try pair.receiver.apply(.unprotectRTCP, protectedReport) == report)
        }
    }

    @Test(
        "the header with contributing sources and extension stays readable",
        arguments: SRTPProtectionProfile.allCases)
    func headersStay(_ profile: SRTPProtectionProfile) throws {
        var pair = try SRTPPair(.counting(profile))
        for csrcCount in 0...15 {
            for extensionWords in [nil, 0, 1, 7, 60] {
                var packet = rtpPacket(UInt16(csrcCount * 8), payload: [])
                packet[3] &+= UInt8(extensionWords ?? 5)
                packet[0] |= UInt8(csrcCount) | (extensionWords == nil ? 0 : 0x10)
                packet += [UInt8](repeating: 0xc5, count: csrcCount * 4)
                if let extensionWords {
                    packet += [0xbe, 0xde, 0, UInt8(extensionWords)]
                    packet += [UInt8](repeating: 0x1e, count: extensionWords * 4)
                }
                let header = packet
                packet += [UInt8](repeating: 0x77, count: 33)
                let protected = try pair.sender.apply(.protectRTP, packet)
                #expect(protected.prefix(header.count) == header[...])
                #expect(try pair.receiver.apply(.unprotectRTP, protected) == packet)
            }
        }
    }

    @Test("what is too short, of another version, or has a header beyond its end is malformed")
    func malformed() throws {
        var pair = try SRTPPair(.counting(.aes128CMSHA1Tag80))
        var hasLongExtension = rtpPacket(1, payload: [0xbe, 0xde, 0, 9] + [UInt8](1...20))
        hasLongExtension[0] |= 0x10
        var endsInExtension = rtpPacket(1, payload: [0xbe, 0xde])
        endsInExtension[0] |= 0x10
        var hasManySources = rtpPacket(1, payload: [UInt8](repeating: 0, count: 59))
        hasManySources[0] |= 15
        var version1 = rtpPacket(1, payload: [UInt8](repeating: 0, count: 59))
        version1[0] = 0x40
        let packets = [
            [], [0x80], Array(rtpPacket(1, payload: []).dropLast()), hasLongExtension,
            endsInExtension, hasManySources, version1,
        ]
        for packet in packets {
            #expect(pair.sender.refusal(.protectRTP, packet) == .malformed, "\(packet)")
            #expect(pair.receiver.refusal(.unprotectRTP, packet) == .malformed, "\(packet)")
        }
        let reports: [[UInt8]] = [
            [], [0x80], [0x80, 201, 0, 1, 0, 0, 0], [0, 201, 0, 1, 0, 0, 0, 1],
        ]
        for packet in reports {
            #expect(pair.sender.refusal(.protectRTCP, packet) == .malformed, "\(packet)")
            #expect(pair.receiver.refusal(.unprotectRTCP, packet) == .malformed, "\(packet)")
        }
    }

    @Test(
        "nothing is written beyond the span, and too little room is an error",
        arguments: SRTPProtectionProfile.allCases)
    func noRoom(_ profile: SRTPProtectionProfile) throws {
        let keys = SRTPKeys.counting(profile, identifier: [9, 8, 7])
        var pair = try SRTPPair(keys)
        let room = (pair.sender.rtpExpansionBytes, pair.sender.rtcpExpansionBytes)
        #expect(room == (profile.rtpTagBytes + 3, profile.rtcpTagBytes + 3 + 4))
        #expect(max(room.0, room.1) <= SRTPContext.tailroomBytes)
        for count in 0..<room.0 {
            #expect(pair.sender.refusal(.protectRTP, rtpPacket(1), room: count) == .noRoom)
        }
        for count in 0..<room.1 {
            #expect(pair.sender.refusal(.protectRTCP, rtcpPacket(), room: count) == .noRoom)
        }
        let media = try pair.sender.apply(.protectRTP, rtpPacket(1), room: room.0)
        #expect(try pair.receiver.apply(.unprotectRTP, media, room: 0) == rtpPacket(1))
        let report = try pair.sender.apply(.protectRTCP, rtcpPacket(), room: room.1)
        #expect(try pair.receiver.apply(.unprotectRTCP, report, room: 0) == rtcpPacket())
    }

    @Test("room that is not needed stays as it is", arguments: SRTPProtectionProfile.allCases)
    func tailStays(_ profile: SRTPProtectionProfile) throws {
        var context = try SRTPContext(.counting(profile), direction: .outbound)
        for isRTP in [true, false] {
            let packet = isRTP ? rtpPacket(1) : rtcpPacket()
            var buffer = packet + [UInt8](repeating: 0xee, count: 200)
            var elements = buffer.mutableSpan
            var span = elements.mutableBytes
            let length =
                isRTP
                ? try context.protectRTP(&span, byteCount: packet.count)
                : try context.protectRTCP(&span, byteCount: packet.count)
            #expect(buffer[length...].allSatisfy { $0 == 0xee })
        }
    }

    @Test("another key, another profile and a packet of nobody are not authentic")
    func wrongKeys() throws {
        for profile in SRTPProtectionProfile.allCases {
            var sender = try SRTPContext(.counting(profile, from: 1), direction: .outbound)
            var receiver = try SRTPContext(.counting(profile), direction: .inbound)
            let media = try sender.apply(.protectRTP, rtpPacket(1))
            let report = try sender.apply(.protectRTCP, rtcpPacket())
            #expect(receiver.refusal(.unprotectRTP, media) == .authenticationFailed)
            #expect(receiver.refusal(.unprotectRTCP, report) == .authenticationFailed)
            let plain = rtpPacket(1, payload: [UInt8](repeating: 0, count: 160))
            #expect(receiver.refusal(.unprotectRTP, plain) == .authenticationFailed)
            // No source is remembered for a forgery.
            #expect(receiver.rollOverCounters.isEmpty)
        }
    }

    @Test("an SRTCP packet whose E flag was not agreed is refused")
    func wrongEncryptionFlag() throws {
        let profile = SRTPProtectionProfile.aes128CMSHA1Tag80
        var sender = try SRTPContext(
            .counting(profile, parameters: .unencryptedSRTCP), direction: .outbound)
        var receiver = try SRTPContext(.counting(profile), direction: .inbound)
        let report = try sender.apply(.protectRTCP, rtcpPacket())
        #expect(receiver.refusal(.unprotectRTCP, report) == .malformed)
    }

    @Test("random bytes are refused and break nothing", arguments: 1...8)
    func randomBytes(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        for profile in SRTPProtectionProfile.allCases {
            let identifier: [UInt8] = seed % 2 == 0 ? [0x41] : []
            var pair = try SRTPPair(.counting(profile, identifier: identifier))
            for _ in 0..<500 {
                var bytes = (0..<Int.random(in: 0...200, using: &random)).map { _ in
                    UInt8.random(in: 0 ... .max, using: &random)
                }
                if !bytes.isEmpty { bytes[0] = bytes[0] & 0x3f | 0x80 }
                if !identifier.isEmpty, !bytes.isEmpty { bytes[bytes.count - 1] = 0x41 }
                #expect(pair.receiver.refusal(.unprotectRTP, bytes, room: 0) != nil)
                #expect(pair.receiver.refusal(.unprotectRTCP, bytes, room: 0) != nil)
            }
            #expect(try pair.carryRTP(rtpPacket(7)) == rtpPacket(7))
            #expect(try pair.carryRTCP(rtcpPacket()) == rtcpPacket())
        }
    }
}
