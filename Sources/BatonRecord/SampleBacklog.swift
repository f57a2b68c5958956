/// Audio that waits to be sent: bytes of whole samples, up to a limit; the oldest frames give way.
struct SampleBacklog {
    private var bytes: [UInt8]
    private var start = 0
    /// Bytes that wait.
    private(set) var count = 0
    private let frameBytes: Int
    /// Frames that gave way.
    private(set) var droppedFrames: UInt64 = 0
    /// Whether the first byte is the second half of a sample.
    private var isInSample = false

    /// Room for `frames` of `frameBytes`, which are an even number.
    init(frames: Int, frameBytes: Int) {
        self.frameBytes = frameBytes
        bytes = Array(repeating: 0, count: frames * frameBytes)
    }

    var isEmpty: Bool { count == 0 }

    /// Adds samples, the low byte first.
    mutating func append(_ samples: some Collection<Int16>) {
        for sample in samples {
            if count + 2 > bytes.count { dropFrame() }
            put(UInt8(truncatingIfNeeded: sample))
            put(UInt8(truncatingIfNeeded: sample >> 8))
        }
    }

    /// The oldest bytes that lie together.
    var first: ArraySlice<UInt8> { bytes[start..<min(start + count, bytes.count)] }

    /// Takes `sent` of ``first`` away.
    mutating func remove(_ sent: Int) {
        start = (start + sent) % bytes.count
        count -= sent
        if sent % 2 == 1 { isInSample.toggle() }
    }

    /// Drops what is left of it, as nobody is going to take it.
    mutating func giveUp() {
        droppedFrames &+= UInt64((count + frameBytes - 1) / frameBytes)
        (start, count, isInSample) = (0, 0, false)
    }

    /// A new connection begins with a whole sample.
    mutating func align() {
        if isInSample { remove(1) }
    }

    private mutating func put(_ byte: UInt8) {
        bytes[(start + count) % bytes.count] = byte
        count += 1
    }

    private mutating func dropFrame() {
        droppedFrames &+= 1
        // A sample that is half sent is sent to its end.
        let half = bytes[start]
        start = (start + frameBytes) % bytes.count
        count -= frameBytes
        if isInSample { bytes[start] = half }
    }
}
