import BatonBase
import BatonCrypto
import BatonTestKit
import Testing

@Suite("DTLS and hostile datagrams")
struct DTLSHostileTests {
    @Test("corrupted datagrams never give keys that differ", arguments: 1...40)
    func corruption(seed: UInt64) throws {
        var simulation = try DTLSFixture.simulation(seed: seed)
        simulation.network = .init(
            lossPercent: 5, duplicatePercent: 20, corruptPercent: 40, jitterMilliseconds: 50)
        simulation.start()
        simulation.run(for: .seconds(900))
        let active = simulation.activeSide
        let passive = simulation.passiveSide
        if let keys = active.keys, let mirrored = passive.keys {
            #expect(keys.localKey == mirrored.remoteKey, "seed \(seed)")
            #expect(keys.remoteKey == mirrored.localKey, "seed \(seed)")
        }
        let deadlines = (simulation.active.nextDeadline, simulation.passive.nextDeadline)
        #expect(deadlines == (nil, nil), "seed \(seed)")
    }

    @Test("random bytes, also with a record's header, are dropped", arguments: 1...10)
    func randomBytes(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        var simulation = try DTLSFixture.simulation(seed: seed)
        simulation.start()
        for _ in 0..<300 {
            var bytes = (0..<Int.random(in: 0...200, using: &random)).map { _ in
                UInt8.random(in: 0 ... .max, using: &random)
            }
            if bytes.count > 13, Bool.random(using: &random) {
                let length = UInt8(bytes.count - 13)
                let header = [
                    UInt8.random(in: 20...23, using: &random), 0xfe, 0xfd, 0, bytes[4] & 1,
                ]
                bytes.replaceSubrange(0..<13, with: header + [0, 0, 0, 0, 0, bytes[10], 0, length])
            }
            simulation.inject(bytes, toActive: Bool.random(using: &random))
        }
        // An alert among them may have ended it; nobody has keys.
        #expect(simulation.activeSide.keys == nil && simulation.passiveSide.keys == nil)
    }

    /// Type, length of the record, what it holds.
    private static let malformed: [(String, UInt8, [UInt8])] = [
        ("message without its header", 22, [2, 0, 0, 100, 0, 0]),
        ("no message", 22, []),
        ("fragment cut short", 22, [2, 0, 0, 100, 0, 0, 0, 0, 0, 0, 0, 9, 1, 2]),
        ("fragment longer than its message", 22, [2, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2, 1, 2]),
        ("fragment behind its message", 22, [2, 0, 0, 1, 0, 0, 0, 0, 2, 0, 0, 0]),
        ("message of 16 MB", 22, [2, 255, 255, 255, 0, 0, 0, 0, 0, 0, 0, 1, 1]),
        ("rest behind a message", 22, [2, 0, 0, 100, 0, 0, 0, 0, 0, 0, 0, 1, 1, 2]),
        ("alert of three bytes", 21, [2, 40, 0]),
        ("ChangeCipherSpec of two bytes", 20, [1, 1]),
        ("application data in the clear", 23, [1, 2, 3]),
        ("type that is none", 24, [1, 2, 3]),
    ]

    @Test("malformed records in the clear are dropped, and the handshake goes on")
    func malformedRecords() throws {
        for (name, type, body) in Self.malformed {
            var simulation = try DTLSFixture.simulation()
            simulation.start()
            let record = [type, 0xfe, 0xfd, 0, 0, 0, 0, 0, 0, 0, 9, 0, UInt8(body.count)] + body
            simulation.inject(record, toActive: true)
            simulation.inject(record, toActive: false)
            #expect(simulation.activeSide.counters.malformed == 1, "\(name)")
            #expect(simulation.passiveSide.counters.malformed == 1, "\(name)")
            simulation.run()
            try expectEqualKeys(simulation.activeSide, simulation.passiveSide, "\(name)")
        }
    }

    @Test("records of the coming epoch are kept up to the limit; the handshake goes on below it")
    func recordsAhead() throws {
        var simulation = try DTLSFixture.simulation()
        let limit = DTLSSettings().maximumRecordsAhead
        let record: [UInt8] =
            [22, 0xfe, 0xfd, 0, 1, 0, 0, 0, 0, 0, 0, 0, 40] + [UInt8](repeating: 1, count: 40)
        for _ in 0..<limit + 5 { simulation.inject(record, toActive: false) }
        #expect(simulation.passiveSide.counters.tooFarAhead == 5)

        var other = try DTLSFixture.simulation()
        for number in 1..<limit as Range<Int> {
            var distinct = record
            distinct[10] = UInt8(number)
            other.inject(distinct, toActive: false)
        }
        other.start()
        other.run()
        try expectEqualKeys(other.activeSide, other.passiveSide)
    }

    @Test(
        "the fuzzer's corpus and every input that once failed pass",
        arguments: ["corpus", "regressions"])
    func replays(folder: String) throws {
        let inputs = try RepositoryFiles.contents(of: "tools/fuzz/\(folder)/DTLS").map(\.bytes)
        #expect(folder != "corpus" || !inputs.isEmpty)
        for input in inputs { fuzzDTLS(input) }
    }

    @Test("random inputs of the fuzzer pass", arguments: 1...20)
    func survivesRandomInput(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        fuzzDTLS((0..<400).map { _ in UInt8.random(in: 0 ... .max, using: &random) })
    }
}
