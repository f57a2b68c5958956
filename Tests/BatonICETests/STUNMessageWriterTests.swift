import BatonBase
import BatonICE
import BatonTestKit
import Testing

/// What `write` puts into a message with room for `room` bytes.
private func message(
    _ messageClass: STUNClass, room: Int = 512,
    _ write: (inout STUNMessageWriter, inout MutableRawSpan) -> Void
) -> [UInt8] {
    var storage = [UInt8](repeating: 0xff, count: room)
    var span = storage.mutableSpan
    var bytes = span.mutableBytes
    let identifier = STUNTransactionID(high: 0xb7e7_a701, low: 0xbc34_d686_fa87_dfae)
    var writer = STUNMessageWriter(messageClass, transactionID: identifier, into: &bytes)
    write(&writer, &bytes)
    return Array(storage[..<writer.byteCount])
}

@Suite("Writing STUN messages (RFC 8489 §5, §14)")
struct STUNMessageWriterTests {
    private let password = Array("VOkJxbRl1RmTxUk/WvJxBt".utf8)
    private let software = Array("test vector".utf8)

    /// RFC 5769's samples, whose padding is of spaces; ours is of zeros, so only attributes without
    /// padding can be compared byte by byte.
    @Test(
        "RFC 5769 §2.2, §2.3: the mapped address is written as there",
        arguments: [
            ("rfc5769-2.2-response-ipv4", "192.0.2.1:32853", 36..<48),
            (
                "rfc5769-2.3-response-ipv6", "[2001:db8:1234:5678:11:2233:4455:6677]:32853",
                36..<60
            ),
        ])
    func mappedAddress(name: String, text: String, range: Range<Int>) throws {
        let sample = try vectors.hex(name)
        let address = try #require(SocketAddress(text))
        let written = message(.successResponse) { writer, bytes in
            writer.append(.software, software.span, into: &bytes)
            writer.appendXORMappedAddress(address, into: &bytes)
        }
        #expect(Array(written[range]) == Array(sample[range]))
        #expect(written[4..<20] == sample[4..<20])
    }

    @Test("a check as ICE sends it reads back, with its integrity and its fingerprint")
    func check() throws {
        let written = message(.request) { writer, bytes in
            writer.appendUsername(Array("remote".utf8), Array("me".utf8), into: &bytes)
            writer.append(.priority, UInt32(0x6e00_01ff), into: &bytes)
            writer.append(.iceControlling, UInt64(77), into: &bytes)
            writer.append(.useCandidate, into: &bytes)
            writer.appendIntegrity(key: password.span.bytes, by: HMACSHA1(), into: &bytes)
            writer.appendFingerprint(into: &bytes)
        }
        let view = try STUNFields(written)
        #expect(view.isUsername("remote", "me"))
        #expect(view.priority == 0x6e00_01ff)
        #expect(view.controllingTiebreaker == 77)
        #expect(view.hasUseCandidate)
        #expect(view.isAuthentic(password))
        #expect(view.isFingerprintValid == true)
        #expect(written.count % 4 == 0)
    }

    @Test("an error has its code and reason, and names what was not understood")
    func errors() throws {
        for code in [STUNErrorCode.badRequest, .unauthenticated, .roleConflict] {
            let written = message(.errorResponse) { writer, bytes in
                writer.appendErrorCode(code, into: &bytes)
            }
            #expect(try STUNFields(written).errorCode == code.rawValue)
        }
        let written = message(.errorResponse) { writer, bytes in
            writer.appendErrorCode(.unknownAttribute, into: &bytes)
            writer.appendUnknownAttributes(
                [STUNAttributeType(rawValue: 0x15), STUNAttributeType(rawValue: 0x16)],
                into: &bytes)
        }
        let view = try STUNFields(written)
        let range = try #require(view.unknownAttributesRange)
        #expect(Array(written[range]) == [0, 0x15, 0, 0x16])
    }

    @Test("all classes and methods survive their weaving")
    func messageTypes() throws {
        for messageClass in [STUNClass.request, .indication, .successResponse, .errorResponse] {
            for method in [1, 0x0f, 0x10, 0x7f, 0x80, 0xfff] as [UInt16] {
                var storage = [UInt8](repeating: 0, count: 20)
                var span = storage.mutableSpan
                var bytes = span.mutableBytes
                _ = STUNMessageWriter(
                    messageClass, STUNMethod(rawValue: method),
                    transactionID: STUNTransactionID(high: 1, low: 2), into: &bytes)
                let view = try STUNFields(storage)
                #expect(view.messageClass == messageClass)
                #expect(view.method.rawValue == method)
            }
        }
    }

    @Test("what does not fit leaves no message, wherever the room ends", arguments: 0..<100)
    func overflow(room: Int) throws {
        let written = message(.request, room: room) { writer, bytes in
            writer.append(.software, software.span, into: &bytes)
            writer.append(.iceControlled, UInt64(1), into: &bytes)
            writer.appendIntegrity(key: password.span.bytes, by: HMACSHA1(), into: &bytes)
            writer.appendFingerprint(into: &bytes)
        }
        #expect(written.count == (room < 80 ? 0 : 80))
    }
}

@Suite("STUN messages from strangers")
struct STUNRandomMessageTests {
    @Test("no bytes trap, and what is taken for a message can be read", arguments: 0..<32)
    func randomBytes(seed: UInt64) throws {
        var generator = SplitMix64(seed: seed)
        let sample = try vectors.hex("rfc5769-2.3-response-ipv6")
        for _ in 0..<400 {
            var bytes = sample
            for _ in 0..<Int.random(in: 1...6, using: &generator) {
                bytes[Int.random(in: 0..<bytes.count, using: &generator)] =
                    .random(in: 0 ... .max, using: &generator)
            }
            if Bool.random(using: &generator) {
                bytes = Array(bytes[..<Int.random(in: 0...bytes.count, using: &generator)])
                if bytes.count >= 20 {
                    let length = bytes.count - 20
                    (bytes[2], bytes[3]) = (UInt8(length >> 8), UInt8(length & 255))
                }
            }
            Self.read(bytes)
        }
    }

    private static func read(_ bytes: [UInt8]) {
        guard let view = try? STUNMessageView(bytes.span.bytes) else { return }
        _ = view.xorMappedAddress
        _ = view.errorCode
        _ = (view.priority, view.controlledTiebreaker, view.controllingTiebreaker)
        _ = view.isUsername([1, 2, 3], [4])
        _ = view.unknownRequiredAttributes
        _ = view.isFingerprintValid
        _ = view.isAuthentic(key: bytes.span.bytes, by: HMACSHA1())
    }
}
