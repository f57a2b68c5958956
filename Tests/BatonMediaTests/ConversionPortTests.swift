import BatonBase
import BatonCrypto
import BatonRTP
import Testing

@testable import BatonMedia

/// What an RTP packet of the tests is made of.
private struct Packet {
    var payloadType: UInt8
    var sequence: Int
    var timestamp: Int
    var payload: [UInt8]
    var marker = false
    /// Contributing sources, a header extension and padding, as far as they are wanted.
    var csrcs = 0
    var hasExtension = false
    var padding = 0

    /// 20 ms of G.711.
    init(_ sequence: Int, payloadType: UInt8 = 0) {
        self.payloadType = payloadType
        self.sequence = sequence
        timestamp = sequence * 160
        payload = (0..<160).map { UInt8(truncatingIfNeeded: $0 * 3 + sequence) }
    }

    /// A telephone event of RFC 4733.
    init(event: UInt8, duration: Int, _ sequence: Int, timestamp: Int, payloadType: UInt8) {
        self.payloadType = payloadType
        self.sequence = sequence
        self.timestamp = timestamp
        payload = [event, 10, UInt8(duration >> 8), UInt8(duration & 255)]
    }

    var bytes: [UInt8] {
        func word(_ value: Int) -> [UInt8] {
            [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
        }
        let flags = 0x80 | (padding > 0 ? 0x20 : 0) | (hasExtension ? 0x10 : 0) | csrcs
        var bytes: [UInt8] = [
            UInt8(flags), (marker ? 0x80 : 0) | payloadType, UInt8(sequence >> 8 & 255),
            UInt8(sequence & 255),
        ]
        bytes += word(timestamp) + word(0x1234_5678)
        for index in 0..<csrcs { bytes += word(index) }
        if hasExtension { bytes += [0xbe, 0xde, 0, 1, 0x10, 0xff, 0, 0] }
        bytes += payload
        if padding > 0 { bytes += [UInt8](repeating: 0, count: padding - 1) + [UInt8(padding)] }
        return bytes
    }
}

/// What came out: the fields that the tests ask for.
private struct Sent: Equatable {
    var payloadType: UInt8
    var sequence: UInt16
    var timestamp: UInt32
    var payload: [UInt8]

    init(_ bytes: [UInt8]) throws {
        let header = try RTPHeader(validating: bytes.span.bytes)
        payloadType = header.payloadType
        sequence = header.sequenceNumber
        timestamp = header.timestamp
        payload = Array(bytes[header.headerLength...])
    }
}

private func fixture(
    _ fromA: MediaConversion?, _ fromB: MediaConversion? = nil,
    _ change: (inout [PortConfiguration]) -> Void = { _ in }
) -> RelayFixture {
    RelayFixture { all in
        all[0].conversion = fromA
        all[1].conversion = fromB
        change(&all)
    }
}

extension RelayFixture {
    /// Gives the core a packet each 20 ms and collects what the core makes of them.
    fileprivate mutating func play(
        _ packets: [Packet], from source: SocketAddress = RelayFixture.partyA, on port: Int32 = 0
    ) -> [(Transmit, [UInt8])] {
        var sent: [(Transmit, [UInt8])] = []
        for packet in packets {
            sent += receive(packet.bytes, from: source, on: port)
            sent += pass(.milliseconds(20))
        }
        return sent
    }
}

@Suite("Ports that convert (N20, N21)")
struct ConversionPortTests {
    private let a = RelayFixture.partyA
    private let b = RelayFixture.partyB

    @Test("N20: PCMU leaves as Opus, and Opus comes back as PCMU")
    func opus() throws {
        var relay = fixture(Formats.pcmuToOpus, Formats.opusToPCMU)
        let out = relay.play((0..<50).map { Packet($0) })
        #expect(out.allSatisfy { $0.0.sink == PortSlot(1) && $0.0.destination == b })
        let opus = try out.map { try Sent($0.1) }
        #expect(opus.count == 50 && opus.allSatisfy { $0.payloadType == 111 })
        for (before, after) in zip(opus, opus.dropFirst()) {
            #expect(after.sequence == before.sequence &+ 1)
            #expect(after.timestamp == before.timestamp &+ 960)
        }
        #expect(relay.count(.packetsOut, 1) == 50)
        #expect(relay.count(.routeKind, 0) == UInt64(RouteKind.transcode.rawValue))
        var back: [Sent] = []
        for (_, bytes) in out {
            for (_, made) in relay.receive(bytes, from: b, on: 1) + relay.pass(.milliseconds(20)) {
                back.append(try Sent(made))
            }
        }
        #expect(back.count == 50)
        #expect(back.allSatisfy { $0.payloadType == 0 && $0.payload.count == 160 })
    }

