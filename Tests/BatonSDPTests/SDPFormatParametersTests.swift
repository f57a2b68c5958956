import Testing

@testable import BatonSDP

@Suite("Format parameters (RFC 8866 §6.15, RFC 4855 §3, RFC 4733, N20)")
struct SDPFormatParametersTests {
    @Test("parameters are read with and without blanks, found in any case and written without")
    func parts() {
        let read = SDPFormatParameters("minptime=10; UseInbandFEC = 1 ;;x; ")
        #expect(read.text == "minptime=10;UseInbandFEC=1;x")
        #expect(read.parameters.map(\.name) == ["minptime", "UseInbandFEC", "x"])
        #expect(read["useinbandfec"] == "1")
        #expect(read.isSet("USEINBANDFEC"))
        #expect(!read.isSet("minptime"))
        #expect(read.number("MinPTime") == 10)
        #expect(read["x"] == nil)
        #expect(read.contains("X"))
        #expect(!read.contains("stereo"))
        #expect(SDPFormatParameters(" ; ").isEmpty)
    }

    @Test("a value may hold '=' and blanks, as those of H.264 do")
    func values() {
        let read = SDPFormatParameters("sprop-parameter-sets=Z0IACp==,aMl=;profile-level-id=42e01f")
        #expect(read["sprop-parameter-sets"] == "Z0IACp==,aMl=")
        #expect(SDPFormatParameters("=a").parameters == [.init(name: "=a")])
        #expect(SDPFormatParameters("a=")["a"] == "")
    }

    @Test("setting replaces in place, adds, and removes all of a name")
    func setting() {
        var parameters = SDPFormatParameters("a=1;B=2;A=3;c")
        parameters["A"] = "4"
        #expect(parameters.text == "A=4;B=2;c")
        parameters["d"] = "5"
        #expect(parameters.text == "A=4;B=2;c;d=5")
        parameters["b"] = nil
        parameters["C"] = nil
        #expect(parameters.text == "A=4;d=5")
    }

    @Test("at most 128 parameters are read")
    func limit() {
        let text = (0..<200).map { "p\($0)=1" }.joined(separator: ";")
        #expect(SDPFormatParameters(text).parameters.count == 128)
    }

    @Test(
        "RFC 4733 §2.4.1: the list of events is read and written",
        arguments: [
            ("0-15,66", [0...15, 66...66]), ("0-15", [0...15]),
            ("events=0-11, 16", [0...11, 16...16]),
            ("255", [255...255]),
        ])
    func events(text: String, ranges: [ClosedRange<UInt8>]) {
        #expect(SDPFormatParameters(text).telephoneEvents == ranges)
        let written = SDPFormatParameters(telephoneEvents: ranges).text
        #expect(SDPFormatParameters(written).telephoneEvents == ranges)
    }

    @Test("the list of events is written as the RFC shows it")
    func eventsWritten() {
        let parameters = SDPFormatParameters(telephoneEvents: [0...15, 66...66])
        #expect(parameters.text == "0-15,66")
    }

    @Test(
        "what is no list of events is none",
        arguments: ["", "a", "15-0", "0-256", "0-1-2", "-", "0-15;x=1"])
    func noEvents(text: String) {
        #expect(SDPFormatParameters(text).telephoneEvents == nil)
    }
}
