import BatonBase
import BatonOpus
import Testing

/// A tone that glides, so that each frame has something new.
func glide(rate: Int, count: Int) -> [Int16] {
    var phase = 0.0
    return (0..<count).map { index in
        phase += 0.02 + 0.000_01 * Double(index % 8_000) * 8_000 / Double(rate)
        // A triangle: no Foundation needed.
        let part = phase - phase.rounded(.down)
        return Int16(8_000 * (4 * (part < 0.5 ? part : 1 - part) - 1))
    }
}

@Suite("Opus encoder and decoder (RFC 6716)")
struct OpusCodecTests {
    @Test("a frame of each rate comes back with its length", arguments: OpusSampleRate.allCases)
    func roundTrip(rate: OpusSampleRate) throws {
        var encoder = try OpusEncoder(OpusEncoderSettings(sampleRate: rate, channels: .mono))
        var decoder = try OpusDecoder(sampleRate: rate, channels: .mono)
        let frame = glide(rate: rate.hertz, count: rate.hertz / 50)
        let packet = try encoder.packet(frame)
        let decoded = try decoder.samples(packet)
        #expect(decoded.count == frame.count)
    }

    @Test("every packet is decoded at every rate and with both numbers of channels")
    func anyRate() throws {
        var encoder = try OpusEncoder(
            OpusEncoderSettings(sampleRate: .hz48000, channels: .stereo))
        let packet = try encoder.packet(glide(rate: 48_000, count: 1_920))
        for rate in OpusSampleRate.allCases {
            for channels in [OpusChannels.mono, .stereo] {
                var decoder = try OpusDecoder(sampleRate: rate, channels: channels)
                let count = try decoder.samples(packet).count
                #expect(count == rate.hertz / 50 * channels.count)
            }
        }
    }

    @Test("what is no packet is refused, and the decoder goes on")
    func refuses() throws {
        var decoder = try OpusDecoder(sampleRate: .hz8000, channels: .mono)
        for packet in [[], [0x03], [0x01, 1], [0xff, 0x00]] as [[UInt8]] {
            #expect(throws: OpusFailure.self) { _ = try decoder.samples(packet) }
        }
        var encoder = try OpusEncoder(
            OpusEncoderSettings(sampleRate: .hz8000, channels: .mono))
        #expect(throws: OpusFailure.badArgument) { _ = try encoder.packet([1, 2, 3]) }
        let packet = try encoder.packet(glide(rate: 8_000, count: 160))
        let count = try decoder.samples(packet).count
        #expect(count == 160)
    }

    @Test("a place that is too small is refused before anything is written")
    func tooSmall() throws {
        var encoder = try OpusEncoder(OpusEncoderSettings(sampleRate: .hz8000, channels: .mono))
        let packet = try encoder.packet(glide(rate: 8_000, count: 160))
        var decoder = try OpusDecoder(sampleRate: .hz8000, channels: .mono)
        var samples = [Int16](repeating: 77, count: 100)
        var span = samples.mutableSpan
        var failure: OpusFailure?
        do throws(OpusFailure) {
            _ = try decoder.decode(packet.span.bytes, into: &span)
        } catch { failure = error }
        #expect(failure == .bufferTooSmall)
        #expect(samples.allSatisfy { $0 == 77 })
    }

    @Test("a bitrate, constant if so wanted, is kept")
    func bitrate() throws {
        for bitrate in [12_000, 24_000, 64_000] {
            var settings = OpusEncoderSettings(sampleRate: .hz16000, channels: .mono)
            settings.bitrateBitsPerSecond = bitrate
            settings.isConstantBitrate = true
            var encoder = try OpusEncoder(settings)
            let samples = glide(rate: 16_000, count: 16_000)
            for index in 0..<50 {
                let packet = try encoder.packet(Array(samples[index * 320..<(index + 1) * 320]))
                #expect(packet.count == bitrate / 8 / 50)
            }
        }
    }

