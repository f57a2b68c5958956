import BatonIO

/// The files of a recording, made but empty.
struct RecordingOutputs: Sendable {
    var files: [RecordingFormat: File]
    var metadata: OutputFile

    struct File: Sendable {
        var output: OutputFile
        var leavesHoles: Bool
    }

    /// Makes all of them, or none.
    init(_ plan: RecordingPlan) throws(SystemError) {
        var made: [OutputFile] = []
        do throws(SystemError) {
            files = [:]
            for format in plan.formats {
                let file = try OutputFile(making: plan.path(format.rawValue))
                made.append(file)
                files[format] = File(output: file, leavesHoles: format == .wav)
            }
            metadata = try OutputFile(making: plan.path("json"))
        } catch {
            for file in made { file.remove() }
            throw error
        }
    }
}
