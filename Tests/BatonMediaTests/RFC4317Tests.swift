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
        "N12: offers in the manner of known programs pass and come back byte for byte but for what is rewritten",
        arguments: ["linphone", "zoiper", "cisco", "browser", "odd"])
    func programs(_ name: String) throws {
        var call = Call()
        let url = Self.folder.appending(path: "\(name)-offer.sdp")
        let received = try SessionDescription(parsing: [UInt8](Data(contentsOf: url)))
        var options = SignallingOptions(fromTag: "a")
        options.receivedFrom = host("a")
        let result = try call.session.offer(
            received, options, ports: &call.ports, at: Instant(nanoseconds: 1))
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

    private func host(_ tag: String) -> IPAddress? {
        IPAddress(tag == "a" ? "198.51.100.7" : "198.51.100.8")
    }

    private func text(_ name: String) throws -> String? {
        let url = Self.folder.appending(path: "rfc4317-\(name).sdp")
        guard FileManager.default.fileExists(atPath: url.path()) else { return nil }
        return try String(contentsOf: url, encoding: .utf8)
    }
}
