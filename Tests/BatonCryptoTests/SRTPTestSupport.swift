import BatonBase
import BatonTestKit
import Foundation
import Testing

@testable import BatonCrypto

/// The data files of these tests.
let vectors = VectorFiles(.module)

/// What is done to a packet.
enum SRTPAction {
    case protectRTP, protectRTCP, unprotectRTP, unprotectRTCP
}

extension SRTPContext {
    /// What becomes of `packet`. `room` bytes lie behind it.
    mutating func apply(
        _ action: SRTPAction, _ packet: [UInt8], room: Int = SRTPContext.tailroomBytes
    ) throws(SRTPError) -> [UInt8] {
        var buffer = packet + [UInt8](repeating: 0xee, count: room)
        var elements = buffer.mutableSpan
        var span = elements.mutableBytes
        let length =
            switch action {
            case .protectRTP: try protectRTP(&span, byteCount: packet.count)
            case .protectRTCP: try protectRTCP(&span, byteCount: packet.count)
            case .unprotectRTP: try unprotectRTP(&span, byteCount: packet.count)
            case .unprotectRTCP: try unprotectRTCP(&span, byteCount: packet.count)
            }
        return Array(buffer.prefix(length))
    }

    /// Why `packet` is refused; nil when it is not.
    mutating func refusal(
        _ action: SRTPAction, _ packet: [UInt8], room: Int = SRTPContext.tailroomBytes
    ) -> SRTPError? {
        do throws(SRTPError) {
            _ = try apply(action, packet, room: room)
            return nil
        } catch { return error }
    }
}

extension SRTPKeys {
    /// Keys made of counting bytes.
    static func counting(
        _ profile: SRTPProtectionProfile, from first: UInt8 = 0, identifier: [UInt8] = [],
        parameters: SRTPSessionParameters = []
    ) -> SRTPKeys {
        SRTPKeys(
            profile: profile, masterKeys: [.counting(profile, from: first, identifier: identifier)],
            parameters: parameters)
    }
}

extension SRTPMasterKey {
    /// A master key made of counting bytes.
    static func counting(
        _ profile: SRTPProtectionProfile, from first: UInt8 = 0, identifier: [UInt8] = []
    ) -> SRTPMasterKey {
        let bytes = (0..<64).map { first &+ UInt8($0) }
        return SRTPMasterKey(
            key: Array(bytes.prefix(profile.masterKeyBytes)),
            salt: Array(bytes.suffix(profile.masterSaltBytes)), identifier: identifier)
    }
}

/// An RTP packet.
func rtpPacket(
    _ sequenceNumber: UInt16, ssrc: UInt32 = 0xcafe_babe, payload: [UInt8] = [1, 2, 3, 4]
) -> [UInt8] {
    var packet: [UInt8] = [0x80, 8]
    packet += withUnsafeBytes(of: sequenceNumber.bigEndian) { Array($0) }
    packet += [0, 0, 1, 0x40]
    packet += withUnsafeBytes(of: ssrc.bigEndian) { Array($0) }
    return packet + payload
}

/// A receiver report without blocks, with `payload` behind it.
func rtcpPacket(ssrc: UInt32 = 0xcafe_babe, payload: [UInt8] = []) -> [UInt8] {
    [0x80, 201, 0, 1] + withUnsafeBytes(of: ssrc.bigEndian) { Array($0) } + payload
}

/// A sender and the receiver that its packets go to.
struct SRTPPair: ~Copyable {
    var sender: SRTPContext
    var receiver: SRTPContext

    init(
        _ keys: SRTPKeys, _ settings: SRTPSettings = SRTPSettings(),
        rollOverCounters: [UInt32: UInt32] = [:]
    ) throws {
        let sender = try SRTPContext(
            keys, direction: .outbound, settings: settings, rollOverCounters: rollOverCounters)
        let receiver = try SRTPContext(
            keys, direction: .inbound, settings: settings, rollOverCounters: rollOverCounters)
        self.sender = sender
        self.receiver = receiver
    }

    /// The RTP packet that comes out when `packet` goes in.
    mutating func carryRTP(_ packet: [UInt8]) throws -> [UInt8] {
        try receiver.apply(.unprotectRTP, sender.apply(.protectRTP, packet))
    }

    /// The RTCP packet that comes out when `packet` goes in.
    mutating func carryRTCP(_ packet: [UInt8]) throws -> [UInt8] {
        try receiver.apply(.unprotectRTCP, sender.apply(.protectRTCP, packet))
    }
}
