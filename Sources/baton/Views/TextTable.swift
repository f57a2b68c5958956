/// A table in plain text: columns as wide as they need, numbers to the right.
struct TextTable {
    /// Where a column's text stands.
    enum Alignment {
        case left
        case right
    }

    /// The head of each column and where its text stands.
    let columns: [(title: String, alignment: Alignment)]
    /// The rows, each with as many cells as there are columns.
    var rows: [[String]] = []

    init(_ columns: [(title: String, alignment: Alignment)]) {
        self.columns = columns
    }

    /// The lines, without blanks at their ends.
    func lines() -> [String] {
        let all = [columns.map(\.title)] + rows
        let widths = columns.indices.map { column in
            all.map { $0.indices.contains(column) ? $0[column].count : 0 }.max() ?? 0
        }
        return all.map { row in
            var line = ""
            for (column, width) in widths.enumerated() {
                let cell = row.indices.contains(column) ? row[column] : ""
                let space = String(repeating: " ", count: max(0, width - cell.count))
                line += column == 0 ? "" : "  "
                line += columns[column].alignment == .left ? cell + space : space + cell
            }
            return String(line.trimmingSuffix(" "))
        }
    }
}

extension String {
    /// Without this character at the end.
    func trimmingSuffix(_ character: Character) -> Substring {
        var rest = self[...]
        while rest.last == character { rest = rest.dropLast() }
        return rest
    }

    /// Without control characters, so that a peer's text cannot command the terminal.
    var printable: String {
        guard unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) else {
            return self
        }
        return String(
            String.UnicodeScalarView(
                unicodeScalars.map {
                    $0.properties.generalCategory == .control ? "\u{fffd}" : $0
                }))
    }
}
