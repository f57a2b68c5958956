/// The parameters of a format: what follows the format in `a=fmtp:` (RFC 8866 §6.15).
///
///     a=fmtp:<format> name=value;name=value
///
/// Names count in any case (RFC 4855 §3). A part without `=`, such as the events `0-15,66` of
/// telephone-event, is a name without a value.
public struct SDPFormatParameters: Hashable, Sendable {
    /// The parameters in order.
    public private(set) var parameters: [Parameter] = []

    /// One parameter.
    public struct Parameter: Hashable, Sendable {
        /// The name, or the whole part where there is no `=`.
        public var name: String
        /// The value, `nil` without `=`.
        public var value: String?

        /// The parameter `name=value` or `name`.
        public init(name: String, value: String? = nil) {
            self.name = name
            self.value = value
        }

        fileprivate var text: String { value.map { "\(name)=\($0)" } ?? name }
    }

    /// The most parameters of one format; further ones are left out.
    public static let parametersMax = 128

    /// No parameters.
    public init() {}

    /// The parameters that `text` lists, with or without blanks around `;` and `=`.
    public init(_ text: some StringProtocol) {
        self.init(ArraySlice(text.utf8))
    }

    /// The parameters that `bytes` list.
    public init(_ bytes: ArraySlice<UInt8>) {
        for part in bytes.split(separator: SDPText.semicolon) {
            let part = SDPText.stripped(part)
            guard !part.isEmpty, parameters.count < Self.parametersMax else { continue }
            let equals = part.firstIndex(of: SDPText.equals)
            guard let equals, equals > part.startIndex else {
                parameters.append(Parameter(name: SDPText.string(part)))
                continue
            }
            parameters.append(
                Parameter(
                    name: SDPText.string(SDPText.trimmed(part[..<equals])),
                    value: SDPText.string(SDPText.stripped(part[(equals &+ 1)...]))))
        }
    }

    /// Whether there is no parameter.
    public var isEmpty: Bool { parameters.isEmpty }

    /// The parameters as they are written, `;` between them and no blanks.
    public var text: String {
        parameters.map(\.text).joined(separator: ";")
    }

    /// The value of the first parameter with this name, in any case; `nil` without one or without
    /// a value. Setting replaces it in place and removes further ones, or adds one; `nil` removes
    /// all.
    public subscript(name: String) -> String? {
        get { parameters.first { Self.areEqual($0.name, name) }?.value }
        set {
            let first = parameters.firstIndex { Self.areEqual($0.name, name) }
            parameters.removeAll { Self.areEqual($0.name, name) }
            guard let newValue else { return }
            let parameter = Parameter(name: name, value: newValue)
            parameters.insert(parameter, at: first ?? parameters.endIndex)
        }
    }

    /// The value of a parameter as a number, `nil` without one or when it is none.
    public func number(_ name: String) -> UInt32? {
        self[name].flatMap { SDPText.number(ArraySlice($0.utf8), as: UInt32.self) }
    }

    /// Whether the value of a parameter is 1, as Opus and AMR write flags.
    public func isSet(_ name: String) -> Bool { number(name) == 1 }

    /// Whether a parameter is there, with or without a value.
    public func contains(_ name: String) -> Bool {
        parameters.contains { Self.areEqual($0.name, name) }
    }

    private static func areEqual(_ one: String, _ other: String) -> Bool {
        SDPText.equalIgnoringCase(ArraySlice(one.utf8), other)
    }
}

/// Events of telephone-event (RFC 4733 §2.4.1).
extension SDPFormatParameters {
    /// The events that a list such as `0-15,66` names, as ranges in the order written; `nil` when
    /// the parameters are no such list. Also `events=0-15`, as RFC 4733 §7.1.1 registers it.
    public var telephoneEvents: [ClosedRange<UInt8>]? {
        let list: String? =
            parameters.count == 1 && parameters[0].value == nil
            ? parameters[0].name : self["events"]
        guard let list else { return nil }
        var ranges: [ClosedRange<UInt8>] = []
        for part in ArraySlice(list.utf8).split(separator: UInt8(ascii: ",")) {
            let ends = SDPText.stripped(part).split(
                separator: UInt8(ascii: "-"), maxSplits: 1, omittingEmptySubsequences: false)
            guard let first = ends.first.flatMap({ SDPText.number($0, as: UInt8.self) }),
                let last = ends.last.flatMap({ SDPText.number($0, as: UInt8.self) }),
                first <= last, ranges.count < 128
            else { return nil }
            ranges.append(first...last)
        }
        return ranges.isEmpty ? nil : ranges
    }

    /// The list of these events.
    public init(telephoneEvents ranges: [ClosedRange<UInt8>]) {
        let parts = ranges.map { range in
            range.count == 1 ? "\(range.lowerBound)" : "\(range.lowerBound)-\(range.upperBound)"
        }
        parameters = [Parameter(name: parts.joined(separator: ","))]
    }
}