    @Test("N20: a limit of the effort holds from the next packet on, and only while it is set")
    func effort() throws {
        func payloads(_ limits: [Int]) throws -> [[UInt8]] {
            var relay = fixture(Formats.pcmuToOpus)
            var sent: [[UInt8]] = []
            for (number, limit) in limits.enumerated() {
                relay.core.complexityLimit = limit
                sent += try relay.play([Packet(number)]).map { try Sent($0.1).payload }
            }
            return sent
        }
        let usual = try payloads([Int](repeating: 10, count: 30))
        let limited = try payloads([Int](repeating: 10, count: 10) + [Int](repeating: 0, count: 20))
        #expect(usual.count == 30 && limited.count == 30)
        #expect(usual[..<10] == limited[..<10])
        #expect(usual[10...] != limited[10...])
    }

    @Test("N20: what surrounds the payload on its way in is no part of it")
    func surroundings() throws {
        func payloads(_ change: (inout Packet) -> Void) throws -> [Sent] {
            var relay = fixture(Formats.pcmaToPCMU)
            let packets = (0..<5).map { number in
                var packet = Packet(number, payloadType: 8)
                change(&packet)
                return packet
            }
            return try relay.play(packets).map { try Sent($0.1) }
        }
        let plain = try payloads { _ in }
        #expect(plain.count == 5 && plain.allSatisfy { $0.payload.count == 160 })
        let wrapped = try payloads { packet in
            packet.csrcs = 2
            packet.hasExtension = true
            packet.padding = 12
        }
        #expect(wrapped == plain)
    }

    @Test("N21: a telephone event goes to the other clock, timestamp and duration")
    func events() throws {
        var relay = fixture(Formats.pcmuToOpus)
        _ = relay.play((0..<5).map { Packet($0) })
        var packets: [Packet] = []
        for number in 0..<4 {
            packets.append(
                Packet(
                    event: 7, duration: 160 * (number + 1), 5 + number, timestamp: 800,
                    payloadType: 101))
        }
        let sent = try relay.play(packets).map { try Sent($0.1) }.filter { $0.payloadType == 110 }
        #expect(sent.count == 4)
        #expect(Set(sent.map(\.timestamp)).count == 1)
        #expect(sent.map { $0.payload[0] } == [7, 7, 7, 7])
        let durations = sent.map { Int($0.payload[2]) << 8 | Int($0.payload[3]) }
        #expect(durations == [960, 1_920, 2_880, 3_840])
    }

    @Test("N20: a payload type may change alone; one that is not agreed on is dropped")
    func payloadTypes() throws {
        var relay = fixture(Formats.pcmaAs(77))
        let packet = Packet(9, payloadType: 8)
        let sent = try relay.receive(packet.bytes, from: a, on: 0).map { try Sent($0.1) }
        #expect(sent.map(\.payloadType) == [77] && sent.map(\.payload) == [packet.payload])
        #expect(relay.receive(Packet(10, payloadType: 0).bytes, from: a, on: 0).isEmpty)
        #expect(relay.receive(Packet(11, payloadType: 50).bytes, from: a, on: 0).isEmpty)
        #expect(relay.count(.droppedPayloadType, 0) == 2 && relay.count(.packetsIn, 0) == 3)
        #expect(relay.takeOutgoing().isEmpty)
    }

    @Test("N18, N20: what is converted is protected for its receiver, after being opened")
    func secured() throws {
        func keys(_ byte: UInt8) -> SRTPKeys {
            SRTPKeys(
                profile: .aes128CMSHA1Tag80, masterKey: [UInt8](repeating: byte, count: 16),
                masterSalt: [UInt8](repeating: byte, count: 14))
        }
        var relay = fixture(Formats.pcmuToOpus, Formats.opusToPCMU) { all in
            all[1].protection = .keys(inbound: keys(3), outbound: keys(4))
        }
        var receiver = try SRTPContext(keys(4), direction: .inbound)
        var sender = try SRTPContext(keys(3), direction: .outbound)
        var opened: [[UInt8]] = []
        for (_, bytes) in relay.play((0..<20).map { Packet($0) }) {
            var copy = bytes
            var span = copy.mutableSpan
            var room = span.mutableBytes
            let count = try receiver.unprotectRTP(&room, byteCount: bytes.count)
            opened.append(Array(copy[..<count]))
        }
        #expect(opened.count == 20)
        #expect(try opened.allSatisfy { try Sent($0).payloadType == 111 })
        var back = 0
        for packet in opened {
            var copy = packet + [UInt8](repeating: 0, count: SRTPContext.tailroomBytes)
            var span = copy.mutableSpan
            var room = span.mutableBytes
            let count = try sender.protectRTP(&room, byteCount: packet.count)
            _ = relay.receive(Array(copy[..<count]), from: b, on: 1)
            back += try relay.pass(.milliseconds(20)).filter { try Sent($0.1).payloadType == 0 }
                .count
        }
        #expect(back == 20)
        #expect(relay.count(.protectionErrors, 1) == 0)
    }