    @Test("settings out of range are refused")
    func settings() throws {
        var settings = OpusEncoderSettings(sampleRate: .hz16000, channels: .mono)
        settings.complexity = 11
        #expect(throws: OpusFailure.badArgument) { _ = try OpusEncoder(settings) }
        var encoder = try OpusEncoder(
            OpusEncoderSettings(sampleRate: .hz16000, channels: .mono))
        #expect(throws: OpusFailure.badArgument) { try encoder.setComplexity(-1) }
        #expect(throws: OpusFailure.badArgument) {
            try encoder.setInbandFEC(true, expectedLossPercent: 101)
        }
        try encoder.setBitrate(6_000)
        try encoder.setMaxBandwidth(.narrow)
        #expect(encoder.settings.bitrateBitsPerSecond == 6_000)
        #expect(encoder.settings.maxBandwidth == .narrow)
    }

    @Test("an encoder that is started at another rate takes that rate's frames")
    func restart() throws {
        var encoder = try OpusEncoder(OpusEncoderSettings(sampleRate: .hz48000, channels: .mono))
        _ = try encoder.packet(glide(rate: 48_000, count: 2_880))
        try encoder.restart(sampleRate: .hz8000)
        let packet = try encoder.packet(glide(rate: 8_000, count: 480))
        let ticks = try info(packet).ticks
        #expect(ticks == 2_880)
    }

    @Test("states take the memory that the documentation says")
    func memory() {
        #expect(OpusDecoder.memoryBytes(channels: .mono) <= 19_000)
        #expect(OpusDecoder.memoryBytes(channels: .stereo) <= 27_000)
        #expect(OpusEncoder.memoryBytes(channels: .mono) <= 44_000)
        #expect(OpusEncoder.memoryBytes(channels: .stereo) <= 50_000)
    }
}

/// What a packet says of itself.
func info(_ packet: [UInt8]) throws -> OpusPacketInfo {
    try OpusPacketInfo(packet.span.bytes)
}

@Suite("What Opus packets say of themselves (RFC 6716 §3)")
struct OpusPacketInfoTests {
    @Test("the configurations of table 2")
    func configurations() throws {
        let lengths: [(ClosedRange<UInt8>, [Int])] = [
            (0...11, [480, 960, 1_920, 2_880]), (12...15, [480, 960]),
            (16...31, [120, 240, 480, 960]),
        ]
        for (configs, ticks) in lengths {
            for config in configs {
                let info = try info([config << 3, 0])
                #expect(info.frameTicks == ticks[Int(config - configs.lowerBound) % ticks.count])
                #expect(info.frameCount == 1)
            }
        }
        let bandwidths: [(UInt8, OpusBandwidth)] = [
            (0, .narrow), (4, .medium), (8, .wide), (12, .superWide), (14, .full), (16, .narrow),
            (20, .wide), (24, .superWide), (28, .full),
        ]
        for (config, bandwidth) in bandwidths {
            #expect(try info([config << 3, 0]).bandwidth == bandwidth)
        }
        #expect(try info([0x04, 0]).channels == .stereo)
    }

    @Test("numbers of frames, and lengths that contradict §3.4")
    func frames() throws {
        #expect(try info([0x09, 1, 2]).frameCount == 2)
        #expect(try info([0x0b, 6, 1, 2, 3, 4, 5, 6]).frameCount == 6)
        for packet in [[], [0x0b], [0x0b, 0], [0x0b, 7], [0x09, 1], [0x0a, 252]] as [[UInt8]] {
            #expect(throws: OpusFailure.invalidPacket) { _ = try info(packet) }
        }
    }

    @Test("an encoder's packets have FEC exactly when they help", arguments: [10, 20, 40, 60])
    func forwardErrorCorrection(milliseconds: Int) throws {
        var settings = OpusEncoderSettings(sampleRate: .hz16000, channels: .mono)
        settings.usesInbandFEC = true
        settings.expectedLossPercent = 25
        settings.bitrateBitsPerSecond = 32_000
        settings.maxBandwidth = .wide
        var with = try OpusEncoder(settings)
        settings.usesInbandFEC = false
        var without = try OpusEncoder(settings)
        let frame = 16 * milliseconds
        let samples = glide(rate: 16_000, count: 40 * frame)
        var repeated = 0
        for index in 0..<40 {
            let block = Array(samples[index * frame..<(index + 1) * frame])
            let packet = try info(try with.packet(block))
            #expect(packet.mode == .silk && packet.bandwidth == .wide)
            #expect(packet.ticks == 48 * milliseconds)
            repeated += packet.hasFEC ? 1 : 0
            let plain = try info(try without.packet(block)).hasFEC
            #expect(!plain)
        }
        #expect(repeated > 25)
    }

    @Test("DTX gives packets that say silence")
    func silence() throws {
        var settings = OpusEncoderSettings(sampleRate: .hz8000, channels: .mono)
        settings.usesDTX = true
        var encoder = try OpusEncoder(settings)
        var silent = 0
        for _ in 0..<100 {
            silent +=
                try info(try encoder.packet([Int16](repeating: 0, count: 160))).isSilence
                ? 1 : 0
        }
        #expect(silent > 60)
        let speech = try info(try encoder.packet(glide(rate: 8_000, count: 160)))
        #expect(!speech.isSilence)
    }

