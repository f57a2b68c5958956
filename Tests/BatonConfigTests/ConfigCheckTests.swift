import BatonBase
import BatonConfig
import Testing

@Suite("Checks against the machine (N6, N17)")
struct ConfigCheckTests {
    static let facts = MachineFacts(
        addresses: [
            ("lo", "127.0.0.1"), ("lo", "::1"), ("eth0", "192.0.2.7"), ("eth0", "2001:db8::7"),
            ("eth0", "fe80::1"), ("tun0", "192.0.2.8"),
        ].compactMap { device, text in
            IPAddress(text).map { MachineFacts.DeviceAddress(device: device, address: $0) }
        }, processors: 2)

    private func problems(_ interfaces: [String], _ more: [Config.Override] = []) throws -> [String]
    {
        var config = Config.defaults
        try config.apply([.init(key: "interfaces", texts: interfaces, flag: "-")] + more)
        do {
            try config.check(on: Self.facts)
            return []
        } catch {
            return error.problems.map(\.description)
        }
    }

    @Test("N17: an address that is not there is refused with those that are")
    func missingAddress() throws {
        #expect(
            try problems(["public/10.0.0.9"]) == [
                "interface 'public': 10.0.0.9 is not an address of this machine; 127.0.0.1, ::1, "
                    + "192.0.2.7, 2001:db8::7, fe80::1 and 192.0.2.8 are"
            ])
        #expect(
            try problems(["eth9"]) == [
                "interface 'default': 'eth9' is not a network device with an address; "
                    + "lo, eth0 and tun0 are"
            ])
    }

    @Test("N17: addresses that SDP cannot carry, mixed families and repetitions are refused")
    func oddAddresses() throws {
        #expect(try problems(["0.0.0.0"]).first?.contains("cannot be written into SDP") == true)
        #expect(try problems(["127.0.0.1!::1"]).first?.contains("one is IPv4") == true)
        #expect(try problems(["127.0.0.1", "127.0.0.1"]).first?.contains("given twice") == true)
        #expect(try problems(["a/127.0.0.1", "b/127.0.0.1"]).isEmpty)
        #expect(try problems(["eth0!203.0.113.1"]).isEmpty)
        let unused = try problems(["tun0!2001:db8::9"])
        #expect(unused.first?.contains("has no address of the family") == true, "\(unused)")
    }

    @Test("N17, N28: a device stands for its addresses but link-local ones")
    func device() throws {
        var config = Config.defaults
        try config.apply([
            .init(key: "interfaces", texts: ["out/eth0!203.0.113.1", "lo"], flag: "-")
        ])
        let resolved = try config.resolvedInterfaces(on: Self.facts)
        #expect(
            resolved.map { "\($0.name) \($0.address) \($0.advertised)" } == [
                "out 192.0.2.7 203.0.113.1", "out 2001:db8::7 2001:db8::7",
                "default 127.0.0.1 127.0.0.1", "default ::1 ::1",
            ])
        #expect(resolved.allSatisfy { $0.ports == Config.defaults.media.ports })
    }

    @Test("N17: an interface has its own port range, or the one of all")
    func ports() throws {
        let config = try Config(
            yaml: """
                media:
                  ports: 40000-40999
                interfaces:
                  - name: inside
                    device: eth0
                    ports: 20000-20099
                  - name: outside
                    address: 192.0.2.8
                """, source: "test")
        let resolved = try config.resolvedInterfaces(on: Self.facts)
        #expect(
            resolved.map { "\($0.name) \($0.address) \($0.ports)" } == [
                "inside 192.0.2.7 20000...20099", "inside 2001:db8::7 20000...20099",
                "outside 192.0.2.8 40000...40999",
            ])
    }

    @Test("N6: the API off loopback needs a token")
    func token() throws {
        let outside = Config.Override(key: "api.listen", texts: ["192.0.2.7:9080"], flag: "--api")
        let found = try problems(["127.0.0.1"], [outside])
        #expect(found.count == 1 && found.first?.contains("no token is set") == true)
        let token = Config.Override(key: "api.token", texts: ["abc"], flag: "--api-token")
        #expect(try problems(["127.0.0.1"], [outside, token]).isEmpty)
        let any = Config.Override(key: "api.listen", texts: ["0.0.0.0:9080"], flag: "--api")
        #expect(try problems(["127.0.0.1"], [any]).count == 1)
    }

    @Test("a control socket on a foreign address or within the media ports is refused")
    func listeners() throws {
        let foreign = Config.Override(key: "ng.listen", texts: ["10.0.0.9:2223"], flag: "--ng")
        #expect(try problems(["127.0.0.1"], [foreign]).first?.hasPrefix("ng.listen: 10.0") == true)
        let inside = Config.Override(key: "ng.listen", texts: ["127.0.0.1:30004"], flag: "--ng")
        #expect(try problems(["127.0.0.1"], [inside]).first?.contains("within the media") == true)
        let tcp = Config.Override(key: "ng.listen", texts: ["tcp:127.0.0.1:30004"], flag: "--ng")
        #expect(try problems(["127.0.0.1"], [tcp]).isEmpty)
    }

    @Test("N6: listening for others while only this machine may speak is a warning")
    func warnings() throws {
        var config = Config.defaults
        #expect(config.warnings(on: Self.facts).isEmpty)
        try config.apply([
            .init(key: "ng.listen", texts: ["192.0.2.7:2223"], flag: "--ng"),
            .init(key: "media.workers", texts: ["9"], flag: "--workers"),
        ])
        #expect(config.warnings(on: Self.facts).count == 2)
    }

    @Test("N6: a network holds its addresses, also IPv4 ones in IPv6 form")
    func networks() {
        let network = IPNetwork("10.1.0.0/16")
        for (text, expected) in [
            ("10.1.2.3", true), ("10.2.0.1", false), ("::ffff:10.1.0.1", true), ("::1", false),
        ] {
            let address = IPAddress(text)
            #expect(address.flatMap { network?.contains($0) } == expected, "\(text)")
        }
        for text in ["10.0.0.0/33", "10.0.0.0/-1", "10.0.0/8", "", "::/129", "10.0.0.0/+8"] {
            #expect(IPNetwork(text) == nil, "\(text)")
        }
    }
}

@Suite("Interface syntax (N17)")
struct InterfaceTextTests {
    @Test(
        "name, address, device and advertised address are read",
        arguments: [
            ("192.0.2.7", "default/192.0.2.7"), ("public/192.0.2.7", "public/192.0.2.7"),
            ("public/192.0.2.7!203.0.113.9", "public/192.0.2.7!203.0.113.9"),
            ("v6/[2001:db8::1]", "v6/2001:db8::1"),
            (
                "v6/2001:db8::1!2001:db8::2",
                "v6/2001:db8::1!2001:db8::2"
            ),
            ("eth0", "default/eth0"), ("in/br-lan!192.0.2.1", "in/br-lan!192.0.2.1"),
        ])
    func reads(text: String, expected: String) {
        #expect(InterfaceText.parse(text)?.description == expected)
    }

    @Test(
        "what is neither is refused",
        arguments: [
            "", "/1.2.3.4", "a/", "a/b/c", "1.2.3", "300.1.1.1", "a/1.2.3.4!", "a/1.2.3.4!eth0",
            "a b/1.2.3.4", "a/averyverylongdevice",
        ])
    func refuses(text: String) {
        #expect(InterfaceText.parse(text) == nil)
    }
}
