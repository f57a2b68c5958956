import BatonBase
import Testing

@testable import BatonSDP

@Suite("Origin and connection lines (N13, RFC 8866 §5.2, §5.7)")
struct SDPOriginTests {
    private func parse(_ text: String) -> SDPOrigin? { SDPOrigin(ArraySlice(text.utf8)) }

    @Test("N13: the six fields are read")
    func fields() throws {
        let origin = try #require(parse("jdoe 3724394400 3724394405 IN IP6 2001:db8::1"))
        #expect(origin.username == "jdoe")
        #expect(origin.sessionID == "3724394400")
        #expect(origin.sessionVersion == "3724394405")
        #expect(origin.sessionVersionNumber == 3_724_394_405)
        #expect(origin.networkType == "IN")
        #expect(origin.addressType == "IP6")
        #expect(origin.address == "2001:db8::1")
        #expect(origin.ip == IPAddress("2001:db8::1"))
    }

    @Test("N12: blanks in the user name and words behind the address do no harm")
    func oddWords() throws {
        let spaced = try #require(parse("My Old Phone 77 78 IN IP4 pbx.example.org"))
        #expect(spaced.username == "My Old Phone")
        #expect(spaced.sessionID == "77")
        #expect(spaced.ip == nil)
        let trailing = try #require(parse("-  1 2  IN IP4 192.0.2.1 extra word"))
        #expect(trailing.username == "-")
        #expect(trailing.address == "192.0.2.1")
        #expect(trailing.line.text == "- 1 2 IN IP4 192.0.2.1")
    }

    @Test("N12: fewer than six words are no origin", arguments: ["", "-", "- 1 2 IN IP4"])
    func tooFew(text: String) {
        #expect(parse(text) == nil)
    }

    @Test("N13: versions beyond 64 bits and such that are no number stay text")
    func versions() {
        #expect(parse("- 1 18446744073709551615 IN IP4 x")?.sessionVersionNumber == .max)
        #expect(parse("- 1 18446744073709551616 IN IP4 x")?.sessionVersionNumber == nil)
        #expect(parse("- 1 2.0 IN IP4 x")?.sessionVersion == "2.0")
        #expect(parse("- 1 2.0 IN IP4 x")?.sessionVersionNumber == nil)
    }

    @Test("N13: address, user name and version are replaced one by one; the rest keeps its bytes")
    func replacing() throws {
        let bytes = Array("v=0\r\no=caf".utf8) + [0xe9] + Array(" 1 2 IN IP4 10.0.0.1\r\n".utf8)
        var description = try SessionDescription(parsing: bytes)
        description.origin?.setAddress(IPAddress(v6High: 0x2001_0db8_0000_0000, low: 1))
        description.origin?.sessionVersion = "3"
        let expected =
            Array("v=0\r\no=caf".utf8) + [0xe9] + Array(" 1 3 IN IP6 2001:db8::1\r\n".utf8)
        #expect(description.serialized() == expected)
        description.origin?.username = "a b\r\nc"
        #expect(written(description)[1] == "o=a_b__c 1 3 IN IP6 2001:db8::1")
        description.origin?.username = ""
        #expect(written(description)[1] == "o=- 1 3 IN IP6 2001:db8::1")
        description.origin = nil
        #expect(written(description) == ["v=0"])
        description.origin = SDPOrigin(
            sessionID: 7, sessionVersion: 8, address: IPAddress(v4: 0xc000_0201))
        #expect(written(description) == ["v=0", "o=- 7 8 IN IP4 192.0.2.1"])
    }

    @Test("a connection line gives text, address and suffix")
    func connection() throws {
        let multicast = try #require(SDPConnection(ArraySlice("IN IP4 233.252.0.1/127/3".utf8)))
        #expect(multicast.address == "233.252.0.1")
        #expect(multicast.suffix == "/127/3")
        #expect(multicast.text == "IN IP4 233.252.0.1/127/3")
        #expect(multicast.ip?.isMulticast == true)
        let name = try #require(SDPConnection(ArraySlice("IN IP4 host.example.com".utf8)))
        #expect(name.ip == nil)
        #expect(name.address == "host.example.com")
        let six = try #require(SDPConnection(ArraySlice(" IN  IP6\t2001:DB8::A".utf8)))
        #expect(six.ip == IPAddress("2001:db8::a"))
        #expect(six.line.text == "IN IP6 2001:DB8::A")
        #expect(SDPConnection(ArraySlice("IN IP4".utf8)) == nil)
    }

    @Test(
        "N12: what is nearly an IPv4 address is a host name",
        arguments: [
            "", ".", "1", "1.2.3", "1.2.3.", ".1.2.3", "1..2.3", "1.2.3.4.", "1.2.3.4.5",
            "256.1.1.1",
            "1.2.3.1000", "1.2.3.0004", "1.2.3.4x", "+1.2.3.4", "1.2.3.-4", "1.2.3. 4",
        ])
    func nearlyAddresses(text: String) {
        #expect(IPAddress(text) == nil)
    }

    @Test("IPv4 addresses are read digit by digit")
    func addresses() {
        var random = SplitMix64(seed: 4)
        for _ in 0..<500 {
            let bits = UInt32.random(in: 0...UInt32.max, using: &random)
            let address = IPAddress(v4: bits)
            #expect(IPAddress("\(address)") == address)
        }
        #expect(IPAddress("001.02.3.255") == IPAddress(v4: 0x0102_03ff))
    }
}
