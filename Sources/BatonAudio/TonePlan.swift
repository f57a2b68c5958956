/// What a tone sounds like: frequencies, level, and when it is on.
public struct TonePlan: Hashable, Sendable {
    /// In Hz, sounding together. Those that a sample rate cannot carry are left out.
    public var frequenciesHz: [Double]
    /// The level of each frequency in dBm0.
    public var levelDBm0: Double
    /// How long in milliseconds it is on, off, on, off …; empty when it is always on.
    public var cadenceMilliseconds: [Int]
    /// Whether the cadence begins again after its end; if not, silence follows.
    public var isRepeated: Bool

    /// The most frequencies and cadence steps that are used; further ones are left out.
    public static let maximumCount = 16

    /// A tone of these frequencies.
    public init(
        frequenciesHz: [Double], levelDBm0: Double = -10, cadenceMilliseconds: [Int] = [],
        isRepeated: Bool = true
    ) {
        self.frequenciesHz = frequenciesHz
        self.levelDBm0 = levelDBm0
        self.cadenceMilliseconds = cadenceMilliseconds
        self.isRepeated = isRepeated
    }

    /// The ringing tone that ITU-T E.180 §4 recommends.
    public static let ringing = TonePlan(
        frequenciesHz: [425], cadenceMilliseconds: [1_000, 4_000])
    /// The busy tone of most of Europe, within ITU-T E.180 §5.
    public static let busy = TonePlan(frequenciesHz: [425], cadenceMilliseconds: [480, 480])
    /// The congestion tone of most of Europe, within ITU-T E.180 §6.
    public static let congestion = TonePlan(frequenciesHz: [425], cadenceMilliseconds: [240, 240])
    /// The ringing tone of North America.
    public static let ringingNorthAmerica = TonePlan(
        frequenciesHz: [440, 480], levelDBm0: -19, cadenceMilliseconds: [2_000, 4_000])
    /// The busy tone of North America.
    public static let busyNorthAmerica = TonePlan(
        frequenciesHz: [480, 620], levelDBm0: -24, cadenceMilliseconds: [500, 500])
}
