import BatonAudio
import BatonBase
import Testing

@Suite("Packet loss concealment (after ITU-T G.711 Appendix I)")
struct PacketLossConcealerTests {
    /// A voiced sound: harmonics of `pitch`, falling by their number.
    private func voice(_ pitch: Double, rateHz: Int, count: Int) -> [Int16] {
        let harmonics = (1...8).map { number in
            Signals.tone(
                pitch * Double(number), rateHz: rateHz, amplitude: 6_000 / Double(number),
                count: count, phase: Double(number))
        }
        return (0..<count).map { index in
            Int16(clamping: harmonics.reduce(0) { $0 + Int($1[index]) })
        }
    }

    /// What is heard of `input` when the blocks in `lost` do not arrive.
    private func heard(
        _ input: [Int16], rateHz: Int, block: Int, lost: Set<Int>
    ) throws -> [Int16] {
        var concealer = try PacketLossConcealer(sampleRateHz: rateHz)
        var result = [Int16]()
        for number in 0..<input.count / block {
            var samples = Array(input[number * block..<(number + 1) * block])
            var span = samples.mutableSpan
            if lost.contains(number) {
                concealer.conceal(into: &span)
            } else {
                concealer.accept(&span)
            }
            result += samples
        }
        return result
    }

    private func error(_ first: ArraySlice<Int16>, _ second: ArraySlice<Int16>) -> Double {
        let difference = zip(first, second).map { Int16(clamping: Int($0) - Int($1)) }
        return Signals.effective(difference) / Signals.effective(second)
    }

    @Test(
        "a steady voice goes on over a lost packet of 20 ms", arguments: AudioRate.supported,
        [75.0, 120, 190, 310])
    func steadyVoice(rateHz: Int, pitch: Double) throws {
        let block = rateHz / 50
        let input = voice(pitch, rateHz: rateHz, count: 12 * block)
        let output = try heard(input, rateHz: rateHz, block: block, lost: [7])
        let gap = 7 * block..<8 * block
        let early = 7 * block..<7 * block + block / 2
        #expect(error(output[early], input[early]) < 0.3)
        #expect(error(output[gap], input[gap]) < 0.5, "silence would be 1")
        #expect(output[(8 * block + rateHz / 100)...] == input[(8 * block + rateHz / 100)...])
    }

    @Test("nothing changes while all packets arrive")
    func transparent() throws {
        var generator = SplitMix64(seed: 5)
        let input = Signals.noise(deviation: 8_000, count: 8_000, using: &generator)
        #expect(try heard(input, rateHz: 8_000, block: 160, lost: []) == input)
        #expect(try heard(input, rateHz: 8_000, block: 1_000, lost: []) == input)
    }

    @Test("what is made up fades, and is silence after 60 ms", arguments: AudioRate.supported)
    func fadesOut(rateHz: Int) throws {
        let block = rateHz / 100
        let input = voice(110, rateHz: rateHz, count: 40 * block)
        let output = try heard(input, rateHz: rateHz, block: block, lost: Set(20..<32))
        let levels = (20..<32).map { number in
            Signals.effective(output[number * block..<(number + 1) * block])
        }
        #expect(levels[0] > 0.7 * Signals.effective(input[..<(20 * block)]))
        #expect(levels[5] < 0.3 * levels[0])
        #expect(levels[6...].allSatisfy { $0 == 0 })
    }

    @Test(
        "there is no click at the edges of a gap, whatever its length",
        arguments: [1, 2, 3, 5, 7, 9], [1, 2, 3, 4])
    func noClicks(packets: Int, start: Int) throws {
        // A pitch that does not fit the packets.
        let input = voice(87.3, rateHz: 8_000, count: 6_400)
        let first = 20 + start
        let output = try heard(
            input, rateHz: 8_000, block: 80, lost: Set(first..<first + packets))
        func steepest(_ samples: [Int16]) -> Int {
            zip(samples, samples.dropFirst()).map { abs(Int($1) - Int($0)) }.max() ?? 0
        }
        #expect(steepest(output) <= steepest(input) * 13 / 10)
    }

    @Test("silence stays silence, and a gap before the first packet is silence")
    func silence() throws {
        let zeros = [Int16](repeating: 0, count: 1_600)
        #expect(try heard(zeros, rateHz: 8_000, block: 160, lost: [0, 4, 5]) == zeros)
    }

    @Test("full scale does not overflow", arguments: AudioRate.supported)
    func fullScale(rateHz: Int) throws {
        var generator = SplitMix64(seed: UInt64(rateHz))
        let block = rateHz / 50
        let input = (0..<30 * block).map { _ in
            Bool.random(using: &generator) ? Int16.max : Int16.min
        }
        let lost = Set((1..<30).filter { _ in Bool.random(using: &generator) })
        #expect(try heard(input, rateHz: rateHz, block: block, lost: lost).count == input.count)
    }

    @Test("packets of any length do", arguments: [1, 7, 40, 480, 2_000])
    func anyLength(block: Int) throws {
        let input = voice(140, rateHz: 8_000, count: 8_000 / block * block)
        let output = try heard(
            input, rateHz: 8_000, block: block, lost: [2, 3, input.count / block - 2])
        #expect(output.count == input.count)
    }

    @Test("after a reset a gap is silence")
    func reset() throws {
        var concealer = try PacketLossConcealer(sampleRateHz: 8_000)
        var samples = voice(100, rateHz: 8_000, count: 800)
        var span = samples.mutableSpan
        concealer.accept(&span)
        concealer.reset()
        var made = [Int16](repeating: 1, count: 160)
        var output = made.mutableSpan
        concealer.conceal(into: &output)
        #expect(made.allSatisfy { $0 == 0 })
    }

    @Test("a rate that is not supported is refused")
    func unsupported() {
        #expect(throws: AudioRateError(rateHz: 0)) { try PacketLossConcealer(sampleRateHz: 0) }
    }
}
