import Testing

@testable import BatonSDP

@Suite("Malformed SDP (N12: the line in detail)")
struct SDPParseErrorTests {
    private func error(_ text: String, _ limits: SDPLimits = SDPLimits()) -> SDPParseError? {
        do {
            _ = try SessionDescription(parsing: text, limits: limits)
            return nil
        } catch {
            return error
        }
    }

    @Test(
        "N12: nothing but white space is no description", arguments: ["", "\r\n", " \n\t\n", "\0"])
    func empty(text: String) {
        #expect(error(text)?.reason == .empty)
        #expect(error(text)?.description == "the SDP body is empty")
    }

    @Test("N12: a v= line must come before the first m= line")
    func version() {
        #expect(error("s=-\r\n")?.reason == .versionMissing)
        #expect(error("m=audio 4 RTP/AVP 0\r\nv=0\r\n")?.reason == .versionMissing)
        #expect(error("s=-\r\nv=0\r\n") == nil)
    }

    @Test(
        "N12: a line that is not a letter, '=' and a value is named with its number",
        arguments: ["hello", "a", "=x", " a=x", "ab=x", "1=x", "\u{e9}=x", "a =x"])
    func noEqualsSign(line: String) {
        let found = error("v=0\r\n\r\n\(line)\r\nt=0 0\r\n")
        #expect(found?.reason == .notTypeAndEqualsSign)
        #expect(found?.line == 3)
    }

    @Test("N12: the sentence holds line, reason and text")
    func sentence() {
        #expect(
            error("v=0\nm=audio 70000 RTP/AVP 0\n")?.description
                == "line 2: the port of an m= line must be a number from 0 to 65535: "
                + "'m=audio 70000 RTP/AVP 0'")
    }

    @Test("N12: the text is shortened and fit to be shown")
    func shownText() {
        let found = error("v=0\nbad\u{7}line \(String(repeating: "x", count: 500))\n")
        #expect(found?.text == "bad?line " + String(repeating: "x", count: 71) + "...")
    }

    @Test(
        "N12: ports that cannot be",
        arguments: ["65536", "-1", "+5", "$", "x", "99999999999999999999", "4000x", "/2"])
    func ports(port: String) {
        #expect(error("v=0\nm=audio \(port) RTP/AVP 0\n")?.reason == .portInvalid)
    }

    @Test("N12: numbers of ports that cannot be", arguments: ["0", "", "x", "65536", "2/3"])
    func portCounts(count: String) {
        #expect(error("v=0\nm=audio 40/\(count) RTP/AVP 0\n")?.reason == .portCountInvalid)
    }

    @Test(
        "N12: an m= line needs three words",
        arguments: ["m=", "m=audio", "m=audio 4000", "m=  audio   4 "])
    func incompleteMedia(line: String) {
        let found = error("v=0\n\(line)\n")
        #expect(found?.reason == .mediaLineIncomplete)
        #expect(found?.line == 2)
    }

    @Test("every limit has its own reason, and one less passes")
    func limits() {
        let text = "v=0\ns=12345\nm=audio 4 RTP/AVP 0\nm=video 6 RTP/AVP 31\n"
        #expect(text.utf8.count == 53)
        #expect(error(text, SDPLimits(bytesMax: 52))?.reason == .tooManyBytes(limit: 52))
        #expect(error(text, SDPLimits(bytesMax: 53)) == nil)
        #expect(error(text, SDPLimits(linesMax: 3))?.reason == .tooManyLines(limit: 3))
        #expect(error(text, SDPLimits(linesMax: 4)) == nil)
        #expect(error(text, SDPLimits(mediaMax: 1))?.reason == .tooManyMedia(limit: 1))
        #expect(error(text, SDPLimits(mediaMax: 1))?.line == 4)
        #expect(error(text, SDPLimits(mediaMax: 2)) == nil)
        #expect(error(text, SDPLimits(lineBytesMax: 19))?.reason == .lineTooLong(limit: 19))
        #expect(error(text, SDPLimits(lineBytesMax: 20)) == nil)
    }

    @Test("every reason has words of its own")
    func words() {
        let reasons: [SDPParseError.Reason] = [
            .empty, .versionMissing, .notTypeAndEqualsSign, .mediaLineIncomplete, .portInvalid,
            .portCountInvalid, .tooManyBytes(limit: 7), .tooManyLines(limit: 7),
            .tooManyMedia(limit: 7), .lineTooLong(limit: 7),
        ]
        #expect(Set(reasons.map(\.description)).count == reasons.count)
        #expect(reasons.suffix(4).allSatisfy { $0.description.contains(" 7 ") })
    }
}
