import BatonBase
import BatonIO
import Testing

@Suite("Bursts of datagrams")
struct DatagramBurstTests {
    private func socket(_ port: UInt16 = 0) throws -> UDPSocket {
        try UDPSocket(bindingTo: SocketAddress(ip: IPAddress(v4: 0x7f00_0001), port: port))
    }

    @Test("what one call sends one call receives, with sources and times of arrival")
    func roundTrip() throws {
        let sender = try socket()
        let receiver = try socket()
        try receiver.noteArrivalTimes()
        let address = receiver.localAddress
        let destination = try #require(address)
        let before = WallClock.nanosecondsSince1970()
        var outgoing = DatagramBurst(capacity: 4, datagramBytes: 100)
        for number in UInt8(0)..<4 {
            let datagram = [UInt8](repeating: number, count: Int(number) * 10)
            let isTaken = outgoing.append(datagram.span.bytes, to: destination)
            #expect(isTaken)
        }
        let isTaken = outgoing.append([UInt8]().span.bytes, to: destination)
        #expect(!isTaken, "it is full")
        let sent = outgoing.send(from: sender.descriptor)
        let left = outgoing.count
        #expect(sent == 4 && left == 0)

        var incoming = DatagramBurst(capacity: 8, datagramBytes: 25)
        let source = sender.localAddress
        let count = incoming.receive(from: receiver.descriptor)
        #expect(count == 4)
        for slot in 0..<count {
            let expected = [UInt8](repeating: UInt8(slot), count: min(slot * 10, 25))
            let bytes = incoming.datagram(slot).copiedBytes()
            let (origin, arrival) = (incoming.source(of: slot), incoming.arrival(of: slot) ?? 0)
            #expect(bytes == expected && origin == source)
            #expect(arrival >= before && arrival <= WallClock.nanosecondsSince1970())
        }
        let more = incoming.receive(from: receiver.descriptor)
        #expect(more == 0)
    }

    @Test("without the option there is no time of arrival; a burst can be used again")
    func reuse() throws {
        let sender = try socket()
        let receiver = try socket()
        let address = receiver.localAddress
        let destination = try #require(address)
        try sender.connect(to: destination)
        var burst = DatagramBurst(capacity: 2, datagramBytes: 64)
        for round in UInt8(1)...3 {
            let sending = sender.send([round])
            #expect(sending == .sent)
            let count = burst.receive(from: receiver.descriptor)
            try #require(count == 1)
            let (bytes, arrival) = (burst.datagram(0).copiedBytes(), burst.arrival(of: 0))
            #expect(bytes == [round] && arrival == nil)
        }
    }

    @Test("a datagram that is too long is not taken")
    func tooLong() throws {
        let destination = try #require(SocketAddress("127.0.0.1:9"))
        var burst = DatagramBurst(capacity: 1, datagramBytes: 8)
        let datagram = [UInt8](repeating: 0, count: 9)
        let isTaken = burst.append(datagram.span.bytes, to: destination)
        let count = burst.count
        #expect(!isTaken && count == 0)
    }

    @Test("nobody at the connected peer: the second datagram is refused")
    func refused() throws {
        let sender = try socket()
        let other = try socket().localAddress
        let peer = try #require(other)
        try sender.connect(to: peer)
        let datagram: [UInt8] = [1]
        let first = sender.send(datagram)
        let second = datagram.span.bytes.send(on: sender.descriptor)
        #expect(first == .sent && second == .refused)
        _ = sender.send(datagram)
        var burst = DatagramBurst(capacity: 1, datagramBytes: 8)
        let count = burst.receive(from: sender.descriptor)
        let isRefused = burst.isRefused
        #expect(count == 0 && isRefused)
    }
}

@Suite("Looking at a process")
struct ProcessProbeTests {
    @Test("this process has a name, memory, threads, descriptors, and uses time")
    func ownProcess() throws {
        let probe = ProcessProbe.own
        #expect(probe.isAlive && probe.name?.isEmpty == false)
        #expect(try #require(probe.residentBytes) > 1 << 20)
        #expect(try #require(probe.peakResidentBytes) >= 1 << 20)
        #expect(try #require(probe.threadCount) >= 1)
        let before = try #require(probe.openDescriptorCount)
        #expect(before >= 3)
        let used = try #require(probe.cpuNanoseconds)
        let start = PreciseTimer.threadCPUNanoseconds()
        while PreciseTimer.threadCPUNanoseconds() < start + 30_000_000 {}
        #expect(try #require(probe.cpuNanoseconds) >= used + 20_000_000)
    }

    @Test("a process that is not there has nothing")
    func noProcess() {
        let probe = ProcessProbe(processID: 0x7fff_fff0)
        #expect(!probe.isAlive && probe.name == nil && probe.cpuNanoseconds == nil)
        #expect(probe.residentBytes == nil && probe.openDescriptorCount == nil)
    }

    @Test("a sleep ends at its time, and at once when that has passed")
    func sleeps() {
        let deadline = MonotonicClock.now() + .milliseconds(3)
        PreciseTimer.sleep(until: deadline)
        #expect(MonotonicClock.now() >= deadline)
        PreciseTimer.sleep(until: Instant(nanoseconds: 5))
    }
}
