/// A page of metrics in Prometheus's text format, version 0.0.4.
///
/// Each family is written at once, with its HELP and TYPE lines; a name may be used only once.
public struct PrometheusText: Sendable {
    /// A number of a sample.
    public enum Value: Hashable, Sendable {
        /// A count, exact.
        case integer(UInt64)
        /// A measure.
        case number(Double)
    }

    /// One sample of a family: its labels in order, and its value.
    public struct Sample: Hashable, Sendable {
        /// Label names and values.
        public var labels: [Label]
        /// The number.
        public var value: Value

        /// The sample with these labels.
        public init(_ value: Value, labels: [Label] = []) {
            self.labels = labels
            self.value = value
        }
    }

    /// A label of a sample.
    public struct Label: Hashable, Sendable {
        /// The name; characters that Prometheus does not allow become `_`.
        public var name: String
        /// The value, any text.
        public var value: String

        /// `name="value"`.
        public init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    /// The page so far.
    public private(set) var text = ""
    private var names: Set<String> = []

    /// An empty page.
    public init() {}

    /// A family that only ever counts up; its name ends in `_total`.
    public mutating func counter(_ name: StaticString, _ help: StaticString, _ samples: [Sample]) {
        family(name, help, "counter", samples)
    }

    /// A counter with one sample.
    public mutating func counter(_ name: StaticString, _ help: StaticString, _ value: UInt64) {
        counter(name, help, [Sample(.integer(value))])
    }

    /// A family that goes up and down.
    public mutating func gauge(_ name: StaticString, _ help: StaticString, _ samples: [Sample]) {
        family(name, help, "gauge", samples)
    }

    /// A gauge with one sample.
    public mutating func gauge(_ name: StaticString, _ help: StaticString, _ value: Double) {
        gauge(name, help, [Sample(.number(value))])
    }

    /// A histogram: its buckets, cumulative, its sum and its count.
    public mutating func histogram(
        _ name: StaticString, _ help: StaticString, _ histogram: Histogram
    ) {
        guard let name = begin(name, help, "histogram") else { return }
        var total: UInt64 = 0
        for (index, count) in histogram.counts.enumerated() {
            total &+= count
            let isLast = index == histogram.bounds.count
            let bound = isLast ? "+Inf" : Self.text(of: .number(histogram.bounds[index]))
            line("\(name)_bucket", [Label("le", bound)], .integer(total))
        }
        line("\(name)_sum", [], .number(histogram.sum))
        line("\(name)_count", [], .integer(total))
    }

    private mutating func family(
        _ name: StaticString, _ help: StaticString, _ type: String, _ samples: [Sample]
    ) {
        guard let name = begin(name, help, type) else { return }
        for sample in samples { line(name, sample.labels, sample.value) }
    }

    /// Writes the head of a family; its name, or `nil` when it is there already.
    private mutating func begin(
        _ name: StaticString, _ help: StaticString, _ type: String
    ) -> String? {
        let name = Self.allowed(name.description, permitsColon: true)
        guard names.insert(name).inserted else { return nil }
        text += "# HELP \(name) \(Self.escaped(help.description, quotes: false))\n"
        text += "# TYPE \(name) \(type)\n"
        return name
    }

    private mutating func line(_ name: String, _ labels: [Label], _ value: Value) {
        let list = labels.map { label in
            let name = Self.allowed(label.name, permitsColon: false)
            return "\(name)=\"\(Self.escaped(label.value, quotes: true))\""
        }
        text += name + (list.isEmpty ? "" : "{\(list.joined(separator: ","))}")
        text += " \(Self.text(of: value))\n"
    }

    /// Letters, digits (not first), `_` and, in metric names, `:`.
    private static func allowed(_ name: String, permitsColon: Bool) -> String {
        var result = ""
        for (index, character) in name.enumerated() {
            let isDigit = character.isASCII && character.isNumber
            let isFine =
                character.isASCII
                && (character.isLetter || character == "_" || (isDigit && index > 0)
                    || (permitsColon && character == ":"))
            result.append(isFine ? character : "_")
        }
        return result.isEmpty ? "_" : result
    }

    private static func escaped(_ text: String, quotes: Bool) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\"" where quotes: result += "\\\""
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    private static func text(of value: Value) -> String {
        switch value {
        case .integer(let number): String(number)
        case .number(let number) where number.isNaN: "NaN"
        case .number(let number) where number.isInfinite: number < 0 ? "-Inf" : "+Inf"
        case .number(let number):
            number == number.rounded() && abs(number) < 1e15
                ? String(Int64(number)) : String(number)
        }
    }
}
