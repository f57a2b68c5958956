import BatonBase
import Testing

@Suite("IP addresses (RFC 4291 §2.2, RFC 5952)")
struct IPAddressTests {
    @Test(
        "reads and writes canonical text",
        arguments: [
            ("127.0.0.1", "127.0.0.1"), ("255.255.255.255", "255.255.255.255"),
            ("::", "::"), ("::1", "::1"), ("2001:DB8:0:0:0:0:0:1", "2001:db8::1"),
            ("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"),
            ("2001:0:0:1:0:0:0:1", "2001:0:0:1::1"), ("fe80::1%3", "fe80::1%3"),
            ("::ffff:192.0.2.1", "::ffff:c000:201"), ("1::", "1::"),
            ("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"),
        ])
    func canonicalises(text: String, canonical: String) throws {
        let address = try #require(IPAddress(text))
        #expect(address.description == canonical)
        #expect(IPAddress(canonical) == address)
    }

    @Test(
        "refuses what is no address",
        arguments: [
            "", "1.2.3", "1.2.3.4.5", "256.1.1.1", "1.2.3.-4", " 1.2.3.4", "1..2.3", "::1::", ":::",
            "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "12345::", "g::", "example.com", "::%eth0", ":1",
            "1:2:3:4:5:6:7:8::",
        ])
    func refuses(text: String) {
        #expect(IPAddress(text) == nil)
    }

    @Test("tells kinds of addresses apart")
    func classifies() throws {
        #expect(try #require(IPAddress("127.8.8.8")).isLoopback)
        #expect(try #require(IPAddress("::1")).isLoopback)
        #expect(try #require(IPAddress("0.0.0.0")).isUnspecified)
        #expect(try #require(IPAddress("239.1.1.1")).isMulticast)
        #expect(try #require(IPAddress("ff02::1")).isMulticast)
        #expect(try #require(IPAddress("fe80::1")).isLinkLocalV6)
        #expect(try #require(IPAddress("::ffff:10.0.0.1")).unmapped == IPAddress("10.0.0.1"))
    }

    @Test("compares prefixes")
    func comparesPrefixes() throws {
        let network = try #require(IPAddress("10.1.0.0"))
        #expect(try #require(IPAddress("10.1.255.255")).hasSamePrefix(as: network, bits: 16))
        #expect(try !#require(IPAddress("10.2.0.0")).hasSamePrefix(as: network, bits: 16))
        #expect(try #require(IPAddress("1.2.3.4")).hasSamePrefix(as: network, bits: 0))
        let long = try #require(IPAddress("2001:db8::ff"))
        #expect(try #require(IPAddress("2001:db8::1")).hasSamePrefix(as: long, bits: 120))
        #expect(try !#require(IPAddress("2001:db8::1")).hasSamePrefix(as: long, bits: 121))
        #expect(try !#require(IPAddress("1.2.3.4")).hasSamePrefix(as: long, bits: 0))
    }

    @Test("reads socket addresses with their ports")
    func socketAddresses() {
        #expect(SocketAddress("127.0.0.1:2223")?.description == "127.0.0.1:2223")
        #expect(SocketAddress("[::1]:2223")?.description == "[::1]:2223")
        for text in ["::1:2223", "127.0.0.1", "127.0.0.1:", "127.0.0.1:70000", "[127.0.0.1]:1"] {
            #expect(SocketAddress(text) == nil, "\(text)")
        }
    }
}
