import BatonBase
import BatonCrypto
import Glibc

/// What a DTLS-SRTP handshake costs: CPU time of each role and memory of each association, without
/// sockets and without loss.
///
/// `HandshakeBench COUNT` makes that many handshakes, one after the other, and keeps all of their
/// associations.
@main
struct HandshakeBench {
    static func main() throws {
        let count = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 500
        let before = microseconds()
        let certificate = try DTLSCertificate(selfSignedAt: time(nil))
        print("certificate: \(microseconds() - before) µs")
        let made = microseconds()
        let context = try DTLSContext(certificate)
        print("context: \(microseconds() - made) µs")
        // The first handshakes load what OpenSSL loads once.
        for _ in 0..<10 { _ = try Pair(context).handshake() }
        try measureTime(context, count)
        try measureMemory(context, count)
    }

    private static func measureTime(_ context: DTLSContext, _ count: Int) throws {
        var steps: [String: Int] = [:]
        for _ in 0..<count {
            for (step, time) in try Pair(context).handshake() { steps[step, default: 0] += time }
        }
        for (step, time) in steps.sorted(by: { $0.key < $1.key }) {
            print("\(step): \(time / count) µs")
        }
    }

    /// The growth of the process while it keeps pairs in each state. The connected ones come first:
    /// what their handshakes needed and gave back is used again by the next.
    private static func measureMemory(_ context: DTLSContext, _ count: Int) throws {
        var pairs: [Pair] = []
        for state in ["connected", "new", "connecting"] {
            let before = residentBytes()
            for _ in 0..<count {
                let pair = try Pair(context)
                if state == "connected" { _ = pair.handshake() }
                if state == "connecting" { pair.begin() }
                pairs.append(pair)
            }
            print("\(state): \((residentBytes() - before) / count / 2) bytes an association")
        }
    }

    static func microseconds() -> Int {
        var now = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now)
        return now.tv_sec * 1_000_000 + now.tv_nsec / 1_000
    }

    private static func residentBytes() -> Int {
        guard let file = fopen("/proc/self/statm", "r") else { return 0 }
        defer { fclose(file) }
        var text = [UInt8](repeating: 0, count: 128)
        let count = fread(&text, 1, text.count, file)
        let fields = String(decoding: text[..<count], as: UTF8.self).split(separator: " ")
        return (fields.count > 1 ? Int(fields[1]) ?? 0 : 0) * Int(sysconf(Int32(_SC_PAGESIZE)))
    }
}

/// Both sides of a handshake.
private final class Pair {
    var active: DTLSAssociation
    var passive: DTLSAssociation
    let now = Instant(nanoseconds: 1_000_000_000)
    private var steps: [(String, Int)] = []

    init(_ context: DTLSContext) throws {
        let before = HandshakeBench.microseconds()
        active = try DTLSAssociation(
            context, role: .active, fingerprints: [context.fingerprint])
        let between = HandshakeBench.microseconds()
        passive = try DTLSAssociation(
            context, role: .passive, fingerprints: [context.fingerprint])
        steps = [
            ("1 active, init", between - before),
            ("1 passive, init", HandshakeBench.microseconds() - between),
        ]
    }

    func handshake() -> [(String, Int)] {
        begin()
        return finish()
    }

    /// ClientHello and the passive side's first flight.
    func begin() {
        timed("2 active, ClientHello") { active.start(at: now) }
        let hello = take(&active)
        timed("3 passive, ServerHello to ServerHelloDone") { give(hello, to: &passive) }
    }

    /// The two flights that end the handshake.
    func finish() -> [(String, Int)] {
        let first = take(&passive)
        timed("4 active, Certificate to Finished") { give(first, to: &active) }
        let second = take(&active)
        timed("5 passive, Finished") { give(second, to: &passive) }
        let third = take(&passive)
        timed("6 active, end") { give(third, to: &active) }
        precondition(active.state == .connected && passive.state == .connected)
        return steps
    }

    private func timed(_ name: String, _ work: () -> Void) {
        let before = HandshakeBench.microseconds()
        work()
        steps.append((name, HandshakeBench.microseconds() - before))
    }

    private func give(_ datagrams: [[UInt8]], to association: inout DTLSAssociation) {
        for datagram in datagrams { association.receive(datagram.span.bytes, at: now) }
    }

    private func take(_ association: inout DTLSAssociation) -> [[UInt8]] {
        var datagrams: [[UInt8]] = []
        var buffer = [UInt8](repeating: 0, count: 2_048)
        while true {
            var span = buffer.mutableSpan
            var bytes = span.mutableBytes
            let count = association.nextDatagram(into: &bytes)
            guard count > 0 else { return datagrams }
            datagrams.append(Array(buffer[..<count]))
        }
    }
}
