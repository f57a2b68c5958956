internal import BatonOpus

extension AudioEncoder {
    /// The rate at which Opus works for audio of `sourceRateHz` and a receiver with `parameters`.
    static func opusRate(for sourceRateHz: Int, _ parameters: OpusParameters) -> OpusSampleRate {
        // Encoding more than the receiver plays is wasted, RFC 7587 §6.1.
        OpusSampleRate(atLeast: min(sourceRateHz, parameters.maxPlaybackRateHz ?? 48_000))
    }

    /// Bits a second.
    static func opusBitrate(
        _ parameters: OpusParameters, _ rate: OpusSampleRate, stereo: Bool,
        _ settings: TranscoderSettings
    ) -> Int {
        let bitrate =
            switch rate {
            case .hz8000: settings.narrowbandBitrate
            case .hz12000, .hz16000: settings.widebandBitrate
            case .hz24000, .hz48000: settings.fullbandBitrate
            }
        let wanted = min(max(stereo ? 2 * bitrate : bitrate, 6_000), 510_000)
        return min(wanted, parameters.maxAverageBitrate ?? .max)
    }

    /// The effort.
    static func opusComplexity(
        _ rate: OpusSampleRate, repeats: Bool, _ settings: TranscoderSettings
    ) -> Int {
        let wanted =
            rate == .hz8000 && !repeats ? settings.narrowbandComplexity : settings.opusComplexity
        return min(max(wanted, 0), 10)
    }

    /// What an encoder for a receiver with `parameters` is made with.
    static func opusSettings(
        _ parameters: OpusParameters, _ rate: OpusSampleRate, stereo: Bool,
        _ settings: TranscoderSettings
    ) -> OpusEncoderSettings {
        var made = OpusEncoderSettings(sampleRate: rate, channels: stereo ? .stereo : .mono)
        made.bitrateBitsPerSecond = opusBitrate(parameters, rate, stereo: stereo, settings)
        made.expectedLossPercent = min(max(settings.expectedLossPercent, 0), 100)
        made.usesInbandFEC = parameters.usesInbandFEC && settings.repeatsBeforeLoss
        made.complexity = opusComplexity(rate, repeats: made.usesInbandFEC, settings)
        made.usesDTX = parameters.usesDTX
        made.isConstantBitrate = parameters.wantsConstantBitrate
        if let playbackRateHz = parameters.maxPlaybackRateHz {
            made.maxBandwidth = OpusBandwidth(playbackRate: playbackRateHz)
        }
        return made
    }
}
