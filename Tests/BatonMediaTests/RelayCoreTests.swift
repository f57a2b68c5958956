import BatonBase
import BatonCrypto
import Testing

@testable import BatonMedia

/// Two ports that face each other, as one audio stream of a call has them: port 0 faces A, port 1
/// faces B, ports 2 and 3 carry their RTCP.
struct RelayFixture: ~Copyable {
    static let partyA = endpoint("192.0.2.1:4000")
    static let partyB = endpoint("192.0.2.2:5000")
    static let partyARTCP = endpoint("192.0.2.1:4001")
    static let partyBRTCP = endpoint("192.0.2.2:5001")

    let counters = CounterArena(rows: 9, columns: PortCounter.columnCount)
    var core: RelayCore
    var now = Instant(nanoseconds: 5_000_000_000)
    var batch = TransmitBatch()

    init(
        certificate: DTLSCertificate? = nil,
        _ change: (inout [PortConfiguration]) -> Void = { _ in }
    ) {
        core = RelayCore(portCapacity: 8, counters: counters, start: now)
        if let certificate, let context = try? DTLSContext(certificate) {
            core.addDTLSContext(context)
        }
        var all = [
            Self.configuration(.rtp, Self.partyA, rtp: 1, rtcp: 3),
            Self.configuration(.rtp, Self.partyB, rtp: 0, rtcp: 2),
            Self.configuration(.rtcp, Self.partyARTCP, rtp: nil, rtcp: 3),
            Self.configuration(.rtcp, Self.partyBRTCP, rtp: nil, rtcp: 2),
        ]
        change(&all)
        for index in all.indices { core.open(PortSlot(Int32(index)), at: now) }
        for (index, configuration) in all.enumerated() {
            core.configure(PortSlot(Int32(index)), configuration, at: now)
        }
    }

    static func configuration(
        _ component: PortComponent, _ remote: SocketAddress?, rtp: Int32?, rtcp: Int32?
    ) -> PortConfiguration {
        var configuration = PortConfiguration(component: component)
        configuration.remote = remote
        configuration.rtpSink = rtp.map { PortSlot($0) }
        configuration.rtcpSink = rtcp.map { PortSlot($0) }
        return configuration
    }

    /// Gives the core a datagram and returns what it wants sent, marked as sent.
    mutating func receive(
        _ bytes: [UInt8], from source: SocketAddress, on port: Int32
    ) -> [(Transmit, [UInt8])] {
        let count = bytes.count
        var bytes = bytes + [UInt8](repeating: 0, count: RelayCore.tailroomBytes)
        batch.removeAll()
        var span = bytes.mutableSpan
        var raw = span.mutableBytes
        core.receive(
            &raw, byteCount: count, from: source, on: PortSlot(port), at: now, into: &batch)
        let after = raw.bytes.copiedBytes()
        var sent: [(Transmit, [UInt8])] = []
        for index in 0..<batch.count {
            core.completed(batch[index], wasSent: true)
            sent.append((batch[index], Array(after[..<Int(batch[index].length)])))
        }
        return sent
    }

    func count(_ counter: PortCounter, _ port: Int) -> UInt64 {
        counters.load(row: port, column: counter.rawValue)
    }

    func source(_ column: SourceCounter, _ port: Int, _ index: Int = 0) -> UInt64 {
        counters.load(
            row: port,
            column: PortCounter.firstSourceColumn + index * SourceCounter.columnCount
                + column.rawValue)
    }
}

/// An RTP packet with 160 bytes of payload.
func rtp(_ sequence: Int, ssrc: UInt32 = 0x1234_5678, payloadType: UInt8 = 0) -> [UInt8] {
    let timestamp = UInt32(sequence * 160)
    return [
        0x80, payloadType, UInt8(sequence >> 8 & 255), UInt8(sequence & 255),
        UInt8(timestamp >> 24), UInt8(timestamp >> 16 & 255), UInt8(timestamp >> 8 & 255),
        UInt8(timestamp & 255), UInt8(ssrc >> 24), UInt8(ssrc >> 16 & 255),
        UInt8(ssrc >> 8 & 255), UInt8(ssrc & 255),
    ] + (0..<160).map { UInt8($0) }
}

/// A receiver report without blocks.
let receiverReport: [UInt8] = [0x80, 201, 0, 1, 1, 2, 3, 4]

@Suite("Relay core (N16, N22, N23, N24)")
struct RelayCoreTests {
    @Test("N24: RTP passes unchanged and in order, both ways")
    func relaysBothWays() {
        var relay = RelayFixture()
        for sequence in 0..<5 {
            let toB = relay.receive(rtp(sequence), from: RelayFixture.partyA, on: 0)
            #expect(toB.map(\.0.destination) == [RelayFixture.partyB])
            #expect(toB.map(\.0.sink) == [PortSlot(1)])
            #expect(toB.map(\.1) == [rtp(sequence)])
            let toA = relay.receive(rtp(sequence), from: RelayFixture.partyB, on: 1)
            #expect(toA.map(\.0.destination) == [RelayFixture.partyA])
        }
        #expect(relay.count(.packetsIn, 0) == 5)
        #expect(relay.count(.packetsOut, 1) == 5)
        #expect(relay.count(.bytesIn, 0) == 5 * 172)
        #expect(relay.count(.bytesOut, 1) == 5 * 172)
    }

