/// One thing that is wrong with a configuration, as a sentence that says where and what to do.
public struct ConfigProblem: Hashable, Sendable {
    /// The file name, or the flag such as `--ports`; empty when it is about the whole.
    public var source: String
    /// The line in the file, counted from 1.
    public var line: Int?
    /// The key path, for instance `media.ports`; empty when it is about the whole.
    public var key: String
    /// What is wrong and what is expected.
    public var message: String

    /// A problem of `key` at `line` of `source`.
    public init(source: String = "", line: Int? = nil, key: String = "", message: String) {
        self.source = source
        self.line = line
        self.key = key
        self.message = message
    }
}

extension ConfigProblem: CustomStringConvertible {
    /// `FILE:LINE: KEY: MESSAGE`, without the parts that are not known.
    public var description: String {
        let place = line.map { "\(source):\($0)" } ?? source
        return [place, key, message].filter { !$0.isEmpty }.joined(separator: ": ")
    }
}

/// Why a configuration cannot be used: everything that is wrong with it, in order.
public struct ConfigError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The problems, at least one.
    public var problems: [ConfigProblem]

    /// An error of these problems.
    public init(_ problems: [ConfigProblem]) {
        self.problems = problems
    }

    /// One line for each problem.
    public var description: String {
        problems.map(\.description).joined(separator: "\n")
    }
}
