internal import BatonBase
internal import BatonCrypto
internal import BatonIO

/// A DTLS handshake of a bench's call with the relay, over a socket that is connected to it.
final class Handshake {
    /// The number of the call.
    let call: Int
    let descriptor: Int32
    /// When it began.
    let begun: Instant
    private(set) var association: DTLSAssociation

    /// Starts the handshake; what it has to send goes with the first ``turn(_:_:)``.
    ///
    /// - Throws: `BenchError.system` when OpenSSL will not have it.
    init(
        _ call: BenchCall, _ descriptor: Int32, _ context: DTLSContext, isActive: Bool
    ) throws(BenchError) {
        self.call = call.number
        self.descriptor = descriptor
        begun = MonotonicClock.now()
        do throws(DTLSError) {
            association = try DTLSAssociation(
                context, role: isActive ? .active : .passive,
                fingerprints: call.agreement.caller.fingerprint.map { [$0] } ?? [])
        } catch {
            throw .system("DTLS: \(error)")
        }
        association.start(at: begun)
    }

    /// Whether it has come to no end yet.
    var isRunning: Bool { association.state == .connecting || association.state == .new }

    /// Reads what has come, and sends what is due; false when nothing had come.
    ///
    /// - Parameters:
    ///   - burst: room for what is read.
    ///   - buffer: room for a datagram that is sent.
    func turn(_ burst: inout DatagramBurst, _ buffer: inout [UInt8]) -> Bool {
        let count = burst.receive(from: descriptor)
        let now = MonotonicClock.now()
        for slot in 0..<count { association.receive(burst.datagram(slot), at: now) }
        if let deadline = association.nextDeadline, deadline <= now {
            association.handleTimeout(at: now)
        }
        send(&buffer)
        return count > 0
    }

    /// What has happened since the last call; `nil` when nothing has.
    func nextEvent() -> DTLSEvent? { association.nextEvent() }

    private func send(_ buffer: inout [UInt8]) {
        while true {
            var span = buffer.mutableSpan
            var bytes = span.mutableBytes
            let length = association.nextDatagram(into: &bytes)
            guard length > 0 else { return }
            _ = buffer.span.bytes.extracting(0..<length).send(on: descriptor)
        }
    }
}
