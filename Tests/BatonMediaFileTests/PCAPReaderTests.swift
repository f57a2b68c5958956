import BatonBase
import BatonMediaFile
import BatonTestKit
import Testing

@Suite("Captures read (libpcap files)")
struct PCAPReaderTests {
    private func read(_ file: [UInt8]) throws -> ([CapturedDatagram], PCAPReader) {
        var reader = try PCAPReader(file.span.bytes)
        var datagrams: [CapturedDatagram] = []
        while let datagram = try reader.nextDatagram(in: file.span.bytes) {
            datagrams.append(datagram)
        }
        return (datagrams, reader)
    }

    /// A little-endian file of one frame.
    private func file(_ link: Int, _ frame: [UInt8], original: Int? = nil) -> [UInt8] {
        little(0xa1b2_c3d4, 4) + little(2, 2) + little(4, 2) + little(0, 8) + little(65535, 4)
            + little(link, 4) + little(1, 4) + little(2, 4) + little(frame.count, 4)
            + little(original ?? frame.count, 4) + frame
    }

    /// A UDP datagram with the payload 1, 2, 3.
    private let udp: [UInt8] = [0x9c, 0x40, 0x9c, 0x42, 0, 11, 0, 0, 1, 2, 3]

    private func ipv4(
        options: [UInt8] = [], fragment: [UInt8] = [0x40, 0], transport: UInt8 = 17,
        total: Int? = nil, _ content: [UInt8]
    ) -> [UInt8] {
        let header = 20 + options.count
        let length = total ?? header + content.count
        return [0x40 | UInt8(header / 4), 0, UInt8(length >> 8), UInt8(length & 0xff), 0, 0]
            + fragment + [64, transport, 0, 0, 192, 0, 2, 1, 192, 0, 2, 2] + options + content
    }

    private func ipv6(next: UInt8, _ content: [UInt8]) -> [UInt8] {
        let address: [UInt8] = [0x20, 0x01, 0x0d, 0xb8] + [UInt8](repeating: 0, count: 11)
        return [0x60, 0, 0, 0, 0, UInt8(content.count), next, 64] + address + [1] + address + [2]
            + content
    }

    private func ethernet(_ types: [UInt8], _ packet: [UInt8]) -> [UInt8] {
        [UInt8](repeating: 2, count: 12) + types + packet
    }

