import BatonBase
import BatonICE
import BatonTestKit
import Testing

/// The password of RFC 5769 §2.1 to §2.3.
private let password = Array("VOkJxbRl1RmTxUk/WvJxBt".utf8)

@Suite("STUN messages (RFC 8489 §5, §14; RFC 5769)")
struct STUNMessageTests {
    @Test("RFC 5769 §2.1: a request with ICE's attributes, MESSAGE-INTEGRITY and FINGERPRINT")
    func sampleRequest() throws {
        let bytes = try vectors.hex("rfc5769-2.1-request")
        let message = try STUNFields(bytes)
        #expect(message.messageClass == .request)
        #expect(message.method == .binding)
        #expect(message.transactionID.high == 0xb7e7_a701)
        #expect(message.transactionID.low == 0xbc34_d686_fa87_dfae)
        #expect(message.priority == 0x6e00_01ff)
        #expect(message.controlledTiebreaker == 0x932f_f9b1_5126_3b36)
        #expect(message.controllingTiebreaker == nil)
        #expect(!message.hasUseCandidate)
        #expect(message.isUsername("evtj", "h6vY"))
        #expect(!message.isUsername("evtj", "h6vX"))
        #expect(!message.isUsername("evt", "h6vY"))
        #expect(message.isFingerprintValid == true)
        #expect(message.isAuthentic(password))
        #expect(!message.isAuthentic(Array("another".utf8)))
        #expect(message.unknownRequired.isEmpty)
    }

    @Test(
        "RFC 5769 §2.2, §2.3: XOR-MAPPED-ADDRESS of both families",
        arguments: [
            ("rfc5769-2.2-response-ipv4", "192.0.2.1:32853"),
            (
                "rfc5769-2.3-response-ipv6",
                "[2001:db8:1234:5678:11:2233:4455:6677]:32853"
            ),
        ])
    func sampleResponses(name: String, address: String) throws {
        let bytes = try vectors.hex(name)
        let message = try STUNFields(bytes)
        #expect(message.messageClass == .successResponse)
        #expect(message.xorMappedAddress == SocketAddress(address))
        #expect(message.isFingerprintValid == true)
        #expect(message.isAuthentic(password))
    }

    @Test("RFC 5769 §2.4: a long-term request has attributes that ICE does not know")
    func longTermRequest() throws {
        let bytes = try vectors.hex("rfc5769-2.4-request-long-term")
        let message = try STUNFields(bytes)
        #expect(message.isFingerprintValid == nil)
        #expect(message.unknownRequired == [0x15, 0x14])
    }

    @Test("every bit that changes is found by FINGERPRINT and by MESSAGE-INTEGRITY")
    func changedBits() throws {
        let original = try vectors.hex("rfc5769-2.1-request")
        for index in 20..<original.count - 8 {
            var bytes = original
            bytes[index] ^= 1
            guard let message = try? STUNFields(bytes) else { continue }
            #expect(message.isFingerprintValid != true, "byte \(index)")
            #expect(!message.isAuthentic(password), "byte \(index)")
        }
    }

    @Test("what is cut, longer than it says or no STUN is refused with its reason")
    func refusals() throws {
        let good = try vectors.hex("rfc5769-2.1-request")
        func refusal(_ bytes: [UInt8]) -> STUNParseError? {
            do throws(STUNParseError) {
                _ = try STUNFields(bytes)
                return nil
            } catch {
                return error
            }
        }
        #expect(refusal(good) == nil)
        #expect(refusal(Array(good[..<19])) == .truncated)
        for length in 20..<good.count {
            #expect(refusal(Array(good[..<length])) == .invalidLength)
        }
        #expect(refusal([0x80] + good[1...]) == .notSTUN)
        #expect(refusal(good[..<4] + [0x22] + good[5...]) == .notSTUN)
        // USERNAME claims to be longer than the message.
        var long = good
        long[62] = 1
        #expect(refusal(long) == .attributeTruncated)
        // PRIORITY with eight bytes.
        let wide = good[..<2] + [0, 12] + good[4..<20] + [0, 0x24, 0, 8, 0, 0, 0, 0, 0, 0, 0, 0]
        #expect(refusal(Array(wide)) == .invalidAttribute(0x24))
    }

    @Test("what stands behind MESSAGE-INTEGRITY does not count, RFC 8489 §14.5")
    func behindIntegrity() throws {
        var storage = [UInt8](repeating: 0, count: 256)
        var span = storage.mutableSpan
        var bytes = span.mutableBytes
        var writer = STUNMessageWriter(
            .request, transactionID: STUNTransactionID(high: 1, low: 2), into: &bytes)
        writer.appendIntegrity(key: password.span.bytes, by: HMACSHA1(), into: &bytes)
        writer.append(.useCandidate, into: &bytes)
        let message = try STUNFields(Array(storage[..<writer.byteCount]))
        #expect(!message.hasUseCandidate)
        #expect(message.isAuthentic(password))
    }
}
