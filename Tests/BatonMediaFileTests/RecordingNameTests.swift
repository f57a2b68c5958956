import BatonMediaFile
import Testing

@Suite("Names of recordings")
struct RecordingNameTests {
    private let fields = ["call-id", "time", "label", "from-tag", "to-tag"]

    private func name(
        _ template: String, _ values: [String: String]
    ) throws(RecordingNameError) -> String {
        try RecordingName(template, fields: fields).text(values)
    }

    private func error(_ template: String) -> RecordingNameError? {
        do throws(RecordingNameError) {
            _ = try RecordingName(template, fields: fields)
            return nil
        } catch {
            return error
        }
    }

    @Test("fields are filled in, those without a value are empty")
    func fillsIn() throws {
        let values = ["call-id": "abc@example", "time": "20261121-204000"]
        #expect(
            try name("{call-id}-{time}-{label}.wav", values)
                == "abc@example-20261121-204000-.wav")
        #expect(try name("plain.wav", values) == "plain.wav")
        #expect(try name("{time}{time}", values) == "20261121-20400020261121-204000")
    }

    @Test(
        "values cannot leave the directory, hide the file or mislead a terminal",
        arguments: [
            ("../../etc/passwd", "%2E.%2F..%2Fetc%2Fpasswd"), (".hidden", "%2Ehidden"),
            (".", "%2E"), ("..", "%2E."), ("a\\b", "a%5Cb"), ("a\0b\n\u{1b}[2J", "a%00b%0A%1B[2J"),
            ("100%", "100%25"), ("\u{202e}gpj", "%E2%80%AEgpj"), ("\u{85}", "%C2%85"),
            ("Zürich 1", "Zürich 1"), ("a.b..c", "a.b..c"), ("\r\n", "%0D%0A"),
        ])
    func encodes(value: String, expected: String) throws {
        #expect(try name("{label}", ["label": value]) == expected)
        #expect(try name("{time}{label}", ["label": value]) == expected)
    }

    @Test("different values never give one name", arguments: [200, 1000])
    func staysDifferent(length: Int) throws {
        let start = String(repeating: "é", count: length)
        let one = try name("{call-id}-{time}.wav", ["call-id": start + "1", "time": "t"])
        let other = try name("{call-id}-{time}.wav", ["call-id": start + "2", "time": "t"])
        #expect(one != other && one.hasSuffix("-t.wav"))
        #expect(one.utf8.count <= RecordingName.byteCountMax && one.utf8.count > 180)
        #expect(try name("{label}", ["label": "a/b"]) != name("{label}", ["label": "a%2Fb"]))
    }

    @Test("a name never has more than 200 bytes", arguments: 190...210)
    func keepsLength(length: Int) throws {
        let value = String(repeating: "x", count: length)
        let result = try name("{label}.wav", ["label": value])
        #expect(result.utf8.count <= 200 && result.hasSuffix(".wav"))
        #expect((result == value + ".wav") == (length <= 196))
        let all = Dictionary(uniqueKeysWithValues: fields.map { ($0, value) })
        let many = try name(fields.map { "{\($0)}" }.joined(separator: "-") + ".wav", all)
        #expect(many.utf8.count <= 200 && many.hasSuffix(".wav"))
        let long = try name(String(repeating: "y", count: 190) + "{label}.wav", ["label": value])
        #expect(long.utf8.count <= 200 && long.hasSuffix(".wav"))
        #expect(try name("{label}", ["label": "." + value]).utf8.count <= 200)
    }

    @Test("an unknown field is an error that names the nearest known one")
    func namesNearest() {
        #expect(error("{callid}") == .unknownField("callid", nearest: "call-id"))
        #expect(error("{fromtag}.wav") == .unknownField("fromtag", nearest: "from-tag"))
        #expect(error("{colour}") == .unknownField("colour", nearest: nil))
        #expect(error("{}") == .unknownField("", nearest: nil))
        #expect(
            error("{tiem}")?.description == "unknown field {tiem}, did you mean {time}?")
    }

    @Test("a template that gives no safe name is an error")
    func refuses() {
        #expect(error("a{label") == .unbalancedBrace(atByte: 1))
        #expect(error("é}") == .unbalancedBrace(atByte: 2))
        #expect(error("{la{bel}") == .unbalancedBrace(atByte: 0))
        #expect(error("dir/{label}") == .unsafeText("dir/"))
        #expect(error(".{label}") == .unsafeText("."))
        #expect(error("{label}.wav") == nil)
        #expect(error("") == .empty)
        #expect(error(String(repeating: "x", count: 201)) == .tooLong)
        #expect(throws: RecordingNameError.empty) { try name("{label}", ["label": ""]) }
    }
}
