import Yams

extension Config {
    /// The longest configuration file that is read, in bytes.
    public static let fileLimitBytes = 1_048_576

    /// The configuration that a YAML file describes, over the ``defaults``.
    ///
    /// - Parameters:
    ///   - yaml: The file's text.
    ///   - source: The file's name, for messages.
    /// - Throws: ``ConfigError`` with everything that is wrong, each with its line.
    public init(yaml: String, source: String) throws(ConfigError) {
        guard yaml.utf8.count <= Self.fileLimitBytes else {
            let message = "the file is longer than \(Self.fileLimitBytes) bytes"
            throw ConfigError([ConfigProblem(source: source, message: message)])
        }
        var reader = ConfigReader(source: source)
        if let document = try Self.compose(yaml, source) { reader.read(document: document) }
        if !reader.problems.isEmpty { throw ConfigError(reader.problems) }
        self = reader.config
    }

    private static func compose(_ yaml: String, _ source: String) throws(ConfigError) -> Node? {
        do {
            return try Yams.compose(yaml: yaml)
        } catch {
            throw ConfigError([problem(error, source)])
        }
    }

    private static func problem(_ error: any Error, _ source: String) -> ConfigProblem {
        switch error as? YamlError {
        case .scanner(_, let text, let mark, _), .parser(_, let text, let mark, _),
            .composer(_, let text, let mark, _):
            let message = "no valid YAML: \(text)"
            return ConfigProblem(source: source, line: mark.line, message: message)
        case .duplicatedKeysInMapping(let names, let context):
            let list = names.sorted().map { "'\($0)'" }.joined(separator: ", ")
            let message = "given twice in the block that begins here: \(list); keep one"
            return ConfigProblem(source: source, line: context.mark.line, message: message)
        case .reader(let text, _, _, _):
            return ConfigProblem(source: source, message: "no valid YAML: \(text)")
        default:
            return ConfigProblem(source: source, message: "no valid YAML")
        }
    }
}
