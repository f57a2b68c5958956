import BatonConfig
import BatonIO
import BatonMediaFile
import BatonNG
import BatonRecord
import BatonTelemetry

/// Where a recording goes and what its files are called: what the request says, over what is
/// configured.
struct RecordingTarget {
    /// The folder.
    var folder: String
    /// What is written.
    var formats: [RecordingFormat]
    /// Whether the request has said the name itself.
    let isNameFixed: Bool
    private let template: String
    /// The name of the request, without suffix.
    private var fileName = ""
    private var values: [String: String] = [:]

    /// The fields of a template.
    static let fields = ["call-id", "time", "unix", "number", "tag", "label"]

    init(_ options: NGRecordingOptions, _ settings: Config.Recording) throws(NGError) {
        formats = []
        for format in settings.formats {
            let format = RecordingFormat(rawValue: format.rawValue) ?? .wav
            if !formats.contains(format) { formats.append(format) }
        }
        if let pattern = options.pattern {
            template = try Self.template(pattern)
        } else {
            template = settings.template
        }
        isNameFixed = options.file != nil
        guard let file = options.file else {
            folder = try Self.folder(options.path, settings)
            return
        }
        let slash = file.lastIndex(of: "/")
        let path = slash.map { String(file[..<$0]) } ?? options.path
        folder = slash == file.startIndex ? "/" : try Self.folder(path, settings)
        fileName = slash.map { String(file[file.index(after: $0)...]) } ?? file
        // A suffix that is one of the formats says which one is wanted.
        for format in RecordingFormat.allCases where fileName.hasSuffix(".\(format.rawValue)") {
            fileName.removeLast(format.rawValue.count + 1)
            formats = [format]
        }
    }

    /// What the fields of the template stand for.
    mutating func setValues(
        callID: String, number: UInt32, tag: String?, label: String?, unixMicroseconds: Int64
    ) {
        let time = "\(WallTime(unixMs: unixMicroseconds / 1_000))"
        values = [
            "call-id": callID, "time": time.filter { $0 != ":" && $0 != "-" },
            "unix": String(unixMicroseconds / 1_000_000), "number": String(number),
            "tag": tag ?? "", "label": label ?? "",
        ]
    }

    /// The files' name without suffix.
    func name() throws(NGError) -> String {
        do throws(RecordingNameError) {
            if isNameFixed {
                return try RecordingName("{name}", fields: ["name"]).text(["name": fileName])
            }
            return try RecordingName(template, fields: Self.fields).text(values)
        } catch {
            throw NGError(
                .recording, detail: "the name of the recording's files: \(error)")
        }
    }

    /// A relative path is one below the configured folder.
    private static func folder(
        _ path: String?, _ settings: Config.Recording
    ) throws(NGError) -> String {
        if let path, path.hasPrefix("/") { return try checked(path) }
        guard let root = settings.directory else {
            throw NGError(
                .recording,
                detail: "no folder for recordings: set recording.directory, or send an absolute "
                    + "recording-dir")
        }
        guard let path else { return root }
        return "\(root)/\(try checked(path))"
    }

    private static func checked(_ path: String) throws(NGError) -> String {
        let parts = path.split(separator: "/")
        guard !parts.contains(".."), !path.utf8.contains(0) else {
            throw NGError(.recording, detail: "the folder '\(path)' leads upwards")
        }
        return path
    }

    /// A template from the pattern of another relay: `%c` for the call-id and the like.
    private static func template(_ pattern: String) throws(NGError) -> String {
        var template = ""
        var rest = pattern[...]
        while let character = rest.popFirst() {
            guard character == "%" else {
                template.append(character)
                continue
            }
            switch rest.popFirst() {
            case "c": template += "{call-id}"
            case "u": template += "{unix}"
            case "r": template += "{number}"
            case "t": template += "{time}"
            case "l": template += "{label}"
            case let other:
                throw NGError(
                    .recording,
                    detail: "recording-pattern: %\(other.map(String.init) ?? "") is not known; "
                        + "there are %c %u %r %t %l, or {call-id}, {time} and the like")
            }
        }
        return template
    }

    /// What a person is to do about files that cannot be made.
    static func advice(_ error: SystemError) -> String {
        if error.isNotThere { return "\(error); make the folder, owned by baton's user" }
        if error.isNotPermitted { return "\(error); baton's user must be able to write there" }
        if error.isAlreadyThere { return "\(error); nothing is overwritten, choose another name" }
        return "\(error)"
    }
}
