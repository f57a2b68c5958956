internal import BatonBase

extension SRTPLibrary {
    /// Protects an RTP and an RTCP packet and unprotects them again.
    static func testRoundTrip(_ profile: SRTPProtectionProfile) throws(SRTPStartError) {
        let keys = SRTPKeys(
            profile: profile, masterKey: [UInt8](repeating: 0x0b, count: profile.masterKeyBytes),
            masterSalt: [UInt8](repeating: 0xaa, count: profile.masterSaltBytes))
        do {
            var sender = try context(keys, .outbound)
            var receiver = try context(keys, .inbound)
            try testRTP(&sender, &receiver)
            try testRTCP(&sender, &receiver)
        } catch let failure as RoundTripFailure {
            throw .roundTrip(profile, failure.rawValue)
        } catch {
            throw .roundTrip(profile, "\(error)")
        }
    }

    private enum RoundTripFailure: String, Error {
        case notEncrypted = "a payload is not encrypted"
        case changed = "a packet comes out changed"
    }

    private static func context(
        _ keys: SRTPKeys, _ direction: SRTPDirection
    ) throws(SRTPSetupError) -> SRTPContext {
        try SRTPContext(
            started: keys, direction: direction, settings: SRTPSettings(), rollOverCounters: [:])
    }

    /// A packet of 20 ms of G.711.
    private static func testRTP(
        _ sender: inout SRTPContext, _ receiver: inout SRTPContext
    ) throws {
        let packet = [0x80, 0] + [UInt8](repeating: 0x5a, count: 170)
        var bytes = packet + [UInt8](repeating: 0, count: SRTPContext.tailroomBytes)
        var elements = bytes.mutableSpan
        var span = unsafe elements.mutableBytes
        let length = try sender.protectRTP(&span, byteCount: packet.count)
        guard span.bytes.uint64(at: 12) != 0x5a5a_5a5a_5a5a_5a5a else {
            throw RoundTripFailure.notEncrypted
        }
        let plainLength = try receiver.unprotectRTP(&span, byteCount: length)
        guard bytes.prefix(plainLength) == packet[...] else { throw RoundTripFailure.changed }
    }

    /// A packet as long as a sender report with one block.
    private static func testRTCP(
        _ sender: inout SRTPContext, _ receiver: inout SRTPContext
    ) throws {
        let packet = [0x81, 200, 0, 12] + [UInt8](repeating: 0x5a, count: 48)
        var bytes = packet + [UInt8](repeating: 0, count: SRTPContext.tailroomBytes)
        var elements = bytes.mutableSpan
        var span = unsafe elements.mutableBytes
        let length = try sender.protectRTCP(&span, byteCount: packet.count)
        guard span.bytes.uint64(at: 8) != 0x5a5a_5a5a_5a5a_5a5a else {
            throw RoundTripFailure.notEncrypted
        }
        let plainLength = try receiver.unprotectRTCP(&span, byteCount: length)
        guard bytes.prefix(plainLength) == packet[...] else { throw RoundTripFailure.changed }
    }
}
