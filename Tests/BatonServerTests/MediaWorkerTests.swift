import BatonBase
import BatonIO
import BatonMedia
import Testing

@testable import BatonServer

/// A worker with two ports on loopback that face two sockets of the test.
private final class WorkerFixture: Sendable {
    /// 127.77.0.1: an address of these tests' own, where no other test's stray packet can arrive.
    static let address = IPAddress(v4: 0x7f4d_0001)

    let worker: MediaWorker
    let partyA: UDPSocket
    let partyB: UDPSocket
    let portA: SocketAddress
    let portB: SocketAddress

    init() throws {
        let loopback = SocketAddress(ip: WorkerFixture.address, port: 0)
        worker = try MediaWorker(index: 0, notify: {})
        partyA = try UDPSocket(bindingTo: loopback)
        partyB = try UDPSocket(bindingTo: loopback)
        let socketA = try UDPSocket(bindingTo: loopback)
        let socketB = try UDPSocket(bindingTo: loopback)
        let addressA = socketA.localAddress
        portA = try #require(addressA)
        let addressB = socketB.localAddress
        portB = try #require(addressB)
        var facingA = PortConfiguration(component: .rtp)
        facingA.remote = partyA.localAddress
        facingA.rtpSink = PortSlot(1)
        var facingB = PortConfiguration(component: .rtp)
        facingB.remote = partyB.localAddress
        facingB.rtpSink = PortSlot(0)
        worker.submit([
            .open(PortSlot(0), descriptor: socketA.takeDescriptor()),
            .open(PortSlot(1), descriptor: socketB.takeDescriptor()),
            .port(.configure(PortSlot(0), facingA)),
            .port(.configure(PortSlot(1), facingB)),
        ])
        worker.wake()
    }

    func load(_ counter: PortCounter, _ port: Int) -> UInt64 {
        worker.portCounters.load(row: port, column: counter.rawValue)
    }
}

/// Waits until `condition` holds.
private func eventually(_ condition: () -> Bool) async -> Bool {
    let deadline = ContinuousClock.now + .seconds(30)
    while ContinuousClock.now < deadline {
        if condition() { return true }
        try? await Task.sleep(for: .milliseconds(1))
    }
    return condition()
}

private func packet(_ sequence: UInt16) -> [UInt8] {
    [0x80, 0, UInt8(sequence >> 8), UInt8(sequence & 255), 0, 0, 0, 0, 1, 2, 3, 4]
        + [UInt8](repeating: 0x55, count: 160)
}

@Suite("Media worker (N24, N26)")
struct MediaWorkerTests {
    @Test("N24: relays between real sockets, both ways, in order")
    func relays() async throws {
        let fixture = try WorkerFixture()
        for sequence in 0..<200 {
            let bytes = packet(UInt16(sequence))
            #expect(
                DatagramSocket.send(bytes, through: fixture.partyA.descriptor, to: fixture.portA)
                    == 0)
            #expect(nextDatagram(fixture.partyB, from: fixture.portB) == bytes)
            #expect(
                DatagramSocket.send(bytes, through: fixture.partyB.descriptor, to: fixture.portB)
                    == 0)
            #expect(nextDatagram(fixture.partyA, from: fixture.portA) == bytes)
        }
        #expect(fixture.load(.packetsIn, 0) == 200)
        // A packet counts as sent when the system has taken it, by which time it may have arrived.
        #expect(await eventually { fixture.load(.packetsOut, 0) == 200 })
    }

    @Test("N24: a burst longer than a port's share of a turn arrives whole and in order")
    func relaysBursts() async throws {
        let fixture = try WorkerFixture()
        for sequence in 0..<150 {
            _ = DatagramSocket.send(
                packet(UInt16(sequence)), through: fixture.partyA.descriptor, to: fixture.portA)
        }
        for sequence in 0..<150 {
            #expect(
                nextDatagram(fixture.partyB, from: fixture.portB) == packet(UInt16(sequence)))
        }
    }

    @Test("drops a datagram that is longer than a slot and counts it")
    func dropsTruncated() async throws {
        let fixture = try WorkerFixture()
        let long = packet(1) + [UInt8](repeating: 1, count: 4_000)
        _ = DatagramSocket.send(long, through: fixture.partyA.descriptor, to: fixture.portA)
        #expect(await eventually { fixture.load(.droppedTruncated, 0) == 1 })
        _ = DatagramSocket.send(packet(2), through: fixture.partyA.descriptor, to: fixture.portA)
        #expect(nextDatagram(fixture.partyB, from: fixture.portB) == packet(2))
    }

    @Test("N26: a closed port's socket is gone and signalling hears of it")
    func closesPorts() async throws {
        let fixture = try WorkerFixture()
        fixture.worker.submit([.port(.close(PortSlot(0)))])
        fixture.worker.wake()
        var events: [WorkerEvent] = []
        #expect(
            await eventually {
                events += fixture.worker.takeEvents()
                return events.contains(.closed(PortSlot(0)))
            })
        let again = try UDPSocket(bindingTo: fixture.portA)
        let address = again.localAddress
        #expect(address == fixture.portA)
    }

    @Test("a worker that was not woken has its commands before the next datagram all the same")
    func commandsComeFirst() async throws {
        let fixture = try WorkerFixture()
        _ = DatagramSocket.send(
            packet(1), through: fixture.partyA.descriptor, to: fixture.portA)
        #expect(nextDatagram(fixture.partyB, from: fixture.portB) == packet(1))
        fixture.worker.submit([.port(.close(PortSlot(1)))])
        _ = DatagramSocket.send(
            packet(2), through: fixture.partyA.descriptor, to: fixture.portA)
        #expect(await eventually { fixture.load(.packetsIn, 0) == 2 })
        #expect(await eventually { fixture.load(.droppedNoDestination, 0) == 1 })
        #expect(fixture.load(.packetsOut, 1) == 1)
    }

    @Test("N22: tells signalling of a learned endpoint")
    func reportsEndpoints() async throws {
        let fixture = try WorkerFixture()
        let other = try UDPSocket(
            bindingTo: SocketAddress(ip: WorkerFixture.address, port: 0))
        let address = other.localAddress
        let mapped = try #require(address)
        _ = DatagramSocket.send(packet(1), through: other.descriptor, to: fixture.portA)
        var events: [WorkerEvent] = []
        #expect(
            await eventually {
                events += fixture.worker.takeEvents()
                return events.contains(.relay(.endpointChanged(PortSlot(0), mapped)))
            })
    }
}
