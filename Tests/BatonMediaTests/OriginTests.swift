import BatonBase
import BatonMedia
import BatonSDP
import Testing

@Suite("The o= and s= lines (N13, RFC 8866 §5.2, RFC 3264 §8)")
struct OriginTests {
    private let callee = Phone.audio("198.51.100.8", 5_000)

    private func phone(_ version: String, port: Int = 4_000, user: String = "phone") -> String {
        Phone.audio("198.51.100.7", port)
            .replacingLine("o=", with: "o=\(user) 77 \(version) IN IP4 198.51.100.7")
            .replacingLine("s=", with: "s=from \(user)")
    }

    /// The `o=` fields of what an offer with these replacements becomes.
    private func origin(
        _ call: inout Call, _ sdp: String, _ replacements: SDPReplacements
    ) throws -> SDPOrigin {
        let sent = try call.offer(sdp, "a", call.session.isAnswered ? "b" : nil) {
            $0.replacements = replacements
        }
        return try #require(sent.origin)
    }

    @Test("N13: without replace-origin the line passes as it is, whatever its version")
    func untouched() throws {
        var call = Call()
        #expect(try origin(&call, phone("5"), []).line.text == "phone 77 5 IN IP4 198.51.100.7")
        #expect(try origin(&call, phone("3"), []).sessionVersion == "3")
        #expect(try origin(&call, phone("x"), []).sessionVersion == "x")
    }

    @Test("N13: replace-origin replaces the address, with its family")
    func replaceOrigin() throws {
        var call = Call()
        let sent = try call.offer(phone("5")) {
            $0.replacements = .origin
            $0.addressFamily = .v6
        }
        #expect(sent.origin?.line.text == "phone 77 5 IN IP6 2001:db8::1")
    }

    @Test("N13: with replace-origin a changed SDP never keeps or lowers the version")
    func versionGrows() throws {
        var call = Call()
        #expect(try origin(&call, phone("5"), .origin).sessionVersion == "5")
        #expect(try origin(&call, phone("5"), .origin).sessionVersion == "5", "nothing changed")
        #expect(
            try origin(&call, phone("5", user: "other"), .origin).sessionVersion == "6",
            "s= changed")
        #expect(try origin(&call, phone("4", user: "other"), .origin).sessionVersion == "6")
        #expect(try origin(&call, phone("9", user: "other"), .origin).sessionVersion == "9")
    }

    @Test("N13: each party has its own line of versions")
    func perParty() throws {
        var call = Call()
        try call.offer(phone("5")) { $0.replacements = .origin }
        let back = try call.answer(callee) { $0.replacements = .origin }
        #expect(back.origin?.sessionVersion == "1")
        let other = try call.answer(Phone.audio("198.51.100.9", 6_000, extra: ["a=new"]), "a", "b2")
        {
            $0.replacements = .origin
        }
        #expect(other.origin?.sessionVersion == "2", "another phone's answer on the same leg")
    }

    @Test("N13: SDP-version takes the version over: it grows with a change and only then")
    func sdpVersion() throws {
        var call = Call()
        #expect(try origin(&call, phone("5"), .version).sessionVersion == "5")
        #expect(try origin(&call, phone("90"), .version).sessionVersion == "5")
        #expect(try origin(&call, phone("1", user: "x"), .version).sessionVersion == "6")
        #expect(try origin(&call, phone("y", user: "y"), .version).sessionVersion == "7")
    }

    @Test("N13: force-increment-sdp-ver grows the version with every message")
    func forced() throws {
        var call = Call()
        let all: SDPReplacements = .forceIncrementVersion
        #expect(try origin(&call, phone("5"), all).sessionVersion == "5")
        #expect(try origin(&call, phone("5"), all).sessionVersion == "6")
        #expect(try origin(&call, phone("5"), all).sessionVersion == "7")
        #expect(try origin(&call, phone("50"), all).sessionVersion == "50")
    }

    @Test("N13: the highest version there is does not overflow")
    func highest() throws {
        var call = Call()
        let top = "18446744073709551615"
        #expect(try origin(&call, phone(top), .origin).sessionVersion == top)
        #expect(try origin(&call, phone("1", user: "x"), .origin).sessionVersion == top)
    }

    @Test("N13: username and session-name stay what the party saw first")
    func firstNames() throws {
        var call = Call()
        _ = try origin(&call, phone("5", user: "first"), [])
        let kept = try call.offer(phone("6", user: "second")) {
            $0.replacements = [.username, .sessionName]
        }
        #expect(kept.origin?.username == "first")
        #expect(kept.sessionName == "from first")
        let free = try call.offer(phone("7", user: "second"))
        #expect(free.origin?.username == "second")
        #expect(free.sessionName == "from second")
    }

    @Test("N13: the whole origin stays, the version apart")
    func wholeOrigin() throws {
        var call = Call()
        _ = try origin(&call, phone("5", user: "first"), .wholeOrigin)
        let moved = phone("6", port: 4_100, user: "second").replacingLine(
            "o=", with: "o=second 99 6 IN IP4 198.51.100.200")
        let line = try origin(&call, moved, .wholeOrigin).line.text
        #expect(line == "first 77 6 IN IP4 192.0.2.1")
    }

    @Test("N13: replace-session-connection is what always happens: no option, no warning")
    func sessionConnection() throws {
        var call = Call()
        let sent = try call.offer(phone("5"))
        #expect(sent.connection?.address == "192.0.2.1")
        #expect(call.warnings.isEmpty)
    }

    @Test("N13: a missing or short o= line is left alone")
    func brokenOrigin() throws {
        var call = Call()
        let sent = try call.offer(phone("5").replacingLine("o=", with: "o=broken")) {
            $0.replacements = [.origin, .username, .version]
        }
        #expect(sent.all.contains("o=broken"))
    }
}

extension String {
    /// This description with `line` in place of the first that begins with `start`.
    func replacingLine(_ start: String, with line: String) -> String {
        var isDone = false
        return split(separator: "\r\n").map { old in
            guard !isDone, old.hasPrefix(start) else { return "\(old)\r\n" }
            isDone = true
            return line + "\r\n"
        }.joined()
    }
}
