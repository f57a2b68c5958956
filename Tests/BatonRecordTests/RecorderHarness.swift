import BatonAudio
import BatonBase
import BatonIO
import BatonMediaFile
import BatonOpus
import Foundation
import Synchronization
import Testing

@testable import BatonRecord

/// A recorder on virtual time that is fed packets as a worker would.
final class RecorderHarness {
    let folder: String
    let ring = PacketRing(capacity: 4 << 20)
    let recorder: Recorder
    let events = Events()
    private let clock = Clock()
    private var sequence: [UInt16] = [65_530, 100]
    private var timestamp: [UInt32] = [UInt32.max - 400, 5_000]

    final class Events: Sendable {
        private let list = Mutex<[RecorderEvent]>([])
        func add(_ event: RecorderEvent) { list.withLock { $0.append(event) } }
        var kinds: [RecordingEvent.Kind] {
            list.withLock { events in
                events.compactMap { if case .recording(let event) = $0 { event.kind } else { nil } }
            }
        }
        var forwarding: [ForwardingEvent] {
            list.withLock { events in
                events.compactMap { if case .forwarding(let event) = $0 { event } else { nil } }
            }
        }
    }

    final class Clock: Sendable {
        private let now = Atomic<UInt64>(1_000_000_000_000)
        var time: Instant { Instant(nanoseconds: now.load(ordering: .relaxed)) }
        func pass(_ milliseconds: Int) {
            now.add(UInt64(milliseconds) * 1_000_000, ordering: .relaxed)
        }
    }

    init() throws {
        folder = NSTemporaryDirectory() + "baton-record-\(UInt64.random(in: 0 ... .max))"
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        let clock = clock
        let events = events
        recorder = Recorder(rings: [ring], clock: { clock.time }) { events.add($0) }
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    var now: Instant { clock.time }

    func pass(_ milliseconds: Int) { clock.pass(milliseconds) }

    func plan(_ formats: [RecordingFormat], isStereo: Bool = true) -> RecordingPlan {
        var metadata = RecordingMetadata()
        metadata["call-id"] = .text("a call")
        return RecordingPlan(
            number: 6, tap: 5, callID: "a call", folder: folder, name: "name", formats: formats,
            isStereo: isStereo, begin: now, unixOriginNanoseconds: 0, metadata: metadata)
    }

    func line(
        _ party: UInt16, _ formats: [RecordedFormat] = [RecorderHarness.pcmu],
        isRecorded: Bool = true, isForwarded: Bool = false
    ) -> RecordedLine {
        RecordedLine(
            number: TapNumber(recording: 5, party: party, stream: 0), tag: "tag\(party)",
            label: nil, channel: Int(party), isAudio: true, formats: formats,
            local: SocketAddress(ip: IPAddress(v4: 0x7f00_0001), port: 30_000 + party * 2),
            localControl: SocketAddress(ip: IPAddress(v4: 0x7f00_0001), port: 30_001 + party * 2),
            isRecorded: isRecorded, isForwarded: isForwarded)
    }

    static let pcmu = RecordedFormat(
        payloadType: 0, encoding: "PCMU", clockRateHz: 8_000, channels: 1)
    static let g722 = RecordedFormat(
        payloadType: 9, encoding: "G722", clockRateHz: 8_000, channels: 1)

    /// The RTP packet number `index` of a tone, sent by `party`.
    func packet(_ party: UInt16, _ index: Int, hertz: Double, marker: Bool = false) -> [UInt8] {
        var bytes: [UInt8] = [0x80, marker ? 0x80 : 0]
        let number = sequence[Int(party)] &+ UInt16(truncatingIfNeeded: index)
        let time = timestamp[Int(party)] &+ UInt32(truncatingIfNeeded: index * 160)
        bytes += [UInt8(number >> 8), UInt8(truncatingIfNeeded: number)]
        for shift: UInt32 in [24, 16, 8, 0] {
            bytes.append(UInt8(truncatingIfNeeded: time >> shift))
        }
        bytes += [0, 0, 0, UInt8(party + 1)]
        let samples = (0..<160).map { sample in
            let phase = Double(index * 160 + sample) * hertz / 8_000 * 2 * .pi
            return Int16(sin(phase) * 8_000)
        }
        var payload = [UInt8](repeating: 0, count: 160)
        var room = payload.mutableSpan
        G711Codec(.mu).encode(samples.span, into: &room)
        return bytes + payload
    }

    func write(_ party: UInt16, _ bytes: [UInt8], isControl: Bool = false) {
        let tap = TapNumber(recording: 5, party: party, stream: 0, isControl: isControl)
        let remote = SocketAddress(ip: IPAddress(v4: 0xc000_0201), port: 4_000 + party)
        let isIn = ring.write(
            TappedPacket(tap: tap, arrival: now, remote: remote), bytes.span.bytes)
        #expect(isIn)
    }

    /// Both parties talk for `packets` of 20 ms from packet `first` on.
    func talk(_ packets: Int, from first: Int = 0, skipping lost: Set<Int> = []) {
        for index in first..<first + packets {
            if !lost.contains(index) { write(0, packet(0, index, hertz: 440)) }
            write(1, packet(1, index, hertz: 1_000))
            pass(20)
        }
    }

    func file(_ suffix: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: URL(fileURLWithPath: "\(folder)/name.\(suffix)")))
    }

    /// The samples of one channel of a file of 16 bits.
    static func samples(_ bytes: [UInt8], channel: Int) throws -> (rate: Int, samples: [Int16]) {
        let reader = try WAVReader(bytes.span.bytes)
        let width = reader.format.bytesPerFrame
        return (
            reader.format.sampleRateHz,
            stride(
                from: reader.sampleBytes.lowerBound, to: reader.sampleBytes.upperBound, by: width
            )
            .map { Int16(bytes[$0 + 2 * channel]) | Int16(bytes[$0 + 2 * channel + 1]) << 8 }
        )
    }

    static func level(_ hertz: Double, _ samples: [Int16], rate: Int = 8_000) -> Double {
        Goertzel.amplitude(of: hertz, in: samples.span, sampleRateHz: rate)
    }
}
