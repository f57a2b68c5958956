import BatonBase
import BatonRTP
import BatonTestKit
import Testing

/// The packet types of a compound, or why it is none.
func packetTypes(
    _ bytes: [UInt8], allowsReducedSize: Bool = false
) throws(RTCPParseError) -> [RTCPPacketType] {
    let view = try RTCPCompoundView(bytes.span.bytes, allowsReducedSize: allowsReducedSize)
    var types: [RTCPPacketType] = []
    var packets = view.packets
    while let packet = packets.next() { types.append(packet.packetType) }
    #expect(types.count == view.packetCount)
    return types
}

@Suite("RTCP compound packets (RFC 3550 §A.2, RFC 5506)")
struct RTCPCompoundViewTests {
    @Test(
        "goes through all packets",
        arguments: [
            ("rfc3550-6.5-source-description", RTCPPacketType.sourceDescription),
            ("rfc3550-6.6-goodbye", .goodbye),
            ("rfc3550-6.7-application", .application),
            ("rfc4585-6.2.1-negative-acknowledgement", .transportFeedback),
            ("rfc3611-4-extended-report", .extendedReport),
        ])
    func goesThrough(name: String, second: RTCPPacketType) throws {
        #expect(try packetTypes(vectors.hex(name)) == [.receiverReport, second])
    }

    @Test("what is no report comes first only where reduced size is allowed")
    func allowsReducedSize() throws {
        let bytes = try vectors.hex("rfc4585-6.3.1-picture-loss-reduced-size")
        #expect(throws: RTCPParseError.noReportFirst) { try packetTypes(bytes) }
        #expect(try packetTypes(bytes, allowsReducedSize: true) == [.payloadFeedback])
    }

    @Test("refuses a datagram cut anywhere but between packets")
    func refusesCuts() throws {
        let bytes = try vectors.hex("rfc3550-6.6-goodbye")
        for count in 0..<bytes.count where count != 8 {
            let cut = Array(bytes.prefix(count))
            #expect(throws: RTCPParseError.self, "\(count) bytes") { try packetTypes(cut) }
        }
        #expect(try packetTypes(Array(bytes.prefix(8))) == [.receiverReport])
        #expect(throws: RTCPParseError.tooShort) { try packetTypes([]) }
    }

    @Test("refuses another version in any packet")
    func refusesVersion() throws {
        let bytes = try vectors.hex("rfc3550-6.6-goodbye")
        for offset in [0, 8] {
            var wrong = bytes
            wrong[offset] ^= 0x40
            #expect(throws: RTCPParseError.wrongVersion) { try packetTypes(wrong) }
        }
    }

    @Test("padding is allowed in the last packet only, with a count that can be")
    func checksPadding() throws {
        let padded = try vectors.hex("rfc3550-6.4.1-padding")
        #expect(try packetTypes(padded) == [.receiverReport])
        #expect(throws: RTCPParseError.invalidPadding) { try packetTypes(padded + padded) }
        for count in [0, 1, 3, 36, 255] as [UInt8] {
            #expect(throws: RTCPParseError.invalidPadding, "count \(count)") {
                try packetTypes(Array(padded.dropLast()) + [count])
            }
        }
        #expect(throws: RTCPParseError.contentTruncated) {
            try packetTypes(Array(padded.dropLast()) + [8])
        }
    }

    @Test("refuses a count that promises more than the packet holds")
    func refusesCounts() throws {
        for name in [
            "rfc3550-6.4.1-sender-report", "rfc3550-6.4.2-empty-receiver-report",
        ] {
            var bytes = try vectors.hex(name)
            bytes[0] += 1
            #expect(throws: RTCPParseError.contentTruncated) { try packetTypes(bytes) }
        }
        for (name, more) in [
            ("rfc3550-6.5-source-description", 1), ("rfc3550-6.6-goodbye", 2),
        ] as [(String, UInt8)] {
            var bytes = try vectors.hex(name)
            bytes[8] += more
            #expect(throws: RTCPParseError.contentTruncated) { try packetTypes(bytes) }
        }
    }

    @Test("refuses items, reasons and blocks that reach beyond their packet")
    func refusesOverlongParts() throws {
        let cases = [
            ("rfc3550-6.5-source-description", 17), ("rfc3550-6.6-goodbye", 20),
            ("rfc3611-4-extended-report", 19),
        ]
        for (name, offset) in cases {
            var bytes = try vectors.hex(name)
            bytes[offset] = 200
            #expect(throws: RTCPParseError.contentTruncated) { try packetTypes(bytes) }
        }
    }

    @Test("passes over packet types that it does not know")
    func passesOverUnknown() throws {
        var bytes = try vectors.hex("rfc3550-6.7-application")
        bytes[9] = 211
        #expect(try packetTypes(bytes).last == RTCPPacketType(rawValue: 211))
    }
}
