import BatonBase
import BatonTestKit
import Foundation
import Testing

@testable import BatonCrypto

/// A line of srtp-packets.json.
struct SRTPVector: Decodable, Sendable, CustomTestStringConvertible {
    var name: String
    var profile: String
    var kind: String
    var key: String
    var salt: String
    var plain: String
    var protected: String
    var identifier: String?
    var parameters: [String]?
    var rollOverCounter: UInt32?
    var index: Int?

    var testDescription: String { "\(kind), \(name)" }

    static func all() throws -> [SRTPVector] {
        let data = Data(try vectors.bytes("srtp-packets.json"))
        return try JSONDecoder().decode([SRTPVector].self, from: data)
    }

    /// The vectors for RTP, or those for RTCP.
    static func of(_ kind: String) throws -> [SRTPVector] { try all().filter { $0.kind == kind } }

    func keys() throws -> SRTPKeys {
        let profile = try #require(
            SRTPProtectionProfile.allCases.first { "\($0)" == self.profile })
        let known: [String: SRTPSessionParameters] = [
            "UNENCRYPTED_SRTP": .unencryptedSRTP, "UNENCRYPTED_SRTCP": .unencryptedSRTCP,
            "UNAUTHENTICATED_SRTP": .unauthenticatedSRTP,
        ]
        let masterKey = SRTPMasterKey(
            key: try #require(Hex.decode(key)), salt: try #require(Hex.decode(salt)),
            identifier: try #require(Hex.decode(identifier ?? "")))
        return SRTPKeys(
            profile: profile, masterKeys: [masterKey],
            parameters: SRTPSessionParameters(
                try (parameters ?? []).map { try #require(known[$0]) }))
    }

    func plainBytes() throws -> [UInt8] { try #require(Hex.decode(plain)) }
    func protectedBytes() throws -> [UInt8] { try #require(Hex.decode(protected)) }

    func context(_ direction: SRTPDirection) throws -> SRTPContext {
        let ssrc: UInt32 = 0xcafe_babe
        return try SRTPContext(
            keys(), direction: direction,
            rollOverCounters: rollOverCounter.map { [ssrc: $0] } ?? [:])
    }
}

@Suite("SRTP and SRTCP packets (RFC 3711, RFC 6188, RFC 7714), made by other code")
struct SRTPVectorTests {
    @Test("there are vectors for every profile")
    func coverage() throws {
        let profiles = Set(try SRTPVector.all().map(\.profile))
        #expect(profiles == Set(SRTPProtectionProfile.allCases.map { "\($0)" }))
    }

    @Test("RTP is protected byte for byte", arguments: try SRTPVector.of("rtp"))
    func protectsRTP(_ vector: SRTPVector) throws {
        var context = try vector.context(.outbound)
        let bytes = try context.apply(.protectRTP, vector.plainBytes())
        #expect(try bytes == vector.protectedBytes())
    }

    @Test("SRTP gives the RTP packet back", arguments: try SRTPVector.of("rtp"))
    func unprotectsRTP(_ vector: SRTPVector) throws {
        var context = try vector.context(.inbound)
        let bytes = try context.apply(.unprotectRTP, vector.protectedBytes())
        #expect(try bytes == vector.plainBytes())
    }

    @Test("RTCP is protected byte for byte", arguments: try SRTPVector.of("rtcp"))
    func protectsRTCP(_ vector: SRTPVector) throws {
        let index = try #require(vector.index)
        // An outbound context counts from 1; the vectors with great indices are for receivers.
        guard index <= 0x5d4 else { return }
        var context = try vector.context(.outbound)
        for _ in 1..<index { _ = try context.apply(.protectRTCP, rtcpPacket()) }
        let bytes = try context.apply(.protectRTCP, vector.plainBytes())
        #expect(try bytes == vector.protectedBytes())
    }

    @Test("SRTCP gives the RTCP packet back", arguments: try SRTPVector.of("rtcp"))
    func unprotectsRTCP(_ vector: SRTPVector) throws {
        var context = try vector.context(.inbound)
        let bytes = try context.apply(.unprotectRTCP, vector.protectedBytes())
        #expect(try bytes == vector.plainBytes())
    }

    @Test("every flipped bit is refused", arguments: try SRTPVector.all())
    func refusesFlippedBits(_ vector: SRTPVector) throws {
        let isRTP = vector.kind == "rtp"
        let action: SRTPAction = isRTP ? .unprotectRTP : .unprotectRTCP
        var context = try vector.context(.inbound)
        // Nothing vouches for a packet that carries no tag.
        if isRTP, try vector.keys().parameters.contains(.unauthenticatedSRTP) { return }
        let genuine = try vector.protectedBytes()
        for bit in 0..<genuine.count * 8 {
            var forged = genuine
            forged[bit / 8] ^= 0x80 >> UInt8(bit % 8)
            let refusal = context.refusal(action, forged)
            #expect(refusal != nil, "bit \(bit)")
            if let refusal, case .library = refusal { Issue.record("bit \(bit): \(refusal)") }
        }
        // No forgery moved the window or the counter.
        let bytes = try context.apply(action, genuine)
        #expect(try bytes == vector.plainBytes())
    }

    @Test("every packet that is cut short is refused", arguments: try SRTPVector.all())
    func refusesTruncated(_ vector: SRTPVector) throws {
        let isRTP = vector.kind == "rtp"
        if isRTP, try vector.keys().parameters.contains(.unauthenticatedSRTP) { return }
        let action: SRTPAction = isRTP ? .unprotectRTP : .unprotectRTCP
        var context = try vector.context(.inbound)
        let genuine = try vector.protectedBytes()
        for count in genuine.indices {
            let refusal = context.refusal(action, Array(genuine.prefix(count)), room: 0)
            #expect(refusal != nil, "\(count) bytes")
        }
    }
}
