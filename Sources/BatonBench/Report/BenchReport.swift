/// The outcome of a bench: figures in sections, each with its unit, and what is to be said about
/// them. Text and JSON are made from the same list.
public struct BenchReport: Sendable, Equatable {
    /// Which bench it was: `relay`, `bleed`, `churn`.
    public var bench: String
    /// What was measured: the address and, where it is known, the process.
    public var target: String
    /// The figures.
    public var sections: [BenchSection] = []
    /// Sentences that the reader needs to judge the figures.
    public var remarks: [String] = []
    /// Whether the target did all that was asked of it.
    public var isPassed = true

    /// A report without figures.
    public init(bench: String, target: String) {
        self.bench = bench
        self.target = target
    }

    /// A figure's value as a number, by the keys of its section and its own; `nil` when the report
    /// has no such number.
    public func number(_ section: String, _ figure: String) -> Double? {
        let found = sections.first { $0.key == section }?.figures.first { $0.key == figure }
        return found?.value.number
    }
}

/// Figures that belong together.
public struct BenchSection: Sendable, Equatable {
    /// The section's name in JSON.
    public var key: String
    /// Its heading in text.
    public var title: String
    /// Its figures in order.
    public var figures: [BenchFigure] = []

    /// A section without figures.
    public init(key: String, title: String) {
        self.key = key
        self.title = title
    }

    /// Adds a figure.
    public mutating func add(
        _ key: String, _ label: String, _ value: BenchFigure.Value, _ unit: String = ""
    ) {
        figures.append(BenchFigure(key: key, label: label, value: value, unit: unit))
    }

    /// Adds a duration given in nanoseconds, in microseconds.
    public mutating func add(_ key: String, _ label: String, nanoseconds: UInt64) {
        add(key, label, .number(Double(nanoseconds) / 1000, digits: 1), "µs")
    }
}

/// One figure.
public struct BenchFigure: Sendable, Equatable {
    /// A figure's value.
    public enum Value: Sendable, Equatable {
        /// A whole number.
        case count(UInt64)
        /// A number, shown with so many digits behind the point.
        case number(Double, digits: Int)
        /// Words.
        case text(String)

        /// The value as a number, `nil` for words.
        public var number: Double? {
            switch self {
            case .count(let count): Double(count)
            case .number(let number, _): number
            case .text: nil
            }
        }
    }

    /// The figure's name in JSON.
    public var key: String
    /// Its name in text.
    public var label: String
    /// Its value.
    public var value: Value
    /// The unit of its value, empty for words.
    public var unit: String
}