    @Test("N16: RTCP takes its own ports and is counted apart")
    func relaysRTCP() {
        var relay = RelayFixture()
        let sent = relay.receive(receiverReport, from: RelayFixture.partyARTCP, on: 2)
        #expect(sent.map(\.0.destination) == [RelayFixture.partyBRTCP])
        #expect(relay.count(.rtcpPacketsIn, 2) == 1)
        #expect(relay.count(.packetsIn, 2) == 0)
        #expect(relay.count(.rtcpPacketsOut, 3) == 1)
    }

    @Test("N16: a multiplexing side and one with two ports understand each other")
    func demultiplexes() {
        var relay = RelayFixture { all in
            all[0].component = .multiplexed
            all[3].rtcpSink = PortSlot(0)
        }
        let toB = relay.receive(receiverReport, from: RelayFixture.partyA, on: 0)
        #expect(toB.map(\.0.destination) == [RelayFixture.partyBRTCP])
        let toA = relay.receive(receiverReport, from: RelayFixture.partyBRTCP, on: 3)
        #expect(toA.map(\.0.destination) == [RelayFixture.partyA])
    }

    @Test("N23: a packet from another IP goes nowhere and is counted with its source")
    func dropsForeign() {
        var relay = RelayFixture()
        let attacker = endpoint("198.51.100.9:4000")
        #expect(relay.receive(rtp(1), from: attacker, on: 0).isEmpty)
        #expect(relay.count(.droppedForeignSource, 0) == 1)
        #expect(relay.count(.packetsIn, 0) == 0)
        #expect(relay.count(.foreignFamilyAndPort, 0) == 4 << 16 | 4_000)
        #expect(relay.count(.foreignLow, 0) == attacker.ip.low)
    }

    @Test("N22: media goes to the learned address, and signalling hears of it")
    func sendsToLearnedAddress() {
        var relay = RelayFixture()
        let mapped = endpoint("192.0.2.2:62000")
        _ = relay.receive(rtp(1), from: mapped, on: 1)
        let toB = relay.receive(rtp(1), from: RelayFixture.partyA, on: 0)
        #expect(toB.map(\.0.destination) == [mapped])
        var events: [RelayEvent] = []
        relay.core.drainEvents(into: &events)
        #expect(events == [.endpointChanged(PortSlot(1), mapped)])
        #expect(relay.count(.endpointChanges, 1) == 1)
        #expect(relay.count(.remoteFamilyAndPort, 1) == 4 << 16 | 62_000)
    }

    @Test(
        "N24: what is neither RTP nor RTCP is dropped and counted",
        arguments: [
            [], [0x80], [0x80, 0, 0, 1], [UInt8](repeating: 0xff, count: 200),
            [0x00, 0x01, 0, 0] + [UInt8](repeating: 0, count: 16),
            [0x80, 200, 0xff, 0xff, 0, 0, 0, 0],
        ])
    func dropsMalformed(bytes: [UInt8]) {
        var relay = RelayFixture()
        #expect(relay.receive(bytes, from: RelayFixture.partyA, on: 0).isEmpty)
        #expect(relay.count(.droppedMalformed, 0) == 1)
    }

    @Test("N16: RTP on a port for RTCP is dropped and counted")
    func dropsRTPOnRTCPPort() {
        var relay = RelayFixture()
        #expect(relay.receive(rtp(1), from: RelayFixture.partyARTCP, on: 2).isEmpty)
        #expect(relay.count(.droppedMalformed, 2) == 1)
    }

    @Test("N15: a held party is sent nothing; the drop is counted where it came in")
    func dropsForHeldParty() {
        var relay = RelayFixture { $0[1].remote = nil }
        #expect(relay.receive(rtp(1), from: RelayFixture.partyA, on: 0).isEmpty)
        #expect(relay.count(.droppedNoDestination, 0) == 1)
        #expect(relay.count(.packetsIn, 0) == 1)
    }

    @Test("N24: loss, reordering and duplicates are counted for each source")
    func countsPerSource() {
        var relay = RelayFixture()
        for sequence in [10, 11, 13, 12, 13, 17] {
            _ = relay.receive(rtp(sequence), from: RelayFixture.partyA, on: 0)
            relay.now = relay.now + .milliseconds(20)
        }
        #expect(relay.source(.ssrc, 0) == 1 << 32 | 0x1234_5678)
        #expect(relay.source(.packets, 0) == 5)
        #expect(relay.source(.lost, 0) == 3)
        #expect(relay.source(.reordered, 0) == 1)
        #expect(relay.source(.duplicates, 0) == 1)
        #expect(relay.source(.extendedSequenceNumber, 0) == 17)
    }

