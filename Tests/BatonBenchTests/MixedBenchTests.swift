import BatonBase
import BatonIO
import BatonSDP
import Testing

@testable import BatonBench

@Suite("Soak of mixed calls: N24, N26, N27", .serialized)
struct MixedBenchTests {
    private func soak(
        _ faults: FakeRelay.Faults, change: (inout MixedBenchOptions) -> Void = { _ in }
    ) throws -> BenchReport {
        let relay = try FakeRelay(faults)
        defer { relay.stop() }
        var options = MixedBenchOptions(target: relay.address, music: "/none.wav")
        options.calls = 6
        options.waves = 2
        options.duration = .seconds(2)
        options.meanLife = .milliseconds(300)
        options.settle = .milliseconds(50)
        options.endPatience = .milliseconds(300)
        options.shares = [.plain: 1]
        options.sourcePorts = 10500...10800
        change(&options)
        return try MixedBench.run(options)
    }

    private func figure(_ report: BenchReport, _ section: String, _ key: String) -> Double {
        report.number(section, key) ?? -1
    }

    /// The same where packets are missing, which are not waited for long.
    private func lossy(_ faults: FakeRelay.Faults) throws -> BenchReport {
        try soak(faults) { $0.patience = .milliseconds(300) }
    }

    @Test("calls come and go, every packet is accounted for, and nothing is left behind")
    func soundRelay() throws {
        let report = try soak(.init())
        #expect(report.isPassed, "\(report.text)")
        #expect(figure(report, "calls", "made") >= 12)
        #expect(figure(report, "calls", "made") == figure(report, "calls", "ended"))
        #expect(figure(report, "media", "sent") > 200)
        #expect(figure(report, "media", "sent") == figure(report, "media", "received"))
        #expect(figure(report, "plain", "sent") == figure(report, "media", "sent"))
    }

    @Test("a reply that fills its datagram is taken like any other")
    func wordyRelay() throws {
        let report = try soak(.init(statisticsBytes: 60_000))
        #expect(report.isPassed, "\(report.text)")
        #expect(figure(report, "calls", "made") == figure(report, "calls", "ended"))
    }

    @Test("packets that the relay drops are its own loss, not a receive queue's")
    func lossyRelay() throws {
        let report = try lossy(.init(dropEvery: 20))
        #expect(!report.isPassed)
        let lost = figure(report, "media", "lost")
        #expect(lost > 5)
        #expect(lost == figure(report, "media", "sent") - figure(report, "media", "received"))
        #expect(figure(report, "media", "lostInQueues") == 0)
        #expect(report.remarks.contains { $0.hasPrefix("The relay lost") })
    }

    @Test("copies and changed packets fail the soak")
    func faultyRelay() throws {
        let copies = try soak(.init(doubleEvery: 20))
        #expect(!copies.isPassed && figure(copies, "media", "disorder") > 5)
        #expect(figure(copies, "media", "lost") == 0)
        let changed = try lossy(.init(corruptEvery: 20))
        #expect(!changed.isPassed && figure(changed, "media", "strange") > 5)
    }

    @Test("descriptors that do not come back fail the soak, and calls that stay listed")
    func leakyRelay() throws {
        let leak = try soak(.init(isLeaky: true)) {
            // The fake relay lives in this process, beside other tests.
            $0.processID = ProcessProbe.own.processID
            $0.growthLimit = 10
        }
        #expect(leak.number("process", "resident2") != nil)
        #expect(!leak.isPassed)
        #expect(leak.remarks.contains { $0.contains("descriptors have not come back") })
        var faults = FakeRelay.Faults()
        faults.listsEnded = true
        let listed = try soak(faults)
        #expect(!listed.isPassed)
        #expect(listed.remarks.contains { $0.contains("1 calls were still listed after wave 1") })
    }

    @Test("what a relay cannot do is told with its words, and the other calls go on")
    func refusingRelay() throws {
        let report = try soak(.init()) { $0.shares = [.plain: 1, .music: 1, .dtls: 1] }
        #expect(!report.isPassed)
        #expect(report.remarks.contains { $0.contains("beginning: result \"error\"") })
        #expect(report.remarks.contains { $0.contains("no a=fingerprint") })
        #expect(figure(report, "plain", "calls") >= 1)
        #expect(figure(report, "media", "lost") == 0)
        #expect(figure(report, "calls", "made") == figure(report, "calls", "ended"))
    }

    @Test("the same seed draws the same calls, with each kind as often as its share says")
    func draws() {
        var first = SplitMix64(seed: 9)
        var second = SplitMix64(seed: 9)
        var counts: [MixedCallKind: Int] = [:]
        for _ in 0..<10_000 {
            let draw = MixedCallDraw(MixedCallKind.usualShares, using: &first)
            #expect(draw == MixedCallDraw(MixedCallKind.usualShares, using: &second))
            counts[draw.kind, default: 0] += 1
        }
        #expect(MixedCallKind.usualShares.values.reduce(0, +) == 100)
        for (kind, share) in MixedCallKind.usualShares {
            #expect(abs((counts[kind] ?? 0) - share * 100) < 250, "\(kind)")
        }
        let only = MixedCallDraw([.music: 1, .plain: 0], using: &first)
        #expect(only.kind == .music)
    }

