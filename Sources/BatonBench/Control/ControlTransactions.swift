internal import BatonBase

/// The requests that wait for their replies: cookies, copies after a silence, giving up. Sans-IO.
///
/// A copy carries the same cookie, so that the relay repeats its reply instead of doing the command
/// twice (N3).
struct ControlTransactions {
    /// How long a request waits before each copy and before it is given up.
    struct Patience: Hashable, Sendable {
        /// The wait before the first copy; each further wait is twice as long.
        var firstWait: Duration = .milliseconds(500)
        /// How many copies are sent.
        var copies = 3
    }

    /// What is to be done about a request that has waited too long.
    enum Overdue: Hashable {
        /// Send these bytes again.
        case copy([UInt8])
        /// No reply will come any more to the request of this owner.
        case unanswered(owner: Int)
    }

    private struct Pending {
        var owner: Int
        var datagram: [UInt8]
        var firstSent: Instant
        var deadline: Instant
        var copies: Int
    }

    private let prefix: String
    private let patience: Patience
    private var serial = 0
    private var pending: [Int: Pending] = [:]
    /// A time not later than the earliest deadline.
    private(set) var nextDeadline: Instant?
    /// How many copies were sent.
    private(set) var copyCount = 0

    /// Transactions whose cookies start with `prefix`.
    init(prefix: String, patience: Patience = Patience()) {
        self.prefix = prefix
        self.patience = patience
    }

    /// How many requests wait.
    var pendingCount: Int { pending.count }

    /// Starts a request; `owner` comes back with its end. Gives the datagram to be sent.
    mutating func begin(_ command: ControlValue, owner: Int, at now: Instant) -> [UInt8] {
        serial += 1
        var datagram = Array("\(prefix)\(serial) ".utf8)
        command.write(to: &datagram)
        let deadline = now + patience.firstWait
        pending[serial] = Pending(
            owner: owner, datagram: datagram, firstSent: now, deadline: deadline, copies: 0)
        nextDeadline = min(nextDeadline ?? deadline, deadline)
        return datagram
    }

    /// Takes a datagram from the relay. `nil` for anything but the first reply to a waiting
    /// request.
    mutating func receive(
        _ datagram: [UInt8], at now: Instant
    ) -> (owner: Int, reply: ControlReply, waited: Duration)? {
        guard let space = datagram.firstIndex(of: 0x20),
            let serial = serial(ofCookie: datagram[..<space]),
            let reply = ControlReply(document: Array(datagram[(space + 1)...])),
            let request = pending.removeValue(forKey: serial)
        else { return nil }
        if pending.isEmpty { nextDeadline = nil }
        return (request.owner, reply, now - request.firstSent)
    }

    /// What has waited too long at `now`.
    mutating func overdue(at now: Instant) -> [Overdue] {
        guard let earliest = nextDeadline, earliest <= now else { return [] }
        var results: [Overdue] = []
        for (serial, var request) in pending where request.deadline <= now {
            guard request.copies < patience.copies else {
                pending[serial] = nil
                results.append(.unanswered(owner: request.owner))
                continue
            }
            request.copies += 1
            request.deadline = now + patience.firstWait * (1 << request.copies)
            pending[serial] = request
            copyCount += 1
            results.append(.copy(request.datagram))
        }
        nextDeadline = pending.values.map(\.deadline).min()
        return results
    }

    /// Forgets all waiting requests and gives their owners.
    mutating func abandonAll() -> [Int] {
        defer { pending = [:] }
        nextDeadline = nil
        return pending.values.map(\.owner).sorted()
    }

    private func serial(ofCookie cookie: ArraySlice<UInt8>) -> Int? {
        guard cookie.starts(with: prefix.utf8) else { return nil }
        return Int(String(decoding: cookie.dropFirst(prefix.utf8.count), as: UTF8.self))
    }
}
