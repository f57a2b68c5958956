import BatonBase
import BatonRTP
import BatonTestKit
import Testing

/// A packet whose header extension of `profile` holds `data`, filled up with zeros.
private func packet(_ profile: UInt16, _ data: [UInt8], sources: Int = 0) -> [UInt8] {
    let words = (data.count + 3) / 4
    return [0x90 | UInt8(sources), 0, 0, 1, 0, 0, 0, 160, 0x12, 0x34, 0x56, 0x78]
        + [UInt8](repeating: 7, count: 4 * sources)
        + [UInt8(profile >> 8), UInt8(profile & 255), 0, UInt8(words)] + data
        + [UInt8](repeating: 0, count: 4 * words - data.count) + [1, 2, 3]
}

/// The bytes of the element `identifier`.
private func element(_ identifier: UInt8, _ bytes: [UInt8]) throws -> [UInt8]? {
    let header = try RTPHeader(validating: bytes.span.bytes)
    return header.extensionElement(identifier, in: bytes.span.bytes).map { Array(bytes[$0]) }
}

@Suite("RTP header extensions (RFC 8285)")
struct RTPHeaderExtensionTests {
    @Test(
        "one-byte headers: lengths of 1 to 16 bytes, padding between, behind CSRCs",
        arguments: 0...2)
    func oneByte(sources: Int) throws {
        let long = [UInt8](1...16)
        let bytes = packet(
            0xbede, [0x10, 0xaa, 0, 0, 0x21, 0xbb, 0xcc] + [0x3f] + long, sources: sources)
        #expect(try element(1, bytes) == [0xaa])
        #expect(try element(2, bytes) == [0xbb, 0xcc])
        #expect(try element(3, bytes) == long)
        #expect(try element(4, bytes) == nil)
        #expect(try element(0, bytes) == nil)
    }

    @Test("two-byte headers: lengths from 0, identifiers above 14, any application bits")
    func twoByte() throws {
        let bytes = packet(0x1005, [5, 0, 0, 200, 3, 1, 2, 3, 6, 1, 9])
        #expect(try element(5, bytes) == [])
        #expect(try element(200, bytes) == [1, 2, 3])
        #expect(try element(6, bytes) == [9])
    }

    @Test("identifier 15 stops the reading of one-byte headers (§4.2)")
    func reserved() throws {
        let bytes = packet(0xbede, [0x10, 0xaa, 0xf0, 0xbb, 0x20, 0xcc])
        #expect(try element(1, bytes) == [0xaa])
        #expect(try element(2, bytes) == nil)
        #expect(try element(15, bytes) == nil)
    }

    @Test("elements that reach beyond the extension, other profiles and no extension give nothing")
    func unreadable() throws {
        #expect(try element(1, packet(0xbede, [0x1f, 1, 2])) == nil)
        #expect(try element(1, packet(0x1000, [1, 200, 2])) == nil)
        #expect(try element(1, packet(0x1000, [0, 0, 0, 1])) == nil)
        #expect(try element(1, packet(0xbead, [0x10, 0xaa])) == nil)
        var plain = packet(0xbede, [0x10, 0xaa])
        plain[0] = 0x80
        #expect(try element(1, plain) == nil)
        #expect(try element(1, packet(0xbede, [])) == nil)
    }
}
