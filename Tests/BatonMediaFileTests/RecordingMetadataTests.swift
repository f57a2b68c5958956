import BatonMediaFile
import Foundation
import Testing

@Suite("Metadata of recordings (RFC 8259)")
struct RecordingMetadataTests {
    private func text(_ metadata: RecordingMetadata) throws -> String {
        var bytes: [UInt8] = []
        try metadata.append(to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test("fields keep their order, tracks are nested")
    func writesFields() throws {
        var metadata = RecordingMetadata()
        metadata["call-id"] = .text("a")
        metadata["duration"] = .number(1.5)
        metadata["removed"] = .flag(false)
        metadata["tracks"] = .list([
            .group([("label", .text("caller")), ("channel", .integer(0))]), .group([]),
        ])
        metadata["none"] = .list([])
        metadata["end"] = .null
        metadata["removed"] = nil
        metadata["call-id"] = .text("b")
        #expect(
            try text(metadata) == """
                {
                  "call-id": "b",
                  "duration": 1.5,
                  "tracks": [
                    {
                      "label": "caller",
                      "channel": 0
                    },
                    {}
                  ],
                  "none": [],
                  "end": null
                }

                """)
        if case .text(let value)? = metadata["call-id"] {
            #expect(value == "b")
        } else {
            Issue.record("the field is text")
        }
        #expect(try text(RecordingMetadata()) == "{}\n")
    }

    @Test("every character survives, also for another reader")
    func escapes() throws {
        let all = String(
            String.UnicodeScalarView(
                (0...0x2fff).compactMap { Unicode.Scalar($0) } + ["\u{10ffff}", "\u{1f4de}"]))
        var metadata = RecordingMetadata()
        metadata["\"key\"\n"] = .text(all)
        let json = try text(metadata)
        #expect(json.unicodeScalars.allSatisfy { $0 == "\n" || $0.value >= 0x20 })
        #expect(!json.unicodeScalars.contains("\u{2028}"))
        #expect(json.contains(#"{"# + "\n  " + #""\"key\"\n": "\u0000\u0001"#))
        let read = try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: String]
        #expect(read?["\"key\"\n"]?.unicodeScalars.elementsEqual(all.unicodeScalars) == true)
    }

    @Test("numbers that JSON does not have are null")
    func writesNumbers() throws {
        var metadata = RecordingMetadata()
        metadata["values"] = .list([
            .number(.nan), .number(.infinity), .number(-0.25), .integer(.min), .flag(true),
        ])
        let values = try text(metadata).filter { !$0.isWhitespace }
        #expect(values == #"{"values":[null,null,-0.25,-9223372036854775808,true]}"#)
    }

    @Test("there is a limit of a mebibyte")
    func limits() {
        var metadata = RecordingMetadata()
        metadata["x"] = .text(String(repeating: "x", count: RecordingMetadata.byteCountMax))
        #expect(throws: RecordingMetadata.WriteError.tooLarge) { try text(metadata) }
    }
}