    @Test("random packets are read as libopus reads them", arguments: 1...20 as ClosedRange<UInt64>)
    func random(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        var decoder = try OpusDecoder(sampleRate: .hz8000, channels: .mono)
        for _ in 0..<500 {
            let packet = (0..<Int.random(in: 0...60, using: &random)).map { _ in
                UInt8.random(in: 0 ... .max, using: &random)
            }
            let ticks = (try? info(packet))?.ticks
            let count = (try? decoder.samples(packet))?.count
            #expect(ticks.map { $0 / 6 } == count, "seed \(seed): \(packet)")
        }
    }
}

@Suite("Opus packets that are lost")
struct OpusLossTests {
    private func error(of heard: [Int16], to sent: [Int16]) -> Double {
        zip(heard, sent).reduce(0.0) { sum, pair in
            let difference = Double(pair.0) - Double(pair.1)
            return sum + difference * difference
        }
    }

    @Test("FEC comes nearer to what was lost than concealment does")
    func recovery() throws {
        var settings = OpusEncoderSettings(sampleRate: .hz16000, channels: .mono)
        settings.usesInbandFEC = true
        settings.expectedLossPercent = 25
        settings.bitrateBitsPerSecond = 32_000
        var encoder = try OpusEncoder(settings)
        var whole = try OpusDecoder(sampleRate: .hz16000, channels: .mono)
        var recovering = try OpusDecoder(sampleRate: .hz16000, channels: .mono)
        var concealing = try OpusDecoder(sampleRate: .hz16000, channels: .mono)
        let samples = glide(rate: 16_000, count: 320 * 60)
        let packets = try (0..<60).map { index in
            try encoder.packet(Array(samples[index * 320..<(index + 1) * 320]))
        }
        var (recovered, concealed) = (0.0, 0.0)
        for index in 0..<60 {
            let good = try whole.samples(packets[index])
            guard index % 10 == 7 else {
                _ = try recovering.samples(packets[index])
                _ = try concealing.samples(packets[index])
                continue
            }
            var room = [Int16](repeating: 0, count: 320)
            var span = room.mutableSpan
            let next = packets[index + 1]
            let found = try recovering.decodeLost(
                before: next.span.bytes, frames: 320, into: &span)
            #expect(found == 320)
            recovered += error(of: room, to: good)
            span = room.mutableSpan
            let made = try concealing.conceal(frames: 320, into: &span)
            #expect(made == 320)
            concealed += error(of: room, to: good)
        }
        #expect(recovered < concealed / 2, "\(recovered) against \(concealed)")
    }

    @Test("changing the effort while running leaves no step in the sound")
    func complexity() throws {
        let samples = glide(rate: 8_000, count: 160 * 100)
        func noise(_ effort: (Int) -> Int) throws -> Double {
            var encoder = try OpusEncoder(
                OpusEncoderSettings(sampleRate: .hz8000, channels: .mono))
            var decoder = try OpusDecoder(sampleRate: .hz8000, channels: .mono)
            var heard: [Int16] = []
            for index in 0..<100 {
                try encoder.setComplexity(effort(index))
                let block = Array(samples[index * 160..<(index + 1) * 160])
                heard += try decoder.samples(try encoder.packet(block))
            }
            let delay = encoder.lookahead()
            return error(
                of: Array(heard.dropFirst(delay + 1_600)), to: Array(samples.dropFirst(1_600)))
        }
        let low = try noise { _ in 0 }
        let changing = try noise { $0 / 5 % 2 == 0 ? 10 : 0 }
        #expect(changing < 1.1 * low, "\(changing) against \(low)")
    }
}

extension OpusEncoder {
    /// A packet of `samples`.
    mutating func packet(_ samples: [Int16]) throws -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 1_500)
        var typed = bytes.mutableSpan
        var span = typed.mutableBytes
        let count = try encode(samples.span, into: &span)
        return Array(bytes.prefix(count))
    }
}

extension OpusDecoder {
    /// What `packet` decodes to.
    mutating func samples(_ packet: [UInt8]) throws -> [Int16] {
        var samples = [Int16](repeating: 0, count: sampleRate.hertz * channels.count * 12 / 100)
        var span = samples.mutableSpan
        let count = try decode(packet.span.bytes, into: &span)
        return Array(samples.prefix(count * channels.count))
    }
}
