import BatonBase
import BatonMedia

/// The sessions by call-id, with one timer each.
struct SessionTable {
    private var byCallID: [String: SessionRecord] = [:]
    private var records: [SessionRecord?] = []
    private var freeSlots: [Int] = []
    private(set) var wheel: TimerWheel

    init(start: Instant) {
        wheel = TimerWheel(capacity: 1_024, start: start, resolution: .milliseconds(10))
    }

    /// How many sessions there are.
    var count: Int { byCallID.count }

    /// The session with this call-id.
    func record(_ callID: String) -> SessionRecord? { byCallID[callID] }

    /// All sessions, in the order of their places.
    var all: some Sequence<SessionRecord> { records.lazy.compactMap(\.self) }

    /// Makes and keeps a record.
    mutating func insert(_ session: Session, worker: Int, at now: Instant) -> SessionRecord {
        let slot = freeSlots.popLast() ?? records.count
        if slot == records.count { records.append(nil) }
        if slot >= wheel.capacity { wheel.grow(to: wheel.capacity * 2) }
        let record = SessionRecord(slot: slot, worker: worker, session: session, at: now)
        records[slot] = record
        byCallID[session.callID] = record
        return record
    }

    /// Forgets a record and its timer.
    mutating func remove(_ record: SessionRecord) {
        wheel.disarm(record.slot)
        byCallID[record.callID] = nil
        records[record.slot] = nil
        freeSlots.append(record.slot)
    }

    /// Sets the session's timer.
    mutating func arm(_ record: SessionRecord, at deadline: Instant) {
        wheel.arm(record.slot, at: deadline)
    }

    /// One session whose timer is due.
    mutating func expire(at now: Instant) -> SessionRecord? {
        while let slot = wheel.expire(at: now) {
            if let record = records[slot] { return record }
        }
        return nil
    }

    /// When the next timer is due, at the latest.
    var nextDeadline: Instant? { wheel.nextDeadline() }
}