    @Test(
        "the captures of dumpcap hold what tshark shows",
        arguments: [
            ("linux-cooked", CaptureLink.linuxCooked, 1_795_294_563_425_159_000 as UInt64),
            ("linux-cooked-2", .linuxCooked2, 1_795_294_591_553_561_000),
            ("loopback-nanoseconds", .ethernet, 1_795_294_563_425_159_035),
        ])
    func readsDumpcap(name: String, link: CaptureLink, time: UInt64) throws {
        let file = try vectors.bytes("dumpcap-\(name).pcap")
        let (datagrams, reader) = try read(file)
        #expect(reader.link == link && reader.recordCount == 2)
        #expect(reader.passedOver == PCAPReader.PassedOver())
        #expect(
            datagrams.map { "\($0.source) \($0.destination)" } == [
                "127.0.0.1:40002 127.0.0.1:40004", "[::1]:40006 [::1]:40008",
            ])
        #expect(datagrams.first?.unixNanoseconds == time)
        let zeros = [UInt8](repeating: 0, count: 10)
        #expect(
            datagrams.map { Array(file[$0.payload]) } == [
                [0x80, 0] + zeros + [UInt8](repeating: 0xd5, count: 8),
                [0x80, 8] + zeros + [UInt8](repeating: 0x55, count: 8),
            ])
    }

    @Test("packets of which the capture has the beginning only are counted")
    func countsCutOff() throws {
        let (datagrams, reader) = try read(vectors.bytes("dumpcap-cut-off.pcap"))
        #expect(datagrams.isEmpty && reader.passedOver.cutOff == 2)
    }

    @Test("bare IPv4 packets of text2pcap are read")
    func readsText2pcap() throws {
        let file = try vectors.bytes("text2pcap-ipv4.pcap")
        let (datagrams, reader) = try read(file)
        #expect(reader.link == .ipv4)
        #expect(
            datagrams.map { "\($0.source) \($0.destination) \($0.payload.count)" } == [
                "192.0.2.1:40000 198.51.100.2:40002 16"
            ])
    }

    @Test("both byte orders and both resolutions", arguments: [false, true], [false, true])
    func readsByteOrders(isBig: Bool, isNano: Bool) throws {
        var file = file(101, ipv4(udp))
        file.replaceSubrange(..<4, with: little(isNano ? 0xa1b2_3c4d : 0xa1b2_c3d4, 4))
        if isBig {
            for (start, count) in [(0, 4), (4, 2), (6, 2), (16, 4), (20, 4)]
                + stride(from: 24, to: 40, by: 4).map({ ($0, 4) })
            {
                file[start..<start + count].reverse()
            }
        }
        let (datagrams, reader) = try read(file)
        #expect(datagrams.map(\.unixNanoseconds) == [1_000_000_000 + (isNano ? 2 : 2_000)])
        #expect(reader.resolution == (isNano ? .nanoseconds : .microseconds))
    }

    @Test("UDP is found behind tags, options, extension headers and padding")
    func findsUDP() throws {
        let atomic: [UInt8] = [17, 0, 0, 0, 0, 0, 0, 1]
        let frames: [(Int, [UInt8])] = [
            (1, ethernet([0x08, 0x00], ipv4(udp) + [0, 0, 0, 0, 0, 0])),
            (1, ethernet([0x81, 0x00, 0, 5, 0x08, 0x00], ipv4(udp))),
            (1, ethernet([0x88, 0xa8, 0, 5, 0x81, 0x00, 0, 6, 0x86, 0xdd], ipv6(next: 17, udp))),
            (101, ipv4(options: [1, 1, 1, 0], udp)), (12, ipv4(udp)), (14, ipv4(udp)),
            (101, ipv4(total: 0, udp)), (228, ipv4(udp)), (229, ipv6(next: 17, udp)),
            (101, ipv6(next: 0, [17, 0] + [UInt8](repeating: 0, count: 6) + udp)),
            (
                101,
                ipv6(
                    next: 60,
                    [43, 1] + [UInt8](repeating: 0, count: 14) + [17, 0, 0, 0, 0, 0, 0, 0] + udp)
            ),
            (101, ipv6(next: 44, atomic + udp)),
            (101, ipv6(next: 51, [17, 1] + [UInt8](repeating: 0, count: 10) + udp)),
            (0, [2, 0, 0, 0] + ipv4(udp)),
        ]
        for (link, frame) in frames {
            let file = file(link, frame)
            let (datagrams, _) = try read(file)
            #expect(datagrams.count == 1, "\(link) \(Hex.encode(frame))")
            #expect(datagrams.first.map { Array(file[$0.payload]) } == [1, 2, 3])
            #expect(datagrams.first?.source.port == 40_000)
        }
    }

    @Test("what is no whole UDP datagram is passed over and counted by why")
    func passesOver() throws {
        let count = { (frame: [UInt8], original: Int?, link: Int) throws in
            let (datagrams, reader) = try read(file(link, frame, original: original))
            #expect(datagrams.isEmpty)
            return reader.passedOver
        }
        #expect(try count(ethernet([0x08, 0x06], udp), nil, 1).notIP == 1)
        #expect(try count(ipv4(transport: 6, udp), nil, 101).notUDP == 1)
        #expect(try count(ipv6(next: 58, udp), nil, 101).notUDP == 1)
        #expect(try count(ipv4(fragment: [0x20, 0], udp), nil, 101).fragments == 1)
        #expect(try count(ipv4(fragment: [0, 1], udp), nil, 101).fragments == 1)
        let fragment: [UInt8] = [17, 0, 0, 1, 0, 0, 0, 1]
        #expect(try count(ipv6(next: 44, fragment + udp), nil, 101).fragments == 1)
        let short = Array(ipv4(udp).dropLast())
        #expect(try count(short, short.count + 1, 101).cutOff == 1)
        #expect(try count(short, nil, 101).malformed == 1)
        #expect(try count([], 100, 101).cutOff == 1)
        #expect(try count([0x50], nil, 101).malformed == 1)
        #expect(try count(ipv4([0, 1, 0, 2, 0, 20, 0, 0]), nil, 101).malformed == 1)
        let endless = [UInt8](repeating: 0, count: 8 * 12)
        #expect(try count(ipv6(next: 0, endless), nil, 101).malformed == 1)
        let tags = [UInt8]([0x81, 0x00, 0x00, 0x01].cycled(20))
        #expect(try count(ethernet(tags, ipv4(udp)), nil, 1).malformed == 1)
    }

    @Test("other formats and links say so")
    func refuses() {
        let error = { (bytes: [UInt8]) in
            failure { () throws(MediaFileError) in
                _ = try PCAPReader(bytes.span.bytes)
            }
        }
        #expect(
            error([0x0a, 0x0d, 0x0d, 0x0a])
                == .unsupported("pcapng (editcap -F pcap makes a pcap file of it)"))
        #expect(error(Array("RIFF".utf8)) == .unknownFormat)
        #expect(error([0xa1, 0xb2]) == .truncated)
        #expect(error(file(105, [])) == .unsupported("link type 105"))
        #expect(error(file(101, [])) == nil)
    }

    @Test("a file cut in a record ends too early, behind the records before")
    func survivesTruncation() throws {
        let file = try vectors.bytes("dumpcap-linux-cooked.pcap")
        let (whole, _) = try read(file)
        for count in file.indices {
            let part = Array(file[..<count])
            var found: [CapturedDatagram] = []
            let error = failure { () throws(MediaFileError) in
                var reader = try PCAPReader(part.span.bytes)
                while let datagram = try reader.nextDatagram(in: part.span.bytes) {
                    found.append(datagram)
                }
            }
            let isBoundary = count == 24 || count == 24 + 16 + 64
            #expect(error == (isBoundary ? nil : .truncated), "\(count)")
            #expect(found.elementsEqual(whole.prefix(count < 104 ? 0 : 1)))
        }
    }

    @Test("a record larger than any capture's is an error")
    func limitsRecords() throws {
        var file = file(101, ipv4(udp))
        file.replaceSubrange(32..<36, with: little(262_145, 4))
        #expect(throws: MediaFileError.malformed("a record of 262145 bytes")) {
            _ = try read(file)
        }
    }
}

extension [UInt8] {
    /// The bytes `count` times over.
    fileprivate func cycled(_ count: Int) -> [UInt8] {
        Array(repeatElement(self, count: count).joined())
    }
}
