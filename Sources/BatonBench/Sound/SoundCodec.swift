internal import BatonAudio
internal import BatonBase
internal import BatonOpus

/// A codec that the generator sends and hears.
public enum SoundCodec: String, Sendable, CaseIterable {
    /// G.711 µ-law (RFC 3551 §4.5.14).
    case pcmu = "PCMU"
    /// G.711 A-law.
    case pcma = "PCMA"
    /// Opus (RFC 6716, RFC 7587).
    case opus

    /// The codec with this name, in any case of letters.
    public init?(name: String) {
        let match = Self.allCases.first { $0.rawValue.lowercased() == name.lowercased() }
        guard let match else { return nil }
        self = match
    }

    /// What `a=rtpmap` says.
    var encoding: String { self == .opus ? "opus/48000/2" : "\(rawValue)/8000" }

    /// Its payload type in an offer.
    var payloadType: UInt8 {
        switch self {
        case .pcmu: 0
        case .pcma: 8
        case .opus: 111
        }
    }

    /// The rate of its RTP timestamps.
    var clockRateHz: Int { self == .opus ? 48_000 : 8_000 }

    /// The timestamp's step from packet to packet of 20 ms.
    var ticksPerPacket: UInt32 { UInt32(clockRateHz / 50) }
}

/// How the generator encodes Opus.
public struct SoundEncoding: Hashable, Sendable {
    /// Bits a second.
    public var bitrate = 24_000
    /// The encoder's effort, 0 … 10.
    public var complexity = 10
    /// Samples a second that go into it.
    public var sampleRateHz = 8_000

    /// The defaults: 24 kbit/s, the greatest effort, 8,000 samples a second.
    public init() {}
}

extension SoundCodec {
    /// `samples` in packets of 20 ms.
    func encode(
        _ samples: [Int16], _ encoding: SoundEncoding
    ) throws(BenchError) -> [[UInt8]] {
        switch self {
        case .pcmu, .pcma:
            let law = G711Codec(self == .pcmu ? .mu : .a)
            return stride(from: 0, to: samples.count - 159, by: 160).map { start in
                samples[start..<start + 160].map { law.encode($0) }
            }
        case .opus:
            do throws(OpusFailure) {
                return try Self.encodeOpus(samples, encoding)
            } catch {
                throw .system("Opus: encoding failed (\(error.code)).")
            }
        }
    }

    private static func encodeOpus(
        _ samples: [Int16], _ encoding: SoundEncoding
    ) throws(OpusFailure) -> [[UInt8]] {
        var encoder = try OpusEncoder(encoding.settings)
        let frame = encoding.sampleRateHz / 50
        var packets: [[UInt8]] = []
        var buffer = [UInt8](repeating: 0, count: OpusEncoder.frameBytesMax)
        for start in stride(from: 0, through: samples.count - frame, by: frame) {
            var span = buffer.mutableSpan
            var bytes = span.mutableBytes
            let length = try encoder.encode(
                samples.span.extracting(start..<start + frame), into: &bytes)
            packets.append(Array(buffer[..<length]))
        }
        return packets
    }

    /// What is heard of `packets` at 8,000 samples a second; packets that cannot be decoded are
    /// silent.
    func decode(_ packets: [[UInt8]]) throws(BenchError) -> [Int16] {
        switch self {
        case .pcmu, .pcma:
            let law = G711Codec(self == .pcmu ? .mu : .a)
            return packets.flatMap { $0.map { law.decode($0) } }
        case .opus:
            do throws(OpusFailure) {
                return try Self.decodeOpus(packets)
            } catch {
                throw .system("Opus: decoding failed (\(error.code)).")
            }
        }
    }

    private static func decodeOpus(_ packets: [[UInt8]]) throws(OpusFailure) -> [Int16] {
        var decoder = try OpusDecoder(sampleRate: .hz8000, channels: .mono)
        var buffer = [Int16](repeating: 0, count: 960)
        var samples: [Int16] = []
        for packet in packets {
            var span = buffer.mutableSpan
            var count = 160
            do throws(OpusFailure) {
                count = try decoder.decode(packet.span.bytes, into: &span)
            } catch {
                for index in 0..<count { buffer[index] = 0 }
            }
            samples += buffer[..<count]
        }
        return samples
    }
}

extension SoundEncoding {
    /// The encoder's settings: speech, variable rate, no repetition, no pauses.
    var settings: OpusEncoderSettings {
        var settings = OpusEncoderSettings(
            sampleRate: OpusSampleRate(atLeast: sampleRateHz), channels: .mono)
        settings.bitrateBitsPerSecond = bitrate
        settings.complexity = complexity
        return settings
    }
}
