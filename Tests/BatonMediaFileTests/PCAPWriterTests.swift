import BatonBase
import BatonMediaFile
import Testing

@Suite("Captures written (libpcap files, pcapng)")
struct PCAPWriterTests {
    private func address(isV6: Bool, _ random: inout SplitMix64) -> SocketAddress {
        let ip =
            isV6
            ? IPAddress(v6High: 0x2001_0db8 << 32, low: random.next())
            : IPAddress(v4: UInt32(truncatingIfNeeded: random.next()))
        return SocketAddress(ip: ip, port: .random(in: 0 ... .max, using: &random))
    }

    /// The folded ones' complement sum of 16-bit numbers, worked out plainly.
    private func sum(_ bytes: some Sequence<UInt8>) -> Int {
        var total = 0
        for (index, byte) in bytes.enumerated() {
            total += index.isMultiple(of: 2) ? Int(byte) << 8 : Int(byte)
        }
        while total > 0xffff { total = total >> 16 + total & 0xffff }
        return total
    }

    @Test("random datagrams come back, with right checksums", arguments: 1...40)
    func roundTrips(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let isEthernet = seed.isMultiple(of: 2)
        let resolution: CaptureResolution = seed % 4 < 2 ? .microseconds : .nanoseconds
        var writer = PCAPWriter(isEthernet: isEthernet, resolution: resolution)
        var file: [UInt8] = []
        writer.appendHeader(to: &file)
        var reader = try PCAPReader(file.span.bytes)
        #expect(reader.link == (isEthernet ? .ethernet : .rawIP))
        for _ in 0..<20 {
            let isV6 = Bool.random(using: &random)
            let payload = randomBytes(Int.random(in: 0...1500, using: &random), &random)
            let (source, destination) =
                (address(isV6: isV6, &random), address(isV6: isV6, &random))
            let time = UInt64.random(in: 0...4_000_000_000_000_000_000, using: &random)
            try writer.append(
                payload.span.bytes, from: source, to: destination, at: time, to: &file)
            let datagram = try #require(try reader.nextDatagram(in: file.span.bytes))
            #expect(Array(file[datagram.payload]) == payload, "seed \(seed)")
            #expect(datagram.source == source && datagram.destination == destination)
            let unit: UInt64 = resolution == .nanoseconds ? 1 : 1000
            #expect(datagram.unixNanoseconds == time / unit * unit)
            let udp = file[(datagram.payload.lowerBound - 8)..<datagram.payload.upperBound]
            let header = datagram.payload.lowerBound - 8 - (isV6 ? 40 : 20)
            if !isV6 { #expect(sum(file[header..<header + 20]) == 0xffff) }
            let addresses = file[header + (isV6 ? 8 : 12)..<header + (isV6 ? 40 : 20)]
            let length = udp.count
            #expect(
                sum(addresses + [0, 17, UInt8(length >> 8), UInt8(length & 0xff)] + udp) == 0xffff)
        }
        #expect(try reader.nextDatagram(in: file.span.bytes) == nil)
    }

    @Test("a UDP checksum that comes out as 0 is written as 0xffff")
    func writesNoZeroChecksum() throws {
        let source = SocketAddress(ip: IPAddress(v4: 0), port: 0)
        // The sum of all else is 17 + 10 + 10.
        let payload: [UInt8] = [0xff, 0xda]
        var file: [UInt8] = []
        var writer = PCAPWriter()
        try writer.append(payload.span.bytes, from: source, to: source, at: 0, to: &file)
        #expect(file[16 + 20 + 6..<16 + 20 + 8] == [0xff, 0xff])
    }

