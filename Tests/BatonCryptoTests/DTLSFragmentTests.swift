import BatonBase
import BatonCrypto
import BatonTestKit
import Testing

@Suite("DTLS fragments and the MTU, RFC 6347 §4.1.1 and §4.2.3")
struct DTLSFragmentTests {
    private func bigCertificate() throws -> DTLSCertificate {
        try DTLSCertificate(
            pemCertificate: try digestVectors.bytes("rsa4096.crt"),
            pemPrivateKey: try digestVectors.bytes("rsa4096.key"))
    }

    @Test(
        "no datagram is longer than the MTU, though the certificates are of RSA-4096",
        arguments: [256, 300, 576, 1_200, 1_500], [0, 25])
    func staysBelowMTU(mtu: Int, lossPercent: Int) throws {
        let certificate = try bigCertificate()
        var settings = DTLSSettings()
        settings.mtu = mtu
        settings.handshakeTime = .seconds(2_000)
        let context = try DTLSContext(certificate, settings)
        var simulation = DTLSSimulation(
            active: try DTLSAssociation(
                context, role: .active, fingerprints: [certificate.fingerprint()]),
            passive: try DTLSAssociation(
                context, role: .passive, fingerprints: [certificate.fingerprint()]),
            seed: UInt64(mtu))
        simulation.network.lossPercent = lossPercent
        simulation.start()
        simulation.run(for: .seconds(3_000))
        let longest = try #require(simulation.sentLengths.max())
        #expect(longest <= mtu && longest > mtu / 2)
        // In several hundred bytes' datagrams a flight with loss may need more than the twelve
        // attempts that OpenSSL makes.
        if lossPercent == 0 || mtu >= 1_200 {
            try expectEqualKeys(simulation.activeSide, simulation.passiveSide)
        }
    }

    @Test("flights that are sent again are packed into as few datagrams as fit")
    func packsRetransmissions() throws {
        var simulation = try DTLSFixture.simulation()
        var count = 0
        simulation.passes = { datagram in
            count += datagram.goesToActive ? 1 : 0
            return !datagram.goesToActive || count > 1
        }
        simulation.start()
        simulation.run(for: .milliseconds(900))
        let before = simulation.sentLengths.count
        simulation.passes = { !$0.goesToActive }
        let next = simulation.passiveDeadline
        let deadline = try #require(next)
        simulation.now = deadline
        simulation.passive.handleTimeout(at: deadline)
        simulation.collect()
        // Five messages, one datagram.
        #expect(simulation.sentLengths.count == before + 1)
        #expect(simulation.passiveSide.counters.retransmissions == 1)
    }

    /// Handshake records in the clear with each message cut into fragments, one datagram each.
    private func fragments(of datagram: [UInt8], bytes: Int, number: inout UInt8) -> [[UInt8]] {
        var datagrams: [[UInt8]] = []
        var offset = 0
        while offset + 13 <= datagram.count {
            let end = offset + 13 + Int(datagram[offset + 11]) << 8 + Int(datagram[offset + 12])
            let record = Array(datagram[offset..<end])
            offset = end
            guard record[0] == 22, record[4] == 0 else {
                number += record[4] == 0 ? 1 : 0
                datagrams.append(
                    record[4] == 0
                        ? Array(record[..<10]) + [number] + Array(record[11...]) : record)
                continue
            }
            let body = Array(record[25...])
            for start in stride(from: 0, to: max(body.count, 1), by: bytes) {
                let part = Array(body[start..<min(start + bytes, body.count)])
                number += 1
                let header =
                    Array(record[..<10]) + [number] + Self.uint16(part.count + 12)
                    + Array(record[13..<19]) + [0] + Self.uint16(start) + [0]
                    + Self.uint16(part.count)
                datagrams.append(header + part)
            }
        }
        return datagrams
    }

    private static func uint16(_ value: Int) -> [UInt8] {
        [UInt8(truncatingIfNeeded: value >> 8), UInt8(truncatingIfNeeded: value)]
    }

    @Test(
        "messages in many fragments are put together, in order and in reverse",
        arguments: [false, true])
    func reassembles(reversed: Bool) throws {
        var simulation = try DTLSFixture.simulation()
        var waiting: [DTLSSimulation.Datagram] = []
        var (toActive, toPassive) = (UInt8(100), UInt8(100))
        simulation.passes = { datagram in
            waiting.append(datagram)
            return false
        }
        simulation.start()
        while !waiting.isEmpty {
            let datagram = waiting.removeFirst()
            var parts =
                datagram.goesToActive
                ? fragments(of: datagram.bytes, bytes: 40, number: &toActive)
                : fragments(of: datagram.bytes, bytes: 40, number: &toPassive)
            // What is encrypted stays behind what is not.
            if reversed { parts.sort { $0[4] < $1[4] || $0[4] == $1[4] && $0[0] > $1[0] } }
            if reversed, let end = parts.firstIndex(where: { $0[0] != 22 || $0[4] != 0 }) {
                parts[..<end].reverse()
            }
            for part in parts { simulation.inject(part, toActive: datagram.goesToActive) }
        }
        try expectEqualKeys(simulation.activeSide, simulation.passiveSide)
    }

    /// A ClientHello with an extension of `bytes` bytes appended, as a key share of post-quantum
    /// algorithms is.
    private func enlarged(_ hello: [UInt8], by bytes: Int) -> [UInt8] {
        var body = Array(hello[25...])
        var offset = 2 + 32
        offset += 1 + Int(body[offset])
        offset += 1 + Int(body[offset])
        offset += 2 + Int(body[offset]) << 8 + Int(body[offset + 1])
        offset += 1 + Int(body[offset])
        let extensions = Int(body[offset]) << 8 + Int(body[offset + 1]) + 4 + bytes
        body.replaceSubrange(offset..<offset + 2, with: Self.uint16(extensions))
        // key_share, RFC 8446 §4.2.8.
        body += [0, 51] + Self.uint16(bytes) + [UInt8](repeating: 7, count: bytes)
        let length = [0] + Self.uint16(body.count)
        return Array(hello[..<11]) + Self.uint16(body.count + 12) + [1] + length
            + Array(hello[17..<19]) + [0, 0, 0] + length + body
    }

    @Test("a ClientHello of 1,500 bytes in two datagrams, as browsers send it, gets its answer")
    func longClientHello() throws {
        var simulation = try DTLSFixture.simulation()
        var hello: [UInt8] = []
        var answers = 0
        simulation.passes = { datagram in
            if datagram.goesToActive { answers += 1 } else { hello = datagram.bytes }
            return false
        }
        simulation.start()
        var number: UInt8 = 0
        let parts = fragments(
            of: enlarged(hello, by: 1_300), bytes: 1_100, number: &number)
        #expect(parts.count == 2)
        simulation.inject(parts[0], toActive: false)
        #expect(answers == 0 && simulation.passiveSide.state == .new)
        simulation.inject(parts[1], toActive: false)
        #expect(answers > 0 && simulation.passiveSide.state == .connecting)
    }
}
