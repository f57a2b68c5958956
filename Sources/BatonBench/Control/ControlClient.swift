internal import BatonBase
internal import BatonIO

/// An ng client over UDP that keeps a number of requests in flight.
///
/// Runs on the calling thread, which it blocks; one thread at a time.
struct ControlClient: ~Copyable {
    /// What follows a reply.
    enum Step {
        /// The chain goes on with this request.
        case request(ControlValue)
        /// The chain has reached its end.
        case finished
        /// The chain has failed for this reason.
        case failed(String)
    }

    /// What has become of a number of chains.
    struct Outcome: Sendable {
        /// How many reached their end.
        var finished = 0
        /// How many failed for each reason.
        var failures: [String: Int] = [:]
        /// The time from the first request to the last reply.
        var elapsed: Duration = .zero
        /// The time from each request to its reply.
        var waits = LatencyHistogram()
        /// How many copies of requests were sent after a silence.
        var copies = 0

        /// How many failed.
        var failureCount: Int { failures.values.reduce(0, +) }
        /// The commonest reason.
        var commonestFailure: String? { failures.max { $0.value < $1.value }?.key }
    }

    private let target: SocketAddress
    private let socket: UDPSocket
    /// A call's statistics may fill a whole datagram, and one that is cut off would be no reply.
    private var burst = DatagramBurst(capacity: 32, datagramBytes: 65_536)
    private var transactions: ControlTransactions

    /// A client of the relay at `target`, with cookies that start with `prefix`.
    init(
        target: SocketAddress, prefix: String, patience: ControlTransactions.Patience = .init()
    ) throws(BenchError) {
        socket = try Self.connect(to: target)
        self.target = target
        transactions = ControlTransactions(prefix: prefix, patience: patience)
    }

    private static func connect(to target: SocketAddress) throws(BenchError) -> UDPSocket {
        do throws(SystemError) {
            let any = IPAddress(target.ip.family == .v4 ? "0.0.0.0" : "::") ?? target.ip
            var options = UDPSocketOptions()
            options.receiveBufferBytes = 4 << 20
            let socket = try UDPSocket(
                bindingTo: SocketAddress(ip: any, port: 0), options: options)
            try socket.connect(to: target)
            return socket
        } catch {
            throw .system("control socket: \(error)")
        }
    }

    /// Asks the relay whether it is there.
    mutating func ping() throws(BenchError) {
        let outcome = run(count: 1, outstanding: 1) { _, reply in
            guard let reply else {
                return .request(.dictionary([.init(key: "command", value: "ping")]))
            }
            return reply.isGranted ? .finished : .failed(reply.refusal)
        }
        if let failure = outcome.commonestFailure {
            throw .unreachable("\(target) does not answer an ng ping: \(failure)")
        }
    }

    /// Runs the chains 0 ..< `count`, at most `outstanding` at a time, each from its first request
    /// to its end. `step` is called with `nil` for a chain's first request and then with each
    /// reply.
    mutating func run(
        count: Int, outstanding: Int, step: (Int, ControlReply?) -> Step
    ) -> Outcome {
        let start = MonotonicClock.now()
        let copiesBefore = transactions.copyCount
        var outcome = Outcome()
        var started = 0
        while outcome.finished + outcome.failureCount < count {
            while started < count, transactions.pendingCount < max(1, outstanding) {
                take(step(started, nil), of: started, &outcome)
                started += 1
            }
            receive(step, &outcome)
        }
        outcome.elapsed = MonotonicClock.now() - start
        outcome.copies = transactions.copyCount - copiesBefore
        return outcome
    }

    private mutating func take(_ step: Step, of chain: Int, _ outcome: inout Outcome) {
        switch step {
        case .request(let command):
            socket.send(transactions.begin(command, owner: chain, at: MonotonicClock.now()))
        case .finished:
            outcome.finished += 1
        case .failed(let reason):
            outcome.failures[reason, default: 0] += 1
        }
    }

    /// Waits for replies and handles them, or what is overdue.
    private mutating func receive(
        _ step: (Int, ControlReply?) -> Step, _ outcome: inout Outcome
    ) {
        guard transactions.pendingCount > 0 else { return }
        var count = burst.receive(from: socket.descriptor)
        if count == 0, socket.waitUntilReadable(timeout: .milliseconds(20)) {
            count = burst.receive(from: socket.descriptor)
        }
        if burst.isRefused {
            for chain in transactions.abandonAll() {
                take(.failed("nobody listens there"), of: chain, &outcome)
            }
        }
        let now = MonotonicClock.now()
        for slot in 0..<count {
            let datagram = burst.datagram(slot).copiedBytes()
            guard let (chain, reply, waited) = transactions.receive(datagram, at: now) else {
                continue
            }
            outcome.waits.record(nanoseconds: waited.wholeNanoseconds)
            take(step(chain, reply), of: chain, &outcome)
        }
        for overdue in transactions.overdue(at: now) {
            switch overdue {
            case .copy(let datagram): socket.send(datagram)
            case .unanswered(let chain): take(.failed("no reply"), of: chain, &outcome)
            }
        }
    }
}
