extension BenchReport {
    /// The report as one JSON object (RFC 8259): each section an object of figures, each figure an
    /// object of `value` and `unit`.
    public var json: String {
        var members = [
            Self.member("bench", Self.quoted(bench)),
            Self.member("target", Self.quoted(target)),
            Self.member("passed", isPassed ? "true" : "false"),
        ]
        for section in sections {
            let figures = section.figures.map { figure in
                let value = "{\"value\":\(figure.value.json),\"unit\":\(Self.quoted(figure.unit))}"
                return "  " + Self.member(figure.key, value)
            }
            members.append(
                Self.member(section.key, "{\n" + figures.joined(separator: ",\n") + "\n  }"))
        }
        let sentences = remarks.map(Self.quoted).joined(separator: ",")
        members.append(Self.member("remarks", "[\(sentences)]"))
        return "{\n" + members.joined(separator: ",\n") + "\n}\n"
    }

    private static func member(_ name: String, _ value: String) -> String {
        "  \(quoted(name)): \(value)"
    }

    /// A JSON string (RFC 8259 §7).
    static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case _ where scalar.value < 0x20:
                result += "\\u00" + (scalar.value < 16 ? "0" : "") + String(scalar.value, radix: 16)
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}

extension BenchFigure.Value {
    /// The value as JSON; a number that is none becomes `null`.
    var json: String {
        switch self {
        case .count(let count): String(count)
        case .number(let number, _): number.isFinite ? String(number) : "null"
        case .text(let text): BenchReport.quoted(text)
        }
    }
}