    @Test("IPv4-mapped addresses become IPv4, other mixtures and too large payloads are refused")
    func checksAddresses() throws {
        let v4 = SocketAddress(ip: IPAddress(v4: 0xc000_0201), port: 1)
        let mapped = SocketAddress(
            ip: IPAddress(v6High: 0, low: 0xffff_c000_0202), port: 2)
        let v6 = SocketAddress(ip: IPAddress(v6High: 0x2001_0db8 << 32, low: 1), port: 3)
        var file: [UInt8] = []
        var writer = PCAPWriter()
        writer.appendHeader(to: &file)
        let count = file.count
        let huge = [UInt8](repeating: 1, count: 65_528)
        #expect(throws: CaptureWriteError.familiesDiffer) {
            try writer.append(
                huge.span.bytes.extracting(first: 9), from: v4, to: v6, at: 0, to: &file)
        }
        for (size, other) in [(65_508, v4), (65_528, v6)] {
            #expect(throws: CaptureWriteError.payloadTooLarge) {
                try writer.append(
                    huge.span.bytes.extracting(first: size), from: other, to: other, at: 0,
                    to: &file)
            }
        }
        #expect(file.count == count)
        try writer.append(
            huge.span.bytes.extracting(first: 9), from: v4, to: mapped, at: 0, to: &file)
        try writer.append(
            huge.span.bytes.extracting(first: 65_507), from: v4, to: v4, at: 0, to: &file)
        try writer.append(
            huge.span.bytes.extracting(first: 65_527), from: v6, to: mapped, at: 0, to: &file)
        try writer.append(
            huge.span.bytes.extracting(first: 65_527), from: v6, to: v6, at: 0, to: &file)
        var reader = try PCAPReader(file.span.bytes)
        let first = try #require(try reader.nextDatagram(in: file.span.bytes))
        #expect("\(first.destination)" == "192.0.2.2:2")
        for expected in [65_507, 65_527, 65_527] {
            #expect(try reader.nextDatagram(in: file.span.bytes)?.payload.count == expected)
        }
    }

    @Test("a buffer with room is not allocated anew")
    func keepsBuffer() throws {
        var writer = PCAPWriter(isEthernet: true)
        var file: [UInt8] = []
        file.reserveCapacity(4096)
        let capacity = file.capacity
        let payload = [UInt8](repeating: 7, count: 172)
        let address = SocketAddress(ip: IPAddress(v4: 1), port: 1)
        for time in 0..<100 {
            try writer.append(
                payload.span.bytes, from: address, to: address, at: UInt64(time), to: &file)
            file.removeAll(keepingCapacity: true)
        }
        #expect(file.capacity == capacity)
    }

    @Test("pcapng blocks have their length at both ends, and comments are cut at a character")
    func writesPCAPNG() throws {
        var writer = PCAPNGWriter()
        var file: [UInt8] = []
        writer.appendHeader(to: &file)
        let address = SocketAddress(ip: IPAddress(v4: 0x7f00_0001), port: 5)
        let payload: [UInt8] = [1, 2, 3, 4, 5]
        let long = String(repeating: "é", count: 513)
        for comment in ["", "dropped", long] {
            try writer.append(
                payload.span.bytes, from: address, to: address, at: 0x1_0000_0002,
                comment: comment, to: &file)
        }
        var blocks: [[UInt8]] = []
        var rest = file[...]
        while !rest.isEmpty {
            let length = rest.dropFirst(4).prefix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
            try #require(length >= 12 && length <= rest.count && length.isMultiple(of: 4))
            blocks.append(Array(rest.prefix(length)))
            #expect(blocks.last?.suffix(4).elementsEqual(little(length, 4)) == true)
            rest = rest.dropFirst(length)
        }
        #expect(blocks.map { Int($0[0]) } == [0x0a, 1, 6, 6, 6])
        #expect(blocks[2].count == 32 + 36)
        #expect(Array(blocks[2][12..<20]) == little(1, 4) + little(2, 4))
        #expect(blocks[3].suffix(20).prefix(12).elementsEqual([1, 0, 7, 0] + "dropped".utf8 + [0]))
        #expect(blocks[4].count == 32 + 36 + 4 + 1024 + 4)
    }
}
