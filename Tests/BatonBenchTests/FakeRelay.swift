import BatonBase
import BatonIO
import Dispatch
import Synchronization

@testable import BatonBench

/// A relay of a few lines for tests, with faults on order: speaks minimal ng and forwards packets.
final class FakeRelay: Sendable {
    /// What it does wrong.
    struct Faults: Sendable {
        /// Every nth packet is dropped, sent twice, changed, or sent to another call; 0 never.
        var dropEvery = 0
        var doubleEvery = 0
        var corruptEvery = 0
        var misdirectEvery = 0
        /// Calls beyond this number are refused.
        var mostCalls = Int.max
        /// The first copy of every nth request stays unanswered; 0 never.
        var muteEvery = 0
        /// Whether it forwards nothing.
        var isSilent = false
        /// Whether its SDP names a port where nobody listens.
        var namesClosedPort = false
        /// Whose packets it takes.
        var sources = Sources.anyone
        /// The media ports that it binds, `nil` for any.
        var ports: ClosedRange<UInt16>?
        /// Whether it forgets to close the descriptors of an ended call.
        var isLeaky = false
        /// Whether it forgets to take an ended call off its list.
        var listsEnded = false
        /// How many bytes of statistics it gives when a call ends.
        var statisticsBytes = 0
    }

    /// Whose packets a relay takes.
    enum Sources: Sendable {
        /// Everybody's; the stream goes where the SDP says.
        case anyone
        /// Everybody's; the stream goes to whoever sent last.
        case latest
        /// Those of the address in the SDP.
        case signalled
    }

    /// Its ng address.
    let address: SocketAddress
    private let isStopped = Atomic<Bool>(false)
    private let queue = DispatchQueue(label: "fake relay")

    init(_ faults: Faults = Faults()) throws {
        let loopback = IPAddress(v4: 0x7f00_0001)
        let control = try UDPSocket(bindingTo: SocketAddress(ip: loopback, port: 0))
        address = control.localAddress ?? SocketAddress(ip: loopback, port: 0)
        let descriptor = control.takeDescriptor()
        queue.async { [self] in
            var loop = FakeRelayLoop(faults, control: descriptor)
            while !isStopped.load(ordering: .relaxed) { loop.turn() }
            loop.close()
        }
    }

    /// Ends the relay and waits until it has ended.
    func stop() {
        isStopped.store(true, ordering: .relaxed)
        queue.sync {}
    }
}

/// The relay's thread: looks at all its sockets, then sleeps a moment.
private struct FakeRelayLoop: ~Copyable {
    private struct Side {
        var descriptor: Int32
        var port: UInt16
        var remote: SocketAddress?
    }

    private let faults: FakeRelay.Faults
    private let control: Int32
    private var calls: [String: (caller: Side, callee: Side)] = [:]
    private var order: [String] = []
    private var seen: Set<String> = []
    private var burst = DatagramBurst(capacity: 32, datagramBytes: 8192)
    private var output = DatagramBurst(capacity: 1, datagramBytes: 65_536)
    private var packets = 0

    init(_ faults: FakeRelay.Faults, control: Int32) {
        self.faults = faults
        self.control = control
    }

    mutating func turn() {
        serveControl()
        for identifier in order {
            guard let call = calls[identifier] else { continue }
            forward(identifier, from: call.caller, through: call.callee, \.caller)
            forward(identifier, from: call.callee, through: call.caller, \.callee)
        }
        PreciseTimer.sleep(until: MonotonicClock.now() + .microseconds(200))
    }

    mutating func close() {
        for call in calls.values {
            Descriptor.close(taken: call.caller.descriptor)
            Descriptor.close(taken: call.callee.descriptor)
        }
        Descriptor.close(taken: control)
    }

    private mutating func serveControl() {
        let count = burst.receive(from: control)
        let requests = (0..<count).map { (burst.datagram($0).copiedBytes(), burst.source(of: $0)) }
        for (bytes, source) in requests {
            guard let source, let space = bytes.firstIndex(of: 0x20),
                let request = ControlValue(bencoded: Array(bytes[(space + 1)...]))
            else { continue }
            let cookie = String(decoding: bytes[..<space], as: UTF8.self)
            let isNew = seen.insert(cookie).inserted
            if isNew, faults.muteEvery > 0, seen.count % faults.muteEvery == 0 { continue }
            var reply = Array(bytes[...space])
            answer(request).write(to: &reply)
            _ = output.append(reply.span.bytes, to: source)
            _ = output.send(from: control)
        }
    }