    @Test(
        "options that cannot be are refused before anything is sent",
        arguments: [
            { $0.calls = 0 }, { $0.waves = 0 }, { $0.duration = .seconds(1) },
            { $0.meanLife = .zero }, { $0.shares = [:] }, { $0.shares = [.plain: 0] },
            { $0.shares = [.plain: -1, .music: 2] }, { $0.opusComplexity = 11 },
        ] as [@Sendable (inout MixedBenchOptions) -> Void])
    func refusesOptions(change: @Sendable (inout MixedBenchOptions) -> Void) throws {
        let target = SocketAddress(ip: IPAddress(v4: 0x7f00_0001), port: 9)
        var options = MixedBenchOptions(target: target, music: "/none.wav")
        change(&options)
        let error = #expect(throws: BenchError.self) { try MixedBench.run(options) }
        #expect(error?.exitCode == 2)
    }
}

@Suite("The account of a stream in the soak of mixed calls")
struct MixedStreamTests {
    private let hearing = MixedStream.Hearing(codec: .pcmu, payloadType: 0, toneHz: 1_000)

    /// RTP packets of these numbers with a tone of `toneHz`.
    private func packets(_ numbers: [Int], toneHz: Double = 1_000) throws -> [[UInt8]] {
        let samples = SpeechSource.toneSamples(toneHz, seconds: 2, rateHz: 8_000)
        let payloads = try SoundCodec.pcmu.encode(samples, SoundEncoding())
        return numbers.map { number in
            let timestamp = UInt32(number) * 160
            var packet: [UInt8] = [0x80, 0, UInt8(number >> 8), UInt8(number & 255)]
            packet += (0..<4).map { UInt8(truncatingIfNeeded: timestamp >> (24 - 8 * $0)) }
            return packet + [0, 0, 0, 1] + payloads[number % payloads.count]
        }
    }

    private func stream(
        sent: Int, _ numbers: [Int], isPlayed: Bool = false, toneHz: Double = 1_000
    ) throws -> MixedStream {
        var stream = MixedStream(hearing, isPlayed: isPlayed)
        for _ in 0..<sent { stream.note(.sent) }
        for packet in try packets(numbers, toneHz: toneHz) {
            stream.receive(packet.span.bytes, hearing)
        }
        return stream
    }

    @Test("of a stream that the relay numbers, gaps and missing last packets are lost")
    func losses() throws {
        #expect(try stream(sent: 6, [1, 2, 3, 4, 5, 6]).lost == 0)
        #expect(try stream(sent: 6, [1, 2, 5, 6]).lost == 2)
        #expect(try stream(sent: 6, [1, 2, 3, 4]).lost == 2)
        #expect(try stream(sent: 4, [1, 2, 3, 4, 5]).disorder == 1)
        #expect(try stream(sent: 0, [1, 2, 4], isPlayed: true).lost == 1)
        #expect(try stream(sent: 0, [1, 2, 3], isPlayed: true).disorder == 0)
    }

    @Test("the tone is looked for when a second of it was heard")
    func tone() throws {
        let numbers = Array(0..<60)
        #expect(try stream(sent: 60, numbers).hearsTone() == true)
        #expect(try stream(sent: 60, numbers, toneHz: 1_400).hearsTone() == false)
        #expect(try stream(sent: 20, Array(0..<20)).hearsTone() == nil)
    }

    @Test("packets of another call or direction are strange, copies out of order")
    func exact() {
        var stream = MixedStream(nil)
        func stamp(_ call: UInt32, _ sequence: UInt32) -> MediaReading {
            .intact(
                MediaStamp(
                    call: call, direction: .callerToCallee, sequence: sequence,
                    sentAt: Instant(nanoseconds: 0)))
        }
        for reading in [stamp(7, 1), stamp(7, 2), stamp(7, 2), stamp(8, 3), .corrupt, .foreign] {
            stream.receive(reading, call: 7, .callerToCallee)
        }
        stream.receive(stamp(7, 3), call: 7, .calleeToCaller)
        #expect(stream.received == 2 && stream.disorder == 1 && stream.strange == 4)
    }

    @Test("a listener who is played far too little is counted, one who misses a packet is not")
    func underfed() throws {
        for (count, expected) in [(150, 0), (149, 0), (130, 1)] {
            var random = SplitMix64(seed: 1)
            let address = SocketAddress(ip: IPAddress(v4: 0x7f00_0001), port: 9)
            let call = MixedCall(
                MixedCallDraw([.music: 1], using: &random), place: 0,
                call: BenchCall(number: 1, caller: address, callee: address), firstSequence: 0)
            call.prepareStreams(musicToneHz: 1_000)
            #expect(!call.sends(.callerToCallee) && call.sends(.calleeToCaller))
            for packet in try packets(Array(0..<count)) {
                call.streams[0].receive(packet.span.bytes, hearing)
            }
            call.playing = (Instant(nanoseconds: 0), Instant(nanoseconds: 3_000_000_000))
            var totals = MixedTotals()
            try totals.enter(call)
            #expect(totals.underfed == expected && totals.received == UInt64(count))
            #expect(totals.isFaultless == (expected == 0))
        }
    }

    @Test("what is missing was lost by the generator first, then in the relay's queues")
    func attribution() {
        let losses = MixedLosses(lost: 10, ownDrops: 3, relayDrops: 4)
        #expect(losses.byGenerator == 3 && losses.inRelayQueues == 4 && losses.byRelay == 3)
        let own = MixedLosses(lost: 2, ownDrops: 30, relayDrops: 4)
        #expect(own.byGenerator == 2 && own.inRelayQueues == 0 && own.byRelay == 0)
    }
}
