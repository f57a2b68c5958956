extension BenchReport {
    /// The report as a table for people.
    public var text: String {
        var lines = ["\(bench) bench of \(target)"]
        let width = sections.flatMap(\.figures).map(\.label.count).max() ?? 0
        for section in sections {
            lines.append("")
            lines.append(section.title)
            for figure in section.figures {
                let pad = String(repeating: " ", count: width - figure.label.count)
                let value = figure.value.text.leftPadded(to: 12)
                let unit = figure.unit.isEmpty ? "" : " \(figure.unit)"
                lines.append("  \(figure.label)\(pad)  \(value)\(unit)")
            }
        }
        if !remarks.isEmpty { lines.append("") }
        lines += remarks
        return lines.joined(separator: "\n") + "\n"
    }
}

extension BenchFigure.Value {
    /// The value for people: whole numbers in groups of three digits.
    var text: String {
        switch self {
        case .count(let count): String(count).grouped
        case .number(let number, let digits): number.fixed(digits)
        case .text(let text): text
        }
    }
}

extension Double {
    /// The number with exactly `digits` digits behind the point; `-` when it is no number.
    func fixed(_ digits: Int) -> String {
        guard isFinite, magnitude < 1e15 else { return "-" }
        let places = min(max(digits, 0), 6)
        let scale = (0..<places).reduce(1.0) { value, _ in value * 10 }
        let scaled = UInt64((magnitude * scale).rounded())
        let (whole, part) = scaled.quotientAndRemainder(dividingBy: UInt64(scale))
        let sign = self < 0 && scaled > 0 ? "-" : ""
        guard places > 0 else { return sign + String(whole).grouped }
        let fraction = String(part)
        let zeros = String(repeating: "0", count: places - fraction.count)
        return "\(sign)\(String(whole).grouped).\(zeros)\(fraction)"
    }
}

extension String {
    /// The digits in groups of three: `50,000`.
    var grouped: String {
        var result: [Character] = []
        for (index, digit) in reversed().enumerated() {
            if index > 0, index % 3 == 0 { result.append(",") }
            result.append(digit)
        }
        return String(result.reversed())
    }

    /// The text with spaces before it to be at least `width` long.
    func leftPadded(to width: Int) -> String {
        String(repeating: " ", count: max(0, width - count)) + self
    }
}