    @Test("N27: a port tracks four sources at a time and counts the packets of the rest")
    func boundsSources() {
        var relay = RelayFixture()
        for ssrc in 1...6 {
            _ = relay.receive(rtp(1, ssrc: UInt32(ssrc)), from: RelayFixture.partyA, on: 0)
        }
        #expect(relay.count(.untrackedSources, 0) == 2)
        #expect(relay.count(.packetsOut, 1) == 6)
        relay.now = relay.now + .seconds(11)
        _ = relay.receive(rtp(1, ssrc: 99), from: RelayFixture.partyA, on: 0)
        #expect(relay.source(.ssrc, 0, 0) == 1 << 32 | 99)
    }

    @Test("N24: jitter is measured with the clock rate that was signalled")
    func measuresJitter() {
        var relay = RelayFixture {
            $0[0].clockRates = [PayloadClockRate(payloadType: 96, clockRateHz: 8_000)]
        }
        for sequence in 0..<200 {
            _ = relay.receive(rtp(sequence, payloadType: 96), from: RelayFixture.partyA, on: 0)
            relay.now = relay.now + .milliseconds(sequence % 2 == 0 ? 16 : 24)
        }
        let jitter = relay.source(.jitterMicroseconds, 0)
        #expect(jitter > 3_900 && jitter < 4_100)
    }

    @Test("N12: datagrams of an unknown media type pass unread")
    func relaysOpaque() {
        var relay = RelayFixture { all in
            all[0].component = .opaque
            all[1].component = .opaque
        }
        let datagram: [UInt8] = [0, 0, 0, 1, 2, 3]
        let sent = relay.receive(datagram, from: RelayFixture.partyA, on: 0)
        #expect(sent.map(\.1) == [datagram])
    }

    @Test("N24: a transparent sink shows a new source through")
    func showsNewSource() {
        var relay = RelayFixture()
        _ = relay.receive(rtp(100, ssrc: 1), from: RelayFixture.partyA, on: 0)
        let sent = relay.receive(rtp(9_000, ssrc: 2), from: RelayFixture.partyA, on: 0)
        #expect(sent.map(\.1) == [rtp(9_000, ssrc: 2)])
    }

    @Test("a continuous sink hides a change of source: one SSRC, one sequence, one time line")
    func hidesNewSource() {
        var relay = RelayFixture { $0[1].identity = .continuous }
        for sequence in 100...101 {
            let sent = relay.receive(rtp(sequence, ssrc: 1), from: RelayFixture.partyA, on: 0)
            #expect(sent.map(\.1) == [rtp(sequence, ssrc: 1)], "offsets are zero at first")
            relay.now = relay.now + .milliseconds(20)
        }
        let sent = relay.receive(rtp(9_000, ssrc: 2), from: RelayFixture.partyA, on: 0)
        var expected = rtp(102, ssrc: 1)
        expected[1] |= 0x80
        #expect(sent.map(\.1) == [expected])
        relay.now = relay.now + .milliseconds(20)
        let next = relay.receive(rtp(9_001, ssrc: 2), from: RelayFixture.partyA, on: 0)
        #expect(next.map(\.1) == [rtp(103, ssrc: 1)])
    }

    @Test("N22: pierce NAT sends empty datagrams until the party is heard")
    func pierces() {
        var relay = RelayFixture { $0[1].piercesNAT = true }
        #expect(relay.pierces().map(\.destination) == [RelayFixture.partyB])
        relay.now = relay.now + .milliseconds(210)
        #expect(relay.pierces().count == 1)
        _ = relay.receive(rtp(1), from: RelayFixture.partyB, on: 1)
        relay.now = relay.now + .milliseconds(210)
        #expect(relay.pierces().isEmpty)
    }

    @Test("N26: a closed port neither receives nor sends, and its slot starts at zero again")
    func closes() {
        var relay = RelayFixture()
        _ = relay.receive(rtp(1), from: RelayFixture.partyA, on: 0)
        relay.core.close(PortSlot(1))
        #expect(relay.receive(rtp(2), from: RelayFixture.partyA, on: 0).isEmpty)
        #expect(relay.receive(rtp(2), from: RelayFixture.partyB, on: 1).isEmpty)
        relay.core.open(PortSlot(1), at: relay.now)
        #expect(relay.count(.packetsOut, 1) == 0)
    }

    @Test("counts a transmit that the system refused")
    func countsSendErrors() {
        var relay = RelayFixture()
        let transmit = Transmit(
            sink: PortSlot(1), destination: RelayFixture.partyB, length: 172, kind: .media)
        relay.core.completed(transmit, wasSent: false)
        #expect(relay.count(.sendErrors, 1) == 1)
        #expect(relay.count(.packetsOut, 1) == 0)
    }

    @Test("has a column for each counter")
    func columnsMatch() {
        #expect(PortCounter.firstSourceColumn >= PortCounter.allCases.count)
        #expect(SourceCounter.columnCount == SourceCounter.allCases.count)
    }
}

extension RelayFixture {
    /// The empty datagrams that are due.
    mutating func pierces() -> [Transmit] {
        var transmits: [Transmit] = []
        while let action = core.nextDueAction(at: now) {
            if case .pierce(let transmit) = action { transmits.append(transmit) }
        }
        return transmits
    }
}
