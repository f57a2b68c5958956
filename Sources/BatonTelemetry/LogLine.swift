/// The text of one log line, without its line break.
enum LogLine {
    static func text(
        _ format: LogFormat, time: WallTime, level: String, message: String,
        pairs: [(key: String, value: String)]
    ) -> String {
        switch format {
        case .text:
            pairs.reduce("\(time) \(level) \(oneLine(message))") {
                $0 + " \($1.key)=\(quotedIfNeeded($1.value))"
            }
        case .json:
            pairs.reduce(
                #"{"time":"\#(time)","level":"\#(level)","message":\#(json(message))"#
            ) { $0 + ",\(json(unreserved($1.key))):\(json($1.value))" } + "}"
        }
    }

    private static func unreserved(_ key: String) -> String {
        ["time", "level", "message"].contains(key) ? key + "_" : key
    }

    /// Control characters written out, so that nobody can forge a line.
    private static func oneLine(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: isControl) else { return text }
        return text.unicodeScalars.reduce(into: "") { result, scalar in
            result += isControl(scalar) ? escape(scalar) : String(scalar)
        }
    }

    private static func quotedIfNeeded(_ text: String) -> String {
        let isPlain =
            !text.isEmpty
            && text.utf8.allSatisfy { $0 > 0x20 && $0 != 0x22 && $0 != 0x3d && $0 != 0x7f }
        return isPlain ? oneLine(text) : json(text)
    }

    /// A JSON string (RFC 8259 §7).
    static func json(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            default: result += isControl(scalar) ? escape(scalar) : String(scalar)
            }
        }
        return result + "\""
    }

    /// C0, DEL, C1 and the Unicode line breaks.
    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value < 0x20 || (0x7f...0x9f).contains(scalar.value)
            || scalar.value == 0x2028 || scalar.value == 0x2029
    }

    private static func escape(_ scalar: Unicode.Scalar) -> String {
        let digits = String(scalar.value, radix: 16)
        return "\\u" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }
}
