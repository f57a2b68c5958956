/// Tells speech from background by level, and counts how long nothing is heard.
///
/// The background is followed downwards at once and upwards by 1 dB a second, so that a voice does
/// not become background while it speaks, and a fan that is switched on does. Cheap: the energy of
/// a block and a few comparisons. Used by one thread at a time.
public struct SilenceDetector: Sendable {
    /// What a block is.
    public enum Activity: Hashable, Sendable {
        /// Somebody speaks, or has within the hang-over.
        case active
        /// Only the background is heard.
        case background
        /// Less than `floorDBov`: a muted or dead source.
        case silent
    }

    /// How far above the background speech is, in dB.
    public var marginDecibels: Int
    /// Below this it is silence however quiet the background is, in dBov.
    public var floorDBov: Int
    /// For how long after speech a block still counts as active, in milliseconds.
    public var hangoverMilliseconds: Int

    /// The level of the last block in dBov.
    public private(set) var levelDBov = AudioLevel.lowest
    /// The level of the background in dBov.
    public var backgroundDBov: Int { Int(background.rounded()) }
    /// Milliseconds since the last block that was not `silent`, at most a day: one-way audio shows
    /// here. 0 before the first block.
    public var silentMilliseconds: Int { Int(silent / 1_000) }

    private let sampleRateHz: Int
    private var background: Double
    /// Microseconds of hang-over left, and of silence.
    private var hangover = 0
    private var silent = 0
    /// What the background begins with: a quiet room.
    private static let firstBackground = -60.0
    private static let day = 86_400_000_000

    /// A detector for blocks at `sampleRateHz`.
    public init(
        sampleRateHz: Int, marginDecibels: Int = 9, floorDBov: Int = -72,
        hangoverMilliseconds: Int = 200
    ) {
        self.sampleRateHz = max(1, sampleRateHz)
        self.marginDecibels = marginDecibels
        self.floorDBov = floorDBov
        self.hangoverMilliseconds = hangoverMilliseconds
        background = Self.firstBackground
    }

    /// Takes a block in and says what it is.
    public mutating func process(_ samples: borrowing Span<Int16>) -> Activity {
        guard !samples.isEmpty else { return hangover > 0 ? .active : .background }
        levelDBov = AudioLevel.decibelsOverload(samples)
        let microseconds = samples.count * 1_000_000 / sampleRateHz
        let isSilent = levelDBov < floorDBov
        silent = isSilent ? min(silent + microseconds, Self.day) : 0
        let isSpeech = !isSilent && Double(levelDBov) > background + Double(marginDecibels)
        followBackground(isSilent: isSilent, microseconds: microseconds)
        if isSpeech {
            hangover = max(0, hangoverMilliseconds) * 1_000
            return .active
        }
        hangover = max(0, hangover - microseconds)
        guard hangover == 0 else { return .active }
        return isSilent ? .silent : .background
    }

    private mutating func followBackground(isSilent: Bool, microseconds: Int) {
        // Digital silence says nothing about the room.
        guard !isSilent else { return }
        let risen = background + Double(microseconds) / 1_000_000
        background = max(Double(floorDBov), min(Double(levelDBov), risen))
    }
}
