/// The sample rates that audio is converted between.
public enum AudioRate {
    /// In Hz: those of the codecs, and those that media files have.
    public static let supported = [
        8_000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000,
    ]
}

/// A sample rate cannot be used.
public struct AudioRateError: Error, Hashable, Sendable {
    /// The rate in Hz that is none of `AudioRate.supported`.
    public let rateHz: Int

    /// The error about `rateHz`.
    public init(rateHz: Int) {
        self.rateHz = rateHz
    }
}
