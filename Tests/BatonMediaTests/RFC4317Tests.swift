import BatonBase
import BatonMedia
import BatonSDP
import Foundation
import Testing

/// The exchanges of RFC 4317, as the BatonSDP tests keep them, put through the relay. They name
/// hosts, so the addresses are those that the messages come from.
@Suite("The examples of RFC 4317 (N12, N14, N15)")
struct RFC4317Tests {
    private static let folder = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "BatonSDPTests/Vectors")

    @Test(
        "N14: each exchange leaves ports for what was accepted, and hides the hosts",
        arguments: [
            "2.1", "2.2", "2.3", "2.4", "2.5", "2.6", "2.7", "2.8", "3.1", "3.2", "4.1", "4.2",
            "5.1", "5.2", "5.3",
        ])
    func exchange(_ section: String) throws {
        var call = Call()
        for part in ["", "second-"] {
            guard let offer = try text("\(section)-\(part)offer"),
                let answer = try text("\(section)-\(part)answer")
            else { continue }
            let (from, to) = offer.contains("o=bob") ? ("b", "a") : ("a", "b")
            let isFirst = call.session.parties.isEmpty
            let shown = try call.offer(offer, from, isFirst ? nil : to) {
                $0.receivedFrom = host(from)
            }
            let back = try call.answer(answer, from, to) { $0.receivedFrom = host(to) }
            let offered = try SessionDescription(parsing: offer)
            let answered = try SessionDescription(parsing: answer)
            #expect(shown.media.map(\.isRejected) == offered.media.map(\.isRejected))
            #expect(back.media.map(\.isRejected) == answered.media.map(\.isRejected))
            #expect(shown.media.map(\.formats) == offered.media.map(\.formats))
            let accepted = answered.media.count { !$0.isRejected }
            #expect(call.session.portPairs.count == 2 * accepted)
            for sdp in [shown, back] where accepted > 0 {
                #expect(!sdp.all.contains { $0.hasPrefix("c=") && $0.hasSuffix(".com") })
            }
            for index in answered.media.indices where !answered.media[index].isRejected {
                let port = answered.media[index].port
                let isHeld = answered.connection(of: index)?.ip?.isUnspecified == true
                let remote = isHeld ? nil : host(to).map { SocketAddress(ip: $0, port: port) }
                #expect(try call.rtp(to, index).remote == remote)
            }
        }
        #expect(call.session.isAnswered)
    }

    @Test(
        "N12: offers in the manner of known programs keep all but what is rewritten",
        arguments: ["linphone", "zoiper", "cisco", "browser", "odd"])
    func programs(_ name: String) throws {
        var call = Call()
        var generator = SplitMix64(seed: 1)
        let url = Self.folder.appending(path: "\(name)-offer.sdp")
        let received = try SessionDescription(parsing: [UInt8](Data(contentsOf: url)))
        var options = SignallingOptions(fromTag: "a")
        options.receivedFrom = host("a")
        let result = try call.session.offer(
            received, options, ports: &call.ports, using: &generator, at: Instant(nanoseconds: 1))
        call.carryOut(result.commands)
        let rewritten = ["c=", "m=", "a=rtcp:", "a=group:BUNDLE", "a=candidate", "a=ice-"]
        let plain = { (sdp: SessionDescription) in
            sdp.all.filter { line in
                line != "a=end-of-candidates" && !rewritten.contains { line.hasPrefix($0) }
            }
        }
        #expect(plain(result.sdp) == plain(received))
        #expect(result.sdp.media.count == received.media.count)
        #expect(call.session.portPairs.count >= 2)
    }

    @Test("N12, N26: damaged descriptions neither trap nor leak", arguments: 0..<20)
    func damaged(_ seed: Int) throws {
        var random = SplitMix64(seed: UInt64(seed))
        let names = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path())
            .filter { $0.hasSuffix(".sdp") }.sorted()
        var call = Call()
        var taken = 0
        for _ in 0..<40 {
            let name = try #require(names.randomElement(using: &random))
            var bytes = [UInt8](try Data(contentsOf: Self.folder.appending(path: name)))
            for _ in 0..<Int.random(in: 0..<12, using: &random) {
                let place = Int.random(in: bytes.indices, using: &random)
                let other = Int.random(in: bytes.indices, using: &random)
                bytes[place] =
                    Bool.random(using: &random)
                    ? bytes[other] : UInt8.random(in: 32...126, using: &random)
            }
            guard let sdp = try? SessionDescription(parsing: bytes) else { continue }
            let (from, to) = Bool.random(using: &random) ? ("a", "b") : ("b", "a")
            var options = SignallingOptions(fromTag: from, toTag: to)
            if Bool.random(using: &random) { options.receivedFrom = host(from) }
            let now = Instant(nanoseconds: 1)
            do throws(NegotiationError) {
                let result =
                    Bool.random(using: &random)
                    ? try call.session.offer(
                        sdp, options, ports: &call.ports, using: &random, at: now)
                    : try call.session.answer(
                        sdp, options, ports: &call.ports, using: &random, at: now)
                call.carryOut(result.commands)
                taken += 1
                let again = try? SessionDescription(parsing: result.sdp.serialized())
                #expect(again == result.sdp, "seed \(seed), \(name)")
            } catch {
                call.carryOut(error.commands)
            }
        }
        #expect(taken > 0, "seed \(seed)")
        call.end()
        #expect(call.ports.open.isEmpty, "seed \(seed)")
    }

    private func host(_ tag: String) -> IPAddress? {
        IPAddress(tag == "a" ? "198.51.100.7" : "198.51.100.8")
    }

    private func text(_ name: String) throws -> String? {
        let url = Self.folder.appending(path: "rfc4317-\(name).sdp")
        guard FileManager.default.fileExists(atPath: url.path()) else { return nil }
        return try String(contentsOf: url, encoding: .utf8)
    }
}
