import BatonBase
import BatonIO
import BatonNG

/// Posts notices over HTTP/1.1, a few at a time, each within a time limit (N21, N25). A notice is
/// tried once. Confined to the signalling loop.
final class NoticeSender {
    /// How many notices may be under way.
    var concurrentMax = 8
    /// How many may wait for their turn; further ones are lost and counted.
    var waitingMax = 1_024
    /// How long one may take.
    var timeout: Duration = .seconds(5)
    /// Notices delivered.
    private(set) var delivered: UInt64 = 0
    /// Notices that were refused, timed out, could not be sent or found no room.
    private(set) var failed: UInt64 = 0

    private let loop: EventLoop
    private let clock: () -> Instant
    private var waiting: [(target: NoticeTarget, request: NoticeRequest)] = []
    private var active: [Int32: Posting] = [:]

    /// A request on its connection.
    private final class Posting {
        let socket: Descriptor
        let deadline: Instant
        var request: NoticeRequest
        var sent = 0

        init(_ request: NoticeRequest, owning descriptor: Int32, deadline: Instant) {
            self.request = request
            self.deadline = deadline
            socket = Descriptor(owning: descriptor)
        }
    }

    init(on loop: EventLoop, clock: @escaping () -> Instant) {
        self.loop = loop
        self.clock = clock
    }

    /// Sends `body` to `target`, now or when others are done.
    func post(_ body: NGDictionary, to target: NoticeTarget, software: String) {
        guard waiting.count < waitingMax else {
            failed &+= 1
            return
        }
        waiting.append((target, NoticeRequest(to: target, body: body, software: software)))
        startWaiting()
    }

    /// Gives up what takes too long. The driver calls it about once a second.
    func housekeep(at now: Instant) {
        for (descriptor, posting) in active where posting.deadline <= now {
            finish(descriptor, isDelivered: false)
        }
        startWaiting()
    }

    /// Drops everything.
    func stop() {
        for descriptor in active.keys { loop.unwatch(descriptor) }
        active = [:]
        waiting = []
    }

    private func startWaiting() {
        while active.count < concurrentMax, !waiting.isEmpty {
            let (target, request) = waiting.removeFirst()
            do throws(SystemError) {
                let descriptor = try StreamSocket.connect(to: target.address)
                let posting = Posting(request, owning: descriptor, deadline: clock() + timeout)
                try loop.watch(descriptor, for: .write) { [weak self] _ in
                    self?.advance(descriptor)
                }
                active[descriptor] = posting
            } catch {
                failed &+= 1
            }
        }
    }

    private func advance(_ descriptor: Int32) {
        guard let posting = active[descriptor] else { return }
        do throws(SystemError) {
            if posting.sent < posting.request.bytes.count {
                try send(posting)
            } else {
                try receive(posting)
            }
        } catch {
            finish(descriptor, isDelivered: false)
        }
    }

    private func send(_ posting: Posting) throws(SystemError) {
        let descriptor = posting.socket.number
        switch try StreamSocket.write(descriptor, posting.request.bytes[posting.sent...]) {
        case .bytes(let count): posting.sent += count
        case .wouldBlock, .endOfStream: return
        }
        if posting.sent == posting.request.bytes.count {
            try loop.modify(descriptor, for: .read)
        }
    }

    private func receive(_ posting: Posting) throws(SystemError) {
        var bytes: [UInt8] = []
        switch try StreamSocket.read(posting.socket.number, into: &bytes, limit: 1_024) {
        case .wouldBlock:
            return
        case .endOfStream:
            finish(posting.socket.number, isDelivered: false)
        case .bytes:
            guard let outcome = posting.request.receive(bytes) else { return }
            finish(posting.socket.number, isDelivered: outcome == .delivered)
        }
    }

    private func finish(_ descriptor: Int32, isDelivered: Bool) {
        loop.unwatch(descriptor)
        active[descriptor] = nil
        if isDelivered { delivered &+= 1 } else { failed &+= 1 }
        startWaiting()
    }
}
