public import BatonBase

/// How much effort the Opus encoders of a worker may take, by how busy the worker is.
///
/// A worker that cannot keep up loses packets, of all its calls; an encoder that takes less effort
/// costs some quality, of its own call. So the effort goes first. It falls by a step when the
/// worker was busy for most of two windows in a row, and rises by one when it has been calm for as
/// long as it takes to believe that.
public struct EncodingEffort: Sendable {
    /// The limits of Opus's complexity, from the usual one down.
    public static let complexityLimits = [10, 3, 1, 0]
    /// How long the worker is watched before it is judged.
    public static let window = Duration.milliseconds(200)
    /// Busy for more than so many percent of a window: it is about to fall behind.
    public static let busyPercent: UInt64 = 85
    /// Busy for less than so many percent: a step up would still leave it room.
    public static let calmPercent: UInt64 = 50
    /// Windows in a row that are busy before the effort falls.
    static let busyWindows = 2
    /// Windows in a row that are calm before it rises: 5 s.
    static let calmWindows = 25

    /// How much the limit is below the usual one, in steps.
    private var step = 0
    private var windowStart: Instant
    private var busyNanoseconds: UInt64 = 0
    private var busyRun = 0
    private var calmRun = 0

    /// The usual effort, from `now` on.
    public init(at now: Instant) { windowStart = now }

    /// The most effort that an encoder may take, 0…10.
    public var complexityLimit: Int { Self.complexityLimits[step] }

    /// Adds a stretch of work that ended at `now`. When that changes the limit: how busy the worker
    /// was, in percent of the window.
    public mutating func note(busyNanoseconds busy: UInt64, endingAt now: Instant) -> Int? {
        busyNanoseconds &+= busy
        let elapsed = now.nanosecondsSince(windowStart)
        let window = Self.window.wholeNanoseconds
        guard elapsed >= window else { return nil }
        let percent = min(busyNanoseconds / max(elapsed / 100, 1), 100)
        // Windows that passed without any work are as calm as one that had some.
        let windows = Int(clamping: elapsed / window)
        windowStart = now
        busyNanoseconds = 0
        return judge(percent, windows: windows) ? Int(percent) : nil
    }

    private mutating func judge(_ percent: UInt64, windows: Int) -> Bool {
        busyRun = percent > Self.busyPercent ? busyRun + 1 : 0
        let enough = Self.calmWindows * Self.complexityLimits.count
        calmRun = percent < Self.calmPercent ? calmRun + min(windows, enough) : 0
        if busyRun >= Self.busyWindows, step + 1 < Self.complexityLimits.count {
            step += 1
        } else if calmRun >= Self.calmWindows, step > 0 {
            // Each 5 s of calm is a step, also those in which nothing had to be done at all.
            step = max(step - calmRun / Self.calmWindows, 0)
        } else {
            return false
        }
        busyRun = 0
        calmRun = 0
        return true
    }
}
