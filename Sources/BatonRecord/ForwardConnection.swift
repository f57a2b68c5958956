import BatonBase
import BatonIO

/// A line's connection to whoever listens: made, used, and made again; nothing here ever waits.
///
/// Five seconds may wait to be taken, then the oldest gives way. While nobody is there, another
/// attempt follows after half a second, then after twice that, ten seconds at most.
final class ForwardConnection {
    private let address: SocketAddress
    private var header: [UInt8] = []
    private var headerSent = 0
    private var backlog: SampleBacklog
    private var socket: Socket?
    private var attemptAt: Instant?
    private var pause = ForwardConnection.pauseMin
    private var isFailing = false
    private var failures: [Failure] = []
    private var received: [UInt8] = []
    private(set) var sentBytes: UInt64 = 0

    /// A connection, or the attempt at one.
    private struct Socket: ~Copyable {
        let descriptor: Descriptor
        let since: Instant
        /// Whether it has taken anything: until then nobody has answered.
        var isOpen = false
    }

    /// Why it does not go on, once until it does.
    struct Failure {
        var cause: ForwardingFailureCause
        var sentence: String
    }

    /// What may wait: five seconds.
    static let framesMax = 250
    static let pauseMin: Duration = .milliseconds(500)
    static let pauseMax: Duration = .seconds(10)
    /// For how long nobody may answer.
    static let connectMax: Duration = .seconds(5)
    /// What the system may hold back of it: what lies there is beyond reach and grows old.
    static let systemBytes: Int32 = 32_768

    /// A connection to `address` for samples of `sampleRateHz`.
    init(to address: SocketAddress, sampleRateHz: Int) {
        self.address = address
        backlog = SampleBacklog(frames: Self.framesMax, frameBytes: sampleRateHz / 50 * 2)
    }

    /// Whether it stands.
    var isConnected: Bool { socket?.isOpen ?? false }
    /// Whether everything is sent.
    var isEmpty: Bool { backlog.isEmpty && (socket == nil || headerSent == header.count) }
    /// Frames of 20 ms that gave way.
    var droppedFrames: UInt64 { backlog.droppedFrames }

    /// Takes samples to be sent.
    func append(_ samples: some Collection<Int16>) {
        let before = backlog.droppedFrames
        backlog.append(samples)
        if backlog.droppedFrames > before, isConnected {
            note(.slow, "\(address) takes less than there is: the oldest audio is left out")
        }
    }

    /// Sends what can be sent; `header` goes first on each connection.
    func turn(at now: Instant, header: @autoclosure () -> [UInt8]) {
        if socket == nil {
            guard attemptAt.map({ now >= $0 }) ?? true else { return }
            self.header = header()
            connect(at: now)
        }
        do throws(SystemError) {
            try drain()
            try send(at: now)
        } catch {
            fail(error, at: now)
        }
        guard let since = socket?.since, !isConnected, now >= since + Self.connectMax else {
            return
        }
        let seconds = Self.connectMax.components.seconds
        fail(.timedOut, "nobody answers at \(address) for \(seconds) s", at: now)
    }

    /// Gives up what is left and closes.
    func close() {
        backlog.giveUp()
        socket = nil
    }

    /// What has gone wrong since the last call.
    func takeFailures() -> [Failure] {
        defer { failures.removeAll() }
        return failures
    }

    private func connect(at now: Instant) {
        do throws(SystemError) {
            let number = try StreamSocket.connect(to: address)
            socket = Socket(descriptor: Descriptor(owning: number), since: now)
            headerSent = 0
            backlog.align()
            try StreamSocket.setForLiveMedia(number, bufferBytes: Self.systemBytes)
        } catch {
            fail(error, at: now)
        }
    }

    /// Takes what the listener says and forgets it: bytes that nobody has read would cut the
    /// connection's end off.
    private func drain() throws(SystemError) {
        guard isConnected, let number = socket?.descriptor.number else { return }
        received.removeAll(keepingCapacity: true)
        _ = try StreamSocket.read(number, into: &received, limit: 4_096)
    }

    private func send(at now: Instant) throws(SystemError) {
        while let number = socket?.descriptor.number {
            let isHeader = headerSent < header.count
            let bytes = isHeader ? header[headerSent...] : backlog.first
            guard !bytes.isEmpty,
                case .bytes(let count) = try StreamSocket.write(number, bytes)
            else { return }
            socket?.isOpen = true
            if isHeader {
                headerSent += count
            } else {
                backlog.remove(count)
                sentBytes &+= UInt64(count)
                settle(at: now)
            }
        }
    }

    /// It goes on: the next trouble is worth a word again, and a short pause.
    private func settle(at now: Instant) {
        guard let since = socket?.since, now >= since + Self.pauseMax else { return }
        pause = Self.pauseMin
        isFailing = false
    }

    private func fail(_ error: SystemError, at now: Instant) {
        fail(ForwardingFailureCause(error), "\(address): \(error.reason)", at: now)
    }

    private func fail(_ cause: ForwardingFailureCause, _ sentence: String, at now: Instant) {
        socket = nil
        attemptAt = now + pause
        pause = min(pause * 2, Self.pauseMax)
        note(cause, sentence)
    }

    private func note(_ cause: ForwardingFailureCause, _ sentence: String) {
        guard !isFailing else { return }
        isFailing = true
        failures.append(Failure(cause: cause, sentence: sentence))
    }
}