    @Test("N20: without keys nothing that was converted leaves")
    func withoutKeys() {
        var relay = fixture(Formats.pcmuToOpus) { all in
            all[1].protection = .keys(inbound: nil, outbound: nil)
        }
        #expect(relay.play((0..<5).map { Packet($0) }).isEmpty)
        #expect(relay.count(.protectionErrors, 1) == 5)
    }

    @Test("N20: what waits behind a gap is played when its time has come")
    func loss() throws {
        var relay = fixture(Formats.pcmaToPCMU)
        _ = relay.play((0..<10).map { Packet($0, payloadType: 8) })
        #expect(relay.receive(Packet(11, payloadType: 8).bytes, from: a, on: 0).isEmpty)
        #expect(relay.takeOutgoing().isEmpty, "it waits for what may be late")
        let late = try relay.pass(.seconds(1)).map { try Sent($0.1) }
        #expect(late.count == 2, "the lost one is made up for")
        #expect(relay.count(.concealedPackets, 0) == 1)
    }

    @Test("N20: reordered packets leave in order")
    func reordered() throws {
        var relay = fixture(Formats.pcmaToPCMU)
        let order = [0, 1, 3, 2, 4, 6, 5, 7]
        var sent: [Sent] = []
        for number in order {
            _ = relay.receive(Packet(number, payloadType: 8).bytes, from: a, on: 0)
            sent += try relay.takeOutgoing().map { try Sent($0.1) }
        }
        var straight = fixture(Formats.pcmaToPCMU)
        let expected = try straight.play((0..<8).map { Packet($0, payloadType: 8) })
            .map { try Sent($0.1) }
        #expect(sent.map(\.payload) == expected.map(\.payload))
    }

    @Test("N20: what waits goes where it was meant to go when the route changes")
    func routeChange() throws {
        var relay = fixture(Formats.pcmaToPCMU)
        _ = relay.play((0..<10).map { Packet($0, payloadType: 8) })
        _ = relay.receive(Packet(11, payloadType: 8).bytes, from: a, on: 0)
        #expect(relay.takeOutgoing().isEmpty)
        var elsewhere = relay.core.configurations[0]
        elsewhere.rtpSink = PortSlot(3)
        relay.core.configure(PortSlot(0), elsewhere, at: relay.now)
        let flushed = relay.takeOutgoing()
        #expect(!flushed.isEmpty && flushed.allSatisfy { $0.0.sink == PortSlot(1) })
        let next = relay.play([Packet(12, payloadType: 8)])
        #expect(next.map(\.0.sink) == [PortSlot(3)])
        #expect(relay.tables().converters == 1)
    }

    @Test("N20: a conversion begins, changes and ends in mid-stream")
    func reconfiguration() throws {
        var relay = fixture(nil)
        #expect(relay.play([Packet(0)]).count == 1)
        var types: [UInt8] = []
        for (number, conversion) in [Formats.pcmuToOpus, nil, Formats.pcmuToOpus].enumerated() {
            var configuration = relay.core.configurations[0]
            configuration.conversion = conversion
            relay.core.configure(PortSlot(0), configuration, at: relay.now)
            let packets = (0..<5).map { Packet(1 + number * 5 + $0) }
            types += try relay.play(packets).map { try Sent($0.1).payloadType }
        }
        let expected: [UInt8] = [111, 0, 111].flatMap { Array(repeating: $0, count: 5) }
        #expect(types == expected)
        relay.core.close(PortSlot(0))
        #expect(relay.tables().converters == 0)
    }

    @Test("N20: the same conversion again goes on in one sequence")
    func sameAgain() throws {
        var relay = fixture(Formats.pcmuToOpus)
        var sent = relay.play((0..<5).map { Packet($0) })
        var configuration = relay.core.configurations[0]
        configuration.learningGeneration += 1
        relay.core.configure(PortSlot(0), configuration, at: relay.now)
        sent += relay.play((5..<10).map { Packet($0) })
        let sequences = try sent.map { try Sent($0.1).sequence }
        #expect(sequences.count == 10)
        #expect(zip(sequences, sequences.dropFirst()).allSatisfy { $1 == $0 &+ 1 })
    }

    @Test("N20: a receiver on hold costs what it would have heard, nothing else")
    func hold() throws {
        var relay = fixture(Formats.pcmuToOpus)
        _ = relay.play((0..<5).map { Packet($0) })
        let active = relay.core.configurations[1]
        var held = active
        held.remote = nil
        relay.core.configure(PortSlot(1), held, at: relay.now)
        #expect(relay.play((5..<10).map { Packet($0) }).isEmpty)
        #expect(relay.count(.droppedNoDestination, 0) == 5)
        relay.core.configure(PortSlot(1), active, at: relay.now)
        let after = relay.play((10..<20).map { Packet($0) })
        #expect(after.count >= 9)
    }
}