    private mutating func answer(_ request: ControlValue) -> ControlValue {
        func result(_ word: String, _ more: ControlValue.Entry...) -> ControlValue {
            .dictionary(more + [.init(key: "result", value: .text(word))])
        }
        let identifier = request["call-id"]?.text ?? ""
        switch request["command"]?.text {
        case "ping": return result("pong")
        case "offer" where calls.count >= faults.mostCalls:
            return result("error", .init(key: "error-reason", value: "Ran out of ports"))
        case "offer":
            if calls[identifier] == nil {
                guard let sides = openSides() else { return result("error") }
                calls[identifier] = sides
                order.append(identifier)
            }
            return result("ok", negotiate(request, identifier, isAnswer: false))
        case "answer": return result("ok", negotiate(request, identifier, isAnswer: true))
        case "start recording", "stop recording": return result("ok")
        case "list":
            let listed = order + (faults.listsEnded ? ["ended"] : [])
            return result(
                "ok", .init(key: "calls", value: .list(listed.map { .text($0) })))
        case "delete":
            order.removeAll { $0 == identifier }
            if let call = calls.removeValue(forKey: identifier), !faults.isLeaky {
                Descriptor.close(taken: call.caller.descriptor)
                Descriptor.close(taken: call.callee.descriptor)
            }
            let statistics = [UInt8](repeating: 0x2e, count: faults.statisticsBytes)
            return result("ok", .init(key: "totals", value: .string(statistics)))
        default: return result("error")
        }
    }

    /// Notes the address of the party that speaks and gives the SDP for the other one.
    private mutating func negotiate(
        _ request: ControlValue, _ identifier: String, isAnswer: Bool
    ) -> ControlValue.Entry {
        let remote = request["sdp"]?.bytes.flatMap(SessionText.mediaAddress)
        let isFromCallee = request["from-tag"]?.text?.hasPrefix("callee") ?? false
        if isFromCallee == isAnswer {
            calls[identifier]?.caller.remote = remote
            return sdp(port: calls[identifier]?.callee.port)
        }
        calls[identifier]?.callee.remote = remote
        return sdp(port: calls[identifier]?.caller.port)
    }

    private func sdp(port: UInt16?) -> ControlValue.Entry {
        let named = faults.namesClosedPort ? 9 : port ?? 0
        let address = SocketAddress(ip: IPAddress(v4: 0x7f00_0001), port: named)
        return .init(
            key: "sdp", value: .string(SessionText.description(of: address, number: 1)))
    }

    private func openSides() -> (caller: Side, callee: Side)? {
        func open() -> Side? {
            for port in faults.ports ?? 0...0 {
                let local = SocketAddress(ip: IPAddress(v4: 0x7f00_0001), port: port)
                guard let socket = try? UDPSocket(bindingTo: local),
                    let bound = socket.localAddress
                else { continue }
                return Side(descriptor: socket.takeDescriptor(), port: bound.port)
            }
            return nil
        }
        guard let caller = open(), let callee = open() else { return nil }
        return (caller, callee)
    }

    private mutating func forward(
        _ identifier: String, from side: Side, through peer: Side,
        _ path: WritableKeyPath<(caller: Side, callee: Side), Side>
    ) {
        let count = burst.receive(from: side.descriptor)
        let datagrams = (0..<count).map { (burst.datagram($0).copiedBytes(), burst.source(of: $0)) }
        guard !faults.isSilent else { return }
        for (datagram, source) in datagrams {
            if faults.sources == .signalled, source != side.remote { continue }
            if faults.sources == .latest { calls[identifier]?[keyPath: path].remote = source }
            forward(datagram, through: peer)
        }
    }

    private mutating func forward(_ original: [UInt8], through peer: Side) {
        var datagram = original
        packets += 1
        if isDue(faults.dropEvery) { return }
        if isDue(faults.corruptEvery) { datagram[datagram.count - 1] ^= 1 }
        var target = peer
        if isDue(faults.misdirectEvery) { target = calls[order[0]]?.caller ?? peer }
        send(datagram, through: target)
        if isDue(faults.doubleEvery) { send(datagram, through: target) }
    }

    private func isDue(_ every: Int) -> Bool { every > 0 && packets % every == 0 }

    private mutating func send(_ datagram: [UInt8], through side: Side) {
        guard let remote = side.remote else { return }
        _ = output.append(datagram.span.bytes, to: remote)
        _ = output.send(from: side.descriptor)
    }
}
